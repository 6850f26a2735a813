//! A time.

use leptos::prelude::*;

use crate::{dom, text::format};

/// How long ago it was; the exact time on hover. Of a text that is no time the beginning is shown.
#[component]
pub(crate) fn When(
    /// The time (RFC 3339), as it was found.
    time: String,
) -> impl IntoView {
    let shown = match dom::parse_time(&time) {
        // Reproducible builds have no time: they say the beginning of 1970, or of 1980 where that is impossible.
        Some(then) if then <= 0 => "not said".to_owned(),
        Some(then) => format::ago(then, dom::now()),
        None => time.chars().take(40).collect(),
    };
    view! { <time datetime=time.clone() title=time>{shown}</time> }
}
