//! One blob's way from registry to registry.

use onetag_shared::{descriptor::Descriptor, reference::Reference};
use reqwest::StatusCode;

use super::{
    super::{Client, Error, ErrorKind, transport::Transport},
    Upload,
    source::{By, Source},
    target::{Failure, Standing, Taken, reached},
};

/// Interruptions in a row.
const MOST_STUMBLES: u32 = 3;
/// What has to be copied between two interruptions so that they are none in a row, in bytes.
const WORTH: u64 = 1024 * 1024;
/// How often parts are made smaller, to a quarter each time, for a target, or something before it, that takes no more at
/// once.
const SMALLER: u32 = 5;

/// Interruptions of one side.
#[derive(Debug, Default)]
pub(super) struct Stumbles {
    in_a_row: u32,
    reached: u64,
    before: u64,
}

impl Stumbles {
    /// So many bytes are behind us.
    pub(super) fn passed(&mut self, position: u64) {
        self.reached = self.reached.max(position);
    }

    /// Waits before another try; the error, when there were enough.
    pub(super) async fn pause(&mut self, transport: &Transport, error: Error) -> Result<(), Error> {
        if self.reached >= self.before + WORTH {
            self.in_a_row = 0;
        }
        self.before = self.reached;
        self.in_a_row += 1;
        if self.in_a_row > MOST_STUMBLES || !transport.pause(self.in_a_row - 1, error.retry_after).await {
            return Err(error);
        }
        Ok(())
    }
}

/// How a blob goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// In one request, which also completes the upload.
    Whole,
    /// In parts, so that not all is lost with a connection; completed by another request.
    Parts,
}

pub(super) struct Copy<'a> {
    client: &'a Client,
    upload: Upload,
    descriptor: &'a Descriptor,
    tried: &'a str,
    source: Source<'a>,
    progress: &'a (dyn Fn(u64) + Sync),
    /// How many bytes were told to `progress`.
    told: u64,
    way: Way,
    /// The most that a part may have, in bytes.
    largest: u64,
    smaller: u32,
    stumbles: Stumbles,
    /// The target has refused the proof that it was shown, and there was other.
    renewed: bool,
}

impl<'a> Copy<'a> {
    pub(super) fn new(
        client: &'a Client,
        from: &'a Reference,
        upload: Upload,
        descriptor: &'a Descriptor,
        progress: &'a (dyn Fn(u64) + Sync),
        tried: &'a str,
        by: By,
    ) -> Result<Self, Error> {
        let source = Source::new(client, from, descriptor, tried, by)?;
        let way = if descriptor.size < client.parts_from { Way::Whole } else { Way::Parts };
        Ok(Self {
            client,
            upload,
            descriptor,
            tried,
            source,
            progress,
            told: 0,
            way,
            largest: u64::MAX,
            smaller: 0,
            stumbles: Stumbles::default(),
            renewed: false,
        })
    }

    /// Did some of the blob come from a mirror?
    pub(super) const fn is_mirrored(&self) -> bool {
        self.source.is_mirrored()
    }

    pub(super) fn into_upload(self) -> Upload {
        self.upload
    }

    pub(super) async fn run(&mut self) -> Result<(), Error> {
        loop {
            let is_done = match self.way {
                Way::Whole => self.whole().await?,
                Way::Parts => self.part().await?,
            };
            if is_done {
                return Ok(());
            }
        }
    }

    /// All of it at once: done, or to be tried again?
    async fn whole(&mut self) -> Result<bool, Error> {
        match self.send(self.descriptor.size).await {
            Ok(taken) if taken.answer.status().is_success() && taken.went_out => Ok(true),
            Ok(taken) if taken.answer.status().is_success() => Err(self.not_believed()),
            other => {
                self.forgive(other).await?;
                self.begin_again().await?;
                Ok(false)
            }
        }
    }

    /// A part of it, or after the last the end: is it done?
    async fn part(&mut self) -> Result<bool, Error> {
        let (start, size) = (self.source.position(), self.descriptor.size);
        if start == size {
            self.source.release();
            self.client.complete(&self.upload, &self.descriptor.digest, self.tried).await?;
            return Ok(true);
        }
        let end = start.saturating_add(self.largest.max(self.upload.least)).min(size);
        let taken = match self.send(end).await {
            Ok(taken) if taken.answer.status().is_success() => taken,
            Ok(taken) if start == 0 && knows_no_parts(taken.answer.status()) => {
                self.way = Way::Whole;
                self.begin_again().await?;
                return Ok(false);
            }
            Ok(taken) if taken.answer.status() == StatusCode::PAYLOAD_TOO_LARGE && self.smaller < SMALLER => {
                self.smaller += 1;
                self.largest = (end - start).div_ceil(4);
                self.go_on().await?;
                return Ok(false);
            }
            other => {
                self.forgive(other).await?;
                self.go_on().await?;
                return Ok(false);
            }
        };
        self.upload.moved(&taken.answer)?;
        match reached(&taken.answer) {
            Some(reached) if reached > end => return Err(self.not_believed()),
            // It says how much it has; one that took all says no less.
            Some(reached) if reached > 1 && reached != end => {
                let words = format!("{}: it took {reached} of {end} bytes", self.tried);
                self.stumbles.pause(&self.client.transport, self.protocol(words)).await?;
                self.source.seek(reached);
            }
            _ if !taken.went_out => return Err(self.not_believed()),
            _ => {}
        }
        self.stumbles.passed(self.source.position());
        Ok(false)
    }

    async fn send(&mut self, end: u64) -> Result<Taken, Failure> {
        self.source.release();
        let Self { client, upload, source, tried, progress, told, .. } = self;
        let mut sent = |position: u64| {
            if position > *told {
                progress(position - *told);
                *told = position;
            }
        };
        let digest = (self.way == Way::Whole).then_some(&self.descriptor.digest);
        client.send_part(upload, source, end, digest, tried, &mut sent).await
    }

    /// Waits after what may go better the next time; all else is the end.
    async fn forgive(&mut self, outcome: Result<Taken, Failure>) -> Result<(), Error> {
        let error = match outcome {
            Ok(taken) => {
                if !self.renewed && self.client.has_better(&self.upload, &taken).await? {
                    self.renewed = true;
                    return Ok(());
                }
                let error = self.client.transport.refuse(taken.answer, self.tried).await;
                let is_out_of_order = self.way == Way::Parts && matches!(error.status, Some(404 | 416));
                if !is_out_of_order && !error.is_temporary() {
                    return Err(error);
                }
                error
            }
            Err(failure) if failure.may_go_on() => failure.into_error(),
            Err(failure) => return Err(failure.into_error()),
        };
        self.stumbles.pause(&self.client.transport, error).await
    }

    /// Goes on with what the target has; from the beginning, if it does not say.
    async fn go_on(&mut self) -> Result<(), Error> {
        match self.client.standing(&mut self.upload).await? {
            Standing::At(reached) if reached <= self.descriptor.size => {
                self.stumbles.passed(reached);
                self.source.seek(reached);
                Ok(())
            }
            Standing::At(_) | Standing::Lost => self.begin_again().await,
        }
    }

    async fn begin_again(&mut self) -> Result<(), Error> {
        let fresh = self.client.open_upload(&self.upload.repository, &self.descriptor.digest).await?;
        let old = std::mem::replace(&mut self.upload, fresh);
        self.client.cancel(old).await;
        self.source.seek(0);
        Ok(())
    }

    /// A registry that took more than it was sent.
    fn not_believed(&self) -> Error {
        self.protocol(format!("{}: it said that it has the blob before it was sent", self.tried))
    }

    fn protocol(&self, words: String) -> Error {
        Error::new(ErrorKind::Protocol, self.upload.repository.registry().as_str(), words)
    }
}

/// Does a registry say with this that uploads come in one piece?
fn knows_no_parts(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 404 | 405 | 411 | 415 | 501)
}
