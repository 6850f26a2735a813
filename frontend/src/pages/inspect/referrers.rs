//! What refers to the list and to its images: signatures, SBOMs and the like.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Attestations, FoundReferrer, Problem, Referrers, SubjectReferrers},
    digest::Digest,
    reference::Reference,
};

use super::{attestation::Contents, lasting::Lasting, on_request::Question};
use crate::{
    api::{self, Abort},
    components::{DigestText, ProblemBox, Size},
    dom,
    text::{format, referrers as words},
};

/// How far a question is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asking<T> {
    Asked,
    Told(Box<T>),
    Failed(Box<Problem>),
}

type Said = BTreeMap<(Digest, Digest), Asking<Arc<Attestations>>>;

/// What was asked and told, for the page. Each document costs the registry some requests, so none is asked about that
/// nobody wants to see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Referring {
    repository: StoredValue<Reference>,
    /// By the document that is referred to.
    known: RwSignal<BTreeMap<Digest, Asking<SubjectReferrers>>>,
    /// The list and all of its images.
    all: RwSignal<Option<Asking<Referrers>>>,
    /// What attestations say, by the digests of them and of what they are attached to.
    pub(super) said: RwSignal<Said>,
    abort: StoredValue<Abort, LocalStorage>,
    /// The same in words, for the table.
    in_words: RwSignal<Vec<(Digest, String)>>,
}

impl Referring {
    /// That of the page, which lasts while rows are folded and unfolded.
    pub(super) fn of_page() -> Self {
        expect_context::<Lasting>().get(Self::of)
    }

    /// Nothing was asked yet. What is asked ends with the owner of this.
    fn of(reference: &Reference) -> Self {
        let in_words = expect_context::<Lasting>().referrers;
        let abort = StoredValue::new_local(Abort::new());
        on_cleanup(move || {
            abort.try_with_value(Abort::abort);
        });
        let repository = StoredValue::new(reference.repository_only());
        Self {
            repository,
            known: RwSignal::default(),
            all: RwSignal::new(None),
            said: RwSignal::default(),
            abort,
            in_words,
        }
    }

    /// Notes what refers to these.
    fn tell(self, told: &[SubjectReferrers]) {
        let found = told.iter().filter(|told| !told.referrers.is_empty());
        let found: Vec<_> = found.map(|told| (told.digest.clone(), words::kinds(&told.referrers))).collect();
        self.in_words.try_update(|known| {
            known.retain(|(digest, _)| told.iter().all(|told| told.digest != *digest));
            known.extend(found);
        });
    }

    /// Asks about one document.
    fn ask(self, digest: Digest) {
        self.known.update(|known| drop(known.insert(digest.clone(), Asking::Asked)));
        spawn_local(async move {
            let told = match self.answer(digest.clone()).await {
                Some(Ok(mut told)) if !told.subjects.is_empty() => {
                    self.tell(&told.subjects[..1]);
                    subject(told.subjects.remove(0))
                }
                Some(Ok(_)) | None => return,
                Some(Err(problem)) => Asking::Failed(Box::new(problem)),
            };
            self.known.try_update(|known| known.insert(digest, told));
        });
    }

    /// Asks what an attestation says, and about what it is attached to.
    pub(super) fn ask_what_it_says(self, asked: (Digest, Digest)) {
        self.said.update(|said| drop(said.insert(asked.clone(), Asking::Asked)));
        let (Some(repository), Some(abort)) = (self.repository.try_get_value(), self.abort.try_get_value()) else {
            return;
        };
        spawn_local(async move {
            let told = api::attestations(&repository.with_digest(asked.0.clone()), &asked.1, &abort).await;
            let told = match told {
                Ok(told) => Asking::Told(Box::new(Arc::new(told))),
                Err(problem) => Asking::Failed(Box::new(problem)),
            };
            if !abort.is_aborted() {
                self.said.try_update(|said| said.insert(asked, told));
            }
        });
    }

    /// Asks about the list with this digest, and all that is in it.
    fn ask_all(self, digest: Digest) {
        self.all.set(Some(Asking::Asked));
        spawn_local(async move {
            let told = match self.answer(digest).await {
                Some(Ok(told)) => {
                    self.tell(&told.subjects);
                    self.known.try_update(|known| {
                        known.extend(told.subjects.iter().cloned().map(|told| (told.digest.clone(), subject(told))));
                    });
                    Asking::Told(Box::new(told))
                }
                Some(Err(problem)) => Asking::Failed(Box::new(problem)),
                None => return,
            };
            self.all.try_set(Some(told));
        });
    }

    /// `None` when nobody waits for it any more.
    async fn answer(self, digest: Digest) -> Option<Result<Referrers, Problem>> {
        let at = self.repository.try_get_value()?.with_digest(digest);
        let abort = self.abort.try_get_value()?;
        let told = api::referrers(&at, &abort).await;
        (!abort.is_aborted()).then_some(told)
    }
}

fn subject(told: SubjectReferrers) -> Asking<SubjectReferrers> {
    match told.problem {
        Some(problem) => Asking::Failed(problem),
        None => Asking::Told(Box::new(told)),
    }
}

/// What refers to the image of a row, which was unfolded. A list in the list is asked about on request: that asks about all
/// that is in it.
#[component]
pub(super) fn RowReferrers(
    /// The image.
    digest: Digest,
    /// It is a list.
    is_list: bool,
) -> impl IntoView {
    let referring = Referring::of_page();
    let at = referring.repository.get_value();
    let host = at.registry().to_string();
    let of = digest.clone();
    let asking = Memo::new(move |_| referring.known.with(|known| known.get(&of).cloned()));
    let digest = StoredValue::new(digest);
    let ask = move || referring.ask(digest.get_value());
    if !is_list && asking.read_untracked().is_none() {
        ask();
    }
    view! {
        <section class="referrers" data-referrers=digest.get_value().to_string()>
            <h3>"Signatures, SBOMs and the like"</h3>
            {move || match asking.get() {
                None => view! { <button type="button" class="button small" on:click=move |_| ask()>"Look for them"</button> }.into_any(),
                Some(Asking::Asked) => view! { <p class="hint" role="status">{format!("Asking {host} …")}</p> }.into_any(),
                Some(Asking::Told(told)) => view! { <Found at=at.clone() subject=told.digest found=told.referrers /> }.into_any(),
                Some(Asking::Failed(problem)) => view! {
                    <ProblemBox problem=*problem>
                        <button type="button" class="button small" on:click=move |_| ask()>"Try again"</button>
                    </ProblemBox>
                }
                .into_any(),
            }}
        </section>
    }
}

/// What is asked of a list.
pub(super) const REFERRERS: Question = Question {
    heading: "Signatures, SBOMs and the like",
    class: "referrers",
    button: "find-referrers",
    words: "Look for them",
    hint: "Asks the registry what refers to the list, and to each of its images.",
};

/// What refers to the list, and to each of its images. It asks at once.
#[component]
pub(crate) fn ListReferrers(
    /// The list, by digest.
    at: Reference,
) -> impl IntoView {
    let referring = Referring::of_page();
    let is_asked = move || matches!(*referring.all.read(), Some(Asking::Asked));
    let ask = move || {
        if let Some(digest) = at.digest() {
            referring.ask_all(digest.clone());
        }
    };
    ask();
    dom::focus_if_lost("#find-referrers");
    let again = move |_| {
        if !untrack(is_asked) {
            ask();
        }
    };
    let told = move || {
        let at = referring.repository.get_value();
        match referring.all.get()? {
            Asking::Asked => None,
            Asking::Told(told) => Some(view! { <FoundAtAll at told=*told /> }.into_any()),
            Asking::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }.into_any()),
        }
    };
    view! {
        <div class="actions">
            <button
                type="button" class="button" id="find-referrers" on:click=again
                aria-disabled=move || is_asked().to_string()
            >
                {move || if is_asked() { "Looking …" } else { "Look again" }}
            </button>
            <span class="hint">{REFERRERS.hint}</span>
        </div>
        <div id="list-referrers" role="status">{told}</div>
    }
}

/// The list and each of its images that something refers to.
#[component]
fn FoundAtAll(
    /// Where they are.
    at: Reference,
    /// What was found.
    told: Referrers,
) -> impl IntoView {
    let said = words::found_at_all(&told);
    let subjects = told.subjects.into_iter().enumerate();
    let subjects = subjects.filter(|(_, subject)| !subject.referrers.is_empty() || subject.problem.is_some());
    let rows = subjects.map(|(place, subject)| {
        let platform = subject.platform.map(|platform| platform.to_string());
        let name = platform.unwrap_or_else(|| if place == 0 { "the list" } else { "no platform" }.to_owned());
        let problem = subject.problem.map(|problem| view! { <ProblemBox problem=*problem /> });
        view! {
            <li class="subject" data-subject=subject.digest.to_string()>
                <span class="subject-name">{name}</span>
                <div>
                    {(!subject.referrers.is_empty()).then(|| view! { <Found at=at.clone() subject=subject.digest.clone() found=subject.referrers /> })}
                    {problem}
                </div>
            </li>
        }
    });
    view! { <p>{said}</p><ul class="subjects">{rows.collect_view()}</ul> }
}

/// What was found about one document.
#[component]
fn Found(
    /// Where it is.
    at: Reference,
    /// The document.
    subject: Digest,
    /// What refers to it.
    found: Vec<FoundReferrer>,
) -> impl IntoView {
    if found.is_empty() {
        return view! { <p class="hint">"No other document in the registry refers to it."</p> }.into_any();
    }
    let rows = found.into_iter().map(|found| view! { <Referrer at=at.clone() subject=subject.clone() found /> });
    view! { <ul class="referrer-list">{rows.collect_view()}</ul> }.into_any()
}

/// One of them. Whatever it says of itself is text.
#[component]
fn Referrer(
    /// Where it is.
    at: Reference,
    /// What it is about.
    subject: Digest,
    /// What was found.
    found: FoundReferrer,
) -> impl IntoView {
    let (kind, digest) = (words::kind(&found), found.digest.clone());
    let label = kind.clone();
    let own = found.artifact_type.clone().filter(|own| *own != kind);
    let by = words::found_by(&found).map(|by| view! { <span class="hint" title=found.tag.clone()>{by}</span> });
    let rows = found.annotations.into_iter().map(|(key, value)| view! { <div><dt>{key}</dt><dd>{value}</dd></div> });
    let rows: Vec<_> = rows.collect();
    let summary = format::count(rows.len(), "annotation", "annotations");
    let is_short = rows.len() < 4;
    let says = (!rows.is_empty()).then(|| {
        view! { <details open=is_short><summary>{summary}</summary><dl class="facts">{rows}</dl></details> }
    });
    view! {
        <li>
            <p class="referrer">
                <strong>{kind}</strong>
                <DigestText digest=digest.clone() at=Some(at) />
                <Size bytes=found.size />
                {own.map(|own| view! { <code class="hint">{own}</code> })}
                {by}
            </p>
            {says}
            <Contents digest subject kind=label />
        </li>
    }
}
