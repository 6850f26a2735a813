//! What the browser does that Leptos has no words for.

use std::{cell::Cell, time::Duration};

use leptos::{
    prelude::{document, request_animation_frame, window},
    task::{spawn_local, tick},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, FocusOptions, HtmlElement, HtmlInputElement, HtmlTextAreaElement, MouseEvent, Storage};

use crate::text::hosts;

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

/// What this selector leads to.
pub(crate) fn all(selector: &str) -> Vec<Element> {
    let found = document().query_selector_all(selector).ok();
    let all = found.into_iter().flat_map(|found| (0..found.length()).filter_map(move |place| found.item(place)));
    all.filter_map(|node| node.dyn_into().ok()).collect()
}

/// Puts the cursor where this selector leads.
pub(crate) fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Says something to those who do not see what a button did, until what it gives back is called, or something else is said. There
/// is one place for it: each of hundreds of rows has such a button, and what is read aloud is a burden for whatever lays them out.
pub(crate) fn announce(words: &str) -> impl FnOnce() {
    thread_local! {
        static SAID: Cell<u32> = const { Cell::new(0) };
    }
    let say = |words| {
        if let Ok(Some(place)) = document().query_selector("#announced") {
            place.set_text_content(Some(words));
        }
    };
    say(words);
    let said = SAID.get().wrapping_add(1);
    SAID.set(said);
    move || {
        if SAID.get() == said {
            say("");
        }
    }
}

/// Empties the field where this selector leads, as somebody would who types.
pub(crate) fn clear(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(field) = found.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value("");
        if let Ok(event) = Event::new("input") {
            field.dispatch_event(&event).ok();
        }
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

/// Puts the cursor where this selector leads, as soon as a link that was followed within the page has brought it there, unless
/// somebody has put it elsewhere meanwhile.
pub(crate) fn focus_soon(selector: String) {
    try_focus(selector, document().active_element(), FRAMES);
}

/// Frames that a link within the page may take: the rows of a long list come back ten a frame.
const FRAMES: u32 = 200;

fn try_focus(selector: String, from: Option<Element>, frames: u32) {
    request_animation_frame(move || {
        if frames > 0 && (is_focus_lost() || document().active_element() == from) {
            focus(&selector);
            try_focus(selector, from, frames - 1);
        }
    });
}

/// Puts the cursor there once the page shows what was changed last, where what had it is gone.
pub(crate) fn focus_if_lost(selector: &'static str) {
    spawn_local(async move {
        rendered().await;
        if is_focus_lost() {
            focus(selector);
        }
    });
}

fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}

/// To be called by each page as it is made: who comes to it from another by keyboard or with a screen reader has to be led
/// there, as a browser does with documents. The cursor goes to the field that wants it (`autofocus`), else to the heading.
pub(crate) fn arrive() {
    thread_local! {
        static IS_FIRST: Cell<bool> = const { Cell::new(true) };
    }
    // The first page is a document, and the browser has begun to read it.
    let is_first = IS_FIRST.replace(false);
    spawn_local(async move {
        rendered().await;
        let Some(main) = document().get_element_by_id("main") else { return };
        let active = document().active_element();
        if active.is_some_and(|active| active != main && main.contains(Some(&active))) {
            return;
        }
        let found = |selector: &str| document().query_selector(selector).ok().flatten();
        let heading = || {
            let heading = found("#main h1")?;
            heading.set_attribute("tabindex", "-1").ok()?;
            Some(heading)
        };
        let place = found("#main [autofocus]").or_else(|| if is_first { None } else { heading().or(Some(main)) });
        if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
            // A page that one comes back to is scrolled to where one was.
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            place.focus_with_options(&options).ok();
        }
    });
}

/// The platform of the containers that this machine most likely runs; `None` when the browser does not tell.
pub(crate) fn machine() -> Option<&'static str> {
    let navigator = window().navigator();
    // Tablets of Apple's call themselves Macs, which have no touch screen.
    if navigator.max_touch_points() > 1 && navigator.platform().ok()?.starts_with("Mac") {
        return None;
    }
    hosts::guess(&navigator.platform().ok()?, &navigator.user_agent().ok()?)
}

/// What people call this machine, if it has this platform.
pub(crate) fn machine_name(platform: &str) -> Option<&'static str> {
    hosts::name_of(&window().navigator().platform().ok()?, platform)
}

/// The same from the hints that some browsers give when they are asked (`navigator.userAgentData`).
pub(crate) async fn machine_by_hints() -> Option<&'static str> {
    // Phones say nothing of use.
    machine()?;
    let get = |from: &JsValue, name: &str| js_sys::Reflect::get(from, &name.into()).ok();
    let data = get(&window().navigator(), "userAgentData").filter(JsValue::is_object)?;
    let ask: js_sys::Function = get(&data, "getHighEntropyValues")?.dyn_into().ok()?;
    let wanted = js_sys::Array::of2(&"architecture".into(), &"bitness".into());
    let promise: js_sys::Promise = ask.call1(&data, &wanted).ok()?.dyn_into().ok()?;
    let told = JsFuture::from(promise).await.ok()?;
    hosts::guess_by_hints(&get(&told, "architecture")?.as_string()?, &get(&told, "bitness")?.as_string()?)
}

/// Scheme, host and port of this server: `https://onetag.example`.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Puts an address into the browser's history, as that of what is shown.
pub(crate) fn push_address(path: &str) {
    if let Ok(history) = window().history() {
        history.push_state_with_url(&JsValue::NULL, "", Some(path)).ok();
    }
}

/// An attribute of what an event happened to, or of what that is in.
pub(crate) fn attribute_at(event: &Event, name: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// The query of a link that is nothing else, when a click means to follow it here.
pub(crate) fn query_of_link(event: &MouseEvent) -> Option<String> {
    if event.default_prevented() || event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href^='?']").ok()??;
    Some(link.get_attribute("href")?.split_off(1))
}

/// A text that this entry of the browser's history keeps: "back" and a reload find it again, a link to the page does not.
pub(crate) fn kept_in_history(name: &str) -> Option<String> {
    let state = window().history().ok()?.state().ok()?;
    js_sys::Reflect::get(&state, &JsValue::from_str(name)).ok()?.as_string()
}

/// Keeps a text in this entry of the browser's history.
pub(crate) fn keep_in_history(name: &str, text: &str) {
    let Ok(history) = window().history() else { return };
    let state = js_sys::Object::new();
    if let Ok(before) = history.state() {
        js_sys::Object::assign(&state, before.unchecked_ref());
    }
    js_sys::Reflect::set(&state, &JsValue::from_str(name), &JsValue::from_str(text)).ok();
    history.replace_state(&state, "").ok();
}

/// Leaves the cursor where it is, although the page is about to change: what is moved on a page loses it.
pub(crate) fn keep_focus() {
    let Some(element) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    spawn_local(async move {
        rendered().await;
        if is_focus_lost() && element.is_connected() {
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

/// Lets the browser save bytes under this name.
pub(crate) fn save(name: &str, bytes: &[u8]) -> Option<()> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts).ok()?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", name).ok()?;
    link.click();
    // It is being saved by then.
    leptos::prelude::set_timeout(move || drop(web_sys::Url::revoke_object_url(&address)), Duration::from_mins(1));
    Some(())
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
