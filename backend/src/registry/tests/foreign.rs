//! Foreign layers: read from their registry, else from where their manifest says.

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode, header},
    response::IntoResponse,
};
use onetag_shared::{api::ProblemCode, descriptor::Descriptor};

use super::{
    guard::{PRIVATE, PUBLIC, World, client_in, serve_at},
    transfers::{BLOB, answer, at, blob, logging},
    *,
};

const FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

fn layer(urls: &[String]) -> Descriptor {
    Descriptor { media_type: FOREIGN.to_owned(), urls: Some(urls.to_vec()), ..blob() }
}

/// What becomes of a layer that is copied from one repository of a registry to another.
async fn copy(client: &Client, host: &str, layer: &Descriptor) -> Result<(), Error> {
    let upload = client.open_upload(&app(host), &layer.digest).await.unwrap();
    client.copy_blob(&format!("{host}/source").parse().unwrap(), upload, layer, &|_| ()).await
}

/// A registry on this machine that has the layer, or does not.
async fn registry(has_it: bool) -> (String, transfers::Log) {
    logging(move |method, _, _| match *method {
        Method::POST => at("/up"),
        Method::PUT => answer(201),
        Method::GET if has_it => BLOB.into_response(),
        Method::GET => answer(404),
        _ => answer(204),
    })
    .await
}

#[tokio::test]
async fn the_registry_is_asked_first_then_each_address_and_nobody_there_is_told_who_we_are() {
    let (other, asked) = logging(|_, address, _| match address {
        "/layer" => BLOB.into_response(),
        "/moved" => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/layer")]).into_response(),
        _ => answer(404),
    })
    .await;
    let url = |path: &str| format!("http://me:secret@{other}{path}");
    let urls = ["ftp://example.com/layer".to_owned(), "nonsense".to_owned(), url("/gone"), url("/moved")];

    let (host, log) = registry(true).await;
    copy(&client(), &host, &layer(&urls)).await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 0, "{:?}", log.lock().unwrap());

    // It is shown our login before it says that it does not have it.
    let basic = "Basic bWU6c2VjcmV0";
    let host = serve(Router::new().fallback(any(move |request: axum::extract::Request| {
        let own = shown(request.headers(), header::AUTHORIZATION) == basic;
        std::future::ready(match *request.method() {
            _ if !own => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=x")]).into_response(),
            Method::POST => at("/up"),
            Method::PUT => answer(201),
            _ => answer(404),
        })
    })))
    .await;
    copy(&client(), &host, &layer(&urls)).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["GET /gone -", "GET /moved -", "GET /layer -"]);
}

#[tokio::test]
async fn only_foreign_layers_are_read_elsewhere_and_only_what_is_not_there() {
    let (other, asked) = logging(|_, _, _| BLOB.into_response()).await;
    let urls = [format!("http://{other}/layer")];
    let ordinary = Descriptor { media_type: "application/vnd.oci.image.layer.v1.tar+gzip".to_owned(), ..layer(&urls) };
    let (host, _) = registry(false).await;
    let error = copy(&client(), &host, &ordinary).await.unwrap_err();
    assert_eq!(error.status, Some(404));
    // A registry that is out of order may have it.
    let (host, _) = logging(|method, _, _| if *method == Method::POST { at("/up") } else { answer(503) }).await;
    let error = copy(&client(), &host, &layer(&urls)).await.unwrap_err();
    assert_eq!(error.status, Some(503));
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn other_bytes_than_those_of_the_layer_are_refused() {
    for (served, words) in [(BLOB.replace("blob", "BLOB"), "sha256:"), ("short".to_owned(), "19 bytes, but 5")] {
        let (other, _) = logging(move |_, _, _| served.clone().into_response()).await;
        let (host, log) = registry(false).await;
        let error = copy(&client(), &host, &layer(&[format!("http://{other}/layer")])).await.unwrap_err();
        assert_eq!(error.to_problem().code, ProblemCode::DigestMismatch, "{error}");
        assert!(error.words.contains(words) && error.host == other, "{error}");
        let log = log.lock().unwrap();
        assert!(log.iter().any(|line| line.starts_with("DELETE /up")), "the upload is given up: {log:?}");
    }
}

/// A manifest must not lead where its registry may not lead: neither to this machine nor into one's own network.
#[tokio::test]
async fn addresses_that_the_registry_may_not_lead_to_are_not_asked() {
    let (port, _) =
        serve_at(PUBLIC, |uri, _| if uri.path().contains("uploads") { at("/up") } else { answer(404) }).await;
    let (private, asked) = serve_at(PRIVATE, |_, _| BLOB.into_response()).await;
    let (loopback, asked_here) = logging(|_, _, _| BLOB.into_response()).await;
    let host = format!("registry.example:{port}");
    let client = client_in(Arc::new(World), [host.as_str()]);
    for (url, class) in [
        (format!("https://storage.corp:{private}/layer"), AddressClass::Private),
        (format!("https://{PRIVATE}:{private}/layer"), AddressClass::Private),
        ("https://metadata.example/layer".to_owned(), AddressClass::Metadata),
        (format!("https://{loopback}/layer"), AddressClass::Loopback),
        (format!("https://rebound.example:{port}/layer"), AddressClass::Loopback),
    ] {
        let error = copy(&client, &host, &layer(std::slice::from_ref(&url))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AddressRefused(class), "{url}: {error}");
    }
    // By plain http nobody is asked on behalf of a registry that is not on this machine.
    for url in [format!("http://storage.example:{port}/layer"), format!("http://{loopback}/layer")] {
        let error = copy(&client, &host, &layer(std::slice::from_ref(&url))).await.unwrap_err();
        assert_eq!(error.status, Some(404), "{url}: {error}");
        assert!(error.words.contains("https address"), "{error}");
    }
    assert_eq!((asked.lock().unwrap().len(), asked_here.lock().unwrap().len()), (0, 0));
}
