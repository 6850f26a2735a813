//! Requests that stop when nobody waits for them any more.

use leptos::prelude::{LocalStorage, StoredValue, WithValue, on_cleanup};
use web_sys::{AbortController, AbortSignal};

/// Stops the requests it was given to. A clone stops the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Abort {
    controller: AbortController,
    signal: AbortSignal,
}

impl Abort {
    /// One that nothing but [`Abort::abort`] stops.
    pub(crate) fn new() -> Self {
        let controller = AbortController::new().expect("every browser that runs WebAssembly has it");
        let signal = controller.signal();
        Self { controller, signal }
    }

    /// One that stops when the component or effect that runs now is cleaned up.
    pub(crate) fn on_cleanup() -> Self {
        let abort = Self::new();
        let kept: StoredValue<Self, LocalStorage> = StoredValue::new_local(abort.clone());
        on_cleanup(move || {
            kept.try_with_value(Self::abort);
        });
        abort
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
