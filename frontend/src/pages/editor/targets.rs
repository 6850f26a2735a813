//! The tags to push to, each with what it holds.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, prelude::*};
use onetag_shared::{api::Resolution, media_type::MediaType, platform::Platform, reference::Reference, view::ListView};

use super::{desk::Desk, held::Held};
use crate::{
    components::{DigestText, Icon, Shape},
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
        <div class="targets">
            <For each=move || 0..count.get() key=|place| *place let:place>
                <TargetField desk place count />
            </For>
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
                    Target::Tag(reference) => view! { <State desk reference /> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// What the tag holds now.
#[component]
fn State(
    /// The draft.
    desk: Desk,
    /// The tag.
    reference: Reference,
) -> impl IntoView {
    let asked = reference.clone();
    let held = Memo::new(move |_| desk.holdings.get(&asked));
    let again = reference.clone();
    let look_again = move |_: MouseEvent| desk.holdings.ask(&again);
    let host = reference.registry().to_string();
    move || match held.get() {
        None | Some(Held::Asking) => {
            view! { <p class="hint">{format!("asking {host} what it holds …")}</p> }.into_any()
        }
        Some(Held::Absent) => {
            let look_again = look_again.clone();
            view! {
                <p class="hint held" data-held="absent">
                    "a new tag: there is none of this name" <LookAgain on_click=Callback::new(look_again) />
                </p>
            }
            .into_any()
        }
        Some(Held::There(resolution)) => {
            let reference = reference.clone();
            let on_click = Callback::new(look_again.clone());
            view! { <Holding desk reference resolution on_click /> }.into_any()
        }
        Some(Held::Unknown(problem)) => {
            let look_again = look_again.clone();
            view! {
                <p class="field-error" data-code=problem.code.as_str()>
                    {problem.to_string()}" "{problem.hint.clone()}" "
                    <button type="button" class="link" on:click=look_again>"Look again"</button>
                </p>
            }
            .into_any()
        }
    }
}

/// A tag moves: somebody may want to know what it holds by now.
#[component]
fn LookAgain(
    /// Looks again.
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button
            type="button" class="icon-button copy" title="Look again" aria-label="Look again at what the tag holds"
            on:click=move |event| on_click.run(event)
        >
            <Icon shape=Shape::Refresh />
        </button>
    }
}

/// What is there, and what the push changes for those who pull it.
#[component]
fn Holding(
    /// The draft.
    desk: Desk,
    /// The tag.
    reference: Reference,
    /// What it points to.
    resolution: Resolution,
    /// Looks again.
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    let by_digest = reference.repository_only().with_digest(resolution.digest.clone());
    desk.cache.want(&by_digest);
    let digest = resolution.digest.clone();
    let is_same = Memo::new(move |_| desk.plan.with(|plan| plan.document.as_ref().is_some_and(|d| d.digest == digest)));
    let before = by_digest.clone();
    let change = Memo::new(move |_| {
        let old =
            desk.cache.sources.with(|sources| sources.source(&before).map(|source| names(&ListView::new(source))))?;
        let new: BTreeSet<String> = desk.plan.with(|plan| {
            plan.entries
                .iter()
                .filter_map(|entry| entry.platform.as_ref().filter(|p| !p.is_unknown()).map(Platform::to_string))
                .collect()
        });
        Some((old, new))
    });
    let kind =
        MediaType::new(&resolution.media_type).words().map_or_else(|| resolution.media_type.clone(), str::to_owned);
    view! {
        <p class="held" data-held=resolution.digest.to_string()>
            <span class="hint">"holds "</span> <DigestText digest=resolution.digest.clone() at=Some(reference) />
            <span class="hint">
                {kind}
                {move || change.get().map(|(old, _)| format!(" · {}", joined(old.iter(), 4)))}
            </span>
            <LookAgain on_click />
        </p>
        {move || {
            if is_same.get() {
                return Some(view! { <p class="hint">"That is this list already: a push changes nothing."</p> }.into_any());
            }
            let (old, new) = change.get()?;
            let added = joined(new.difference(&old), 6);
            let gone = joined(old.difference(&new), 6);
            Some(view! {
                {(!added.is_empty()).then(|| view! { <p class="change"><span class="yes">"adds "</span>{added}</p> })}
                {(!gone.is_empty()).then(|| view! {
                    <p class="change" data-change="removes"><Icon shape=Shape::Warning /> <span class="warn">"takes away "</span>{gone}</p>
                })}
            }.into_any())
        }}
    }
}

/// The platforms of what is there.
fn names(view: &ListView) -> BTreeSet<String> {
    let rows = view.rows.iter().filter_map(|row| row.platform.as_ref());
    rows.filter(|platform| !platform.is_unknown() && !platform.is_empty()).map(Platform::to_string).collect()
}

fn joined<'a>(names: impl Iterator<Item = &'a String>, most: usize) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.len().checked_sub(most) {
        Some(rest @ 1..) => format!("{} and {rest} more", names[..most].join(", ")),
        _ => names.join(", "),
    }
}
