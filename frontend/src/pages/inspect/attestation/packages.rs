//! The packages of an SBOM: unfolded, searched, and shown as far as somebody wants to see them.

use std::sync::Arc;

use leptos::{ev::Event, prelude::*};
use onetag_shared::{
    api::Attestations,
    statement::{Package, Sbom, shown},
};

use crate::{
    components::When,
    text::{attestations as words, format},
};

/// How many there are; unfolded, a table of them.
#[component]
pub(super) fn Packages(
    /// What was told.
    told: Arc<Attestations>,
    /// The layer with the SBOM.
    place: usize,
) -> impl IntoView {
    let told = StoredValue::new(told);
    let sbom = move |say: &mut dyn FnMut(&Sbom)| {
        told.with_value(|told| {
            if let Some(sbom) = told.layers[place].statement.as_ref().and_then(|statement| statement.sbom.as_ref()) {
                say(sbom);
            }
        });
    };
    let (wanted, is_open, is_all) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let (mut summary, mut created) = (String::new(), None);
    sbom(&mut |sbom| {
        summary = words::how_many(sbom.packages.len(), sbom.packages_total, "package", "packages");
        created.clone_from(&sbom.created);
    });
    let on_toggle = move |event: Event| is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    let table = move || {
        let (mut rows, mut said, mut more) = (Vec::new(), String::new(), None);
        let (wanted, is_whole) = (wanted.get(), is_all.get());
        sbom(&mut |sbom| {
            let found = words::matching(&sbom.packages, &wanted);
            let most = if is_whole { found.len() } else { words::FIRST };
            rows = found.iter().take(most).map(|package| row(package)).collect();
            let all = format::count(found.len(), "package", "packages");
            said = if found.is_empty() {
                "No package has that in its name, version, address or licence.".to_owned()
            } else if rows.len() < found.len() {
                format!("{all}, the first {} shown.", rows.len())
            } else {
                format!("{all} shown.")
            };
            more = (rows.len() < found.len()).then(|| format!("Show all {}", found.len()));
        });
        let more = more.map(|words| {
            view! { <button type="button" class="button small" data-show-all on:click=move |_| is_all.set(true)>{words}</button> }
        });
        let head = (!rows.is_empty()).then(|| {
            view! { <thead><tr><th scope="col">"Package"</th><th scope="col">"Version"</th><th scope="col">"Licence"</th></tr></thead> }
        });
        view! {
            <p class="hint" role="status">{said}</p>
            <table class="packages"><caption class="visually-hidden">"Packages"</caption>{head}<tbody>{rows}</tbody></table>
            {more}
        }
    };
    view! {
        <details class="sbom" on:toggle=on_toggle>
            <summary>{summary}</summary>
            <Show when=move || is_open.get()>
                <label class="search">
                    <span>"Search"</span>
                    <input
                        type="text" autocomplete="off" spellcheck="false" prop:value=wanted
                        on:input=move |event| wanted.set(event_target_value(&event))
                    />
                </label>
                {table}
            </Show>
        </details>
        {created.map(|time| view! { <p class="hint">"Listed "<When time=shown(&time) /></p> })}
    }
}

/// All of it is text: an address of a package is none of the web.
fn row(package: &Package) -> AnyView {
    let name = if package.name.is_empty() { "no name".to_owned() } else { shown(&package.name) };
    let text = |text: &Option<String>| text.as_deref().map(shown).unwrap_or_default();
    let (purl, version, license) = (text(&package.purl), text(&package.version), text(&package.license));
    view! { <tr><td>{name}<code class="hint">{purl}</code></td><td>{version}</td><td>{license}</td></tr> }.into_any()
}
