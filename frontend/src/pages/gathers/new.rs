//! Making a gather. `?platforms=A,B&targets=C,D` fills the form.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use onetag_shared::api::{GatherRequest, Problem};

use super::fields::{Lines, Platforms, Wait};
use crate::{
    api,
    components::ProblemBox,
    dom,
    state::new_token,
    text::gathers::{Typed, Wrong, page_of},
};

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// It is typed.
    Typing,
    /// The server makes it.
    Asked,
    /// A field has something in it that cannot be.
    Wrong(Wrong),
    /// It cannot be made.
    Refused(Box<Problem>),
}

/// The form, for its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Making {
    /// What is typed.
    pub(super) typed: RwSignal<Typed>,
    /// How far it is.
    pub(super) stage: RwSignal<Stage>,
}

impl Making {
    /// Changes what is typed. What was said of it before is not about this.
    pub(super) fn change(self, change: impl FnOnce(&mut Typed)) {
        self.typed.update(change);
        if !matches!(*self.stage.read_untracked(), Stage::Typing | Stage::Asked) {
            self.stage.set(Stage::Typing);
        }
    }
}

/// The form.
#[component]
pub(crate) fn NewGather() -> impl IntoView {
    dom::set_title("New gather");
    dom::arrive();
    let query = use_location().query.get_untracked();
    let [platforms, targets] = ["platforms", "targets"].map(|name| query.get(name).unwrap_or_default());
    let making = Making { typed: RwSignal::new(Typed::of(&platforms, &targets)), stage: RwSignal::new(Stage::Typing) };
    let Making { typed, stage } = making;
    let submit = submitting(making);
    // The cursor goes to what is wrong.
    Effect::new(move |_| {
        if let Stage::Wrong(wrong) = &*stage.read() {
            dom::focus(&format!("#gather-{}", wrong.field));
        }
    });
    let is_asked = move || *stage.read() == Stage::Asked;
    let refused = move || match stage.get() {
        Stage::Refused(problem) => Some(view! { <ProblemBox problem=*problem /> }),
        Stage::Typing | Stage::Asked | Stage::Wrong(_) => None,
    };
    view! {
        <div class="page narrow new-gather">
            <h1>"New gather"</h1>
            <p class="lead">"Name what the list shall have, and where it goes. Each CI job adds its image; when the last has come, the list is pushed, once."</p>
            <form on:submit=submit novalidate>
                <Platforms making />
                <Lines
                    making field="targets" label="Tags" placeholder="ghcr.io/you/app:v1" part=|typed| &mut typed.targets
                    hint="One a line. They are moved only if they hold then what they hold now."
                />
                <Wait making />
                <Lines
                    making field="sources" label="Parts may come from" placeholder="ghcr.io/you" part=|typed| &mut typed.sources
                    hint="Registries or repositories, one a line. Empty: from wherever this server may read, with its logins."
                />
                <label class="check">
                    <input
                        type="checkbox" id="gather-referrers" prop:checked=move || typed.read().referrers
                        on:change=move |event| making.change(|typed| typed.referrers = event_target_checked(&event))
                    />
                    "Bring signatures and SBOMs of images that are in other repositories"
                </label>
                {refused}
                <div class="actions">
                    <button type="submit" class="button primary large" id="start-gather" aria-disabled=move || is_asked().to_string()>
                        {move || if is_asked() { "Making it …" } else { "Make the gather" }}
                    </button>
                </div>
            </form>
        </div>
    }
}

/// What the form does: the gather is made, and its page shown.
fn submitting(making: Making) -> impl Fn(SubmitEvent) {
    let Making { typed, stage } = making;
    let navigate = StoredValue::new_local(use_navigate());
    // Pressed twice, or again after an answer that was lost, it makes one gather; with something else in it, another.
    let last = StoredValue::new(None::<(GatherRequest, String)>);
    move |event| {
        event.prevent_default();
        if *stage.read_untracked() == Stage::Asked {
            return;
        }
        let request = match typed.with_untracked(Typed::request) {
            Ok(request) => request,
            Err(wrong) => return stage.set(Stage::Wrong(wrong)),
        };
        let known = last.with_value(|last| last.clone().filter(|(before, _)| *before == request));
        let (_, key) = known.unwrap_or_else(|| (request.clone(), dom::random_name()));
        last.set_value(Some((request.clone(), key.clone())));
        stage.set(Stage::Asked);
        spawn_local(async move {
            match api::make_gather(&request, &key).await {
                Ok(made) => {
                    let path = page_of(&made.gather.id);
                    new_token::keep(made.gather.id, made.token);
                    // "Back" does not lead to the form again: what it was for is done.
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&path, options));
                }
                Err(problem) => {
                    let wrong = Wrong::of(&problem).map(Stage::Wrong);
                    stage.try_set(wrong.unwrap_or_else(|| Stage::Refused(Box::new(problem))));
                }
            }
        });
    }
}
