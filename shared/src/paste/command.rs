//! What a command line makes.

use crate::{
    digest::Digest,
    platform::Platform,
    reference::{Reference, Tag},
};

use super::{
    Image, Pasted, Subject,
    grammar::{Act, Grammar, Means, TOOLS, without_options},
    said::Said,
    same,
};

/// Words that stand before a command.
const BEFORE: [&str; 4] = ["sudo", "time", "exec", "env"];

/// The tool of a command and the words behind its name; `None` where it is no command that is read.
pub(super) fn tool_of(words: &[String]) -> Option<(&str, &[String])> {
    let is_before = |word: &String| {
        let assigns =
            word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c == '_' || c.is_alphanumeric()));
        assigns || BEFORE.contains(&word.as_str())
    };
    let start = words.iter().position(|word| !is_before(word))?;
    let (tool, rest) = words[start..].split_first()?;
    let tool = tool.rsplit('/').next().unwrap_or(tool);
    // A tool's name alone is as good a name of an image.
    (TOOLS.contains(&tool) && !rest.is_empty()).then_some((tool, rest))
}

/// What the commands of a text have said so far.
#[derive(Debug, Default)]
pub(super) struct Commands {
    lists: Vec<List>,
}

/// A list that commands make.
#[derive(Debug)]
struct List {
    name: Reference,
    images: Vec<Reference>,
    destinations: Vec<Reference>,
}

/// What a command's options say.
#[derive(Debug, Default)]
struct Options {
    said: Said,
    images: Vec<String>,
    digests: Vec<String>,
    targets: Vec<String>,
    tags: Vec<String>,
    platforms: Vec<String>,
    template: Option<String>,
    appends: bool,
}

impl Commands {
    /// Reads a command.
    pub(super) fn read(&mut self, tool: &str, words: &[String], pasted: &mut Pasted) {
        let Some((grammar, words)) = Grammar::of(tool, words) else {
            let verbs = without_options(tool, words).iter().take_while(|word| !word.starts_with('-')).take(2);
            let verbs: Vec<&str> = verbs.map(String::as_str).collect();
            pasted.left_out.push(format!("“{tool} {}”, which makes no list", verbs.join(" ")));
            return;
        };
        let (options, words) = options(grammar, words, pasted);
        match grammar.act {
            Act::Create | Act::Add | Act::Push | Act::Annotate | Act::Options | Act::OwnTags => {
                self.list(grammar, options, &words, pasted);
            }
            Act::Images => {
                let images = words.into_iter().chain(options.images);
                let targets: Vec<Reference> = options.targets.iter().filter_map(|word| parse(word, pasted)).collect();
                if let Some(target) = targets.first().filter(|_| options.appends) {
                    pasted.add(target.clone(), Said::default());
                }
                let images = add_all(images, &options.said, pasted);
                for target in targets {
                    self.list_of(&target).images.clone_from(&images);
                }
            }
            Act::First | Act::Run => {
                add_all(words.into_iter().take(1), &options.said, pasted);
            }
            Act::Copy => {
                let images = add_all(words.iter().take(1).cloned(), &options.said, pasted);
                if let Some(target) = words.get(1).and_then(|word| parse(word, pasted)) {
                    self.list_of(&target).images = images;
                }
            }
            Act::Template => self.template(options, pasted),
        }
    }

    /// Commands whose first word is the list.
    fn list(&mut self, grammar: &Grammar, options: Options, words: &[String], pasted: &mut Pasted) {
        let Some((first, rest)) = words.split_first() else { return };
        // `oras` takes several tags at once.
        let mut tags = first.split(',');
        let Some(name) = tags.next().and_then(|word| parse(word, pasted)) else { return };
        let more = tags.map(|tag| format!("{}:{tag}", name.repo())).filter_map(|text| parse(&text, pasted));
        let more: Vec<Reference> = more.collect();
        if options.appends || grammar.keeps_what_is_there() {
            pasted.add(name.clone(), Said::default());
        }
        let own = |word: &String| match (word.parse::<Digest>(), word.parse::<Tag>()) {
            (Ok(digest), _) => name.repository_only().with_digest(digest).to_string(),
            (_, Ok(tag)) => name.repository_only().with_tag(tag).to_string(),
            _ => word.clone(),
        };
        let images = match grammar.act {
            Act::Push => {
                let destinations: Vec<_> = rest.iter().take(1).filter_map(|word| parse(word, pasted)).collect();
                let list = self.list_of(&name);
                list.destinations.extend(destinations.is_empty().then(|| name.clone()));
                list.destinations.extend(destinations);
                return;
            }
            Act::Annotate => {
                self.list_of(&name);
                if let Some(word) = rest.first() {
                    annotate(word, options.said, pasted);
                }
                return;
            }
            Act::OwnTags => add_all(rest.iter().map(own), &options.said, pasted),
            _ => {
                let digests = options.digests.iter().map(own);
                let words = rest.iter().cloned().chain(options.images.clone()).chain(digests);
                add_all(words, &options.said, pasted)
            }
        };
        for name in std::iter::once(&name).chain(&more) {
            self.list_of(name).images.extend(images.iter().cloned());
        }
    }

    /// Commands that only have options: `manifest-tool push from-args`, and those that build images.
    fn template(&mut self, options: Options, pasted: &mut Pasted) {
        let mut images = add_all(options.images.into_iter(), &Said::default(), pasted);
        let template = options.template.unwrap_or_default();
        for text in &options.platforms {
            let Ok(platform) = text.parse::<Platform>() else {
                pasted.left_out.push(format!("{text}, which is no platform"));
                continue;
            };
            let name = template.replace("ARCHVARIANT", &format!("{}{}", platform.architecture, platform.variant()));
            let name = name.replace("ARCH", &platform.architecture).replace("VARIANT", platform.variant());
            let mut said = Said::default();
            let name = name.replace("OS", &platform.os);
            said.set_platform(platform);
            images.extend(add_all(std::iter::once(name), &said, pasted));
        }
        for target in options.targets.iter().filter_map(|word| parse(word, pasted)).collect::<Vec<_>>() {
            self.list_of(&target).images.clone_from(&images);
            for tag in options.tags.iter().filter_map(|tag| tag.parse::<Tag>().ok()) {
                self.list_of(&target.clone().with_tag(tag)).images.clone_from(&images);
            }
        }
    }

    fn list_of(&mut self, name: &Reference) -> &mut List {
        let place = self.lists.iter().position(|list| same(&list.name, name)).unwrap_or_else(|| {
            self.lists.push(List { name: name.clone(), images: Vec::new(), destinations: Vec::new() });
            self.lists.len() - 1
        });
        &mut self.lists[place]
    }

    /// Says where the lists go. A list that is pushed elsewhere has a name on that machine alone.
    pub(super) fn finish(self, pasted: &mut Pasted) {
        let made: Vec<&List> = self.lists.iter().filter(|list| !list.images.is_empty()).collect();
        if made.iter().any(|list| list.images != made[0].images) {
            pasted.left_out.push("that these are several lists: their images are all in this one".to_owned());
        }
        for list in self.lists {
            let tags = if list.destinations.is_empty() { vec![list.name] } else { list.destinations };
            for tag in tags {
                if !pasted.targets.iter().any(|target| same(target, &tag)) {
                    pasted.targets.push(tag);
                }
            }
        }
    }
}

/// Sorts a command's words into options and the rest.
fn options(grammar: &Grammar, words: &[String], pasted: &mut Pasted) -> (Options, Vec<String>) {
    let mut options = Options::default();
    let mut rest = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') || word == "-" {
            rest.push(word.clone());
            if grammar.act == Act::Run {
                break;
            }
            continue;
        }
        if word == "--" {
            rest.extend(words.by_ref().cloned());
            break;
        }
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        let Some(means) = grammar.option(name) else {
            pasted.left_out.push(format!("{word}, which is not known here"));
            continue;
        };
        let value = value.map(str::to_owned).or_else(|| if means.has_value() { words.next().cloned() } else { None });
        options.take(means, name, value.unwrap_or_default(), pasted);
    }
    (options, rest)
}

impl Options {
    fn take(&mut self, means: Means, name: &str, value: String, pasted: &mut Pasted) {
        let said = &mut self.said;
        let list =
            |value: &str| value.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        match means {
            Means::Nothing | Means::NothingMuch => {}
            Means::Lost => pasted.left_out.push(format!("{name} {value}")),
            Means::Target => self.targets.push(value),
            Means::Tags => self.tags.extend(list(&value)),
            Means::Image => self.images.extend(list(&value)),
            Means::Digest => self.digests.push(value),
            Means::Append => self.appends = value != "false",
            Means::Os => said.os = Some(value),
            Means::Architecture => said.architecture = Some(value),
            Means::Variant => said.variant = Some(value),
            Means::OsVersion => said.os_version = Some(value),
            Means::OsFeatures => said.os_features.extend(list(&value)),
            Means::Features => said.features.extend(list(&value)),
            Means::Platform => match value.parse() {
                Ok(platform) => said.set_platform(platform),
                Err(_) => pasted.left_out.push(format!("{name} {value}, which is no platform")),
            },
            Means::Take => match list(&value).iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>() {
                Ok(platforms) => said.take.extend(platforms),
                Err(_) => pasted.left_out.push(format!("{name} {value}, which is no platform")),
            },
            Means::Annotation => said.annotations.extend(pair(&value)),
            Means::ListAnnotation => pasted.annotations.extend(pair(&value)),
            Means::TypedAnnotation => match value.strip_prefix("index:") {
                Some(value) => pasted.annotations.extend(pair(value)),
                None => match value.strip_prefix("manifest-descriptor:") {
                    Some(value) => said.annotations.extend(pair(value)),
                    None => pasted.left_out.push(format!("{name} {value}")),
                },
            },
            Means::ArtifactType => pasted.artifact_type = Some(value),
            Means::Platforms => self.platforms.extend(list(&value)),
            Means::Template => self.template = Some(value),
        }
    }
}

fn pair(value: &str) -> Option<(String, String)> {
    let (key, value) = value.split_once('=').unwrap_or((value, ""));
    (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
}

/// Adds images, of each of which this is said; returns what they are called.
fn add_all(words: impl Iterator<Item = String>, said: &Said, pasted: &mut Pasted) -> Vec<Reference> {
    let mut references = Vec::new();
    for word in words {
        if let Some(reference) = parse(&word, pasted) {
            references.push(reference.clone());
            pasted.add(reference, said.clone());
        }
    }
    references
}

/// Says something of an image that was added by these commands, or before them.
fn annotate(word: &str, said: Said, pasted: &mut Pasted) {
    // `sha256:…` is a reference too: to a tag of a repository of that name.
    let digest = word.parse().ok().filter(|_| word.starts_with("sha"));
    let subject = digest.map(Subject::Digest).or_else(|| parse(word, pasted).map(Subject::Source));
    let Some(subject) = subject else { return };
    let is_meant = |image: &&mut Image| subject.is(&image.reference, image.reference.digest());
    match pasted.images.iter_mut().find(is_meant) {
        Some(image) => image.said = std::mem::take(&mut image.said).and_then(said),
        None => pasted.remarks.push((subject, said)),
    }
}

fn parse(word: &str, pasted: &mut Pasted) -> Option<Reference> {
    let word = word.strip_prefix("docker://").unwrap_or(word);
    word.parse().map_err(|error| pasted.rejected.push(error)).ok()
}
