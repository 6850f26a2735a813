//! From whoever fetches to whoever unpacks, which waits for each piece on a thread of its own.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::{Buf, Bytes};
use tokio::sync::mpsc;

/// Pieces that wait to be unpacked.
const WAITING: usize = 4;

/// The pieces, as one stream.
#[derive(Debug)]
pub(super) struct PieceReader {
    receiver: mpsc::Receiver<Bytes>,
    rest: Bytes,
    count: Arc<AtomicU64>,
}

impl PieceReader {
    /// A reader, and where its pieces go. `count` grows by the bytes of those that it takes.
    pub(super) fn new(count: Arc<AtomicU64>) -> (mpsc::Sender<Bytes>, Self) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (sender, Self { receiver, rest: Bytes::new(), count })
    }
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => {
                    self.count.fetch_add(piece.len() as u64, Ordering::Relaxed);
                    self.rest = piece;
                }
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
