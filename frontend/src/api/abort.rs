//! Requests that stop when nobody waits for them any more.

use web_sys::{AbortController, AbortSignal};

/// Stops the requests it was given to. A clone stops the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Abort {
    controller: AbortController,
    signal: AbortSignal,
}

impl Abort {
    /// One that [`Abort::abort`] stops.
    pub(crate) fn new() -> Self {
        let controller = AbortController::new().expect("every browser that runs WebAssembly has it");
        let signal = controller.signal();
        Self { controller, signal }
    }

    /// Stops them.
    pub(crate) fn abort(&self) {
        self.controller.abort();
    }

    /// Was it stopped?
    pub(crate) fn is_aborted(&self) -> bool {
        self.signal.aborted()
    }

    /// What a request wants to be given.
    pub(crate) fn signal(&self) -> &AbortSignal {
        &self.signal
    }
}
