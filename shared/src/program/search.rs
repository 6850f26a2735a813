//! Finds a program in the layers of an image, the uppermost first, without unpacking them.
//!
//! What is in a layer hides what is below it; a file `.wh.NAME` takes `NAME` of the layers below away, and `.wh..wh..opq`
//! all that they have in its folder (OCI image spec, "Image Layer Filesystem Changeset"). Links lead on within the image.

mod walk;

use std::collections::{BTreeMap, BTreeSet};

use self::walk::End;
use super::{
    Command, HEAD, Program,
    command::{MOST_PATH, clean},
};
use crate::document::ImageConfig;

/// Scripts that are run by scripts.
const MOST_SCRIPTS: usize = 4;

/// What a search may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Entries of all layers together.
    pub entries: usize,
    /// Bytes of what is remembered of them.
    pub bytes: usize,
    /// Looks at all places: each entry that may matter is one.
    pub looks: usize,
    /// Steps on the ways to these places: a part of a path in a layer is one, and more where the path is long; so is each
    /// part of what a link leads to, gone or not.
    pub steps: usize,
}

impl Default for Budget {
    /// More than the largest images in use have.
    fn default() -> Self {
        Self { entries: 1_000_000, bytes: 96 * 1024 * 1024, looks: 2000, steps: 4_000_000 }
    }
}

/// What an entry of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind<'a> {
    /// A file that begins with these bytes: [`HEAD`] of them, or all that it has.
    File(&'a [u8]),
    /// A file that is there, and was not looked into. Once it matters what it is, [`Search::wants`] names it.
    Unread,
    /// A symbolic link to this path.
    Symlink(&'a str),
    /// Another name of the file at this path.
    HardLink(&'a str),
    /// A folder.
    Folder,
    /// A device or the like.
    Other,
}

/// A file that was found on the way to the program, or is it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its path in the image, links followed.
    pub path: String,
    /// The layer that it is in: how many are above it.
    pub depth: usize,
    /// What it is.
    pub program: Program,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The last step is the program; those before it are scripts.
    Found,
    /// It is nowhere: what was looked for.
    Missing(String),
    /// It cannot be told: why.
    GivenUp(String),
}

/// A search, fed with the layers' entries.
#[derive(Clone, Debug)]
pub struct Search {
    config: ImageConfig,
    ignores_case: bool,
    wanted: Command,
    /// The uppermost first.
    layers: Vec<Layer>,
    /// Names that something may hang on.
    watched: BTreeSet<String>,
    steps: Vec<Step>,
    left: Budget,
    wants: Option<Wanted>,
    /// There are no more layers.
    is_at_end: bool,
}

/// A file that has to be looked into before the search can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its path in the image, as [`Search::key`] writes it.
    pub path: String,
    /// The layer that it is in: how many are above it.
    pub depth: usize,
}

#[derive(Clone, Debug, Default)]
struct Layer {
    nodes: BTreeMap<String, Node>,
    /// Taken away from the layers below.
    hidden: BTreeSet<String>,
    /// Folders whose content in the layers below is taken away.
    opaque: BTreeSet<String>,
}

#[derive(Clone, Debug)]
enum Node {
    File(Vec<u8>),
    Unread,
    Symlink(String),
    HardLink(String),
    Folder,
    Other,
}

impl Search {
    /// A search for what an image starts.
    pub fn new(command: Command, config: &ImageConfig, os: &str, budget: Budget) -> Self {
        let mut search = Self {
            config: config.clone(),
            ignores_case: os == "windows",
            wanted: command,
            layers: Vec::new(),
            watched: BTreeSet::new(),
            steps: Vec::new(),
            left: budget,
            wants: None,
            is_at_end: false,
        };
        search.look();
        search
    }

    /// What was found so far.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What is looked for now.
    pub fn wanted(&self) -> &Command {
        &self.wanted
    }

    /// The file that has to be looked into next: [`Self::give`] goes on with what it begins with.
    pub fn wants(&self) -> Option<&Wanted> {
        self.wants.as_ref()
    }

    /// A path of a layer, in the one way to write it.
    pub fn key(&self, path: &str) -> String {
        let mut path = clean(path);
        if self.ignores_case {
            path.make_ascii_lowercase();
        }
        path
    }

    /// Takes what the file begins with that was wanted: [`HEAD`] bytes, or all that it has. With an outcome the search is
    /// over; it may want another one.
    pub fn give(&mut self, head: &[u8]) -> Option<Outcome> {
        let Wanted { path, depth } = self.wants.take()?;
        self.layers.get_mut(depth)?.nodes.insert(path, Node::File(worth_keeping(head).to_vec()));
        self.look()
    }

    /// The entries of the next layer down follow.
    pub fn begin_layer(&mut self) {
        self.layers.push(Layer::default());
    }

    /// Forgets what the last layer has: its entries follow once more.
    pub fn begin_layer_again(&mut self) {
        self.layers.pop();
        self.begin_layer();
    }

    /// Takes an entry of the layer. With an outcome the search is over.
    pub fn entry(&mut self, path: &str, kind: EntryKind<'_>) -> Option<Outcome> {
        let path = self.key(path);
        let (node, bytes) = match kind {
            EntryKind::Unread => (Node::Unread, 0),
            EntryKind::File(head) => {
                let head = worth_keeping(head);
                (Node::File(head.to_vec()), head.len())
            }
            // No system takes such a path.
            EntryKind::Symlink(target) | EntryKind::HardLink(target) if target.len() > MOST_PATH => (Node::Other, 0),
            EntryKind::Symlink(target) => (Node::Symlink(target.to_owned()), target.len()),
            EntryKind::HardLink(target) => (Node::HardLink(target.to_owned()), target.len()),
            EntryKind::Folder => (Node::Folder, 0),
            EntryKind::Other => (Node::Other, 0),
        };
        // What the maps add to each is about as much again as a short path.
        let cost = path.len() + bytes + 96;
        match (self.left.entries.checked_sub(1), self.left.bytes.checked_sub(cost)) {
            (Some(entries), Some(bytes)) => self.left = Budget { entries, bytes, ..self.left },
            _ => return Some(Outcome::GivenUp("its layers hold more files than are looked through".to_owned())),
        }
        if self.layers.is_empty() {
            self.begin_layer();
        }
        let layer = self.layers.last_mut()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if let Some(gone) = name.strip_prefix(".wh.") {
            if gone.is_empty() {
                return None;
            }
            if gone == ".wh..opq" {
                layer.opaque.insert(folder.to_owned());
            } else {
                let gone = if folder.is_empty() { gone.to_owned() } else { format!("{folder}/{gone}") };
                layer.hidden.insert(gone);
            }
            return None;
        }
        let is_watched = self.watched.contains(name) && !matches!(node, Node::Folder);
        layer.nodes.insert(path, node);
        if is_watched { self.look() } else { None }
    }

    /// All entries of a layer were there. With an outcome the search is over.
    pub fn end_layer(&mut self) -> Option<Outcome> {
        self.look()
    }

    /// There are no more layers. Without an outcome a file has to be looked into.
    pub fn finish(&mut self) -> Option<Outcome> {
        self.is_at_end = true;
        self.look()
    }

    /// Tries every place with the layers that are there.
    fn look(&mut self) -> Option<Outcome> {
        loop {
            let Some(looks) = self.left.looks.checked_sub(1) else {
                return Some(Outcome::GivenUp("its layers hold too much that may be the program".to_owned()));
            };
            self.left.looks = looks;
            self.watched.clear();
            let mut found = None;
            let mut is_open = false;
            if self.wanted.places.is_empty() {
                let words = "its path is longer than any, or there is no folder to look for it in";
                return Some(Outcome::GivenUp(words.to_owned()));
            }
            let mut steps = self.left.steps;
            for place in &self.wanted.places {
                match self.walk(place, &mut steps) {
                    // The first place counts, and a layer below may have what is there.
                    End::File(_) | End::Unread(_) if is_open => break,
                    End::File(step) => {
                        found = Some(step);
                        break;
                    }
                    End::Unread(wanted) => {
                        self.wants = Some(wanted);
                        return None;
                    }
                    End::Open(_) if self.is_at_end => {}
                    End::Open(parts) => {
                        is_open = true;
                        self.watched.extend(parts);
                    }
                    End::Nowhere => {}
                    End::Loop => return Some(Outcome::GivenUp(format!("the links at {place} lead in a circle"))),
                    End::TooFar => {
                        return Some(Outcome::GivenUp("the ways to it are longer than are followed".to_owned()));
                    }
                }
            }
            self.left.steps = steps;
            let Some(step) = found else {
                let name = &self.wanted.name;
                let words = if self.is_at_end {
                    format!("no layer has {name}")
                } else {
                    format!("{name} is taken away or no file")
                };
                return (!is_open).then_some(Outcome::Missing(words));
            };
            let program = step.program.clone();
            self.steps.push(step);
            let Program::Script(line) = program else { return Some(Outcome::Found) };
            if self.steps.len() > MOST_SCRIPTS {
                return Some(Outcome::GivenUp("scripts are run by scripts without end".to_owned()));
            }
            match Command::interpreter(&line, &self.config) {
                // Only after a carriage return is there the line's end.
                Some(interpreter) if interpreter.name.ends_with('\r') => {
                    let words =
                        "its first line ends as lines do on Windows, and Linux looks for an interpreter of that name";
                    return Some(Outcome::GivenUp(words.to_owned()));
                }
                Some(interpreter) => self.wanted = interpreter,
                None => return Some(Outcome::GivenUp("it is a script that names no interpreter".to_owned())),
            }
        }
    }
}

/// As much of a file's beginning as tells what it is.
fn worth_keeping(head: &[u8]) -> &[u8] {
    let wanted = match head {
        [0x7f, b'E', ..] => 64,
        [b'M', b'Z', ..] => HEAD,
        [b'#', b'!', ..] => 256,
        _ => 8,
    };
    &head[..wanted.min(head.len())]
}

#[cfg(test)]
mod tests;
