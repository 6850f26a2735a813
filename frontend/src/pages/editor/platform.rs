//! A platform, to edit in place.

use leptos::{ev::KeyboardEvent, prelude::*};
use onetag_shared::{
    list::Edit,
    platform::{KNOWN_PLATFORMS, Platform},
};
use wasm_bindgen::JsCast;

use super::{desk::Desk, facts::ImageFacts};

/// The id of the list of platforms that all fields offer.
const OFFERS: &str = "known-platforms";

/// Platforms to choose from while typing; once on the page.
#[component]
pub(super) fn PlatformOffers() -> impl IntoView {
    let options = KNOWN_PLATFORMS.iter().map(|platform| view! { <option value=*platform></option> }).collect_view();
    view! { <datalist id=OFFERS>{options}</datalist> }
}

/// The field: any platform in its usual notation. Emptied, it goes back to what the image says.
#[component]
pub(super) fn PlatformField(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: usize,
    /// What the row says.
    set: Option<Platform>,
    /// What is known of its image.
    image: Option<ImageFacts>,
) -> impl IntoView {
    let natural = image.as_ref().and_then(|image| image.natural.clone());
    let shown = set.as_ref().or(natural.as_ref()).map(ToString::to_string).unwrap_or_default();
    let placeholder = if image.is_some() { "no platform" } else { "" };
    let error = RwSignal::new(None::<String>);
    let before = shown.clone();
    let old = set.clone();
    let commit = move |text: &str| {
        let text = text.trim();
        if text == before {
            error.set(None);
            return;
        }
        let platform = if text.is_empty() {
            None
        } else {
            match text.parse::<Platform>() {
                // What the notation has no place for stays.
                Ok(platform) => Some(match &old {
                    Some(old) => Platform { features: old.features.clone(), other: old.other.clone(), ..platform },
                    None => platform,
                }),
                Err(wrong) => return error.set(Some(wrong.to_string())),
            }
        };
        error.set(None);
        let platform = platform.filter(|platform| natural.as_ref() != Some(platform));
        desk.edit(Edit::SetPlatform { index: place, platform });
    };
    let shown_again = shown.clone();
    let on_key = move |event: KeyboardEvent| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        match event.key().as_str() {
            // Leaving the field commits it.
            "Enter" => {
                input.blur().ok();
                input.focus().ok();
            }
            "Escape" => {
                input.set_value(&shown_again);
                error.set(None);
            }
            _ => {}
        }
    };
    let id = format!("platform-error-{place}");
    view! {
        <input
            type="text"
            class="platform-field"
            class:is-set=set.is_some()
            list=OFFERS
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            size="1"
            placeholder=placeholder
            prop:value=shown
            aria-label=format!("Platform of row {}", place + 1)
            aria-invalid=move || error.read().is_some().to_string()
            aria-describedby=id.clone()
            on:change=move |event| commit(&event_target_value(&event))
            on:keydown=on_key
        />
        <span id=id class="field-error">{error}</span>
    }
}
