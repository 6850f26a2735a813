//! `/gathers`: pushes that wait for their parts; `/gathers/new`: make one; `/gathers/ID`: how far one is.

mod acts;
mod add;
mod fields;
mod list;
mod new;
mod outcome;
mod parts;
mod watch;

use leptos::prelude::*;
use onetag_shared::api::Gather;

use self::{acts::Acts, add::AddParts, outcome::Outcome, parts::Parts, watch::Watch};
pub(crate) use self::{list::Gathers, new::NewGather};
use super::Name;
use crate::{
    components::{ContactLost, CopyButton, Icon, ProblemBox, Shape, When},
    dom,
    state::new_token,
    text::gathers as words,
};

/// A gather; another id in the path makes the page anew.
#[component]
pub(crate) fn GatherPage() -> impl IntoView {
    let id = Name::Gather.subject();
    move || view! { <OneGather id=id.get() /> }
}

#[component]
fn OneGather(
    /// Which.
    id: String,
) -> impl IntoView {
    dom::set_title("Gather");
    dom::arrive();
    let token = StoredValue::new(new_token::take(&id));
    let watch = Watch::start(id);
    let is_there = Memo::new(move |_| watch.gather.read().is_some());
    let name = Memo::new(move |_| watch.gather.with(|gather| gather.as_ref().map(words::name)));
    Effect::new(move |_| name.with(|name| dom::set_title(name.as_deref().unwrap_or("Gather"))));
    view! {
        <div class="page narrow gather">
            <h1 class="reference">{move || name.get().unwrap_or_else(|| "Gather".to_owned())}</h1>
            {move || watch.gone.get().map(|problem| view! {
                <ProblemBox problem><a class="button small" href="/gathers">"All gathers"</a></ProblemBox>
            })}
            {move || watch.lost.get().map(|problem| view! { <ContactLost problem /> })}
            <Show
                when=move || is_there.get()
                fallback=move || watch.gone.read().is_none().then(|| view! { <p class="empty">"Asking the server …"</p> })
            >
                <Summary watch />
                {token.get_value().map(|token| view! { <Token token=token.0 /> })}
                <Outcome watch />
                <Parts watch />
                <Acts watch />
                <AddParts watch token=token.get_value().map(|token| token.0) />
            </Show>
        </div>
    }
}

/// Where it stands, in a line.
#[component]
fn Summary(
    /// The gather.
    watch: Watch,
) -> impl IntoView {
    let said = Memo::new(move |_| {
        watch.with(|gather| {
            let deadline = dom::parse_time(&gather.deadline).unwrap_or_default();
            let left = words::time_left(gather.state, deadline, watch.now.get());
            (gather.state, words::parts(gather), left)
        })
    });
    let times = Memo::new(move |_| watch.with(|gather| (gather.created_at.clone(), gather.deadline.clone())));
    view! {
        <p class="gather-summary" id="gather-summary" tabindex="-1" data-state=move || said.get().map(|(state, ..)| state.as_str())>
            {move || said.get().map(|(state, parts, left)| view! {
                <span class="gather-state" role="status">{words::state(state)}</span>
                <span>{parts}</span>
                {left.map(|left| {
                    let deadline = times.read_untracked().as_ref().map(|(_, deadline)| deadline.clone()).unwrap_or_default();
                    view! { <span id="time-left" title=deadline>{left}</span> }
                })}
            })}
            {move || times.get().map(|(made, _)| view! { <span>"made "<When time=made /></span> })}
        </p>
    }
}

/// The token, for as long as the page is not left.
#[component]
fn Token(
    /// The secret.
    token: String,
) -> impl IntoView {
    view! {
        <section class="gather-token" aria-labelledby="token-heading">
            <h2 id="token-heading"><Icon shape=Shape::Info /> "Copy the token now: it is shown once"</h2>
            <p class="token-line"><code id="gather-token">{token.clone()}</code><CopyButton text=Signal::stored(token) what="token" with_word=true /></p>
            <p class="hint">
                "Jobs add their images to this gather with it, and read it; it opens nothing else. It is kept as a hash only: once you leave this page nobody can show it again."
            </p>
        </section>
    }
}

impl Watch {
    /// Reads what is known of the gather.
    fn with<T>(self, read: impl FnOnce(&Gather) -> T) -> Option<T> {
        self.gather.with(|gather| gather.as_ref().map(read))
    }
}
