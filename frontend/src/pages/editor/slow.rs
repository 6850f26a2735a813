//! What lasts long enough to be worth a word.

use std::time::Duration;

use leptos::prelude::*;

/// From when on people wonder.
const A_WHILE: Duration = Duration::from_millis(300);

/// Has this been so for a while?
pub(super) fn lasts(is_so: impl Fn() -> bool + Send + Sync + 'static) -> RwSignal<bool> {
    let is_so = Memo::new(move |_| is_so());
    let lasts = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = timer.try_get_value().flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        if is_so.get() {
            let begin = move || {
                lasts.try_set(true);
            };
            timer.set_value(set_timeout_with_handle(begin, A_WHILE).ok());
        } else {
            lasts.set(false);
        }
    });
    on_cleanup(stop);
    lasts
}
