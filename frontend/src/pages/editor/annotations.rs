//! Annotations, to edit.

use leptos::prelude::*;
use onetag_shared::descriptor::Annotations;

use super::{annotation_pair::AnnotationPair, desk::Desk, way};
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
    let id = StoredValue::new(way::field_id(&name));
    let unfinished = desk.typing.with_untracked(|typing| typing.pairs.get(&name).cloned());
    // The pairs as they stand in the fields, and with those that have no key yet.
    let pairs = RwSignal::new(unfinished.unwrap_or_else(|| in_order(value.get_untracked())));
    // Fields that are taken off the page are left too.
    let commit = move || {
        let annotations = pairs.try_with_untracked(|pairs| typing::annotations(pairs));
        if let Some(annotations) = annotations
            && value.with_untracked(|value| *value != annotations)
        {
            on_change.run(annotations);
        }
    };
    follow(value, pairs);
    keep(desk, name, value, pairs);
    let count = Memo::new(move |_| pairs.with(Vec::len));
    let field = move |place: usize| id.with_value(|id| format!("#{id}-{place}"));
    let button_id = move || id.with_value(|id| format!("{id}-add"));
    let keys_id = id.with_value(|id| format!("keys-of-{id}"));
    let add = move |_| {
        pairs.update(|pairs| pairs.push(Pair::default()));
        dom::focus_next(vec![field(pairs.with_untracked(Vec::len) - 1)]);
    };
    let on_remove = Callback::new(move |place: usize| {
        pairs.update(|pairs| {
            pairs.remove(place);
        });
        commit();
        dom::focus_next(vec![field(place), field(place.saturating_sub(1)), format!("#{}", button_id())]);
    });
    view! {
        <datalist id=keys_id.clone()>
            {KNOWN_KEYS.iter().map(|key| view! { <option value=*key></option> }).collect_view()}
        </datalist>
        <div class="annotations" on:change=move |_| commit() on:focusout=move |_| commit()>
            <For each=move || 0..count.get() key=|place| *place let:place>
                <AnnotationPair pairs place id=id.with_value(|id| format!("{id}-{place}")) offers=keys_id.clone() on_remove />
            </For>
            <button type="button" class="button quiet small" id=button_id() on:click=add>
                <Icon shape=Shape::Plus /> "Annotation"
            </button>
        </div>
    }
}

/// What changes elsewhere comes into the fields.
fn follow(value: Memo<Annotations>, pairs: RwSignal<Vec<Pair>>) {
    Effect::new(move |before: Option<Annotations>| {
        let now = value.get();
        if let Some(before) = before.filter(|before| *before != now) {
            let mut merged = pairs.get_untracked();
            typing::merge(&mut merged, &before, &now);
            if pairs.with_untracked(|pairs| *pairs != merged) {
                pairs.set(merged);
            }
        }
        now
    });
}

/// What is in the fields and not in the list stays when the page is loaded again.
fn keep(desk: Desk, name: String, value: Memo<Annotations>, pairs: RwSignal<Vec<Pair>>) {
    Effect::new(move |_| {
        let pairs = pairs.get();
        let kept = value.with(|value| pairs != in_order(value.clone())).then_some(pairs);
        if desk.typing.with_untracked(|typing| typing.pairs.get(&name) == kept.as_ref()) {
            return;
        }
        desk.typing.update(|typing| match kept {
            Some(pairs) => drop(typing.pairs.insert(name.clone(), pairs)),
            None => drop(typing.pairs.remove(&name)),
        });
    });
}

fn in_order(annotations: Annotations) -> Vec<Pair> {
    annotations.into_iter().collect()
}
