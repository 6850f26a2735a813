//! Annotations, to edit.

use leptos::prelude::*;
use onetag_shared::descriptor::Annotations;

use super::desk::Desk;
use crate::{
    components::{Icon, Shape},
    dom,
    state::typing::{self, Pair},
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

/// Keys and values. A pair without a key is not in the list yet; a key that is there twice is said to be.
#[component]
pub(super) fn AnnotationFields(
    /// The draft.
    desk: Desk,
    /// As they are in the draft.
    value: Memo<Annotations>,
    /// Called with all of them when one was changed.
    on_change: Callback<Annotations>,
    /// The name of the field, among those of the draft.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let prefix = StoredValue::new(name.replace('.', "-"));
    let name = StoredValue::new(name);
    let unfinished = desk.typing.with_untracked(|typing| name.with_value(|name| typing.pairs.get(name).cloned()));
    // The pairs as they stand in the fields, and with those that have no key yet.
    let pairs = RwSignal::new(unfinished.unwrap_or_else(|| in_order(value.get_untracked())));
    let commit = move || {
        let annotations = pairs.with_untracked(|pairs| typing::annotations(pairs));
        if value.with_untracked(|value| *value != annotations) {
            on_change.run(annotations);
        }
    };
    // Loading the page again is a way to leave the fields; after that, what changes elsewhere comes into them.
    Effect::new(move |before: Option<Annotations>| {
        let now = value.get();
        match before {
            None => untrack(commit),
            Some(before) if before != now => {
                let mut merged = pairs.get_untracked();
                typing::merge(&mut merged, &before, &now);
                if pairs.with_untracked(|pairs| *pairs != merged) {
                    pairs.set(merged);
                }
            }
            Some(_) => {}
        }
        now
    });
    Effect::new(move |_| {
        let pairs = pairs.get();
        let kept = value.with(|value| pairs != in_order(value.clone())).then_some(pairs);
        let was = desk.typing.with_untracked(|typing| name.with_value(|name| typing.pairs.get(name).cloned()));
        if kept != was {
            desk.typing.update(|typing| match kept {
                Some(pairs) => drop(typing.pairs.insert(name.get_value(), pairs)),
                None => drop(name.with_value(|name| typing.pairs.remove(name))),
            });
        }
    });
    let count = Memo::new(move |_| pairs.with(Vec::len));
    let keys_id = format!("{}-keys", prefix.get_value());
    let field_id = move |place: usize| format!("{}-{place}", prefix.get_value());
    let add = move |_| {
        pairs.update(|pairs| pairs.push(Pair::default()));
        dom::focus_next(vec![format!("#{}", field_id(pairs.with_untracked(Vec::len) - 1))]);
    };
    let remove = move |place: usize| {
        pairs.update(|pairs| {
            pairs.remove(place);
        });
        commit();
        let before = field_id(place.saturating_sub(1));
        dom::focus_next(vec![
            format!("#{}", field_id(place)),
            format!("#{before}"),
            format!("#{}-add", prefix.get_value()),
        ]);
    };
    let list_id = StoredValue::new(keys_id.clone());
    let field = move |place: usize| {
        let pair = Memo::new(move |_| pairs.with(|pairs| pairs.get(place).cloned().unwrap_or_default()));
        let set = move |change: &dyn Fn(&mut Pair)| {
            pairs.update(|pairs| {
                if let Some(pair) = pairs.get_mut(place) {
                    change(pair);
                }
            });
        };
        let is_repeated = Memo::new(move |_| {
            pairs.with(|pairs| {
                let key = pairs.get(place).map(|(key, _)| key).filter(|key| !key.is_empty());
                key.is_some_and(|key| pairs.iter().take(place).any(|(other, _)| other == key))
            })
        });
        view! {
            <div class="annotation">
                <input
                    type="text" id=field_id(place) list=list_id.get_value() placeholder="key"
                    autocapitalize="none" spellcheck="false" autocomplete="off"
                    aria-label=format!("Key of annotation {}", place + 1)
                    aria-invalid=move || is_repeated.get().to_string()
                    prop:value=move || pair.get().0
                    on:input=move |event| set(&|pair| event_target_value(&event).trim().clone_into(&mut pair.0))
                    on:change=move |_| commit()
                />
                <input
                    type="text" placeholder="value" autocomplete="off" aria-label=format!("Value of annotation {}", place + 1)
                    prop:value=move || pair.get().1
                    on:input=move |event| set(&|pair| pair.1 = event_target_value(&event))
                    on:change=move |_| commit()
                />
                <button
                    type="button" class="icon-button" title="Remove" aria-label=format!("Remove annotation {}", place + 1)
                    on:click=move |_| remove(place)
                >
                    <Icon shape=Shape::Cross />
                </button>
                <Show when=move || is_repeated.get()>
                    <p class="field-error">"This key is there already; the last value counts."</p>
                </Show>
            </div>
        }
    };
    view! {
        <datalist id=keys_id>{KNOWN_KEYS.iter().map(|key| view! { <option value=*key></option> }).collect_view()}</datalist>
        <div class="annotations">
            <For each=move || 0..count.get() key=|place| *place let:place>{field(place)}</For>
            <button type="button" class="button quiet small" id=format!("{}-add", prefix.get_value()) on:click=add>
                <Icon shape=Shape::Plus /> "Annotation"
            </button>
        </div>
    }
}

fn in_order(annotations: Annotations) -> Vec<Pair> {
    annotations.into_iter().collect()
}
