//! The way from a path to a file, through the layers and along links.

use std::collections::VecDeque;

use super::{Layer, Node, Search, Step, Wanted};
use crate::program::Program;

/// Links that are followed on one way, as by Linux.
const MOST_LINKS: usize = 40;

/// What is at a path.
enum Found<'a> {
    Node(&'a Node, usize),
    Hidden,
    Nothing,
}

/// A place on a way through the image.
#[derive(Clone, Debug, Default)]
struct Place {
    path: String,
    /// Of each part of it: where it begins, and how many layers are seen there, where one hides those below it.
    parts: Vec<(usize, Option<usize>)>,
}

impl Place {
    fn enter(&mut self, name: &str, seen: Option<usize>) {
        let begin = self.path.len();
        if begin > 0 {
            self.path.push('/');
        }
        self.path.push_str(name);
        self.parts.push((begin, seen));
    }

    fn leave(&mut self) {
        let (begin, _) = self.parts.pop().unwrap_or_default();
        self.path.truncate(begin);
    }
}

/// Where a way through the image ends.
pub(super) enum End {
    File(Step),
    Unread(Wanted),
    /// Some layer below may have what is missing; its parts.
    Open(Vec<String>),
    /// No layer below can change it.
    Nowhere,
    Loop,
    /// It takes more steps than there are.
    TooFar,
}

impl Search {
    /// Goes there with the layers that are there, taking from what steps there are left.
    pub(super) fn walk(&self, place: &str, steps: &mut usize) -> End {
        let mut rest: VecDeque<String> = parts(place).collect();
        let mut all: Vec<String> = rest.iter().cloned().collect();
        let mut at = Place::default();
        // A hard link is a name of what its own layer has, or those below: what is above does not change it.
        let mut from = 0;
        // The folder that a hard link was opened in: a symbolic link that it is another name of leads on from there.
        let mut opened_in: Option<String> = None;
        let mut links = 0;
        while let Some(part) = rest.pop_front() {
            if part == ".." {
                at.leave();
                continue;
            }
            let seen = self.seen_in(&at, from);
            at.enter(&part, seen);
            let cost = self.layers.len().max(1) * (1 + at.path.len() / 64);
            if !spend(steps, cost) {
                return End::TooFar;
            }
            match self.find(&at.path, from, seen) {
                Found::Node(Node::File(head), depth) if rest.is_empty() => {
                    return End::File(Step { path: at.path, depth, program: Program::read(head) });
                }
                Found::Node(Node::Unread, depth) if rest.is_empty() => {
                    return End::Unread(Wanted { path: at.path, depth });
                }
                Found::Node(Node::Symlink(target), _) => {
                    links += 1;
                    at.leave();
                    let opened_in = if rest.is_empty() { opened_in.take() } else { None };
                    let before = match opened_in {
                        _ if target.starts_with('/') => {
                            at = Place::default();
                            String::new()
                        }
                        Some(folder) => {
                            at = Place::default();
                            folder
                        }
                        // The way to it is gone once more, with all layers.
                        None if from > 0 => std::mem::take(&mut at).path,
                        None => String::new(),
                    };
                    let way: Vec<String> = parts(&before).chain(parts(&self.spelled(target))).collect();
                    if !spend(steps, way.len()) {
                        return End::TooFar;
                    }
                    all.extend(way.iter().cloned());
                    way.into_iter().rev().for_each(|part| rest.push_front(part));
                    from = 0;
                }
                Found::Node(Node::HardLink(target), depth) if rest.is_empty() => {
                    links += 1;
                    from = depth;
                    at.leave();
                    let folder = std::mem::take(&mut at).path;
                    opened_in.get_or_insert(folder);
                    rest.extend(parts(&self.spelled(target)));
                    if !spend(steps, rest.len()) {
                        return End::TooFar;
                    }
                    all.extend(rest.iter().cloned());
                }
                // A folder may come with a layer below, or without an entry of its own.
                Found::Node(Node::Folder, _) | Found::Nothing if !rest.is_empty() => {}
                Found::Node(..) | Found::Hidden => return End::Nowhere,
                Found::Nothing => return End::Open(all),
            }
            if links > MOST_LINKS {
                return End::Loop;
            }
        }
        End::Nowhere
    }

    /// The target of a link as the layers spell paths.
    fn spelled(&self, target: &str) -> String {
        if self.ignores_case { target.to_ascii_lowercase() } else { target.to_owned() }
    }

    /// How many layers are seen in this folder, where one of them hides those below it, or what they have in the folder.
    fn seen_in(&self, folder: &Place, from: usize) -> Option<usize> {
        let before = folder.parts.last().and_then(|(_, seen)| *seen);
        let hides = |layer: &Layer| layer.opaque.contains(&folder.path) || layer.hidden.contains(&folder.path);
        let layers = &self.layers[..before.unwrap_or(self.layers.len())];
        layers.iter().skip(from).position(hides).map(|depth| from + depth + 1).or(before)
    }

    /// What is at a path in those layers that are seen there.
    fn find(&self, path: &str, from: usize, seen: Option<usize>) -> Found<'_> {
        let layers = &self.layers[..seen.unwrap_or(self.layers.len())];
        for (depth, layer) in layers.iter().enumerate().skip(from) {
            if let Some(node) = layer.nodes.get(path) {
                return Found::Node(node, depth);
            }
            if layer.hidden.contains(path) {
                return Found::Hidden;
            }
        }
        if seen.is_some() { Found::Hidden } else { Found::Nothing }
    }
}

/// Takes steps from those that are left; `false` where there are not so many.
fn spend(steps: &mut usize, cost: usize) -> bool {
    let left = steps.checked_sub(cost);
    *steps = left.unwrap_or_default();
    left.is_some()
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = String> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned)
}
