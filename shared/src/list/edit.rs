//! Edits of a draft, each with its inverse, and the history that undoes and redoes them.

use serde::{Deserialize, Serialize};

use super::{Attestations, Convert, Draft, Entry, Format, ListType, Nested};
use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    platform::Platform,
    reference::Reference,
};

/// How many edits can be undone.
const UNDO_LIMIT: usize = 500;

/// A change to a draft. Rows are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "camelCase")]
pub enum Edit {
    /// Puts rows in before this one; at the number of rows, after the last.
    Add {
        /// Where the first will be.
        index: usize,
        /// The rows.
        entries: Vec<Entry>,
    },
    /// Takes rows out.
    Remove {
        /// The first.
        index: usize,
        /// How many.
        count: usize,
    },
    /// Puts another row in the place of one.
    Replace {
        /// Which.
        index: usize,
        /// The new row.
        entry: Box<Entry>,
    },
    /// Moves a row.
    Move {
        /// Which.
        from: usize,
        /// Where it will be.
        to: usize,
    },
    /// Sets what was seen at a row's source.
    SetDigest {
        /// Which row.
        index: usize,
        /// The digest.
        digest: Option<Digest>,
    },
    /// Sets which platforms of a list a row takes.
    SetTake {
        /// Which row.
        index: usize,
        /// The platforms; none for all.
        #[serde(with = "crate::platform::text_list")]
        take: Vec<Platform>,
    },
    /// Sets a row's platform.
    SetPlatform {
        /// Which row.
        index: usize,
        /// The platform; absent for the source's.
        platform: Option<Platform>,
    },
    /// Sets a row's annotations.
    SetAnnotations {
        /// Which row.
        index: usize,
        /// The annotations; absent for the source's.
        annotations: Option<Annotations>,
    },
    /// Sets a row's processor features.
    SetFeatures {
        /// Which row.
        index: usize,
        /// The features; absent for the source's.
        features: Option<Vec<String>>,
    },
    /// Keeps or drops a row's attestations.
    SetAttestations {
        /// Which row.
        index: usize,
        /// Keep or drop.
        attestations: Attestations,
    },
    /// Keeps or flattens the lists in a row's list.
    SetNested {
        /// Which row.
        index: usize,
        /// Keep or flatten.
        nested: Nested,
    },
    /// Sets the list's annotations.
    SetListAnnotations {
        /// All of them.
        annotations: Annotations,
    },
    /// Sets the list's `artifactType`.
    SetArtifactType {
        /// The type.
        artifact_type: Option<String>,
    },
    /// Sets the list's `subject`.
    SetSubject {
        /// The subject.
        subject: Option<Box<Descriptor>>,
    },
    /// Sets the list that was opened for editing.
    SetBase {
        /// By digest.
        base: Option<Box<Reference>>,
    },
    /// Sets whether it is a Docker list or an OCI index.
    SetListType {
        /// The type.
        list_type: ListType,
    },
    /// Sets what becomes of images that are not of the list's kind.
    SetConvert {
        /// What.
        convert: Convert,
    },
    /// Sets how the JSON is laid out.
    SetFormat {
        /// The layout.
        format: Format,
    },
    /// Several edits as one, first to last.
    Batch {
        /// The edits.
        edits: Vec<Edit>,
    },
}

/// Why an edit cannot be made; the draft is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such row.
    #[error("there is no row {index}: the draft has {len}")]
    NoSuchRow {
        /// The row that was asked for, from 0.
        index: usize,
        /// How many rows there are.
        len: usize,
    },
}

impl Edit {
    /// Makes the change; returns the edit that takes it back.
    pub fn apply(self, draft: &mut Draft) -> Result<Self, EditError> {
        let len = draft.entries.len();
        Ok(match self {
            Self::Add { index, entries } => {
                if index > len {
                    return Err(EditError::NoSuchRow { index, len });
                }
                let count = entries.len();
                draft.entries.splice(index..index, entries);
                Self::Remove { index, count }
            }
            Self::Remove { index, count } => {
                let end = index.checked_add(count).filter(|end| *end <= len);
                let end = end.ok_or(EditError::NoSuchRow { index: index.saturating_add(count), len })?;
                Self::Add { index, entries: draft.entries.drain(index..end).collect() }
            }
            Self::Replace { index, entry } => {
                let old = std::mem::replace(row(draft, index)?, *entry);
                Self::Replace { index, entry: Box::new(old) }
            }
            Self::Move { from, to } => {
                row(draft, from)?;
                row(draft, to)?;
                let entry = draft.entries.remove(from);
                draft.entries.insert(to, entry);
                Self::Move { from: to, to: from }
            }
            Self::SetDigest { index, digest } => {
                Self::SetDigest { index, digest: std::mem::replace(&mut row(draft, index)?.digest, digest) }
            }
            Self::SetTake { index, take } => {
                Self::SetTake { index, take: std::mem::replace(&mut row(draft, index)?.take, take) }
            }
            Self::SetPlatform { index, platform } => {
                Self::SetPlatform { index, platform: std::mem::replace(&mut row(draft, index)?.platform, platform) }
            }
            Self::SetAnnotations { index, annotations } => {
                let annotations = std::mem::replace(&mut row(draft, index)?.annotations, annotations);
                Self::SetAnnotations { index, annotations }
            }
            Self::SetFeatures { index, features } => {
                Self::SetFeatures { index, features: std::mem::replace(&mut row(draft, index)?.features, features) }
            }
            Self::SetAttestations { index, attestations } => {
                let attestations = std::mem::replace(&mut row(draft, index)?.attestations, attestations);
                Self::SetAttestations { index, attestations }
            }
            Self::SetNested { index, nested } => {
                Self::SetNested { index, nested: std::mem::replace(&mut row(draft, index)?.nested, nested) }
            }
            Self::SetListAnnotations { annotations } => {
                Self::SetListAnnotations { annotations: std::mem::replace(&mut draft.annotations, annotations) }
            }
            Self::SetArtifactType { artifact_type } => {
                Self::SetArtifactType { artifact_type: std::mem::replace(&mut draft.artifact_type, artifact_type) }
            }
            Self::SetSubject { subject } => {
                let old = std::mem::replace(&mut draft.subject, subject.map(|subject| *subject));
                Self::SetSubject { subject: old.map(Box::new) }
            }
            Self::SetBase { base } => {
                let old = std::mem::replace(&mut draft.base, base.map(|base| *base));
                Self::SetBase { base: old.map(Box::new) }
            }
            Self::SetListType { list_type } => {
                Self::SetListType { list_type: std::mem::replace(&mut draft.list_type, list_type) }
            }
            Self::SetConvert { convert } => {
                Self::SetConvert { convert: std::mem::replace(&mut draft.convert, convert) }
            }
            Self::SetFormat { format } => Self::SetFormat { format: std::mem::replace(&mut draft.format, format) },
            Self::Batch { edits } => Self::apply_all(edits, draft)?,
        })
    }

    /// One edit that makes the second draft of the first: undone at once.
    pub fn between(before: &Draft, after: &Draft) -> Self {
        // Taken apart, so that no field is forgotten.
        let Draft { list_type, convert, format, annotations, artifact_type, subject, base, entries } = after.clone();
        let mut edits = Vec::new();
        let mut put = |is_other: bool, edit: Self| edits.extend(is_other.then_some(edit));
        let is_other = before.entries != entries;
        put(is_other, Self::Remove { index: 0, count: before.entries.len() });
        put(is_other, Self::Add { index: 0, entries });
        put(before.annotations != annotations, Self::SetListAnnotations { annotations });
        put(before.artifact_type != artifact_type, Self::SetArtifactType { artifact_type });
        put(before.subject != subject, Self::SetSubject { subject: subject.map(Box::new) });
        put(before.base != base, Self::SetBase { base: base.map(Box::new) });
        put(before.list_type != list_type, Self::SetListType { list_type });
        put(before.convert != convert, Self::SetConvert { convert });
        put(before.format != format, Self::SetFormat { format });
        Self::Batch { edits }
    }

    /// All or none.
    fn apply_all(edits: Vec<Self>, draft: &mut Draft) -> Result<Self, EditError> {
        let mut changed = draft.clone();
        let mut inverses = Vec::with_capacity(edits.len());
        for edit in edits {
            inverses.push(edit.apply(&mut changed)?);
        }
        inverses.reverse();
        *draft = changed;
        Ok(Self::Batch { edits: inverses })
    }
}

fn row(draft: &mut Draft, index: usize) -> Result<&mut Entry, EditError> {
    let len = draft.entries.len();
    draft.entries.get_mut(index).ok_or(EditError::NoSuchRow { index, len })
}

/// A draft with the edits that can be undone and redone. Its JSON is what a browser keeps to survive a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The draft as it is now.
    pub draft: Draft,
    /// What takes edits back, the last one last.
    #[serde(default)]
    pub undo: Vec<Edit>,
    /// What makes edits that were taken back again, the first one last.
    #[serde(default)]
    pub redo: Vec<Edit>,
}

impl History {
    /// A draft that was not edited yet.
    pub fn new(draft: Draft) -> Self {
        Self { draft, undo: Vec::new(), redo: Vec::new() }
    }

    /// Makes an edit, which can then be undone. What had been undone can no longer be redone. An edit that changes
    /// nothing is not kept.
    pub fn apply(&mut self, edit: Edit) -> Result<(), EditError> {
        let before = self.draft.clone();
        let inverse = edit.apply(&mut self.draft)?;
        if self.draft == before {
            return Ok(());
        }
        if self.undo.len() >= UNDO_LIMIT {
            self.undo.remove(0);
        }
        self.undo.push(inverse);
        self.redo.clear();
        Ok(())
    }

    /// Makes a change that is no edit of the user's, such as noting what was seen at a source: it cannot be undone by
    /// itself and leaves the history alone.
    pub fn note(&mut self, edit: Edit) -> Result<(), EditError> {
        edit.apply(&mut self.draft).map(drop)
    }

    /// Is there anything to undo?
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Is there anything to redo?
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Takes the last edit back; `false` when there is none.
    pub fn undo(&mut self) -> bool {
        step(&mut self.draft, &mut self.undo, &mut self.redo)
    }

    /// Makes the edit again that was taken back last; `false` when there is none.
    pub fn redo(&mut self) -> bool {
        step(&mut self.draft, &mut self.redo, &mut self.undo)
    }
}

/// Makes the last edit of one pile and puts its inverse on the other. A stored history may have been tampered with: an
/// edit that does not fit is dropped with all that follow from it.
fn step(draft: &mut Draft, from: &mut Vec<Edit>, to: &mut Vec<Edit>) -> bool {
    let Some(edit) = from.pop() else { return false };
    if let Ok(inverse) = edit.apply(draft) {
        to.push(inverse);
        true
    } else {
        from.clear();
        false
    }
}
