//! Opening a list for editing.

use super::{Convert, Draft, Entry, Format, ListType};
use crate::{
    media_type::DOCKER_LIST,
    source::{ReadSource, Source},
};

/// A draft of what is at a source. Of a list: with the list as base, and a row for each image, each of which its
/// attestations follow; it encodes to the list's own bytes. Of an image: a new list with this one row.
pub fn open(source: &Source) -> Draft {
    let at = source.reference.clone().with_digest(source.root.digest().clone());
    let read = ReadSource::new(source);
    let Some(list) = read.list() else {
        return Draft { entries: vec![Entry::new(at)], ..Draft::default() };
    };
    let images = (0..list.manifests.len()).filter(|place| read.attests(*place).is_none());
    let follows = read.attestations_of(images);
    let is_row = |place: &usize| !follows.contains(place);
    let entries = (0..list.manifests.len())
        .filter(is_row)
        .map(|place| Entry { digest: Some(list.manifests[place].digest.clone()), ..Entry::new(at.clone()) })
        .collect();
    Draft {
        list_type: if *source.root.media_type() == DOCKER_LIST { ListType::Docker } else { ListType::Oci },
        convert: Convert::Off,
        format: format_of(source.root.bytes()),
        annotations: list.annotations.clone().unwrap_or_default(),
        artifact_type: list.artifact_type.clone(),
        subject: list.subject.clone(),
        base: Some(at),
        entries,
    }
}

/// The layout that comes nearest to these bytes, so that an edit changes no more than it has to.
fn format_of(bytes: &[u8]) -> Format {
    match bytes {
        [b'{', b'\n', b' ', b' ', b' ', b'"', ..] => Format::Docker,
        [b'{', b'"', ..] => Format::Compact,
        _ => Format::Indented,
    }
}
