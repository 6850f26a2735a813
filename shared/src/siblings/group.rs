//! Which of many names belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Member, name, words};

/// Names that promise one application for several platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it would be called without a processor; empty for tags that say nothing else.
    pub stem: String,
    /// The names, in the order of platforms in which people look for them.
    pub members: Vec<Member>,
}

/// The groups among names: those that are for two platforms or more. In the order of their stems.
pub fn group<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Group> {
    let mut groups: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for name in names {
        if let Some(named) = name::read(name) {
            groups.entry(named.stem).or_default().push(Member { name: name.to_owned(), platform: named.platform });
        }
    }
    let groups = groups.into_iter().map(|(stem, members)| Group { stem, members: in_order(members) });
    groups.filter(|group| are_several(&group.members)).collect()
}

/// The names that are this one but for the processor, whether that is in it or not.
pub fn with_stem<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<Member> {
    let stem = name::stem(name);
    let members = names.into_iter().filter_map(|other| {
        let read = name::read(other).filter(|read| read.stem == stem)?;
        Some(Member { name: other.to_owned(), platform: read.platform })
    });
    in_order(members.collect())
}

/// Are they for two platforms or more?
fn are_several(members: &[Member]) -> bool {
    members.iter().map(|member| member.platform).collect::<BTreeSet<_>>().len() > 1
}

fn in_order(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by(|a, b| (words::place(a.platform), &a.name).cmp(&(words::place(b.platform), &b.name)));
    members.dedup();
    members
}
