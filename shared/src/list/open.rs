//! Opening a list for editing.

use super::{Draft, Entry, Format, ListType};
use crate::{document::Document, media_type::DOCKER_LIST, source::Source};

/// A draft of what is at a source. Of a list: with the list as base, and a row for each image, each of which its
/// attestations follow; it encodes to the list's own bytes. Of an image: a new list with this one row.
pub fn open(source: &Source) -> Draft {
    let at = source.reference.clone().with_digest(source.root.digest().clone());
    let Ok(Document::List(list)) = source.root.parse() else {
        return Draft { entries: vec![Entry::new(at)], ..Draft::default() };
    };
    let is_row = |place: &usize| {
        let child = &list.manifests[*place];
        source
            .attests(child)
            .is_none_or(|of| !list.manifests.iter().any(|image| image.digest == of && image.digest != child.digest))
    };
    let entries = (0..list.manifests.len())
        .filter(is_row)
        .map(|place| Entry { digest: Some(list.manifests[place].digest.clone()), ..Entry::new(at.clone()) })
        .collect();
    Draft {
        list_type: if *source.root.media_type() == DOCKER_LIST { ListType::Docker } else { ListType::Oci },
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
