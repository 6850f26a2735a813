//! The tags to push to.

use leptos::prelude::*;
use onetag_shared::reference::Reference;

use super::{desk::Desk, target_state::TargetState};
use crate::{
    components::{Icon, Shape},
    dom,
    text::target::{self, Target},
};

/// A field for each tag.
#[component]
pub(super) fn Targets(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let count = Memo::new(move |_| desk.target_texts.with(Vec::len));
    view! {
        <div class="targets">
            <For each=move || 0..count.get() key=|place| *place let:place>
                <TargetField desk place count />
            </For>
        </div>
    }
}

#[component]
fn TargetField(
    /// The draft.
    desk: Desk,
    /// Which field.
    place: usize,
    /// How many fields there are.
    count: Memo<usize>,
) -> impl IntoView {
    let text = move || desk.target_texts.with(|texts| texts.get(place).cloned().unwrap_or_default());
    let target = Memo::new(move |_| desk.targets.with(|targets| targets.get(place).cloned().unwrap_or(Target::Empty)));
    let set = move |text: String| {
        desk.target_texts.update(|texts| {
            if let Some(old) = texts.get_mut(place) {
                *old = text;
            }
        });
    };
    let remove = move |_| {
        desk.target_texts.update(|texts| {
            texts.remove(place);
        });
        dom::focus_next(vec![format!("#target-{place}"), format!("#target-{}", place.saturating_sub(1))]);
    };
    let error_id = format!("target-error-{place}");
    view! {
        <div class="target">
            <div class="target-side">
                <div class="target-field">
                    <input
                        type="text" id=format!("target-{place}") autocomplete="off" autocapitalize="none" spellcheck="false"
                        placeholder="registry/you/app:v1"
                        aria-label=format!("Tag {}", place + 1)
                        aria-describedby=error_id.clone()
                        aria-invalid=move || matches!(*target.read(), Target::Wrong { .. }).to_string()
                        prop:value=text
                        on:input=move |event| set(event_target_value(&event))
                    />
                    <Show when=move || { count.get() > 1 }>
                        <button type="button" class="icon-button" title="Remove" aria-label=format!("Remove tag {}", place + 1) on:click=remove>
                            <Icon shape=Shape::Cross />
                        </button>
                    </Show>
                </div>
                // What is told of the tag takes its time, and grows: what is below the field does not move with it.
                <Show when=move || { count.get() == place + 1 }><More desk /></Show>
            </div>
            <div class="target-state" id=error_id aria-live="polite">
                {move || match target.get() {
                    Target::Empty => ().into_any(),
                    Target::Wrong { message, suggestion } => view! {
                        <p class="field-error">
                            {message}"."
                            {suggestion.map(|suggestion| {
                                let text = suggestion.clone();
                                view! {
                                    " Use " <button type="button" class="link" on:click=move |_| set(text.clone())><code>{suggestion}</code></button> "?"
                                }
                            })}
                        </p>
                    }.into_any(),
                    Target::Tag(reference) => view! { <TargetState desk reference /> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// One more field, and what the first may hold.
#[component]
fn More(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    let add = move |_| {
        desk.target_texts.update(|texts| texts.push(String::new()));
        dom::focus_next(vec![format!("#target-{}", desk.target_texts.with_untracked(Vec::len) - 1)]);
    };
    let offered = move || {
        let is_empty = desk.target_texts.with(|texts| texts.iter().all(|text| text.trim().is_empty()));
        let sources: Vec<Reference> =
            desk.history.with(|history| history.draft.entries.iter().map(|entry| entry.source.clone()).collect());
        is_empty.then(|| target::common(&sources)).flatten().map(|reference| reference.familiar())
    };
    view! {
        <p class="target-more">
            <button type="button" class="button quiet small" id="add-target" on:click=add><Icon shape=Shape::Plus /> "Tag"</button>
            {move || offered().map(|name| {
                let text = name.clone();
                view! {
                    <button
                        type="button" class="link" id="offered-target"
                        on:click=move |_| {
                            desk.target_texts.set(vec![text.clone()]);
                            dom::focus("#target-0");
                        }
                    >
                        "Use " <code>{name}</code>
                    </button>
                }
            })}
        </p>
    }
}
