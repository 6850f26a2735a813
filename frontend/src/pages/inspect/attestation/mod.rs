//! What an attestation, an SBOM or a signature says: read on request, and shown as what it is, a claim.

mod packages;

use std::sync::Arc;

use leptos::prelude::*;
use onetag_shared::{
    api::{AttestationLayer, Attestations},
    digest::Digest,
    statement::{CLAIMS, Provenance, Statement, shown},
};

use self::packages::Packages;
use super::referrers::{Asking, Referring};
use crate::{
    components::{CopyButton, ProblemBox, When, linked},
    text::attestations as words,
};

/// A button, and below it what was read.
#[component]
pub(super) fn Contents(
    /// The manifest of what is read.
    digest: Digest,
    /// What it is attached to.
    subject: Digest,
    /// What it is, in a word.
    kind: String,
) -> impl IntoView {
    let referring = Referring::of_page();
    let key = StoredValue::new((digest, subject));
    let asking = Memo::new(move |_| referring.said.with(|said| said.get(&key.get_value()).cloned()));
    // It stays for the keyboard when there is something to see.
    let is_shown = RwSignal::new(true);
    let press = move |_| match asking.get_untracked() {
        Some(Asking::Asked) => {}
        Some(Asking::Told(_)) => is_shown.update(|shown| *shown = !*shown),
        None | Some(Asking::Failed(_)) => referring.ask_what_it_says(key.get_value()),
    };
    let what = format!(" {kind} {}", key.with_value(|(digest, _)| digest.short().to_owned()));
    let is_open = move || is_shown.get() && matches!(*asking.read(), Some(Asking::Told(_)));
    view! {
        <button
            type="button" class="button small" data-read on:click=press
            aria-expanded=move || is_open().to_string()
            aria-disabled=move || matches!(*asking.read(), Some(Asking::Asked)).to_string()
        >
            {move || match *asking.read() {
                None => "Read it",
                Some(Asking::Asked) => "Reading …",
                Some(Asking::Told(_)) if is_shown.get() => "Hide it",
                Some(Asking::Told(_)) => "Show it",
                Some(Asking::Failed(_)) => "Read it again",
            }}
            <span class="visually-hidden">{what}</span>
        </button>
        <div class="says" role="status" class:is-hidden=move || !is_shown.get()>
            {move || match asking.get()? {
                Asking::Asked => None,
                Asking::Told(told) => Some(all(&told)),
                Asking::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }.into_any()),
            }}
        </div>
    }
}

fn all(told: &Arc<Attestations>) -> AnyView {
    let layers = (0..told.layers.len()).map(|place| layer(told, place)).collect_view();
    let none = told.layers.is_empty().then(|| view! { <p class="hint">"It has no contents."</p> });
    view! {
        {warnings(&told.warnings)}
        {layers}
        {none}
        <p class="hint">{CLAIMS}</p>
    }
    .into_any()
}

fn layer(told: &Arc<Attestations>, place: usize) -> AnyView {
    let AttestationLayer { statement, warnings: wrong, problem, .. } = &told.layers[place];
    match (statement, problem) {
        (Some(statement), _) => view! {
            <div class="statement">
                <p><strong>{words::title(statement)}</strong></p>
                {warnings(wrong)}
                {words::signed(statement).map(|words| view! { <p class="signed">{words}</p> })}
                {statement.provenance.as_ref().map(provenance)}
                {packages_of(told, place, statement)}
            </div>
        }
        .into_any(),
        (None, Some(problem)) => view! { <ProblemBox problem=(**problem).clone() /> }.into_any(),
        (None, None) => ().into_any(),
    }
}

fn warnings(warnings: &[String]) -> AnyView {
    let lines = warnings.iter().map(|words| view! { <p class="warn">{words.clone()}</p> });
    lines.collect_view().into_any()
}

fn packages_of(told: &Arc<Attestations>, place: usize, statement: &Statement) -> Option<AnyView> {
    statement.sbom.as_ref()?;
    Some(view! { <Packages told=Arc::clone(told) place /> }.into_any())
}

/// A text of others: a link where it is the address of a web page.
fn foreign(text: String) -> AnyView {
    let visible = shown(&text);
    if visible == text { linked(text) } else { visible.into_any() }
}

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn provenance(said: &Provenance) -> AnyView {
    let facts = words::facts(said).into_iter().map(|(name, value)| fact(name, foreign(value)));
    let mut facts: Vec<AnyView> = facts.collect();
    if let Some(time) = said.finished.clone().or_else(|| said.started.clone()) {
        facts.push(fact("built", view! { <When time=shown(&time) /> }.into_any()));
    }
    let summary = words::how_many(said.materials.len(), said.materials_total, "material", "materials");
    let materials = said.materials.iter().map(|material| {
        let digests = material.digests.iter().map(|digest| {
            let digest = shown(digest);
            view! {
                <span class="material-digest">
                    <code class="hint">{digest.clone()}</code> <CopyButton text=Signal::stored(digest) what="digest" />
                </span>
            }
        });
        view! { <li>{foreign(material.uri.clone())}{digests.collect_view()}</li> }
    });
    let materials = (!said.materials.is_empty()).then(|| {
        view! { <details><summary>{summary}</summary><ul class="materials">{materials.collect_view()}</ul></details> }
    });
    let says_nothing = facts.is_empty().then(|| view! { <p class="hint">"It says neither builder nor source."</p> });
    view! { <dl class="facts">{facts}</dl>{says_nothing}{materials} }.into_any()
}
