//! A proxy below HTTP, in front of a registry: it passes bytes on, counts them, and breaks a connection in the middle.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// Nothing is broken at this count.
const NEVER: u64 = u64::MAX;

/// A proxy that can break connections.
#[derive(Debug)]
pub struct CuttingProxy {
    host: String,
    to_registry: Arc<Lane>,
    from_registry: Arc<Lane>,
    task: JoinHandle<()>,
}

/// One direction of all connections together.
#[derive(Debug)]
struct Lane {
    passed: AtomicU64,
    cut_at: AtomicU64,
}

impl Lane {
    fn new() -> Arc<Self> {
        Arc::new(Self { passed: AtomicU64::new(0), cut_at: AtomicU64::new(NEVER) })
    }

    /// Counts some bytes: do they get through? Those that do not are the end of their connection, and of that only.
    fn passes(&self, count: usize) -> bool {
        let passed = self.passed.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        let cut_at = self.cut_at.load(Ordering::Relaxed);
        passed < cut_at || self.cut_at.compare_exchange(cut_at, NEVER, Ordering::Relaxed, Ordering::Relaxed).is_err()
    }

    fn cut_after(&self, count: u64) {
        self.cut_at.store(self.passed.load(Ordering::Relaxed) + count, Ordering::Relaxed);
    }
}

impl CuttingProxy {
    /// One that breaks nothing yet.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(registry_host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = listener.local_addr().expect("it is bound").to_string();
        let (to_registry, from_registry) = (Lane::new(), Lane::new());
        let (to, from, upstream) = (Arc::clone(&to_registry), Arc::clone(&from_registry), registry_host.to_owned());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (to, from, upstream) = (Arc::clone(&to), Arc::clone(&from), upstream.clone());
                tokio::spawn(async move {
                    if let Ok(registry) = TcpStream::connect(&upstream).await {
                        connect(client, registry, &to, &from).await;
                    }
                });
            }
        });
        Self { host, to_registry, from_registry, task }
    }

    /// A reference to something behind it.
    pub fn reference(&self, rest: &str) -> String {
        format!("{}/{rest}", self.host)
    }

    /// Breaks the connection on which the registry has been sent so many bytes more.
    pub fn cut_to_registry_after(&self, bytes: u64) {
        self.to_registry.cut_after(bytes);
    }

    /// Breaks the connection on which the registry has sent so many bytes more.
    pub fn cut_from_registry_after(&self, bytes: u64) {
        self.from_registry.cut_after(bytes);
    }

    /// Has it broken what it was told to?
    pub fn has_cut(&self) -> bool {
        [&self.to_registry, &self.from_registry].iter().all(|lane| lane.cut_at.load(Ordering::Relaxed) == NEVER)
    }

    /// Bytes that came by on the way to the registry, and from there.
    pub fn passed(&self) -> (u64, u64) {
        (self.to_registry.passed.load(Ordering::Relaxed), self.from_registry.passed.load(Ordering::Relaxed))
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Passes on until both sides have ended, or one is broken.
async fn connect(client: TcpStream, registry: TcpStream, to: &Lane, from: &Lane) {
    let ((from_client, to_client), (from_registry, to_registry)) = (client.into_split(), registry.into_split());
    let forth = carry(from_client, to_registry, to);
    let back = carry(from_registry, to_client, from);
    tokio::pin!(forth, back);
    tokio::select! {
        is_whole = &mut forth => if is_whole { back.await; },
        is_whole = &mut back => if is_whole { forth.await; },
    }
}

/// `false` when it was broken.
async fn carry(mut source: OwnedReadHalf, mut target: OwnedWriteHalf, lane: &Lane) -> bool {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match source.read(&mut buffer).await {
            Ok(0) => return target.shutdown().await.is_ok(),
            Ok(count) if lane.passes(count) => {
                if target.write_all(&buffer[..count]).await.is_err() {
                    return false;
                }
            }
            Ok(_) | Err(_) => return false,
        }
    }
}
