//! Which image a client gets, with lists in the list looked into.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::{MAX_DEPTH, Source, Sources, image_of, nested::list_of, wanted_config};
use crate::{
    api::{Problem, ProblemCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{ImageConfig, List, RawDocument},
    media_type::{Kind, MediaType},
    platform::{Platform, only_for, place_below, select, select_in},
};

/// What a client gets, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Where the image stands: its place in the list, from 0, then in the list that stands there, and so on. Empty for a
    /// single image, and when the client gets none.
    pub path: Vec<usize>,
    /// The image; `None` when the client gets none.
    pub descriptor: Option<Descriptor>,
    /// The reason, in sentences. Entries are counted from 1 there.
    pub reason: String,
}

/// How far a selection has come with the documents that there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Selecting {
    /// To its end.
    Done(Selection),
    /// This manifest is needed to go on.
    WantsManifest(Descriptor),
    /// This image's config is.
    WantsConfig(Descriptor),
    /// What is needed cannot be had, for a reason that says nothing of the image.
    Unknown(Problem),
}

impl Source {
    /// What a client on this host gets of what the reference names; see [`Sources::select`].
    pub fn select(&self, host: &Platform) -> Selecting {
        if let Some(list) = self.list() {
            return choose(host, &list, |digest| self.part(digest));
        }
        let platform = match wanted_config(&self.root) {
            None => None,
            Some(config) => match self.configs.get(&config.digest) {
                None => return Selecting::WantsConfig(config),
                Some(Err(problem)) => return Selecting::Unknown(problem.clone()),
                Some(Ok(document)) => match ImageConfig::parse(document.bytes()) {
                    Ok(config) => Some(config.platform()),
                    Err(error) => return Selecting::Unknown(error.to_problem()),
                },
            },
        };
        let choice = select(host, std::slice::from_ref(&platform));
        let reason = match &platform {
            Some(platform) if choice.index.is_none() => only_for(host, platform),
            _ => choice.reason,
        };
        let descriptor = choice.index.map(|_| Descriptor { platform, ..self.root.descriptor() });
        Selecting::Done(Selection { path: Vec::new(), descriptor, reason })
    }

    /// The document below the root that has this digest, when it was asked for.
    fn part(&self, digest: &Digest) -> Option<Result<&RawDocument, &Problem>> {
        self.children.get(digest).or_else(|| self.configs.get(digest)).map(Result::as_ref)
    }
}

impl Sources {
    /// What a client on this host gets of a list that is made of these sources.
    ///
    /// As containerd does it (`images.Manifest`): of each list the best entry is taken, one without a platform last; a list
    /// is looked into, and the client comes back to no other entry; an image that the list names no platform for is judged
    /// by its config.
    pub fn select(&self, host: &Platform, list: &List) -> Selecting {
        choose(host, list, |digest| {
            let parts = self.iter().filter_map(|(_, source)| {
                let source = source.as_ref().ok()?;
                if source.root.digest() == digest { Some(Ok(&source.root)) } else { source.part(digest) }
            });
            parts.reduce(|one, other| if one.is_ok() { one } else { other })
        })
    }
}

fn choose<'a>(
    host: &Platform,
    list: &List,
    find: impl Fn(&Digest) -> Option<Result<&'a RawDocument, &'a Problem>>,
) -> Selecting {
    let mut walk = Walk { path: Vec::new(), at: String::new(), way: Vec::new() };
    let mut list = Cow::Borrowed(list);
    loop {
        let platforms: Vec<Option<Platform>> = list.manifests.iter().map(|child| child.platform.clone()).collect();
        let choice = select_in(host, &platforms, &walk.at);
        let Some(index) = choice.index else { return walk.none(choice.reason) };
        let descriptor = list.manifests[index].clone();
        walk.path.push(index);
        walk.at = place_below(&walk.at, index);
        let is_list = MediaType::new(&descriptor.media_type).kind() == Kind::List;
        if !is_list && descriptor.platform.is_some() {
            return walk.got(descriptor, choice.reason);
        }
        let document = match find(&descriptor.digest) {
            None => return Selecting::WantsManifest(descriptor),
            Some(Err(problem)) => return walk.not_had("it", problem),
            Some(Ok(document)) => document,
        };
        if !is_list {
            return walk.by_config(host, descriptor, document, find);
        }
        if walk.path.len() > MAX_DEPTH {
            let words = format!("lists stand in lists more than {MAX_DEPTH} deep, at {}", walk.at);
            return walk.none(format!("None that could be told here: {words}."));
        }
        let Some(found) = list_of(document) else {
            let words = format!("None: {} is to be a list, and cannot be read as one.", walk.at);
            return walk.none(words);
        };
        walk.enter(host, descriptor.platform.as_ref());
        list = Cow::Owned(found);
    }
}

/// A client on its way through lists.
struct Walk {
    path: Vec<usize>,
    /// The same in words.
    at: String,
    /// Why it went into each list.
    way: Vec<String>,
}

impl Walk {
    fn enter(&mut self, host: &Platform, platform: Option<&Platform>) {
        let at = capital(&self.at);
        self.way.push(match platform {
            Some(platform) => format!(" {at} is a list for {platform}, and the client looks into it."),
            None => {
                format!(
                    " {at} is a list that names no platform: no other entry fits {host}, and the client looks into it."
                )
            }
        });
    }

    /// An image that the list names no platform for.
    fn by_config<'a>(
        self,
        host: &Platform,
        mut descriptor: Descriptor,
        document: &RawDocument,
        find: impl Fn(&Digest) -> Option<Result<&'a RawDocument, &'a Problem>>,
    ) -> Selecting {
        let at = &self.at;
        let Some(config) = image_of(document).and_then(|image| image.wanted_config().cloned()) else {
            let words = format!("None: no entry fits {host}, and {at}, which names no platform, is no image to run.");
            return self.none(words);
        };
        let config = match find(&config.digest) {
            None => return Selecting::WantsConfig(config),
            Some(Err(problem)) => return self.not_had("its config", problem),
            Some(Ok(config)) => match ImageConfig::parse(config.bytes()) {
                Ok(config) => config,
                Err(error) => return Selecting::Unknown(error.to_problem()),
            },
        };
        let platform = config.platform();
        if select(host, &[Some(platform.clone())]).index.is_none() {
            let words = format!(
                "None: no entry fits {host}, and {at}, which names no platform, is for {platform} as its config says; the \
                 client says `no match for platform in manifest`."
            );
            return self.none(words);
        }
        let words = format!(
            "It gets {platform} ({at}): no other entry fits {host}; this one names no platform, but its config does."
        );
        descriptor.platform = Some(platform);
        self.got(descriptor, words)
    }

    fn not_had(self, what: &str, problem: &Problem) -> Selecting {
        if !matches!(problem.code, ProblemCode::ManifestUnknown | ProblemCode::BlobUnknown) {
            return Selecting::Unknown(problem.clone());
        }
        let words = format!("None: the client goes to {}, and {what} cannot be had: {problem}.", self.at);
        self.none(words)
    }

    fn got(self, descriptor: Descriptor, reason: String) -> Selecting {
        Selecting::Done(Selection {
            path: self.path,
            descriptor: Some(descriptor),
            reason: reason + &self.way.concat(),
        })
    }

    fn none(self, reason: String) -> Selecting {
        let back = if self.way.is_empty() { "" } else { " It comes back to no other entry." };
        Selecting::Done(Selection { path: Vec::new(), descriptor: None, reason: reason + &self.way.concat() + back })
    }
}

fn capital(words: &str) -> String {
    words.replacen("entry", "Entry", 1)
}
