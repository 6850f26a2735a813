//! The images of a list that is a source.

use leptos::prelude::*;
use onetag_shared::{
    list::{Edit, Entry},
    platform::Platform,
};

use super::{
    desk::Desk,
    facts::{ListFacts, Member, RowFacts},
    row,
};

/// Which of them to take; or each as a row of its own.
#[component]
pub(super) fn Parts(
    /// The draft.
    desk: Desk,
    /// Which row.
    place: Memo<Option<usize>>,
    /// What it shows.
    row: Memo<Option<RowFacts>>,
    /// The list.
    list: ListFacts,
) -> impl IntoView {
    let platforms: Vec<Platform> = list.images.iter().filter_map(|member| member.platform.clone()).collect();
    let all = StoredValue::new(platforms.clone());
    let is_taken =
        move |platform: &Platform| row.with(|row| row.as_ref().is_some_and(|row| row.entry.takes(Some(platform))));
    let choose = move |platform: &Platform, is_wanted: bool| {
        let Some(index) = place.get_untracked() else { return };
        let was_taken = |platform: &Platform| untrack(|| is_taken(platform));
        if let Some(take) = chosen(&all.read_value(), was_taken, platform, is_wanted) {
            desk.edit(Edit::SetTake { index, take });
        } else {
            desk.edit(Edit::Remove { index, count: 1 });
            row::focus_after_removal(index);
        }
    };
    let boxes = platforms
        .into_iter()
        .map(|platform| {
            let name = platform.to_string();
            let this = platform.clone();
            view! {
                <label class="check">
                    <input
                        type="checkbox" prop:checked=move || is_taken(&this)
                        on:change=move |event| choose(&platform, event_target_checked(&event))
                    />
                    <code>{name}</code>
                </label>
            }
        })
        .collect_view();
    let list = StoredValue::new(list);
    let count = Memo::new(move |_| {
        row.with(|row| row.as_ref().map_or(0, |row| list.with_value(|list| taken(list, &row.entry).count())))
    });
    let split = move |_| {
        let Some((row, index)) = row.get_untracked().zip(place.get_untracked()) else { return };
        let entries = list.with_value(|list| rows(list, &row.entry));
        desk.edit(Edit::Batch { edits: vec![Edit::Remove { index, count: 1 }, Edit::Add { index, entries }] });
        row::focus_after_removal(index);
    };
    view! {
        <fieldset class="detail">
            <legend>"Images of this list to take"</legend>
            <div class="checks">{boxes}</div>
            <button type="button" class="button small" on:click=split>
                {move || match count.get() {
                    1 => "Make a row of it, to edit".to_owned(),
                    count => format!("Make {count} rows of it, to edit each"),
                }}
            </button>
        </fieldset>
    }
}

/// What is taken after a box was ticked, or no longer is: empty for all. None of them is no row.
fn chosen(
    all: &[Platform],
    was_taken: impl Fn(&Platform) -> bool,
    platform: &Platform,
    is_wanted: bool,
) -> Option<Vec<Platform>> {
    let is_taken = |other: &&Platform| if *other == platform { is_wanted } else { was_taken(other) };
    let chosen: Vec<Platform> = all.iter().filter(is_taken).cloned().collect();
    match chosen.len() {
        0 => None,
        count if count == all.len() => Some(Vec::new()),
        _ => Some(chosen),
    }
}

/// The images of a list that a row takes.
pub(super) fn taken<'a>(list: &'a ListFacts, entry: &'a Entry) -> impl Iterator<Item = &'a Member> {
    list.images.iter().filter(|member| entry.takes(member.platform.as_ref()))
}

/// A row for each image that a row takes.
fn rows(list: &ListFacts, entry: &Entry) -> Vec<Entry> {
    let row = |member: &Member| Entry {
        digest: Some(member.digest.clone()),
        take: Vec::new(),
        platform: None,
        ..entry.clone()
    };
    taken(list, entry).map(row).collect()
}

#[cfg(test)]
mod tests {
    use onetag_shared::digest::Digest;

    use super::*;

    fn platforms(text: &str) -> Vec<Platform> {
        text.split_whitespace().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn all_of_them_is_no_choice_and_none_of_them_no_row() {
        let all = platforms("linux/amd64 linux/arm64 linux/s390x");
        for (take, platform, is_wanted, expected) in [
            ("", "linux/arm64", false, Some("linux/amd64 linux/s390x")),
            ("linux/amd64 linux/s390x", "linux/arm64", true, Some("")),
            ("linux/s390x", "linux/amd64", true, Some("linux/amd64 linux/s390x")),
            ("linux/s390x", "linux/s390x", false, None),
        ] {
            let entry = Entry { take: platforms(take), ..Entry::new("me/app:v1".parse().unwrap()) };
            let was_taken = |platform: &Platform| entry.takes(Some(platform));
            let chosen = chosen(&all, was_taken, &platform.parse().unwrap(), is_wanted);
            assert_eq!(chosen, expected.map(platforms), "{take}: {platform} {is_wanted}");
        }
    }

    #[test]
    fn what_is_not_taken_becomes_no_row() {
        let image = |platform: &str| Member {
            digest: Digest::of(platform.as_bytes()),
            platform: platform.parse().ok(),
            inside: 0,
        };
        let list = ListFacts {
            digest: Digest::of(b"list"),
            images: ["linux/amd64", "linux/arm64", "linux/s390x"].map(image).into(),
            has_lists: false,
            attestations: 0,
            size: 3,
        };
        let entry = Entry { take: platforms("linux/s390x linux/amd64"), ..Entry::new("me/app:v1".parse().unwrap()) };
        let digests: Vec<Option<Digest>> = rows(&list, &entry).into_iter().map(|row| row.digest).collect();
        assert_eq!(digests, [Some(Digest::of(b"linux/amd64")), Some(Digest::of(b"linux/s390x"))]);
        assert_eq!(rows(&list, &Entry { take: Vec::new(), ..entry }).len(), 3);
    }
}
