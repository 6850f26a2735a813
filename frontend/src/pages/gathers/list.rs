//! All gathers that the server knows.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::api::{Gather, Problem};

use crate::{
    api,
    components::{Icon, ProblemBox, Shape, When},
    dom,
    text::gathers as words,
};

/// The gathers, the newest first.
#[component]
pub(crate) fn Gathers() -> impl IntoView {
    dom::set_title("Gathers");
    dom::arrive();
    let known = RwSignal::new(None::<Vec<Gather>>);
    let next = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<Problem>);
    let load = move |cursor: Option<String>| {
        spawn_local(async move {
            match api::gathers(cursor.as_deref()).await {
                Ok(page) => {
                    known.try_update(|known| match known {
                        Some(known) if cursor.is_some() => known.extend(page.gathers),
                        _ => *known = Some(page.gathers),
                    });
                    next.try_set(page.next);
                    problem.try_set(None);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    load(None);
    let body = move || match known.get() {
        None if problem.read().is_some() => None,
        None => Some(view! { <p class="empty">"Asking the server …"</p> }.into_any()),
        Some(gathers) if gathers.is_empty() => Some(view! { <p class="empty">"There is none yet."</p> }.into_any()),
        Some(gathers) => {
            let rows = gathers.into_iter().map(|gather| view! { <Row gather /> });
            Some(view! { <ul class="gather-list" id="gathers">{rows.collect_view()}</ul> }.into_any())
        }
    };
    view! {
        <div class="page narrow gathers">
            <div class="inspect-head">
                <h1>"Gathers"</h1>
                <div class="actions">
                    <button type="button" class="button quiet" id="refresh" on:click=move |_| load(None)><Icon shape=Shape::Refresh /> "Look again"</button>
                    <a class="button primary" id="make-gather" href="/gathers/new">"New gather"</a>
                </div>
            </div>
            <p class="lead">
                "A list whose images are built by several CI jobs. Each adds its own when it is done; when the last has come, the list is pushed, once. No job overwrites another, and none has to wait."
            </p>
            {move || problem.get().map(|problem| view! { <ProblemBox problem /> })}
            {body}
            {move || next.get().map(|cursor| view! {
                <button type="button" class="button small" on:click=move |_| load(Some(cursor.clone()))>"Earlier"</button>
            })}
        </div>
    }
}

#[component]
fn Row(
    /// The gather.
    gather: Gather,
) -> impl IntoView {
    let deadline = dom::parse_time(&gather.deadline).unwrap_or_default();
    let left = words::time_left(gather.state, deadline, dom::now());
    let when = match left {
        Some(left) => view! { <span class="hint" title=gather.deadline.clone()>{left}</span> }.into_any(),
        None => view! { <span class="hint">"made "<When time=gather.created_at.clone() /></span> }.into_any(),
    };
    view! {
        <li data-state=gather.state.as_str()>
            <a href=words::page_of(&gather.id)>{words::name(&gather)}</a>
            <span class="gather-state">{words::state(gather.state)}</span>
            <span class="hint">{words::parts(&gather)}</span>
            {when}
        </li>
    }
}
