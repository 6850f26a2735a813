//! Annotations, to edit.

use leptos::prelude::*;
use onetag_shared::descriptor::Annotations;

use crate::{
    components::{Icon, Shape},
    dom,
};

/// Keys that people know (OCI image spec, "Annotations").
const KNOWN_KEYS: &[&str] = &[
    "org.opencontainers.image.title",
    "org.opencontainers.image.description",
    "org.opencontainers.image.version",
    "org.opencontainers.image.revision",
    "org.opencontainers.image.source",
    "org.opencontainers.image.url",
    "org.opencontainers.image.documentation",
    "org.opencontainers.image.licenses",
    "org.opencontainers.image.vendor",
    "org.opencontainers.image.authors",
    "org.opencontainers.image.created",
    "org.opencontainers.image.ref.name",
    "org.opencontainers.image.base.name",
    "org.opencontainers.image.base.digest",
];

/// Keys and values. A pair without a key is not kept yet; a key that is there twice is said to be.
#[component]
pub(super) fn AnnotationFields(
    /// As they are in the draft.
    #[prop(into)]
    value: Signal<Annotations>,
    /// Called with all of them when one was changed.
    on_change: Callback<Annotations>,
    /// Whose they are, for ids and screen readers: "list", "row-3".
    #[prop(into)]
    name: String,
) -> impl IntoView {
    // The pairs as they stand in the fields, and with those that have no key yet.
    let pairs = RwSignal::new(Vec::<(String, String)>::new());
    Effect::new(move |_| {
        let value = value.get();
        if pairs.with_untracked(|pairs| as_map(pairs)) != value {
            pairs.set(value.into_iter().collect());
        }
    });
    let commit = move || on_change.run(pairs.with_untracked(|pairs| as_map(pairs)));
    let count = Memo::new(move |_| pairs.with(Vec::len));
    let id = StoredValue::new(name);
    let keys_id = format!("{}-annotation-keys", id.get_value());
    let add = move |_| {
        pairs.update(|pairs| pairs.push((String::new(), String::new())));
        dom::focus(&format!("#{}-annotation-{}", id.get_value(), pairs.with_untracked(Vec::len) - 1));
    };
    let list_id = StoredValue::new(keys_id.clone());
    let field = move |place: usize| {
        let pair = Memo::new(move |_| pairs.with(|pairs| pairs.get(place).cloned().unwrap_or_default()));
        let is_repeated = move || {
            pairs.with(|pairs| {
                pairs
                    .get(place)
                    .is_some_and(|(key, _)| !key.is_empty() && pairs[..place].iter().any(|(other, _)| other == key))
            })
        };
        view! {
            <div class="annotation">
                <input
                    type="text" id=format!("{}-annotation-{place}", id.get_value()) list=list_id.get_value() placeholder="key"
                    autocapitalize="none" spellcheck="false" autocomplete="off"
                    aria-label=format!("Key of annotation {}", place + 1)
                    aria-invalid=move || is_repeated().to_string()
                    prop:value=move || pair.get().0
                    on:change=move |event| {
                        pairs.update(|pairs| event_target_value(&event).trim().clone_into(&mut pairs[place].0));
                        commit();
                    }
                />
                <input
                    type="text" placeholder="value" autocomplete="off" aria-label=format!("Value of annotation {}", place + 1)
                    prop:value=move || pair.get().1
                    on:change=move |event| {
                        pairs.update(|pairs| pairs[place].1 = event_target_value(&event));
                        commit();
                    }
                />
                <button
                    type="button" class="icon-button" title="Remove" aria-label=format!("Remove annotation {}", place + 1)
                    on:click=move |_| {
                        pairs.update(|pairs| {
                            pairs.remove(place);
                        });
                        commit();
                    }
                >
                    <Icon shape=Shape::Cross />
                </button>
                <Show when=is_repeated><p class="field-error">"This key is there already; the last value counts."</p></Show>
            </div>
        }
    };
    view! {
        <datalist id=keys_id>{KNOWN_KEYS.iter().map(|key| view! { <option value=*key></option> }).collect_view()}</datalist>
        <div class="annotations">
            <For each=move || 0..count.get() key=|place| *place let:place>{field(place)}</For>
            <button type="button" class="button quiet small" on:click=add><Icon shape=Shape::Plus /> "Annotation"</button>
        </div>
    }
}

fn as_map(pairs: &[(String, String)]) -> Annotations {
    pairs.iter().filter(|(key, _)| !key.is_empty()).cloned().collect()
}
