//! A number of bytes.

use leptos::prelude::*;

use crate::text::format;

/// A size in the unit people use, every byte on hover.
#[component]
pub(crate) fn Size(
    /// The number of bytes.
    bytes: u64,
) -> impl IntoView {
    view! { <span class="number" title=format::exact_size(bytes)>{format::size(bytes)}</span> }
}
