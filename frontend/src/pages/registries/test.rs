//! Testing a registry.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use onetag_shared::api::{Problem, RegistryInfo, RegistryTest, RegistryTestRequest, TestOutcome};

use crate::{
    api,
    components::{Icon, ProblemBox, Prose, Shape},
    dom,
    text::{
        format::sentence,
        registries::{Row, Verdict, rows, verdict},
    },
};

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Progress {
    No,
    Asked,
    Done(Box<RegistryTest>),
    Refused(Box<Problem>),
}

/// A test of one registry: what it may do, and what it found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Testing {
    host: StoredValue<String>,
    info: RwSignal<RegistryInfo>,
    /// Is it shown?
    pub(super) is_open: RwSignal<bool>,
    repository: RwSignal<String>,
    push: RwSignal<bool>,
    progress: RwSignal<Progress>,
}

impl Testing {
    /// None yet.
    pub(super) fn new(host: String, info: RwSignal<RegistryInfo>) -> Self {
        Self {
            host: StoredValue::new(host),
            info,
            is_open: RwSignal::new(false),
            repository: RwSignal::new(String::new()),
            push: RwSignal::new(false),
            progress: RwSignal::new(Progress::No),
        }
    }

    /// Shows it, or hides it. The first time it begins at once, with what needs nothing more to be said.
    pub(super) fn toggle(self) {
        self.is_open.update(|is_open| *is_open = !*is_open);
        if self.is_open.get_untracked() && *self.progress.read_untracked() == Progress::No {
            self.start();
        }
    }

    fn start(self) {
        if *self.progress.read_untracked() == Progress::Asked {
            return;
        }
        self.progress.set(Progress::Asked);
        let repository = Some(self.repository.get_untracked().trim().to_owned()).filter(|name| !name.is_empty());
        let request = RegistryTestRequest { repository, push: self.push.get_untracked() };
        spawn_local(async move {
            let found = api::test_registry(&self.host.get_value(), &request).await;
            self.progress.try_set(match found {
                Ok(found) => Progress::Done(Box::new(found)),
                Err(problem) => Progress::Refused(Box::new(problem)),
            });
        });
    }

    /// Tests again, after what kept it from working was allowed.
    fn start_again(self) {
        // The button that did it goes with what it was about.
        dom::focus(&format!("[data-registry=\"{}\"] .test-button", self.host.get_value()));
        self.start();
        spawn_local(async move {
            if let Ok(info) = api::registry(&self.host.get_value()).await {
                self.info.try_set(info);
            }
        });
    }
}

/// What to try, and what was found.
#[component]
pub(super) fn Test(
    /// The test.
    testing: Testing,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        testing.start();
    };
    let again = Callback::new(move |()| testing.start_again());
    let is_asked = move || *testing.progress.read() == Progress::Asked;
    let id = format!("test-repository-{}", testing.host.get_value());
    view! {
        <form class="test-form" on:submit=submit novalidate>
            <div class="field">
                <label for=id.clone()>"In this repository, too"</label>
                <input
                    id=id type="text" placeholder="me/app" autocomplete="off" autocapitalize="none" spellcheck="false"
                    bind:value=testing.repository
                />
            </div>
            <label class="inline-field"><input type="checkbox" bind:checked=testing.push />"Push a tiny image there, and delete it again"</label>
            <button type="submit" class="button start-test" aria-disabled=move || is_asked().to_string()>"Test again"</button>
        </form>
        <div role="status">
            {move || match testing.progress.get() {
                Progress::No => None,
                Progress::Asked => Some(view! { <p class="hint asking">"Asking "{testing.host.get_value()}" …"</p> }.into_any()),
                Progress::Done(found) => Some(view! { <Found found=*found again /> }.into_any()),
                Progress::Refused(problem) => Some(view! { <ProblemBox problem=*problem leads_to_settings=false /> }.into_any()),
            }}
        </div>
    }
}

/// What works.
#[component]
fn Found(
    /// What was found.
    found: RegistryTest,
    /// Tests again.
    again: Callback<()>,
) -> impl IntoView {
    let Verdict { words, is_good } = verdict(&found.results);
    let shape = if is_good { Shape::Check } else { Shape::Warning };
    let left = found.left.iter().map(|left| view! { <li>{left.clone()}</li> }).collect_view();
    view! {
        <p class="verdict" class:is-good=is_good><Icon shape />{words}</p>
        <ul class="test-results">{rows(&found.results).into_iter().map(|row| view! { <Line row again /> }).collect_view()}</ul>
        {(!found.left.is_empty()).then(|| view! {
            <p class="hint left-heading">"The test left behind:"</p>
            <ul class="plain-list left">{left}</ul>
        })}
    }
}

/// One step, or several that were not tried for one reason.
#[component]
fn Line(
    /// How it went.
    row: Row,
    /// Tests again.
    again: Callback<()>,
) -> impl IntoView {
    let Row { label, outcome, words, problem } = row;
    let (shape, name, outcome) = match outcome {
        TestOutcome::Ok => (Some(Shape::Check), "works", "ok"),
        TestOutcome::Unsupported => (Some(Shape::Info), "is not offered", "unsupported"),
        TestOutcome::Failed => (Some(Shape::Warning), "does not work", "failed"),
        TestOutcome::NotTried => (None, "was not tried", "not-tried"),
    };
    view! {
        <li data-outcome=outcome>
            <span class="test-step">
                <span class="test-icon">{shape.map(|shape| view! { <Icon shape /> })}</span>
                {label}
                <span class="visually-hidden">" "{name}": "</span>
            </span>
            {match problem {
                Some(problem) => view! { <ProblemBox problem=*problem on_allowed=again leads_to_settings=false /> }.into_any(),
                None => view! { <span class="test-words"><Prose text=sentence(&words) /></span> }.into_any(),
            }}
        </li>
    }
}
