//! `/diff?from=REFERENCE&to=REFERENCE`: what differs between two lists, or one tag then and now.

mod entries;
mod result;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use onetag_shared::{
    api::{Diff, Problem, ProblemCode},
    reference::Reference,
};

use self::result::Found;
use crate::{
    api::{self, Abort},
    components::ProblemBox,
    dom,
};

/// What is known of the difference that the address asks for.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Nothing,
    Asking,
    Found(Box<Diff>),
    Refused(Box<Problem>),
}

/// The page; what the address asks for is asked for at once.
#[component]
pub(crate) fn DiffPage() -> impl IntoView {
    dom::set_title("Difference");
    dom::arrive();
    let query = use_location().query;
    let side = move |name: &str| query.read().get(name).unwrap_or_default();
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let answer = RwSignal::new(Answer::Nothing);
    let abort = StoredValue::new_local(Abort::new());
    on_cleanup(move || {
        abort.try_with_value(Abort::abort);
    });
    let asked = Memo::new(move |_| (side("from"), side("to")));
    let ask = move || {
        let (before, after) = asked.get_untracked();
        abort.with_value(Abort::abort);
        let now = Abort::new();
        abort.set_value(now.clone());
        answer.set(Answer::Asking);
        spawn_local(async move {
            let found = api::diff(&before, &after, &now).await;
            if !now.is_aborted() {
                answer.try_set(match found {
                    Ok(diff) => Answer::Found(Box::new(diff)),
                    Err(problem) => Answer::Refused(Box::new(problem)),
                });
            }
        });
    };
    Effect::new(move |_| {
        let (before, after) = asked.get();
        let is_whole = !before.is_empty() && !after.is_empty();
        from.set(before);
        to.set(after);
        if is_whole {
            ask();
        } else {
            answer.set(Answer::Nothing);
        }
    });
    let navigate = StoredValue::new_local(use_navigate());
    let go = move || {
        let (before, after) = (from.get_untracked().trim().to_owned(), to.get_untracked().trim().to_owned());
        if before.is_empty() || after.is_empty() {
            dom::focus(if before.is_empty() { "#diff-from" } else { "#diff-to" });
        } else if (&before, &after) == (&asked.read_untracked().0, &asked.read_untracked().1) {
            ask();
        } else {
            navigate.with_value(|navigate| navigate(&api::diff_page(&before, &after), NavigateOptions::default()));
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        go();
    };
    let swap = move |_| {
        let before = from.get_untracked();
        from.set(to.get_untracked());
        to.set(before);
        go();
    };
    view! {
        <div class="page diff">
            <h1>"Difference"</h1>
            <form class="diff-form" on:submit=submit novalidate>
                <Side id="diff-from" label="From" text=from answer />
                <button type="button" class="button quiet" id="diff-swap" on:click=swap>"Swap"</button>
                <Side id="diff-to" label="To" text=to answer />
                <button type="submit" class="button primary" id="diff-compare">"Compare"</button>
            </form>
            <p role="status" class="hint">
                {move || (answer.get() == Answer::Asking).then_some("Looking at both …")}
            </p>
            {move || match answer.get() {
                Answer::Found(diff) => Some(view! { <Found diff=*diff /> }.into_any()),
                Answer::Refused(problem) if field_of(&problem).is_none() => {
                    Some(view! { <ProblemBox problem=*problem /> }.into_any())
                }
                _ => None,
            }}
        </div>
    }
}

/// The id of the field that a problem is about.
fn field_of(problem: &Problem) -> Option<&'static str> {
    match problem.pointer.as_deref() {
        Some("/from") => Some("diff-from"),
        Some("/to") => Some("diff-to"),
        _ => None,
    }
}

/// A field for one side, with what is wrong with it.
#[component]
fn Side(
    /// Its id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What stands in it.
    text: RwSignal<String>,
    /// What is known.
    answer: RwSignal<Answer>,
) -> impl IntoView {
    let problem = move || match answer.get() {
        Answer::Refused(problem) if field_of(&problem) == Some(id) => Some(*problem),
        _ => None,
    };
    let problem_id = format!("{id}-problem");
    view! {
        <div class="diff-side">
            <label for=id>{label}</label>
            <input
                id=id type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                placeholder="ghcr.io/you/app:v1, or with @sha256:…"
                aria-describedby=problem_id.clone()
                aria-invalid=move || problem().is_some().to_string()
                bind:value=text
            />
            <div id=problem_id>{move || problem().map(|problem| {
                let tags = (problem.code == ProblemCode::ManifestUnknown).then(|| text.get_untracked().trim().parse().ok());
                let tags = tags.flatten().map(|reference: Reference| format!("/r/{}", reference.familiar_repo()));
                match tags {
                    Some(href) => view! { <ProblemBox problem><a class="button small" href=href>"See its tags"</a></ProblemBox> },
                    None => view! { <ProblemBox problem /> },
                }
            })}</div>
        </div>
    }
    .into_any()
}
