//! Which image a client gets, with lists in the list looked into.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::{Failure, MAX_DEPTH, Source, Sources, image_of, nested::list_of, wanted_config};
use crate::{
    api::{Problem, ProblemCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, ImageConfig, List, RawDocument},
    excerpt::Excerpt,
    platform::{Platform, place_below, same, select, select_in},
    view::{Absence, in_short, number},
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
    /// What keeps the image from running, or may keep it, where clients are known to say something of it.
    pub failure: Option<Failure>,
}

impl Selection {
    /// The number of its row, as people count: `3-1`. Empty for a single image, and when the client gets none.
    pub fn number(&self) -> String {
        number(&self.path)
    }

    /// The reason where its answer was said before: "No. None: …" says it twice.
    pub fn reason_alone(&self) -> &str {
        self.reason.strip_prefix("None: ").unwrap_or(&self.reason)
    }
}

/// How far a selection has come with the documents that there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Selecting {
    /// To its end.
    Done(Box<Selection>),
    /// This manifest is needed to go on.
    WantsManifest(Descriptor),
    /// This image's config is.
    WantsConfig(Descriptor),
    /// What is needed cannot be had, for a reason that says nothing of the image.
    Unknown(Problem),
}

impl Source {
    /// What a client on this host gets of what the reference names; see [`Sources::select`].
    ///
    /// Where nothing is for just this platform, and it is none that is known ([`Platform::is_known`]), the answer is not known
    /// either.
    pub fn select(&self, host: &Platform) -> Selecting {
        let is_of_host = |image: &Descriptor| image.platform.as_ref().is_some_and(|platform| same(platform, host));
        match self.selecting(host) {
            Selecting::Done(selection)
                if !host.is_known() && !selection.descriptor.as_ref().is_some_and(is_of_host) =>
            {
                let words = format!("{host} is not known as a platform");
                Selecting::Unknown(Problem::new(ProblemCode::InvalidPlatform, words))
            }
            selecting => selecting,
        }
    }

    fn selecting(&self, host: &Platform) -> Selecting {
        if let Some(list) = self.list() {
            return choose(host, &list, |digest| self.part(digest));
        }
        let platform = match wanted_config(&self.root) {
            None => {
                let reason = "None: this is no image, and there is nothing to run.".to_owned();
                return Selecting::Done(Box::new(Selection {
                    path: Vec::new(),
                    descriptor: None,
                    reason,
                    failure: None,
                }));
            }
            Some(config) => match self.configs.get(&config.digest) {
                None => return Selecting::WantsConfig(config),
                Some(Err(problem)) => return not_had(&config.digest, problem),
                Some(Ok(document)) => match ImageConfig::parse(document.bytes()) {
                    Ok(config) => Some(config.platform()),
                    Err(error) => return not_had(&config.digest, &error.to_problem()),
                },
            },
        };
        let choice = select(host, std::slice::from_ref(&platform));
        // It is the entry of no list.
        let reason = choice.reason.replacen(" (entry 1)", "", 1);
        let (reason, failure) = match &platform {
            Some(platform) if choice.index.is_none() => {
                let reason = format!("None: it is a single image, for {platform} and not for {host}.");
                (reason, Some(Failure::Alone(platform.clone())))
            }
            Some(platform) => doubted(host, platform, reason),
            None => (reason, None),
        };
        let descriptor = choice.index.map(|_| Descriptor { platform, ..self.root.descriptor() });
        Selecting::Done(Box::new(Selection { path: Vec::new(), descriptor, reason, failure }))
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
    /// by its config. What the list names a platform for is taken at its word, and where its config is known to say another,
    /// [`Selection::failure`] tells.
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
        let Some(index) = choice.index else {
            let failure = if walk.path.is_empty() { Failure::NoMatch } else { Failure::NoMatchInList };
            return walk.none(choice.reason, Some(failure));
        };
        let descriptor = list.manifests[index].clone();
        walk.path.push(index);
        walk.at = place_below(&walk.at, index);
        let is_list = descriptor.is_list();
        let document = find(&descriptor.digest);
        if let Some(Ok(document)) = document
            && let Some(differs) = document.differs_from(&descriptor)
        {
            let words = format!("None: the client goes to {}, which is {differs}, and does not pull it.", walk.at);
            let (own, listed) = (document.size(), descriptor.size);
            let failure = if document.digest() == &descriptor.digest {
                (own != listed).then_some(Failure::Resized { own, listed })
            } else {
                Some(Failure::Altered(descriptor.digest))
            };
            return walk.none(words, failure);
        }
        if !is_list && descriptor.platform.is_some() {
            return walk.by_name(host, descriptor, choice.reason, document, find);
        }
        let document = match document {
            None => return Selecting::WantsManifest(descriptor),
            Some(Err(problem)) => return walk.not_had("it", &descriptor.digest, problem),
            Some(Ok(document)) => document,
        };
        if !is_list {
            return walk.by_config(host, descriptor, document, find);
        }
        if walk.path.len() > MAX_DEPTH {
            let words = format!("lists stand in lists more than {MAX_DEPTH} deep, at {}", walk.at);
            return walk.none(format!("None that could be told here: {words}."), None);
        }
        let Some(found) = list_of(document) else {
            let words = format!("None: {} is to be a list, and cannot be read as one.", walk.at);
            return walk.none(words, None);
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
            return self.none(words, None);
        };
        let config = match find(&config.digest) {
            None => return Selecting::WantsConfig(config),
            Some(Err(problem)) => return self.not_had("its config", &config.digest, problem),
            Some(Ok(document)) => match ImageConfig::parse(document.bytes()) {
                Ok(config) => config,
                Err(error) => return self.not_had("its config", &config.digest, &error.to_problem()),
            },
        };
        let platform = config.platform();
        if select(host, &[Some(platform.clone())]).index.is_none() {
            let words = format!(
                "None: no entry fits {host}, and {at}, which names no platform, is for {platform} as its config says."
            );
            return self.none(words, Some(Failure::NoMatchBelow));
        }
        let words = format!(
            "It gets {platform} ({at}): no other entry fits {host}; this one names no platform, but its config does."
        );
        let (words, failure) = doubted(host, &platform, words);
        descriptor.platform = Some(platform);
        self.got(descriptor, words, failure)
    }

    /// An image that the list names a platform for: what of it is known may be that it does not run for all that.
    fn by_name<'a>(
        self,
        host: &Platform,
        image: Descriptor,
        reason: String,
        document: Option<Result<&'a RawDocument, &'a Problem>>,
        find: impl Fn(&Digest) -> Option<Result<&'a RawDocument, &'a Problem>>,
    ) -> Selecting {
        let manifest = match document {
            // The list is taken at its word.
            None => return self.got_named(host, image, reason, None),
            Some(Err(problem)) => return self.not_had("it", &image.digest, problem),
            Some(Ok(document)) => document,
        };
        let config = match manifest.parse() {
            Ok(Document::Image(manifest)) => manifest.wanted_config().map(|config| config.digest.clone()),
            Ok(_) => None,
            Err(error) => return self.not_had("it", &image.digest, &error.to_problem()),
        };
        match config.and_then(|digest| Some((find(&digest)?, digest))) {
            None => self.got_named(host, image, reason, None),
            Some((Err(problem), digest)) => self.not_had("its config", &digest, problem),
            Some((Ok(config), digest)) => match ImageConfig::parse(config.bytes()) {
                Ok(config) => self.got_named(host, image, reason, Some(config.platform())),
                Err(error) => self.not_had("its config", &digest, &error.to_problem()),
            },
        }
    }

    /// An image that the list names a platform for. Its config may name another.
    fn got_named(self, host: &Platform, image: Descriptor, reason: String, config: Option<Platform>) -> Selecting {
        let runs = |platform: &Platform| select(host, &[Some(platform.clone())]).index.is_some();
        if let Some(other) = config.filter(|config| !config.is_empty() && !runs(config)) {
            let reason = format!("{reason} But that image's own config says {other}.");
            return self.got(image, reason, Some(Failure::Contradicted(other)));
        }
        let (reason, failure) = match &image.platform {
            Some(platform) => doubted(host, platform, reason),
            None => (reason, None),
        };
        self.got(image, reason, failure)
    }

    fn not_had(self, what: &str, digest: &Digest, problem: &Problem) -> Selecting {
        let Some((verb, failure)) = kept_away(digest, problem) else { return Selecting::Unknown(problem.clone()) };
        let is_altered = what == "it" && problem.code == ProblemCode::DigestMismatch;
        let failure = failure.or_else(|| is_altered.then(|| Failure::Altered(digest.clone())));
        let words =
            format!("None: the client goes to {}, and {what} cannot be {verb}. {}.", self.at, in_short(problem));
        self.none(words, failure)
    }

    fn got(self, descriptor: Descriptor, reason: String, failure: Option<Failure>) -> Selecting {
        let mut reason = reason + &self.way.concat();
        let failure = failure.or((!self.way.is_empty()).then_some(Failure::InList));
        if failure == Some(Failure::InList) {
            reason += " Docker (since 23) and containerd do that; Podman and CRI-O pull no list in a list.";
        }
        Selecting::Done(Box::new(Selection { path: self.path, descriptor: Some(descriptor), reason, failure }))
    }

    fn none(self, reason: String, failure: Option<Failure>) -> Selecting {
        let back = if self.way.is_empty() { "" } else { " It comes back to no other entry." };
        let reason = reason + &self.way.concat() + back;
        Selecting::Done(Box::new(Selection { path: Vec::new(), descriptor: None, reason, failure }))
    }
}

/// What a client cannot do with what has this digest, and how it fails; `None` where this says nothing of it.
fn kept_away(digest: &Digest, problem: &Problem) -> Option<(&'static str, Option<Failure>)> {
    match Absence::of(problem) {
        Absence::Unknown | Absence::Unverifiable => None,
        Absence::Gone => Some(("had", Some(Failure::Missing(digest.clone())))),
        Absence::Unusable => Some(("used", None)),
    }
}

/// The config of a single image cannot be had.
fn not_had(digest: &Digest, problem: &Problem) -> Selecting {
    let Some((verb, failure)) = kept_away(digest, problem) else { return Selecting::Unknown(problem.clone()) };
    let reason = format!("None: the image's config cannot be {verb}. {}.", in_short(problem));
    Selecting::Done(Box::new(Selection { path: Vec::new(), descriptor: None, reason, failure }))
}

/// What no list can tell. Clients take 32-bit ARM for 64-bit ARM, whether the processor runs that or not: Apple's and those of newer
/// servers do not. And Windows runs what is made for its build, or for one that fits.
fn doubted(host: &Platform, platform: &Platform, reason: String) -> (String, Option<Failure>) {
    let host = host.normalized();
    if host.os == "windows" && host.os_version().is_empty() && !platform.os_version().is_empty() {
        let such_as = Platform { os_version: Some(platform.os_build()), ..host };
        let reason = format!(
            "{reason} But Windows runs only images of builds that fit its own: ask about one, such as {}.",
            Excerpt(&such_as.to_string())
        );
        return (reason, Some(Failure::WindowsBuild(platform.clone())));
    }
    if host.architecture != "arm64" || platform.normalized().architecture != "arm" {
        return (reason, None);
    }
    let reason = format!(
        "{reason} But that is a 32-bit program: of 64-bit ARM, most boards run those, Apple's processors and newer servers do not."
    );
    (reason, Some(Failure::Narrow(platform.clone())))
}

fn capital(words: &str) -> String {
    words.replacen("entry", "Entry", 1)
}
