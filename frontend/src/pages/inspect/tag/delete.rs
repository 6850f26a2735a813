//! Deleting the tag: never with one press, and never with more than was shown.

use leptos::{html, prelude::*, task::spawn_local};
use onetag_shared::{
    api::{DeletionRequest, HoldingList, Pointing, Problem, ProblemCode},
    reference::Reference,
};

use super::Looked;
use crate::{
    api,
    components::{ProblemBox, Prose, TagLinks},
    text::{format::sentence, tags},
};

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Closed,
    /// The other tags are looked at.
    Looking,
    /// The person is asked, with what points there.
    Sure(Box<Pointing>),
    /// More would go than the tag: the person is asked again.
    More(Box<Problem>),
    Asked,
    Refused(Box<Problem>),
}

/// What the button and the dialog share.
#[derive(Clone, Copy)]
struct Deleting {
    looked: Looked,
    tag: StoredValue<Reference>,
    /// The tag alone.
    own: StoredValue<String>,
    stage: RwSignal<Stage>,
    /// What became of it, in words.
    outcome: RwSignal<Option<String>>,
    dialog: NodeRef<html::Dialog>,
}

impl Deleting {
    /// Opens the dialog, and looks at what else points there.
    fn open(self) {
        let Some(dialog) = self.dialog.get_untracked() else { return };
        dialog.show_modal().ok();
        // It was closed while something was deleted: that goes on.
        if *self.stage.read_untracked() == Stage::Asked {
            return;
        }
        self.stage.set(Stage::Looking);
        self.outcome.set(None);
        spawn_local(async move {
            let told = match api::pointing(&self.tag.get_value(), false).await {
                Ok(pointing) => Stage::Sure(Box::new(pointing)),
                Err(problem) => Stage::Refused(Box::new(problem)),
            };
            // Whoever has closed it meanwhile does not want to know.
            self.stage.try_update(|stage| {
                if *stage == Stage::Looking {
                    *stage = told;
                }
            });
        });
    }

    /// Deletes the tag, and what was said to go along.
    fn delete(self, along: Option<&Pointing>) {
        if *self.stage.read_untracked() == Stage::Asked {
            return;
        }
        let lists = along.and_then(|along| along.lists.as_ref()).into_iter().flatten();
        let request = DeletionRequest {
            reference: self.tag.get_value(),
            guard: self.looked.seen(),
            alongside: along.map(|along| tags::others(along, Some(&self.own.get_value()))).unwrap_or_default(),
            breaking: lists.map(|list| list.digest.clone()).collect(),
            incomplete: along.is_some_and(|along| !along.complete),
        };
        self.stage.set(Stage::Asked);
        spawn_local(async move {
            match api::delete(&request).await {
                Ok(deletion) => {
                    self.outcome.try_set(Some(tags::deleted(&deletion)));
                    self.stage.try_set(Stage::Closed);
                    self.looked.changed.try_update(|changed| *changed += 1);
                    // The cursor goes back to the button that opened it.
                    if let Some(Some(dialog)) = self.dialog.try_get_untracked() {
                        dialog.close();
                    }
                }
                Err(problem) => self.refused(problem),
            }
        });
    }

    /// Nothing was deleted: told in the dialog, or beside the button when that was closed meanwhile.
    fn refused(self, problem: Problem) {
        if !self.dialog.try_get_untracked().flatten().is_some_and(|dialog| dialog.open()) {
            self.outcome.try_set(Some(sentence(&problem.to_string())));
            self.stage.try_set(Stage::Closed);
            return;
        }
        let is_more = matches!(problem.code, ProblemCode::TakesAlong | ProblemCode::TagsUnseen);
        let problem = Box::new(problem);
        self.stage.try_set(if is_more { Stage::More(problem) } else { Stage::Refused(problem) });
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    /// The dialog was closed, by whatever.
    fn closed(self) {
        self.stage.update(|stage| {
            if *stage != Stage::Asked {
                *stage = Stage::Closed;
            }
        });
    }
}

/// The button, the dialog, and what became of it.
#[component]
pub(super) fn DeleteTag(
    /// What is looked at.
    looked: Looked,
    /// The tag.
    tag: Reference,
) -> impl IntoView {
    let own = tag.tag().map(ToString::to_string).unwrap_or_default();
    let heading = format!("Delete {}?", tag.familiar());
    let deleting = Deleting {
        looked,
        tag: StoredValue::new(tag),
        own: StoredValue::new(own),
        stage: RwSignal::new(Stage::Closed),
        outcome: RwSignal::new(None),
        dialog: NodeRef::new(),
    };
    let has_seen = move || looked.digest().is_some();
    view! {
        <section>
            <h2>"Delete"</h2>
            <div class="actions">
                <button
                    type="button" class="button danger" id="delete-tag" disabled=move || !has_seen()
                    on:click=move |_| deleting.open()
                >
                    "Delete this tag…"
                </button>
                <span class="hint">"Shows what else points there first."</span>
            </div>
            <p role="status" id="deleted">{move || deleting.outcome.get()}</p>
            <dialog
                node_ref=deleting.dialog class="dialog" aria-labelledby="delete-heading"
                on:close=move |_| deleting.closed()
            >
                <h2 id="delete-heading">{heading}</h2>
                <div aria-live="polite">{move || told(deleting)}</div>
                <Buttons deleting />
            </dialog>
        </section>
    }
}

/// What the dialog says.
fn told(deleting: Deleting) -> AnyView {
    let own = deleting.own.get_value();
    match deleting.stage.get() {
        Stage::Closed => ().into_any(),
        Stage::Looking => view! { <p>"Looking at what else points there …"</p> }.into_any(),
        Stage::Sure(pointing) => view! { <Sure pointing=*pointing own /> }.into_any(),
        Stage::More(problem) => view! { <More problem=*problem own /> }.into_any(),
        Stage::Asked => view! { <p>"Deleting …"</p> }.into_any(),
        Stage::Refused(problem) => view! { <ProblemBox problem=*problem /> }.into_any(),
    }
}

/// What can be done in the dialog. The first button stays, so that the cursor has a place.
#[component]
fn Buttons(
    /// What is deleted.
    deleting: Deleting,
) -> impl IntoView {
    let is_over = move || matches!(*deleting.stage.read(), Stage::Refused(_) | Stage::Asked);
    let sure = move || {
        view! {
            <button type="button" class="button danger" id="delete-sure" on:click=move |_| deleting.delete(None)>
                {format!("Delete {}", deleting.own.get_value())}
            </button>
        }
        .into_any()
    };
    let more = move |along: Pointing| {
        view! {
            <button
                type="button" class="button danger" id="delete-more"
                on:click=move |_| deleting.delete(Some(&along))
            >
                "Delete all of that"
            </button>
        }
        .into_any()
    };
    view! {
        <div class="actions">
            <button type="button" class="button" id="delete-cancel" on:click=move |_| deleting.close()>
                {move || if is_over() { "Close" } else { "Cancel" }}
            </button>
            {move || match deleting.stage.get() {
                Stage::Sure(_) => Some(sure()),
                Stage::More(problem) => problem.pointing.read().map(more),
                _ => None,
            }}
        </div>
    }
}

/// What is known before anything is asked for.
#[component]
fn Sure(
    /// What points there.
    pointing: Pointing,
    /// The tag.
    own: String,
) -> impl IntoView {
    let others = tags::others(&pointing, Some(&own));
    let doubt = tags::doubt(&pointing).map(|words| view! { <p class="warn"><Prose text=sentence(&words) /></p> });
    let words = if others.is_empty() {
        view! { <p>"No other tag points there."</p> }.into_any()
    } else {
        view! {
            <p>"These tags point there too:"</p>
            <TagLinks repository=pointing.reference.repository_only() tags=others />
            <p>"They stay, where the registry deletes a tag by itself. Where it does not, you are asked again."</p>
        }
        .into_any()
    };
    view! { {words} {doubt} }
}

/// What would go with the tag.
#[component]
fn More(
    /// The server's "no".
    problem: Problem,
    /// The tag.
    own: String,
) -> impl IntoView {
    let Some(pointing) = problem.pointing.read() else { return view! { <p>{problem.detail}</p> }.into_any() };
    let others = tags::others(&pointing, Some(&own));
    let repository = pointing.reference.repository_only();
    let doubt = tags::doubt(&pointing).map(|words| {
        view! { <p class="warn"><Prose text=sentence(&words) />" Others may go along, too."</p> }
    });
    let along = (!others.is_empty()).then(|| {
        view! {
            <p class="warn">"These tags point there too, and would go along:"</p>
            <TagLinks repository=repository.clone() tags=others />
        }
    });
    let lists = pointing.lists.clone().unwrap_or_default();
    let tags = lists.into_iter().flat_map(|HoldingList { tags, .. }| tags).collect::<Vec<_>>();
    let broken = (!tags.is_empty()).then(|| {
        view! {
            <p class="warn">"These lists have it as an entry, and would be left without:"</p>
            <TagLinks repository tags />
        }
    });
    view! { <p>"This registry does not delete a tag by itself: what it points to goes with it."</p> {along} {broken} {doubt} }
        .into_any()
}
