//! The field that references are pasted into.

use leptos::{
    ev::{ClipboardEvent, KeyboardEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
};
use onetag_shared::{
    api::{Problem, Spec},
    list::{Draft, Edit},
    paste::{self, Pasted},
    platform::Platform,
    reference::{Reference, ReferenceError},
};

use super::{
    desk::Desk,
    facts::{Found, RowFacts},
};
use crate::{
    api,
    components::{Icon, LeftOut, LeftOutList, ProblemBox, Shape},
    dom,
    text::format,
};

/// Takes references, one or many, the commands they stand in, and YAML of manifest-tool. What is none stays in the field,
/// with the reason.
#[component]
pub(super) fn PasteBox(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    // Said after an attempt to add, and about the text as it was then.
    let rejected = RwSignal::new(Vec::<ReferenceError>::new());
    let said = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<Problem>);
    // An empty list waits for images.
    let is_empty = desk.history.with_untracked(|history| history.draft.entries.is_empty());
    dom::arrive();
    let left_out = LeftOut::from_context();
    on_cleanup(move || left_out.say(Vec::new()));
    let add = move || {
        refused.set(None);
        let text = desk.paste.get_untracked();
        if paste::is_spec(&text) {
            rejected.set(Vec::new());
            return add_spec(desk, left_out, Said { said, refused }, text);
        }
        let pasted = paste::read(&text);
        let mut words = take(desk, &pasted);
        words.extend(add_targets(desk, &pasted.targets));
        left_out.say(words);
        if !pasted.images.is_empty() {
            said.set(format!("{} added.", format::count(pasted.images.len(), "image", "images")));
        }
        let rest: Vec<&str> = pasted.rejected.iter().map(ReferenceError::text).collect();
        desk.paste.set(rest.join("\n"));
        rejected.set(pasted.rejected);
        dom::focus("#paste");
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            add();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        add();
    };
    let on_paste = move |event: ClipboardEvent| {
        // Several references at once are meant to be added; one may be meant to be edited first.
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let pasted = paste::read(&text);
        if (paste::is_spec(&text) || pasted.is_more_than_an_image())
            && desk.paste.with_untracked(|before| before.trim().is_empty())
        {
            event.prevent_default();
            desk.paste.set(text);
            add();
        }
    };
    let use_instead = Callback::new(move |(wrong, right): (String, String)| {
        desk.paste.update(|text| {
            *text =
                text.split('\n').map(|line| if line == wrong { &*right } else { line }).collect::<Vec<_>>().join("\n");
        });
        rejected.update(|errors| errors.retain(|error| error.text() != wrong));
        dom::focus("#paste");
    });
    let lines = move || desk.paste.with(|text| text.lines().count().clamp(2, 8));
    view! {
        <h2 class="visually-hidden">"Images"</h2>
        <form class="paste-form" on:submit=on_submit novalidate>
            <label for="paste">"Add images"</label>
            <textarea
                id="paste"
                rows=lines
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                autofocus=is_empty
                placeholder="Paste references, one or many, a docker, buildx or crane command, or YAML of manifest-tool"
                aria-describedby="paste-errors"
                aria-invalid=move || (!rejected.read().is_empty()).to_string()
                bind:value=desk.paste
                on:keydown=on_key
                on:paste=on_paste
            ></textarea>
            <button
                type="submit"
                id="add"
                class="button"
                disabled=move || desk.paste.with(|text| text.trim().is_empty())
            >
                <Icon shape=Shape::Plus /> "Add"
            </button>
        </form>
        <p class="visually-hidden" role="status">{said}</p>
        <LeftOutList left_out />
        {move || refused.get().map(|problem| view! { <ProblemBox problem /> })}
        <Rejected rejected use_instead />
    }
}

/// What is no reference, and what may be meant.
#[component]
fn Rejected(
    /// What was rejected.
    rejected: RwSignal<Vec<ReferenceError>>,
    /// Puts the second in the place of the first.
    use_instead: Callback<(String, String)>,
) -> impl IntoView {
    view! {
        <ul id="paste-errors" class="paste-errors" aria-live="polite">
            {move || rejected.get().into_iter().map(|error| {
                let text = error.text().to_owned();
                view! {
                    <li class="field-error">
                        {error.to_string()}"."
                        {error.suggestion().map(|suggestion| {
                            let right = suggestion.clone();
                            view! {
                                " Use "
                                <button type="button" class="link" on:click=move |_| use_instead.run((text.clone(), right.clone()))>
                                    <code>{suggestion}</code>
                                </button>
                                " instead?"
                            }
                        })}
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// Where it is told what came of something that was pasted.
#[derive(Clone, Copy)]
struct Said {
    said: RwSignal<String>,
    refused: RwSignal<Option<Problem>>,
}

/// Has the server read YAML of manifest-tool, and does to the draft what it says.
fn add_spec(desk: Desk, left_out: LeftOut, tell: Said, yaml: String) {
    let Said { said, refused } = tell;
    spawn_local(async move {
        let answer = api::read_spec(&yaml).await;
        // The page may be gone, and the text another, when the answer comes.
        if desk.paste.try_get_untracked().as_ref() != Some(&yaml) || refused.is_disposed() {
            return;
        }
        match answer {
            Ok(spec) => {
                left_out.say(take_spec(desk, &spec));
                said.set(format!("{} added.", format::count(spec.draft.entries.len(), "image", "images")));
                desk.paste.set(String::new());
            }
            Err(problem) => refused.set(Some(problem)),
        }
        dom::focus("#paste");
    });
}

/// Does to the draft what was pasted, as one edit; returns what was left out.
fn take(desk: Desk, pasted: &Pasted) -> Vec<String> {
    let natural = |place: usize| {
        desk.rows.with_untracked(|rows| match rows.get(place) {
            Some(RowFacts { found: Found::Image(image), .. }) => image.natural.clone().or_else(|| image.config.clone()),
            _ => None::<Platform>,
        })
    };
    let (mut edits, left_out) = desk.history.with_untracked(|history| pasted.edits(&history.draft, natural));
    match edits.len() {
        0 => {}
        1 => desk.edit(edits.remove(0)),
        _ => desk.edit(Edit::Batch { edits }),
    }
    left_out
}

/// Does to the draft what a spec says, as one edit; returns what was left out.
fn take_spec(desk: Desk, spec: &Spec) -> Vec<String> {
    let Draft { entries, annotations, .. } = spec.draft.clone();
    let (index, before) =
        desk.history.with_untracked(|history| (history.draft.entries.len(), history.draft.annotations.clone()));
    let add = Edit::Add { index, entries };
    if annotations.is_empty() {
        desk.edit(add);
    } else {
        let annotations = before.into_iter().chain(annotations).collect();
        desk.edit(Edit::Batch { edits: vec![add, Edit::SetListAnnotations { annotations }] });
    }
    add_targets(desk, &spec.targets)
}

/// Takes the tags over that commands push to, unless somebody has named one: what is pushed to is no surprise.
fn add_targets(desk: Desk, targets: &[Reference]) -> Vec<String> {
    let names: Vec<String> = targets.iter().map(Reference::familiar).collect();
    let is_free = desk.target_texts.with_untracked(|texts| texts.iter().all(|text| text.trim().is_empty()));
    if is_free && !names.is_empty() {
        desk.target_texts.set(names);
        return Vec::new();
    }
    let known = desk.target_texts.get_untracked();
    let others = names.into_iter().filter(|name| !known.contains(name));
    others.map(|name| format!("the tag {name}, because there is one to push to already")).collect()
}
