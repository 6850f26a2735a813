//! The parts of the application, each fetched when it is first wanted: a page is one, and what is behind its tabs and
//! buttons is another.
//!
//! A first visit to a page that people are sent to by a link may cost 300 KiB. So what such a page shows at once is in its own
//! part, and nothing else is. `scripts/join.mjs` makes files of the parts.

#![allow(clippy::unnecessary_wraps, reason = "that its code cannot be fetched is an error of each part")]

use std::pin::Pin;

use leptos::prelude::*;
use onetag_shared::{
    api::{InspectEvent, Problem, SettingOffer},
    check::Finding,
    digest::Digest,
    list::{Draft, open},
    paste::Pasted,
    platform::Platform,
    reference::{Reference, ReferenceError},
    source::{Failure, Source},
    view::{ListView, Row},
};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{
    Name,
    browse::Browse,
    diff::DiffPage,
    editor::Editor,
    gathers::{GatherPage, Gathers, NewGather},
    inspect::{
        Address, ClientErrors, CommandPanel, Details, FindingPanel, Inspect, Kept, LayerPanel, ListReferrers, Loading,
        Misread, Moved, NoReference, Programs, RawPanel, RowFilter, SharePanel, TagPanel,
    },
    new::New,
    not_found::NotFound,
    registries::Registries,
    start::{DraftList, Start},
};
use crate::{
    api,
    components::{AnnotationTable, LeftOut, Part},
    state::drafts::{StoredDraft, create, recovered},
};

/// What goes on in code that was fetched: only its end crosses to the rest.
type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// A part by this name, in this file.
macro_rules! part {
    ($(#[$attribute:meta])* $name:ident($($argument:ident: $type:ty),*) in $file:ident $(with $with:ident)?: $view:expr) => {
        $(#[$attribute])*
        pub(crate) fn $name($($argument: $type),*) -> Part {
            #[wasm_split($file, fallible, preload(fetch))]
            fn $name($($argument: $type),*) -> Result<AnyView, SplitLoaderError> {
                Ok($view.into_any())
            }
            let part = Part { fetch: Box::pin(fetch()), show: Box::pin($name($($argument),*)) };
            $(let part = $with(part);)?
            part
        }
    };
}

/// A part that shows or makes drafts: they have to be there again after a crash of the browser.
fn with_drafts(part: Part) -> Part {
    let Part { fetch, show } = part;
    let fetch = Box::pin(async move {
        fetch.await?;
        drafts_recovered().await?.await;
        Ok(())
    });
    Part { fetch, show }
}

#[wasm_split(editor, fallible)]
fn drafts_recovered() -> Result<Work<()>, SplitLoaderError> {
    Ok(Box::pin(recovered()))
}

part! {
    /// `/`.
    start() in start: view! { <Start /> }
}
part! {
    /// The drafts in this browser.
    drafts() in editor with with_drafts: view! { <DraftList /> }
}
part! {
    /// `/new`.
    new() in editor with with_drafts: view! { <New /> }
}
part! {
    /// `/d/ID`.
    editor() in editor with with_drafts: view! { <Editor /> }
}
part! {
    /// `/r/REPOSITORY`.
    browse() in browse: view! { <Browse /> }
}
part! {
    /// `/diff`.
    diff() in compare: view! { <DiffPage /> }
}
part! {
    /// `/gathers`.
    gathers() in managing: view! { <Gathers /> }
}
part! {
    /// `/gathers/new`.
    new_gather() in managing: view! { <NewGather /> }
}
part! {
    /// `/gathers/ID`.
    gather() in managing: view! { <GatherPage /> }
}
part! {
    /// `/registries`.
    registries() in managing: view! { <Registries /> }
}
part! {
    /// `/i/REFERENCE`.
    inspect() in inspect: view! { <Inspect /> }
}
part! {
    /// A path that leads nowhere.
    not_found() in more: view! { <NotFound /> }
}
part! {
    /// `/i/` with something that is no reference.
    no_reference(error: ReferenceError) in more: view! { <NoReference error /> }
}
part! {
    /// What a row of the table does not show.
    details(row: Row, source: RwSignal<Option<Source>>) in more: view! { <Details row source /> }
}
part! {
    /// What clients say where what is inspected does not run.
    client_errors(source: RwSignal<Option<Source>>, host: Platform, failure: Failure) in more:
        view! { <ClientErrors source host failure /> }
}
part! {
    /// What was asked about and is no platform.
    misread(on: String) in more: view! { <Misread on /> }
}
part! {
    /// That a tag is no more what it was.
    moved(before: Digest, reference: Reference) in more: view! { <Moved before reference /> }
}
part! {
    /// Some rows of the table of what is inspected.
    row_filter(view: Memo<Option<ListView>>, kept: Kept, address: Address, words: RwSignal<String>) in filter:
        view! { <RowFilter view kept address words /> }
}
part! {
    /// Whether the programs of what is inspected are what its platforms promise.
    programs(at: Reference) in more: view! { <Programs at /> }
}
part! {
    /// What refers to the list that is inspected.
    list_referrers(at: Reference) in more: view! { <ListReferrers at /> }
}
part! {
    /// What the checks say of what is inspected.
    findings(view: Memo<Option<ListView>>) in more: view! { <FindingPanel view /> }
}
part! {
    /// The annotations of a list.
    list_annotations(view: Memo<Option<ListView>>) in more: view! {
        <section class="list-annotations">
            <h2>"Annotations of the list"</h2>
            <AnnotationTable annotations=view.with_untracked(|view| view.as_ref().map(|view| view.annotations.clone())).unwrap_or_default() />
        </section>
    }
}
part! {
    /// The layers of what is inspected, and which of them images share.
    layers(reference: Reference, loading: Loading, view: Memo<Option<ListView>>, address: Address) in layers:
        view! { <LayerPanel reference loading view address /> }
}
part! {
    /// What is inspected, byte for byte.
    raw(source: Source, view: Memo<Option<ListView>>, address: Address) in more: view! { <RawPanel source view address /> }
}
part! {
    /// The commands for what is inspected.
    commands(reference: Reference, view: Memo<Option<ListView>>) in more: view! { <CommandPanel reference view /> }
}
part! {
    /// Ways to tell others of what is inspected.
    share(reference: Reference, digest: Memo<Option<Digest>>, view: Memo<Option<ListView>>, address: Address) in more:
        view! { <SharePanel reference digest view address /> }
}
part! {
    /// The tag that is inspected, as such.
    tag(reference: Reference, loading: Loading) in more: view! { <TagPanel reference loading /> }
}

/// What else the checks say of lists in a list, each with the number of its row; nothing where the code for it cannot be had.
pub(crate) async fn nested(source: Source) -> Vec<(String, Finding)> {
    #[wasm_split(more, fallible)]
    fn checked(source: Source) -> Result<Vec<(String, Finding)>, SplitLoaderError> {
        Ok(ListView::nested(&source))
    }
    checked(source).await.unwrap_or_default()
}

/// Fetches the code of what rows show when they are unfolded.
pub(crate) async fn fetch_details() {
    #[wasm_split(more, fallible)]
    fn nothing() -> Result<(), SplitLoaderError> {
        Ok(())
    }
    // Where it cannot be had, the details say so.
    nothing().await.ok();
}

/// Makes a draft of a list, or of an image; returns the path of its page.
pub(crate) async fn edit(source: Source, target: Option<String>) -> Result<String, Problem> {
    #[wasm_split(editor, fallible)]
    fn draft_of(source: Source, target: Option<String>) -> Result<String, SplitLoaderError> {
        // The tag of a single image is that image's: a list that took its place would change it for everybody.
        let target = target.filter(|_| source.list().is_some());
        Ok(create(&StoredDraft { targets: target.into_iter().collect(), ..StoredDraft::of(open(&source)) }))
    }
    path_of(draft_of(source, target)).await
}

/// Makes a draft of these images; returns the path of its page.
pub(crate) async fn edit_references(images: Vec<Reference>) -> Result<String, Problem> {
    #[wasm_split(editor, fallible)]
    fn draft_of_images(images: Vec<Reference>) -> Result<String, SplitLoaderError> {
        Ok(create(&StoredDraft::of_references(images)))
    }
    path_of(draft_of_images(images)).await
}

/// Makes a draft of what was pasted, and says what was left out of it; returns the path of its page.
pub(crate) async fn edit_pasted(pasted: Pasted, left_out: LeftOut) -> Result<String, Problem> {
    #[wasm_split(editor, fallible)]
    fn draft_of_pasted(pasted: Pasted, left_out: LeftOut) -> Result<String, SplitLoaderError> {
        let mut draft = Draft::default();
        let (edits, words) = pasted.edits(&draft, |_| None);
        for edit in edits {
            // They were made for this draft, so that none fails.
            edit.apply(&mut draft).ok();
        }
        left_out.say(words);
        let targets = pasted.targets.iter().map(Reference::familiar).collect();
        Ok(create(&StoredDraft { targets, ..StoredDraft::of(draft) }))
    }
    path_of(draft_of_pasted(pasted, left_out)).await
}

/// The path of a draft that is made once the others are there again.
async fn path_of(draft: impl Future<Output = Result<String, SplitLoaderError>>) -> Result<String, Problem> {
    drafts_recovered().await.map_err(missing)?.await;
    draft.await.map_err(missing)
}

/// Reads an answer that came at once, as the events it would have been.
pub(crate) async fn events_of(answer: String) -> Result<Vec<InspectEvent>, Problem> {
    #[wasm_split(more, fallible)]
    fn read_whole(answer: String) -> Result<Result<Vec<InspectEvent>, Problem>, SplitLoaderError> {
        Ok(api::events_of(&answer))
    }
    read_whole(answer).await.map_err(missing)?
}

/// Sets what a problem offers to set.
pub(crate) async fn allow(offer: SettingOffer) -> Result<(), Problem> {
    #[wasm_split(more, fallible)]
    fn allowing(offer: SettingOffer) -> Result<Work<Result<(), Problem>>, SplitLoaderError> {
        Ok(Box::pin(async move { api::allow(&offer).await }))
    }
    allowing(offer).await.map_err(missing)?.await
}

fn missing(_: SplitLoaderError) -> Problem {
    api::part_missing()
}

/// The part that is the page with this name.
pub(crate) fn page(name: Name) -> fn() -> Part {
    match name {
        Name::Start => start,
        Name::New => new,
        Name::Gathers => gathers,
        Name::NewGather => new_gather,
        Name::Gather => gather,
        Name::Registries => registries,
        Name::Editor => editor,
        Name::Browse => browse,
        Name::Diff => diff,
        Name::Other => not_found,
        Name::Inspect => inspect,
    }
}

/// Fetches what the page at this path is made of, so that it can be shown without a moment of nothing. Where that fails, the
/// page says so.
pub(crate) async fn fetch_for(path: &str) {
    page(Name::of(path))().fetch.await.ok();
}
