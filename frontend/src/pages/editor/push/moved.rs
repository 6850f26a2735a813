//! A tag that moved since it was looked at: what each side has changed, and a way to have both.

use leptos::prelude::*;
use onetag_shared::{
    api::Conflict,
    digest::Digest,
    list::{Side, ThreeWayRow},
    reference::Reference,
};

use super::super::{desk::Desk, taking_in};
use crate::{components::DigestText, dom, text::format};

/// A tag that moved.
#[component]
pub(super) fn Moved(
    /// The draft.
    desk: Desk,
    /// From what to what.
    conflict: Conflict,
) -> impl IntoView {
    let Conflict { reference, expected, found, platforms, annotations } = conflict;
    let at: Option<Reference> = reference.parse().ok();
    let name = at.as_ref().map_or_else(|| reference.clone(), Reference::familiar);
    let part = |words: &'static str, digest: Option<Digest>| {
        let held = match digest {
            Some(digest) => view! { <DigestText digest at=at.clone() /> }.into_any(),
            None => view! { <span>"no such tag"</span> }.into_any(),
        };
        view! { <span class="hint">{words}" "</span>{held} }
    };
    let head = view! { <p class="moved"><code>{name.clone()}</code>{part("expected", expected.clone())}{part("· found", found.clone())}</p> };
    let merge = at.clone().zip(found).map(|(at, found)| view! { <TakeIn desk at expected found name /> });
    view! {
        <li>
            {head}
            {(!platforms.is_empty()).then(|| view! { <Changes platforms at=at.clone() /> })}
            {annotations.into_iter().map(|key| view! {
                <p class="moved"><span class="warn">"both changed"</span>" the annotation "<code>{key}</code></p>
            }).collect_view()}
            {merge}
        </li>
    }
}

/// Who has changed what, by platform.
#[component]
fn Changes(
    /// Every platform of any of the lists.
    platforms: Vec<ThreeWayRow>,
    /// Where they are.
    at: Option<Reference>,
) -> impl IntoView {
    let same = platforms.iter().filter(|row| row.takes == Side::Same).count();
    let digests = |digests: Vec<Digest>| {
        if digests.is_empty() {
            return view! { <span class="hint">"—"</span> }.into_any();
        }
        digests.into_iter().map(|digest| view! { <DigestText digest at=at.clone() /> }).collect_view().into_any()
    };
    let row = |row: ThreeWayRow| {
        let (who, what) = in_words(&row);
        let ThreeWayRow { platform, base, theirs, ours, takes } = row;
        let platform = platform.map_or_else(|| "no platform".to_owned(), |platform| platform.to_string());
        view! {
            <tr data-takes=side(takes)>
                <th scope="row"><code>{platform}</code></th>
                <td class:warn=takes == Side::Clash>{who}" "{what}</td>
                <td data-label="Before">{digests(base)}</td>
                <td data-label="There now">{digests(theirs)}</td>
                <td data-label="Yours">{digests(ours)}</td>
            </tr>
        }
    };
    let rows = platforms.into_iter().filter(|row| row.takes != Side::Same).map(row).collect_view();
    view! {
        <table class="three-way">
            <thead><tr>
                <th scope="col">"Platform"</th><th scope="col">"Change"</th>
                <th scope="col">"Before"</th><th scope="col">"There now"</th><th scope="col">"Yours"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        {(same > 0).then(|| view! {
            <p class="hint">{format!("{} the same in both.", format::count(same, "platform is", "platforms are"))}</p>
        })}
    }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Same => "same",
        Side::Ours => "ours",
        Side::Theirs => "theirs",
        Side::Clash => "clash",
    }
}

/// Who, and what they did.
fn in_words(row: &ThreeWayRow) -> (&'static str, &'static str) {
    let (who, now) = match row.takes {
        Side::Same => return ("both", "have the same"),
        Side::Clash => return ("both", "changed it"),
        Side::Ours => ("you", &row.ours),
        Side::Theirs => ("they", &row.theirs),
    };
    let what = match (row.base.is_empty(), now.is_empty()) {
        (true, _) => "added it",
        (false, true) => "took it away",
        (false, false) => "changed it",
    };
    (who, what)
}

/// Takes what others have changed into the draft.
#[component]
fn TakeIn(
    /// The draft.
    desk: Desk,
    /// The tag.
    at: Reference,
    /// What it held when it was looked at.
    expected: Option<Digest>,
    /// What it holds.
    found: Digest,
    /// The tag's name.
    name: String,
) -> impl IntoView {
    let repository = at.repository_only();
    let theirs = repository.clone().with_digest(found);
    let base = expected.map(|digest| repository.clone().with_digest(digest));
    let wanted: Vec<Reference> = base.iter().chain([&theirs]).cloned().collect();
    for reference in &wanted {
        desk.cache.hold(reference);
    }
    let is_waiting = {
        let wanted = wanted.clone();
        move || desk.cache.waiting.with(|waiting| wanted.iter().any(|reference| waiting.contains(reference)))
    };
    on_cleanup(move || {
        for reference in &wanted {
            desk.cache.release(reference);
        }
    });
    let merged = Memo::new(move |_| {
        let is_known = !is_waiting();
        is_known.then(|| taking_in::merged(desk, base.as_ref(), &theirs)).flatten()
    });
    let is_taken =
        Memo::new(move |_| merged.with(|merged| desk.history.with(|now| merged.as_ref() == Some(&now.draft))));
    let was_pressed = RwSignal::new(false);
    let press = move |_| {
        was_pressed.set(true);
        taking_in::take(desk, merged.get_untracked());
        dom::focus_next(vec!["#push".to_owned()]);
    };
    view! {
        <p class="take-in" role="status">
            {move || match (is_taken.get(), was_pressed.get()) {
                (false, _) => None,
                (true, true) => Some("Their changes are in the draft now. Look at the list, and push it."),
                (true, false) => Some("The draft has all of their changes."),
            }}
        </p>
        <Show when=move || merged.with(Option::is_some) && !is_taken.get()>
            <button
                type="button" class="button small take-theirs" aria-label=format!("Take in their changes at {name}")
                title="Where both changed the same, it stays as you have it" on:click=press
            >
                "Take in their changes"
            </button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_has_its_words() {
        let row = |base: &str, theirs: &str, ours: &str, takes: Side| {
            let digests = |names: &str| names.split_whitespace().map(|name| Digest::of(name.as_bytes())).collect();
            let row = ThreeWayRow {
                platform: None,
                base: digests(base),
                theirs: digests(theirs),
                ours: digests(ours),
                takes,
            };
            let (who, what) = in_words(&row);
            format!("{who} {what}")
        };
        assert_eq!(row("", "a", "", Side::Theirs), "they added it");
        assert_eq!(row("a", "", "a", Side::Theirs), "they took it away");
        assert_eq!(row("a", "b", "a", Side::Theirs), "they changed it");
        assert_eq!(row("", "", "a", Side::Ours), "you added it");
        assert_eq!(row("a", "a", "", Side::Ours), "you took it away");
        assert_eq!(row("a", "b", "c", Side::Clash), "both changed it");
    }
}
