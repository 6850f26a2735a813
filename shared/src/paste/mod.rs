//! Images out of whatever was pasted: a list of references, or the commands that make a list of them.

mod command;
mod dockerfile;
mod edits;
mod grammar;
mod link;
mod meaning;
mod said;
mod shell;
mod spec;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeSet;

use crate::{
    descriptor::Annotations,
    digest::Digest,
    reference::{Reference, ReferenceError},
};

use self::{command::Commands, said::Said};
pub use self::{
    meaning::{Meaning, Page},
    spec::is_spec,
};

/// What was understood, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The images.
    pub images: Vec<Image>,
    /// What is said of images that were named before this text.
    remarks: Vec<(Subject, Said)>,
    /// Where commands would have pushed the list.
    pub targets: Vec<Reference>,
    annotations: Annotations,
    artifact_type: Option<String>,
    /// What commands say and a draft cannot take over, in words that stand behind "Left out:".
    left_out: Vec<String>,
    /// Words that should have been references.
    pub rejected: Vec<ReferenceError>,
}

/// An image, and what a command says of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it is.
    pub reference: Reference,
    said: Said,
}

/// What a command speaks of.
#[derive(Debug, PartialEq, Eq)]
enum Subject {
    Source(Reference),
    Digest(Digest),
}

impl Subject {
    /// Is it this image?
    fn is(&self, source: &Reference, digest: Option<&Digest>) -> bool {
        match self {
            Self::Source(reference) => same(reference, source),
            Self::Digest(of_image) => digest == Some(of_image),
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Source(reference) => f.write_str(&reference.familiar()),
            Self::Digest(digest) => f.write_str(digest.short()),
        }
    }
}

impl Pasted {
    /// Does it say anything that is more than one image?
    pub fn is_more_than_an_image(&self) -> bool {
        let makes_something = !self.targets.is_empty() || !self.remarks.is_empty();
        makes_something || self.images.len() > 1
    }

    /// Adds an image that a command names. The commands of one text speak of the same image again and again.
    fn add(&mut self, reference: Reference, said: Said) {
        match self.images.iter_mut().find(|image| same(&image.reference, &reference)) {
            Some(image) => image.said = std::mem::take(&mut image.said).and_then(said),
            None => self.images.push(Image { reference, said }),
        }
    }
}

/// Words of scripts that say nothing about a list.
const OF_SCRIPTS: [&str; 12] =
    ["set", "export", "echo", "cd", "if", "then", "fi", "for", "do", "done", "exit", "source"];

/// Reads a pasted text: references separated by line breaks, commas or spaces, command lines, Dockerfiles, and YAML that names
/// images. For a spec of manifest-tool see [`is_spec`].
pub fn read(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    let mut commands = Commands::default();
    let stages = dockerfile::stages(text);
    let lines = shell::lines(text);
    let lines: Vec<&str> = lines.iter().map(|line| without_prompt(line)).collect();
    let is_command = |line: &str| shell::commands(line).iter().any(|words| command::tool_of(words).is_some());
    let has_command = lines.iter().any(|line| is_command(line));
    if yaml::names_images(&lines) && !is_spec(text) && !lines.iter().any(|line| is_command(yaml::item(line))) {
        for image in lines.iter().filter_map(|line| yaml::image(line)) {
            yaml::take(image, &mut pasted);
        }
        return pasted;
    }
    for line in lines {
        let of_line = shell::commands(line);
        if of_line.iter().any(|words| command::tool_of(words).is_some()) {
            for words in of_line {
                match command::tool_of(&words) {
                    Some((tool, words)) => commands.read(tool, words, &mut pasted),
                    None => pasted.left_out.push(format!("“{}”", words.join(" "))),
                }
            }
        } else if has_command && of_line.first().is_some_and(|words| OF_SCRIPTS.contains(&words[0].as_str())) {
            pasted.left_out.push(format!("“{line}”"));
        } else {
            references(line, &stages, &mut pasted);
        }
    }
    commands.finish(&mut pasted);
    pasted
}

/// A line without what a terminal or a text puts around commands.
fn without_prompt(line: &str) -> &str {
    let line = line.trim_matches('`').trim();
    ["$ ", "% ", "> "].into_iter().find_map(|prompt| line.strip_prefix(prompt)).unwrap_or(line)
}

/// References, and what lists and files put around them. `stages` are names that a Dockerfile gave.
fn references(line: &str, stages: &BTreeSet<String>, pasted: &mut Pasted) {
    if line.starts_with('#') {
        return;
    }
    // Behind a space it is no part of a link.
    let line = line.split_once(" #").map_or(line, |(line, _)| line);
    let line = match dockerfile::image(line) {
        Some(image) if dockerfile::is_own(line, image, stages) => return,
        Some(image) if image.contains('$') => {
            pasted.left_out.push(format!("“{image}”, whose variables are set where it is built"));
            return;
        }
        Some(image) => image,
        None if dockerfile::is_instruction(line) => return,
        None => line,
    };
    let words = line.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let words = words.map(|word| word.trim_matches(['"', '\'', '`']));
    for word in words.filter(|word| !["", "-", "*", "image:"].contains(word)) {
        match word.strip_prefix("docker://").unwrap_or(word).parse() {
            Ok(reference) => pasted.images.push(Image { reference, said: Said::default() }),
            Err(error) => pasted.rejected.push(error),
        }
    }
}

/// Do both lead to one image? Without a tag it is `latest`.
fn same(a: &Reference, b: &Reference) -> bool {
    a.same_repository(b) && a.target() == b.target()
}
