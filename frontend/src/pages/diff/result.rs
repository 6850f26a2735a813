//! What was found.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Diff, DiffSide, DiffVerdict, EntryKind},
    diff::{flat, is_quiet, of_field},
    reference::Reference,
};

use super::entries::{Entry, Lines};
use crate::{
    api,
    components::DigestText,
    dom,
    text::{diff::totals, format},
};

/// The whole difference.
#[component]
pub(super) fn Found(
    /// What was found.
    diff: Diff,
) -> impl IntoView {
    let at = [&diff.from, &diff.to].map(|side| side.reference.parse::<Reference>().ok());
    let verdict = match diff.verdict {
        DiffVerdict::Identical => "identical",
        DiffVerdict::Rewritten => "rewritten",
        DiffVerdict::Different => "different",
    };
    let numbers = totals(&diff.totals).into_iter();
    let numbers = numbers.map(|(class, words)| view! { <li data-change=class>{words}</li> }).collect_view();
    let (quiet, told): (Vec<_>, Vec<_>) = flat(&diff).into_iter().partition(|(_, entry)| is_quiet(entry));
    let names = quiet.iter().map(|(_, entry)| view! { <li><code>{entry.name.clone()}</code></li> }).collect_view();
    let quiet = (!quiet.is_empty()).then(|| {
        let is_image = quiet.iter().all(|(_, entry)| entry.kind == EntryKind::Image);
        let (one, many) = if is_image { ("platform", "platforms") } else { ("entry", "entries") };
        let words = format!("{} unchanged", format::count(quiet.len(), one, many));
        view! { <details class="diff-unchanged" id="diff-unchanged"><summary>{words}</summary><ul>{names}</ul></details> }
    });
    let told = told.into_iter().map(|(depth, entry)| view! { <Entry depth entry=entry.clone() at=at.clone() /> });
    let told = told.collect_view();
    let list: Vec<_> = diff.list.iter().map(|change| of_field("", change)).collect();
    let list = (!list.is_empty()).then(|| {
        view! { <section class="diff-list"><h2>"The list itself"</h2><Lines lines=list more=0 /></section> }
    });
    // What was found, whatever the tags hold by now.
    let pinned = [&diff.from, &diff.to].map(pinned);
    view! {
        <p class="diff-verdict" id="diff-verdict" data-verdict=verdict>{diff.summary.clone()}</p>
        <p class="diff-sides">{side(&diff.from, at[0].clone())}<span>"→"</span>{side(&diff.to, at[1].clone())}</p>
        <ul class="diff-totals">{numbers}</ul>
        <div class="actions">
            <CopyAs id="copy-markdown" word="Copy as Markdown" form="text/markdown" of=pinned.clone() />
            <CopyAs id="copy-text" word="Copy as text" form="text/plain" of=pinned />
        </div>
        {list}
        <h2 class="visually-hidden">"Entries"</h2>
        <ul class="diff-entries" id="diff-entries">{told}</ul>
        {quiet}
    }
    .into_any()
}

/// The name of a side, which leads to its page, and its digest.
fn side(side: &DiffSide, at: Option<Reference>) -> AnyView {
    let name = at.as_ref().map_or_else(|| side.reference.clone(), |at| at.without_digest().familiar());
    let link = format!("/i/{}", at.as_ref().map_or_else(|| side.reference.clone(), Reference::familiar));
    view! { <span class="diff-of"><a href=link>{name}</a>" "<DigestText digest=side.digest.clone() at /></span> }
        .into_any()
}

fn pinned(side: &DiffSide) -> String {
    let reference = side.reference.parse::<Reference>();
    reference.map_or_else(|_| side.reference.clone(), |at| at.with_digest(side.digest.clone()).familiar())
}

/// Asks for the difference in another form, and copies it.
#[component]
fn CopyAs(
    /// The button's id.
    id: &'static str,
    /// What it says.
    word: &'static str,
    /// The form, as a media type.
    form: &'static str,
    /// What is compared.
    of: [String; 2],
) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let [from, to] = of.clone();
        spawn_local(async move {
            let ended = match api::diff_as(&from, &to, form).await {
                Ok(text) if dom::copy(&text).await => "Copied.",
                Ok(_) => "The browser refused.",
                Err(_) => "The server did not give it: compare once more.",
            };
            said.try_set(ended);
        });
    };
    view! {
        <button type="button" class="button small" id=id on:click=copy>{word}</button>
        <span role="status" class="hint">{move || said.get()}</span>
    }
    .into_any()
}
