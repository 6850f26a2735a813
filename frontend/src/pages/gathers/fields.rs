//! The fields of the form for a gather.

use leptos::prelude::*;
use onetag_shared::platform::Platform;

use super::new::{Making, Stage};
use crate::text::gathers::{COMMON, Typed, WAITS};

/// The platforms to wait for: a choice of the usual ones, and a field for others.
#[component]
pub(super) fn Platforms(
    /// The form.
    making: Making,
) -> impl IntoView {
    let choice = |(place, (name, words)): (usize, (&'static str, Option<&'static str>))| {
        let words = words.or_else(|| name.parse::<Platform>().ok().and_then(|platform| platform.words()));
        view! {
            <label class="check" title=words>
                <input
                    type="checkbox" value=name prop:checked=move || making.typed.read().common[place]
                    on:change=move |event| making.change(|typed| typed.common[place] = event_target_checked(&event))
                />
                <code>{name}</code>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>"Platforms to wait for"</legend>
            <div class="platform-choices">{COMMON.into_iter().enumerate().map(choice).collect_view()}</div>
            <Lines
                making field="platforms" label="Others" placeholder="linux/mips64le" part=|typed| &mut typed.others
                hint="One a line. The list will have all of them in this order."
            />
        </fieldset>
    }
}

/// How long it may wait.
#[component]
pub(super) fn Wait(
    /// The form.
    making: Making,
) -> impl IntoView {
    let waits = WAITS.map(|(seconds, label)| {
        let is_chosen = making.typed.read_untracked().wait == seconds;
        view! { <option value=seconds.to_string() selected=is_chosen>{label}</option> }
    });
    let choose = move |event| {
        if let Ok(seconds) = event_target_value(&event).parse() {
            making.change(|typed| typed.wait = seconds);
        }
    };
    view! {
        <div class="field">
            <label for="gather-wait">"Overdue after"</label>
            <select id="gather-wait" aria-describedby="gather-wait-hint" on:change=choose>{waits.collect_view()}</select>
            <p class="hint" id="gather-wait-hint">
                "Nothing happens by itself then: it says what is missing, and can be pushed without that."
            </p>
        </div>
    }
}

/// A field of several lines, with what is wrong with it.
#[component]
pub(super) fn Lines(
    /// The form.
    making: Making,
    /// As the API has it.
    field: &'static str,
    /// What stands above it.
    label: &'static str,
    /// What it means.
    hint: &'static str,
    /// An example.
    placeholder: &'static str,
    /// Where it is kept.
    part: fn(&mut Typed) -> &mut String,
) -> impl IntoView {
    let wrong = Memo::new(move |_| match &*making.stage.read() {
        Stage::Wrong(wrong) if wrong.field == field => Some(wrong.words.clone()),
        _ => None,
    });
    let value = move || part(&mut making.typed.get()).clone();
    let (id, hint_id) = (format!("gather-{field}"), format!("gather-{field}-hint"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id rows="2" spellcheck="false" autocapitalize="none" autocomplete="off" placeholder=placeholder
                aria-describedby=hint_id.clone() aria-invalid=move || wrong.read().is_some().to_string()
                prop:value=value on:input=move |event| making.change(|typed| *part(typed) = event_target_value(&event))
            ></textarea>
            <p class="hint" id=hint_id aria-live="polite">
                {move || match wrong.get() {
                    Some(words) => view! { <span class="field-error">{words}</span> }.into_any(),
                    None => hint.into_any(),
                }}
            </p>
        </div>
    }
}
