//! One registry.

use leptos::prelude::*;
use onetag_shared::api::RegistryInfo;

use super::{
    form::SettingsForm,
    test::{Test, Testing},
};
use crate::text::registries::{Fact, Typed, facts, limits};

/// What holds for it, what is set, what works.
#[component]
pub(super) fn Card(
    /// What the server knows of it.
    info: RegistryInfo,
) -> impl IntoView {
    let host = info.host.clone();
    let typed = RwSignal::new(Typed::of_info(&info));
    let info = RwSignal::new(info);
    // What was set elsewhere, such as by a button beside a problem, is shown unless something else was typed.
    Effect::new(move |before: Option<Typed>| {
        let now = Typed::of_info(&info.read());
        if before.is_some_and(|before| before == *typed.read_untracked()) {
            typed.set(now.clone());
        }
        now
    });
    let (is_changing, testing) = (RwSignal::new(false), Testing::new(host.clone(), info));
    let [heading, change, test] = ["registry", "change", "test"].map(|name| format!("{name}-{host}"));
    let name = StoredValue::new(host.clone());
    let rows = move || info.with(facts).into_iter().map(row).collect_view();
    let said = move || {
        let limit = info.with(|info| info.rate_limit.as_ref().map(limits));
        limit.map(|words| view! { <dt>"Limits"</dt><dd class="is-wide">{words}</dd> })
    };
    view! {
        <section class="registry" aria-labelledby=heading.clone() data-registry=host.clone()>
            <div class="section-head">
                <h2 class="mono" id=heading.clone() tabindex="-1">{host.clone()}</h2>
                <div class="actions">
                    <a class="button small" href=format!("/r/{host}/")>"Repositories"</a>
                    <button
                        type="button" class="button small change-button" aria-expanded=move || is_changing.get().to_string()
                        aria-controls=change.clone() aria-label=format!("Change the settings of {host}")
                        on:click=move |_| is_changing.update(|is_changing| *is_changing = !*is_changing)
                    >
                        "Change"
                    </button>
                    <button
                        type="button" class="button small test-button" aria-expanded=move || testing.is_open.get().to_string()
                        aria-controls=test.clone() aria-label=format!("Test {host}") on:click=move |_| testing.toggle()
                    >
                        "Test"
                    </button>
                </div>
            </div>
            <dl class="facts">{rows}{said}</dl>
            <div id=change class="registry-panel" class:is-hidden=move || !is_changing.get()>
                <Show when=move || is_changing.get()>
                    <SettingsForm host=name.get_value() info typed />
                </Show>
            </div>
            <div id=test class="registry-panel" class:is-hidden=move || !testing.is_open.get()>
                <Show when=move || testing.is_open.get()>
                    <Test testing />
                </Show>
            </div>
        </section>
    }
}

fn row(fact: Fact) -> impl IntoView {
    view! {
        <dt>{fact.name}</dt>
        <dd class:is-risky=fact.is_risky>{fact.value}</dd>
        <dd class="source">{fact.source}</dd>
    }
}
