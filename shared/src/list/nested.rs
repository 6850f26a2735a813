//! What a list in the list brings along.

use std::collections::BTreeSet;

use crate::{
    descriptor::Descriptor,
    digest::Digest,
    document::{ImageManifest, List, RawDocument},
    source::{MAX_DEPTH, ReadSource},
};

/// Everything below a list in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Below {
    /// The documents, each once; a list after all that is in it.
    pub documents: Vec<RawDocument>,
    /// Configs and layers, each once, without foreign layers.
    pub blobs: Vec<Descriptor>,
    /// Foreign layers, each once.
    pub foreign: Vec<Descriptor>,
    /// Why it cannot be brought whole into another repository.
    pub missing: Option<String>,
}

/// What is below a list in the list, as far as it is there.
pub(super) fn below(read: &ReadSource, list: &List) -> Below {
    let mut below = Below::default();
    let mut seen = Seen::default();
    below.visit(read, list, 1, &mut seen);
    below
}

#[derive(Default)]
struct Seen<'a> {
    documents: BTreeSet<&'a Digest>,
    blobs: BTreeSet<Digest>,
}

impl Below {
    fn visit<'a>(&mut self, read: &'a ReadSource, list: &'a List, depth: usize, seen: &mut Seen<'a>) {
        for child in &list.manifests {
            if !seen.documents.insert(&child.digest) {
                continue;
            }
            let document = match read.source.children.get(&child.digest) {
                Some(Ok(document)) => document,
                Some(Err(problem)) => {
                    self.lack(format!("{} in it cannot be had: {problem}", child.digest.short()));
                    continue;
                }
                None => {
                    self.lack(format!("{} in it was not looked at", child.digest.short()));
                    continue;
                }
            };
            if let Some(nested) = read.child_list(&child.digest) {
                if depth == MAX_DEPTH {
                    self.lack(format!("lists stand in it more than {MAX_DEPTH} deep"));
                    continue;
                }
                self.visit(read, nested, depth + 1, seen);
            }
            let image = read.child_image(&child.digest);
            let blobs = image.map(ImageManifest::blobs).unwrap_or_default();
            self.blobs.extend(blobs.into_iter().filter(|blob| seen.blobs.insert(blob.digest.clone())));
            let foreign = image.map(ImageManifest::foreign_layers).unwrap_or_default();
            self.foreign.extend(foreign.into_iter().filter(|blob| seen.blobs.insert(blob.digest.clone())));
            self.documents.push(document.clone());
        }
    }

    fn lack(&mut self, what: String) {
        self.missing.get_or_insert(what);
    }
}
