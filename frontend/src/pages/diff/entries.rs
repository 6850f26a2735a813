//! The entries of either list.

use leptos::prelude::*;
use onetag_shared::{
    api::{EntryChange, EntryDiff, EntrySide},
    diff::{Line, already, change_word, lines},
    reference::Reference,
};

use crate::components::{DigestText, Size};

/// One entry: what became of it, and unfolded, what changed inside.
#[component]
pub(super) fn Entry(
    /// How many lists it stands in.
    depth: usize,
    /// The entry.
    entry: EntryDiff,
    /// Where both sides are.
    at: [Option<Reference>; 2],
) -> impl IntoView {
    let sign = match entry.change {
        EntryChange::Added => "+",
        EntryChange::Removed => "−",
        EntryChange::Unchanged => "=",
        EntryChange::Replaced | EntryChange::Metadata | EntryChange::Rewritten => "~",
        EntryChange::Moved => "→",
    };
    let (mut inside, more) = lines(&entry);
    // Digests are shown as links.
    inside.retain(|line| line.words != "digest");
    let already = already(&entry).map(|already| view! { <p class="diff-already">{already}</p> });
    let [from, to] = at;
    let sides = [("was", entry.from, from), ("is", entry.to, to)];
    let sides = sides.into_iter().filter_map(|(word, side, at)| Some(side_of(word, side?, at))).collect_view();
    view! {
        <li data-change=change_word(entry.change) data-depth=depth.min(8).to_string()>
            <details>
                <summary>
                    <span class="diff-sign" aria-hidden="true">{sign}</span>
                    <span class="diff-name">{entry.name}</span>
                    <span class="diff-change">{change_word(entry.change)}</span>
                    <span class="diff-summary">{entry.summary}</span>
                </summary>
                <div class="diff-inside"><p class="diff-digests">{sides}</p>{already}<Lines lines=inside more /></div>
            </details>
        </li>
    }
    .into_any()
}

fn side_of(word: &'static str, side: EntrySide, at: Option<Reference>) -> AnyView {
    let download = side.size.map(|bytes| view! { " "<Size bytes /> });
    view! { <span>{word}" "<DigestText digest=side.digest at />{download}</span> }.into_any()
}

/// What changed, a line each.
#[component]
pub(super) fn Lines(
    /// The lines.
    lines: Vec<Line>,
    /// How many there are more.
    more: usize,
) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let Line { words, key, before, after } = line;
        let key = key.map(|key| view! { " "<code>{key}</code> });
        let before = before.map(|text| view! { " "<del>{text}</del> });
        let after = after.map(|text| view! { " "<ins>{text}</ins> });
        view! { <li>{words}{key}{before}{after}</li> }
    });
    let more = (more > 0).then(|| view! { <li class="hint">{format!("and {more} more")}</li> });
    view! { <ul class="diff-lines">{lines.collect_view()}{more}</ul> }.into_any()
}
