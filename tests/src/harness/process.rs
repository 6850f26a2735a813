//! Programs that run beside a test.

use std::{
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
};

/// How long a program may take until it says that it is ready. Generous: it only passes when something is broken.
const DEADLINE: Duration = Duration::from_mins(1);

/// Which stream says that the program is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
}

/// A program that runs until this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a program and waits for the line that says it is ready; `ready` picks what is wanted from that line.
    ///
    /// # Panics
    /// When the program cannot be started, ends, or says nothing of the kind in time.
    pub(super) async fn start<T>(command: Command, stream: Stream, ready: impl Fn(&str) -> Option<T>) -> (Self, T) {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let started = Self::try_start(command, stream, ready).await;
        started.unwrap_or_else(|said| panic!("`{program}` did not get ready. It said:\n{said}"))
    }

    /// As [`Process::start`], for a program that may be unlucky: what it said instead of getting ready is the error.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub(super) async fn try_start<T>(
        mut command: Command,
        stream: Stream,
        ready: impl Fn(&str) -> Option<T>,
    ) -> Result<(Self, T), String> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).kill_on_drop(true);
        match stream {
            Stream::Stdout => command.stdout(Stdio::piped()),
            Stream::Stderr => command.stdout(Stdio::null()).stderr(Stdio::piped()),
        };
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("`{program}` cannot be started ({error}): `make test` installs what is missing")
        });
        let log = Arc::new(Mutex::new(String::new()));
        let output: Box<dyn AsyncRead + Send + Unpin> = match stream {
            Stream::Stdout => Box::new(child.stdout.take().expect("it was asked for")),
            Stream::Stderr => Box::new(child.stderr.take().expect("it was asked for")),
        };
        let mut lines = BufReader::new(output).lines();

        let found = tokio::time::timeout(DEADLINE, async {
            while let Ok(Some(line)) = lines.next_line().await {
                append(&log, &line);
                if let Some(value) = ready(&line) {
                    return Some(value);
                }
            }
            None
        });
        let Ok(Some(value)) = found.await else {
            return Err(text(&log));
        };
        // A program whose pipe is full stops: keep reading.
        let rest = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                append(&rest, &line);
            }
        });
        Ok((Self { child, log }, value))
    }

    /// What it has said so far.
    pub(super) fn log(&self) -> String {
        text(&self.log)
    }

    /// Its resident memory in bytes, as Linux counts it.
    pub(super) fn resident(&self) -> u64 {
        let id = self.child.id().expect("it is running");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number of kB");
        kib * 1024
    }

    /// Asks it to stop, as Ctrl-C does, and waits until it has.
    pub(super) async fn stop(&mut self) {
        let id = self.child.id().expect("it is running");
        let asked = Command::new("kill").args(["-INT", &id.to_string()]).status().await;
        assert!(asked.is_ok_and(|status| status.success()), "a process of ours can be asked to stop");
        let ended = tokio::time::timeout(DEADLINE, self.child.wait()).await;
        assert!(
            ended.is_ok_and(|ended| ended.is_ok_and(|status| status.success())),
            "it did not stop:\n{}",
            self.log()
        );
    }

    /// Ends it now, as a crash would.
    pub(super) async fn kill(&mut self) {
        self.child.kill().await.expect("a process of ours can be killed");
    }
}

fn append(log: &Mutex<String>, line: &str) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    log.push_str(line);
    log.push('\n');
}

fn text(log: &Mutex<String>) -> String {
    log.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
