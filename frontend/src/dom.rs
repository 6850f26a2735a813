//! What the browser does that Leptos has no words for.

use leptos::{
    prelude::{document, window},
    task::{spawn_local, tick},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlTextAreaElement, Storage};

/// Seconds since 1970.
#[expect(clippy::cast_possible_truncation, reason = "a clock that is off by 10^11 years is not our problem")]
pub(crate) fn now() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}

/// Seconds since 1970 of an RFC 3339 time; `None` when it is none.
#[expect(clippy::cast_possible_truncation, reason = "JavaScript's times end in the year 275760")]
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some((millis / 1000.0) as i64)
}

/// What is kept in this browser between visits; `None` where the browser keeps nothing.
pub(crate) fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// A name that is not in use: 16 random characters.
pub(crate) fn random_name() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().crypto() {
        // Works without a secure context too, unlike `randomUUID`.
        crypto.get_random_values_with_u8_array(&mut bytes).ok();
    }
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}

/// The title of the tab.
pub(crate) fn set_title(page: &str) {
    document().set_title(&if page.is_empty() { "Onetag".to_owned() } else { format!("{page} · Onetag") });
}

/// Puts the cursor where this selector leads.
pub(crate) fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Puts the cursor where the first of these selectors leads that can have it, once the page shows what was changed last.
pub(crate) fn focus_next(selectors: Vec<String>) {
    spawn_local(async move {
        rendered().await;
        for selector in &selectors {
            focus(selector);
            if document()
                .query_selector(selector)
                .ok()
                .flatten()
                .is_some_and(|e| document().active_element() == Some(e))
            {
                return;
            }
        }
    });
}

/// Leaves the cursor where it is, although the page is about to change: what is moved on a page loses it.
pub(crate) fn keep_focus() {
    let Some(element) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    spawn_local(async move {
        rendered().await;
        let is_lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        if is_lost && element.is_connected() {
            element.focus().ok();
        }
    });
}

/// The page shows what was changed last; nobody has pressed a key meanwhile.
async fn rendered() {
    tick().await;
    // What the first changes have changed.
    tick().await;
}

/// Takes the cursor out of whatever has it.
pub(crate) fn blur() {
    if let Some(element) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.blur().ok();
    }
}

/// Puts a text into the clipboard; `false` when the browser refuses.
///
/// `navigator.clipboard` is there only on HTTPS and on loopback: elsewhere the old way through a text field works.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator: JsValue = window().navigator().into();
    let has_clipboard =
        js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|clipboard| clipboard.is_object());
    if has_clipboard && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok() {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

fn copy_by_selection(text: &str) -> Option<bool> {
    let document = document();
    let before = document.active_element();
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("visually-hidden");
    field.set_attribute("readonly", "").ok()?;
    // Within an open dialog only what is in it can have the focus, so the field goes beside the button.
    let parent = before.as_ref().and_then(|element| element.parent_element());
    let parent = parent.or_else(|| document.body().map(Into::into))?;
    parent.append_child(&field).ok()?;
    field.select();
    let html: &web_sys::HtmlDocument = document.unchecked_ref();
    let copied = html.exec_command("copy").unwrap_or(false);
    field.remove();
    if let Some(before) = before.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        before.focus().ok();
    }
    Some(copied)
}
