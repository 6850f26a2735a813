//! One annotation, to edit.

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    state::typing::Pair,
};

/// Its key and its value.
#[component]
pub(super) fn AnnotationPair(
    /// All pairs.
    pairs: RwSignal<Vec<Pair>>,
    /// Which of them.
    place: usize,
    /// The id of the key's field.
    id: String,
    /// The id of the list of keys it offers.
    offers: String,
    /// Called with its place to take it away.
    on_remove: Callback<usize>,
) -> impl IntoView {
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
                type="text" id=id list=offers placeholder="key"
                autocapitalize="none" spellcheck="false" autocomplete="off"
                aria-label=format!("Key of annotation {}", place + 1)
                aria-invalid=move || is_repeated.get().to_string()
                prop:value=move || pair.get().0
                on:input=move |event| set(&|pair| event_target_value(&event).trim().clone_into(&mut pair.0))
            />
            <input
                type="text" placeholder="value" autocomplete="off" aria-label=format!("Value of annotation {}", place + 1)
                prop:value=move || pair.get().1
                on:input=move |event| set(&|pair| pair.1 = event_target_value(&event))
            />
            <button
                type="button" class="icon-button" title="Remove" aria-label=format!("Remove annotation {}", place + 1)
                on:click=move |_| on_remove.run(place)
            >
                <Icon shape=Shape::Cross />
            </button>
            <Show when=move || is_repeated.get()>
                <p class="field-error">"This key is there already; the last value counts."</p>
            </Show>
        </div>
    }
}
