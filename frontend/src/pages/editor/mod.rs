//! The editor.
use leptos::prelude::*;
#[component]
pub(crate) fn Editor() -> impl IntoView {}
