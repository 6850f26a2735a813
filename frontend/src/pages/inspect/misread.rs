//! A link that asks about what is no platform, or is one in other words.

use leptos::prelude::*;
use onetag_shared::platform::Platform;

use crate::components::Prose;

/// What is wrong with what was asked about, and a link to what was meant.
#[component]
pub(crate) fn Misread(
    /// As the link has it.
    on: String,
) -> impl IntoView {
    let known = Platform::called(&on).and_then(|platform| platform.not_known().map_or(Ok(platform), Err));
    let (words, meant, end) = match &known {
        Ok(platform) => (format!("`{on}` is another word for "), Some(platform.to_string()), "."),
        Err(error) => match error.near() {
            Some(near) => (format!("`{on}` is not known as a platform. Did you mean "), Some(near.to_owned()), "?"),
            None => (format!("Whether it runs there is not known: {error}."), None, ""),
        },
    };
    let link = meant.map(|platform| {
        // The whole page is asked for again: with it the choice of machines.
        let path = window().location().pathname().unwrap_or_default();
        let href = format!("{path}?on={}", js_sys::encode_uri_component(&platform)).replace("%2F", "/");
        view! { <a href=href rel="external"><code>{platform}</code></a>{end} }
    });
    view! { <span id="misread"><Prose text=words />{link}</span> }
}
