//! A platform, to edit in place.

use leptos::prelude::*;
use onetag_shared::{
    list::Edit,
    platform::{KNOWN_PLATFORMS, Platform},
};

use super::{
    desk::Desk,
    facts::{Found, ImageFacts, RowFacts, a_list_of},
    text_field::{Look, TextField},
    way,
};
use crate::state::row_ids::RowId;

/// The id of the list of platforms that all fields offer.
const OFFERS: &str = "known-platforms";

/// Platforms to choose from while typing; once on the page.
#[component]
pub(super) fn PlatformOffers() -> impl IntoView {
    let options = KNOWN_PLATFORMS.iter().map(|platform| view! { <option value=*platform></option> }).collect_view();
    view! { <datalist id=OFFERS>{options}</datalist> }
}

/// The name of the field of a row.
pub(super) fn field_name(id: RowId) -> String {
    format!("{id}.platform")
}

/// The field: any platform in its usual notation. Emptied, it goes back to what the image says.
#[component]
pub(super) fn PlatformField(
    /// The draft.
    desk: Desk,
    /// Which row.
    id: RowId,
    /// Where it is.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        row.with(|row| row.as_ref().and_then(effective).map(ToString::to_string).unwrap_or_default())
    });
    let is_set = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.entry.platform.is_some())));
    let is_found = Memo::new(move |_| row.with(|row| matches!(row, Some(RowFacts { found: Found::Image(_), .. }))));
    let read = Callback::new(move |text: String| {
        let Some((row, index)) = row.get_untracked().zip(place.get_untracked()) else { return Ok(None) };
        let platform = read(&text, row.entry.platform.as_ref())?;
        let platform = platform.filter(|platform| natural(&row) != Some(platform));
        Ok(Some(Edit::SetPlatform { index, platform }))
    });
    let look = Look {
        id: way::field_id(&field_name(id)),
        class: "platform-field",
        offers: OFFERS,
        label: Signal::derive(move || format!("Platform of row {}", place.get().unwrap_or_default() + 1)),
        placeholder: Signal::derive(move || if is_found.get() { "no platform" } else { "" }),
    };
    view! {
        <div class="platform-cell" class:is-set=is_set>
            <TextField desk name=field_name(id) look shown read />
        </div>
    }
}

/// The platform that an image has if the row says nothing else.
fn natural(row: &RowFacts) -> Option<&Platform> {
    match &row.found {
        Found::Image(image) => image.natural.as_ref(),
        Found::Waiting | Found::Failed(_) | Found::List(_) => None,
    }
}

/// The platform that the row will have in the list.
pub(super) fn effective(row: &RowFacts) -> Option<&Platform> {
    row.entry.platform.as_ref().or_else(|| natural(row))
}

/// What was typed; nothing for what the image says.
fn read(text: &str, old: Option<&Platform>) -> Result<Option<Platform>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let platform: Platform = text.parse().map_err(|error: onetag_shared::platform::PlatformError| error.to_string())?;
    // What the notation has no place for stays.
    Ok(Some(match old {
        Some(old) => Platform { features: old.features.clone(), other: old.other.clone(), ..platform },
        None => platform,
    }))
}

/// "same", or what the config says.
#[component]
pub(super) fn InConfig(
    /// What the row shows.
    row: Memo<Option<RowFacts>>,
) -> impl IntoView {
    let text = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            let Found::Image(image) = &row.found else { return None };
            let ImageFacts { config, inside, .. } = &**image;
            if *inside > 0 {
                return Some(Some((true, a_list_of(*inside))));
            }
            Some(config.as_ref().map(|config| {
                let is_same = effective(row) == Some(config);
                (is_same, if is_same { "same".to_owned() } else { config.to_string() })
            }))
        })
    });
    move || {
        text.get().map(|config| match config {
            None => view! { <span class="hint">"not read"</span> }.into_any(),
            Some((true, words)) => view! { <span class="hint">{words}</span> }.into_any(),
            Some((false, config)) => view! { <code>{config}</code> }.into_any(),
        })
    }
}
