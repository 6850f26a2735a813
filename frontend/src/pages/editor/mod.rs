//! `/d/ID`: a list being made.

mod annotation_pair;
mod annotations;
mod desk;
mod facts;
mod fixes;
mod gather_link;
mod held;
mod holding;
mod images;
mod keeping;
mod keys;
mod list_findings;
mod look_again;
mod looking;
mod options;
mod parts;
mod paste;
mod platform;
mod push;
mod result;
mod row;
mod row_annotations;
mod row_details;
mod row_notes;
mod settings;
mod slow;
mod source_field;
mod source_problem;
mod taking_in;
mod target_state;
mod targets;
mod text_field;
mod way;

use leptos::prelude::*;

use self::{
    desk::Desk, gather_link::GatherLink, images::Images, options::Options, paste::PasteBox, push::PushPanel,
    result::ResultPane, settings::Settings, targets::Targets,
};
use super::Name;
use crate::{
    components::{Count, Icon, Shape, Tab, TabList},
    dom,
    state::drafts::{self, StoredDraft},
};

/// The page; another draft in the path makes it anew.
#[component]
pub(crate) fn Editor() -> impl IntoView {
    let id = Name::Editor.subject();
    move || {
        let id = id.get();
        match drafts::load(&id) {
            Some(draft) => view! { <Sheet id draft /> }.into_any(),
            None => view! { <NoDraft /> }.into_any(),
        }
    }
}

/// The path names no draft that this browser has.
#[component]
fn NoDraft() -> impl IntoView {
    dom::set_title("No such draft");
    dom::arrive();
    view! {
        <section class="page narrow">
            <h1>"This browser has no such draft"</h1>
            <p>
                "Drafts are kept in the browser they were made in, until they are deleted. Go to "
                <a href="/">"the start"</a> " to see those that are here, or make " <a href="/new">"a new list"</a> "."
            </p>
        </section>
    }
}

/// A draft and all that belongs to it.
#[component]
fn Sheet(
    /// Its name in the browser's storage.
    id: String,
    /// As it was kept.
    draft: StoredDraft,
) -> impl IntoView {
    let desk = Desk::new(id, draft);
    provide_context(desk);
    keys::listen(desk);
    Effect::new(move |_| dom::set_title(&desk.name.get()));
    let count = Signal::derive(move || Some(Count { number: desk.rows.with(Vec::len), sign: None }));
    let tabs = vec![Tab::new("images", "Images").counting(count), Tab::new("result", "Result")];
    view! {
        <div class="page editor" data-pane=move || desk.pane.get()>
            <Heading desk />
            <div class="editor-tabs"><TabList tabs=tabs chosen=desk.pane label="Parts of the editor" /></div>
            <div class="editor-panes">
                <div class="editor-images" id="panel-images" role="tabpanel" aria-labelledby="tab-images">
                    <PasteBox desk />
                    <Images desk />
                    <Settings desk />
                </div>
                <div class="editor-result" id="panel-result" role="tabpanel" aria-labelledby="tab-result"><ResultPane desk /></div>
            </div>
            <section class="push-bar" aria-labelledby="push-heading">
                <h2 id="push-heading">"Push to"</h2>
                <div class="push-where"><Targets desk /><Options desk /><GatherLink desk /></div>
                <PushPanel desk />
            </section>
        </div>
    }
}

/// What the draft is called, whether it is kept, and the way back and forth.
#[component]
fn Heading(
    /// The draft.
    desk: Desk,
) -> impl IntoView {
    view! {
        <div class="editor-head">
            <h1 class="reference">{move || desk.name.get()}</h1>
            <p class="save-state" role="status">
                {move || {
                    if desk.is_saved.get() {
                        view! { <span class="hint" title="In this browser, as you type">"draft · saved"</span> }.into_any()
                    } else {
                        view! {
                            <span class="field-error">
                                "not saved: this browser's storage is full or switched off. Keep this page open."
                            </span>
                        }
                            .into_any()
                    }
                }}
            </p>
            <div class="actions">
                <button
                    type="button"
                    class="button quiet"
                    id="undo"
                    title="Ctrl+Z"
                    disabled=move || desk.history.with(|history| !history.can_undo())
                    on:click=move |_| desk.undo()
                >
                    <Icon shape=Shape::Undo /> "Undo"
                </button>
                <button
                    type="button"
                    class="button quiet"
                    id="redo"
                    title="Ctrl+Shift+Z"
                    disabled=move || desk.history.with(|history| !history.can_redo())
                    on:click=move |_| desk.redo()
                >
                    <Icon shape=Shape::Redo /> "Redo"
                </button>
            </div>
        </div>
    }
}
