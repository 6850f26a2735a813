//! Parses the command line and runs what it says.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use clap::Parser;
use onetag::{
    app::{self, StartError},
    clock::{Clock as _, SystemClock},
    config::{Command, CommandLine, Config, ServeArgs},
};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// How long answers that are under way may take once the process is asked to stop.
const GRACE: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ONETAG_LOG").unwrap_or_else(|_| "onetag=info,warn".into()),
        )
        .init();
    match CommandLine::parse().command {
        Command::Serve(args) => match serve(args).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("onetag: {error}");
                ExitCode::FAILURE
            }
        },
        Command::Healthcheck { listen } => {
            if let Ok(true) = healthcheck(listen).await {
                ExitCode::SUCCESS
            } else {
                eprintln!("onetag: no healthy server at {listen}");
                ExitCode::FAILURE
            }
        }
    }
}

async fn serve(args: ServeArgs) -> Result<(), StartError> {
    let config = Config::try_from(args)?;
    let ip = config.listen.ip();
    if !ip.is_loopback() && !ip.is_unspecified() {
        return Err(StartError::NotLoopback(config.listen));
    }
    let listener = match TcpListener::bind(config.listen).await {
        Ok(listener) => listener,
        Err(error) => return Err(StartError::Listen { address: config.listen, error }),
    };
    let address = listener.local_addr().map_err(|error| StartError::Listen { address: config.listen, error })?;
    let key = config.access_key.expose_secret().to_owned();
    let (router, pushes) = app::build(config).await?;
    println!("Onetag is at {}", entrance(address, &key));
    if !address.ip().is_loopback() {
        eprintln!(
            "It listens on {address}, but answers only who calls it localhost: whoever gets in acts with this machine's \
             logins. Publish a container's port as 127.0.0.1:{0}:{0}, or use a tunnel.",
            address.port()
        );
    }
    let (asked, was_asked) = oneshot::channel();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        stop_signal().await;
        asked.send(()).ok();
    });
    let served = tokio::select! {
        served = serving => served.map_err(StartError::Serve),
        () = given_up(was_asked) => Ok(()),
    };
    pushes.release().await;
    served
}

/// Resolves when it is time to stop although somebody is still connected: pages follow pushes for as long as they last.
/// A second signal says that it is time now.
async fn given_up(asked: oneshot::Receiver<()>) {
    if asked.await.is_ok() {
        tokio::select! {
            () = stop_signal() => {}
            () = SystemClock.sleep(GRACE) => {}
        }
    }
}

/// The address that lets a browser in. A server that listens everywhere is reached by this machine's own name for itself.
fn entrance(address: SocketAddr, key: &str) -> String {
    let host =
        if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("key", key).finish();
    format!("http://{host}/?{query}")
}

/// Resolves when the process is asked to stop, by Ctrl-C or by a service manager.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

/// Asks `/healthz` by hand: one request is not worth a client with TLS.
async fn healthcheck(address: SocketAddr) -> std::io::Result<bool> {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream
            .write_all(format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = Vec::new();
        stream.take(1024).read_to_end(&mut answer).await?;
        Ok(answer.starts_with(b"HTTP/1.1 200 "))
    };
    tokio::time::timeout(Duration::from_secs(5), ask).await.unwrap_or(Ok(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_address_lets_in_whatever_the_key_is() {
        for (address, key, printed) in [
            ("127.0.0.1:8080", "abc", "http://127.0.0.1:8080/?key=abc"),
            ("[::1]:8080", "a+b/c=", "http://[::1]:8080/?key=a%2Bb%2Fc%3D"),
            ("0.0.0.0:80", "abc", "http://localhost:80/?key=abc"),
        ] {
            assert_eq!(entrance(address.parse().unwrap(), key), printed);
        }
    }
}
