//! The drafts in this browser.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{Icon, Shape, later},
    dom,
    pages::parts,
    state::drafts::{self, StoredDraft, delete},
    text::format,
};

/// The drafts, where there are any: only then is the code fetched that reads them.
pub(super) fn draft_list() -> AnyView {
    let are_there = RwSignal::new(false);
    spawn_local(async move {
        // A crash of the browser may have left them in another place.
        drafts::recovered().await;
        are_there.try_set(drafts::are_there());
    });
    (move || if are_there.get() { later(parts::drafts) } else { ().into_any() }).into_any()
}

/// Name, number of images and time of each, the newest first.
#[component]
pub(crate) fn DraftList() -> impl IntoView {
    let drafts = RwSignal::new(drafts::all());
    // What was thrown away last, until the page is left.
    let deleted = RwSignal::new(None::<(String, StoredDraft)>);
    let throw_away = move |id: &str| {
        let Some(place) = drafts.read_untracked().iter().position(|(draft, _)| draft == id) else { return };
        deleted.set(drafts.read_untracked().get(place).cloned());
        delete(id);
        drafts.set(drafts::all());
        // The button went with its row: on to the next, else the one before.
        let button = |number: usize| format!(".draft-list li:nth-child({number}) button");
        dom::focus_next(vec![button(place + 1), button(place), "#bring-back".to_owned()]);
    };
    let bring_back = move |_| {
        if let Some((id, draft)) = deleted.get_untracked() {
            drafts::save(&id, &draft, draft.revision);
            deleted.set(None);
            drafts.set(drafts::all());
            dom::focus_next(vec![format!(".draft-list a[href='/d/{id}']")]);
        }
    };
    let rows = move || {
        drafts
            .get()
            .into_iter()
            .map(|(id, draft)| {
                let name = draft.name();
                let label = format!("Delete draft {name}");
                view! {
                    <li>
                        <a href=format!("/d/{id}")>{name}</a>
                        <span class="hint">{format::count(draft.history.draft.entries.len(), "image", "images")}</span>
                        <span class="hint">"saved "{format::ago(draft.saved_at, dom::now())}</span>
                        <button
                            type="button"
                            class="icon-button"
                            title=label.clone()
                            aria-label=label
                            on:click=move |_| throw_away(&id)
                        >
                            <Icon shape=Shape::Cross />
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !drafts.read().is_empty() || deleted.read().is_some()>
            <section class="start-section" aria-labelledby="drafts-heading">
                <div class="section-head">
                    <h2 id="drafts-heading">"Drafts"</h2>
                    <span role="status">
                        <Show when=move || deleted.read().is_some()>
                            "Deleted. "
                            <button type="button" class="link" id="bring-back" on:click=bring_back>"Bring it back"</button>
                        </Show>
                    </span>
                </div>
                <ul class="draft-list">{rows}</ul>
            </section>
        </Show>
    }
}
