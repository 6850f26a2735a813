//! The events of a push, as they come (HTML, "Server-sent events").

use http::StatusCode;
use onetag_shared::api::PushJob;
use reqwest::{RequestBuilder, Response};

/// A stream of what becomes of a push.
#[derive(Debug)]
pub struct PushEvents {
    answer: Response,
    text: Vec<u8>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct PushEvent {
    /// Its number, which a client shows to go on from there.
    pub id: u64,
    /// The job then.
    pub job: PushJob,
}

impl PushEvents {
    pub(super) async fn open(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("the server answers");
        assert_eq!(answer.status(), StatusCode::OK);
        Self { answer, text: Vec::new() }
    }

    /// The next event; `None` after the last.
    ///
    /// # Panics
    /// When the stream breaks off, or is not one of events.
    pub async fn next(&mut self) -> Option<PushEvent> {
        loop {
            while let Some(end) = self.text.windows(2).position(|pair| pair == b"\n\n") {
                let event = String::from_utf8(self.text.drain(..end + 2).collect()).expect("events are text");
                if let Some(event) = read(&event) {
                    return Some(event);
                }
            }
            let chunk = self.answer.chunk().await.expect("the stream goes on")?;
            self.text.extend_from_slice(&chunk);
        }
    }

    /// All that come from now on, up to the end of the push.
    ///
    /// # Panics
    /// When the stream ends before that.
    pub async fn until_the_end(mut self) -> Vec<PushEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        let last = events.last().expect("a push has at least one event");
        assert!(last.job.state.is_final(), "the stream ended before the push did: {last:?}");
        events
    }
}

/// What an event says; `None` for what only keeps the connection alive.
fn read(event: &str) -> Option<PushEvent> {
    let field = |name: &str| {
        let values = event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        values.map(str::trim_start).collect::<Vec<_>>().join("\n")
    };
    let data = Some(field("data")).filter(|data| !data.is_empty())?;
    let job = serde_json::from_str(&data).unwrap_or_else(|error| panic!("not a push ({error}): {data}"));
    Some(PushEvent { id: field("id").parse().expect("a number"), job })
}
