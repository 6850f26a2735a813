//! Another reference beside this one.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{ev::SubmitEvent, prelude::*};
use onetag_shared::{
    api::Problem,
    layers::{Already, Between, images},
    reference::{Reference, ReferenceError},
};

use super::{Address, Drawn, Side, bars::Bars};
use crate::{
    components::{Mistyped, ProblemBox},
    dom,
    state::sources::SourceCache,
    text::layers::{already, listed},
};

/// The parameter of the address that names it.
const PARAMETER: &str = "layers";

/// The reference that this one is compared with, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherState {
    address: Address,
    cache: SourceCache,
    /// As it was typed.
    text: RwSignal<String>,
    error: RwSignal<Option<ReferenceError>>,
    pub(super) reference: RwSignal<Option<Reference>>,
    answer: Memo<Option<Result<Arc<Side>, Problem>>>,
}

impl OtherState {
    /// What the address names; what is found there is kept as long as the component that calls this.
    pub(super) fn of(address: Address) -> Self {
        let cache = SourceCache::from_context();
        let text = address.get(PARAMETER).unwrap_or_default();
        let (reference, error) = match text.parse::<Reference>() {
            _ if text.is_empty() => (None, None),
            Ok(reference) => (Some(reference), None),
            Err(error) => (None, Some(error)),
        };
        let reference = RwSignal::new(reference);
        Effect::new(move |before: Option<Option<Reference>>| {
            let (before, now) = (before.flatten(), reference.get());
            if before != now {
                if let Some(before) = before {
                    cache.release(&before);
                }
                if let Some(now) = &now {
                    cache.hold(now);
                }
            }
            now
        });
        on_cleanup(move || {
            if let Some(Some(reference)) = reference.try_get_untracked() {
                cache.release(&reference);
            }
        });
        let answer = Memo::new(move |_| {
            let reference = reference.get()?;
            cache.sources.with(|sources| match sources.get(&reference)? {
                Ok(source) => cache.with_views(|views| {
                    let view = views.get(&reference)?;
                    Some(Ok(Arc::new(Side::of(images(source, view)))))
                }),
                Err(problem) => Some(Err(problem.clone())),
            })
        });
        Self { address, cache, text: RwSignal::new(text), error: RwSignal::new(error), reference, answer }
    }

    /// What was found.
    pub(super) fn side(self) -> Option<Arc<Side>> {
        self.answer.with(|answer| answer.as_ref()?.as_ref().ok().cloned())
    }

    /// Compares with what was typed, or no longer compares.
    fn compare(self) {
        let text = self.text.with_untracked(|text| text.trim().to_owned());
        if text.is_empty() {
            self.stop();
            return;
        }
        match text.parse::<Reference>() {
            Ok(reference) => {
                self.error.set(None);
                self.address.set(PARAMETER, Some(reference.familiar()));
                // Asked for once more, it is looked at once more.
                if self.reference.with_untracked(|before| before.as_ref() == Some(&reference)) {
                    self.cache.again(&reference);
                }
                self.reference.set(Some(reference));
            }
            Err(error) => self.error.set(Some(error)),
        }
    }

    fn stop(self) {
        self.text.set(String::new());
        self.error.set(None);
        self.reference.set(None);
        self.address.set(PARAMETER, None);
        dom::focus("#layer-other");
    }
}

/// The field, and how the question went.
#[component]
pub(super) fn OtherForm(
    /// What is known.
    state: OtherState,
) -> impl IntoView {
    let OtherState { text, error, reference, .. } = state;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        state.compare();
    };
    let on_suggestion = Callback::new(move |suggestion| {
        text.set(suggestion);
        dom::focus("#layer-other");
    });
    let asking = move || {
        let reference = reference.get()?;
        let is_waiting = state.cache.waiting.with(|waiting| waiting.contains(&reference));
        is_waiting.then(|| format!("Asking {} …", reference.registry()))
    };
    let problem = move || state.answer.with(|answer| answer.as_ref()?.as_ref().err().cloned());
    view! {
        <form class="layer-form" on:submit=submit novalidate>
            <label for="layer-other">"Compare with another reference"</label>
            <div class="field-row">
                <input
                    id="layer-other" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                    placeholder="ghcr.io/you/app:v1"
                    aria-describedby="layer-other-error"
                    aria-invalid=move || error.read().is_some().to_string()
                    bind:value=text
                    on:input=move |_| error.set(None)
                />
                <button type="submit" class="button" id="compare-layers">"Compare"</button>
                <Show when=move || reference.read().is_some()>
                    <button type="button" class="button quiet" id="stop-comparing" on:click=move |_| state.stop()>"Clear"</button>
                </Show>
            </div>
            <div id="layer-other-error" aria-live="polite">
                <Mistyped error on_suggestion />
            </div>
            <p role="status" class="hint">{asking}</p>
        </form>
        {move || problem().map(|problem| view! { <Refused state problem /> })}
    }
    .into_any()
}

/// Why the other cannot be had, and another try.
#[component]
fn Refused(
    /// What is known.
    state: OtherState,
    /// Why.
    problem: Problem,
) -> impl IntoView {
    let again = move || {
        if let Some(reference) = state.reference.get_untracked() {
            state.cache.again(&reference);
            dom::focus("#compare-layers");
        }
    };
    view! {
        <ProblemBox problem on_allowed=Callback::new(move |()| again())>
            <button type="button" class="button small" on:click=move |_| again()>"Try again"</button>
        </ProblemBox>
    }
    .into_any()
}

/// How much of each is there for whom has the other, and the other's bars.
#[component]
pub(super) fn Compared(
    /// This reference.
    this: Reference,
    /// The other.
    state: OtherState,
    /// What is drawn.
    drawn: Drawn,
    /// The layer that is pointed at.
    marked: RwSignal<Option<usize>>,
) -> impl IntoView {
    let Drawn { this: own, other, legend, scale } = drawn;
    let (Some(side), Some(other)) = (other, state.reference.get_untracked()) else { return ().into_any() };
    let (this, other) = (this.familiar(), other.familiar());
    let (onwards, back) = (Between::of(&own.images, &side.images), Between::of(&side.images, &own.images));
    let sentences = [already([&this, &other], &onwards, &side.images), already([&other, &this], &back, &own.images)];
    // Images go with each other, whichever comes first.
    let onwards: BTreeMap<usize, Already> = onwards.pairs.iter().map(|pair| (pair.to, pair.already)).collect();
    let back: BTreeMap<usize, Already> = back.pairs.iter().map(|pair| (pair.from, pair.already)).collect();
    let (here, not_here): (Vec<_>, Vec<_>) =
        side.images.iter().enumerate().partition(|(place, _)| onwards.contains_key(place));
    let rows = here.into_iter().map(|(place, image)| {
        let there = onwards.get(&place).map(Already::in_words);
        let reverse = back.get(&place).map(Already::in_words);
        view! { <tr><th scope="row" class="layer-name">{image.name.clone()}</th><td>{there}</td><td>{reverse}</td></tr> }
    });
    let rows = rows.collect_view();
    let names = listed(not_here.into_iter().map(|(_, image)| image.name.clone()).collect());
    let not_here = (!names.is_empty()).then(|| view! { <p class="hint" id="layers-not-here">"Not here: "{names}</p> });
    let link = format!("/i/{other}");
    view! {
        <section id="layers-compared">
            <h2><a href=link>{other.clone()}</a></h2>
            <div id="layer-already">{sentences.map(|sentence| view! { <p>{sentence}</p> }).collect_view()}</div>
            <Bars id="other-bars" side legend scale is_compared=true marked />
            <table class="layer-table">
                <thead><tr>
                    <th scope="col">"Platform"</th>
                    <th scope="col">"Has this, gets the other"</th>
                    <th scope="col">"Has the other, gets this"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {not_here}
        </section>
    }
    .into_any()
}
