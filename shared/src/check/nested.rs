//! Lists in the list: whether who is led to one finds an image there, and whether the images in one are ever found.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, FindingCode, facts::pointer};
use crate::{
    descriptor::Descriptor,
    digest::Digest,
    document::{ImageConfig, List},
    excerpt::Excerpt,
    platform::{Platform, chosen},
    source::{MAX_DEPTH, ReadSource},
};

/// Entries that are compared with a platform that is asked for, and platforms that were asked for before, in all. A list that needs
/// more is one that nobody uses, and of what is left nothing is said.
const MOST_COMPARED: usize = 50_000;

/// Of the checks of a list, what asks for clients on many platforms, where there are lists in the list: who is led to one and finds
/// nothing, and what nobody is led to, as far as they are there.
pub(crate) fn check(read: &ReadSource) -> Vec<Finding> {
    let Some(list) = read.list().filter(|list| list.manifests.iter().any(Descriptor::is_list)) else {
        return Vec::new();
    };
    let mut walk = Walk {
        read,
        list,
        findings: Vec::new(),
        opened: BTreeSet::new(),
        said_for: said_for(read, list),
        hosts: Vec::new(),
        asked: Vec::new(),
        left: MOST_COMPARED,
    };
    walk.take(list, &[]);
    walk.findings
}

/// Where a client comes out.
#[derive(Clone)]
struct Out {
    /// The image's place, in the list and in those below; where there is none for it, that of the list in which it ended.
    path: Vec<usize>,
    image: Option<Digest>,
}

struct Walk<'a> {
    read: &'a ReadSource<'a>,
    list: &'a List,
    findings: Vec<Finding>,
    /// The images in a list are looked at where it stands first.
    opened: BTreeSet<Digest>,
    /// The platforms that lists in the list are said to be for, wherever they stand, by their digests.
    said_for: BTreeMap<Digest, Vec<Platform>>,
    /// Those of the lists that lead to where the walk is.
    hosts: Vec<Platform>,
    /// Where clients come out, as far as that is known.
    asked: Vec<(Platform, Option<Out>)>,
    /// Entries that may still be compared.
    left: usize,
}

impl Walk<'_> {
    fn take(&mut self, list: &List, at: &[usize]) {
        for (place, child) in list.manifests.iter().enumerate() {
            if !child.is_list() {
                if !at.is_empty() {
                    self.image(child, &[at, &[place]].concat());
                }
                continue;
            }
            let Some(inside) = self.read.child_list(&child.digest).filter(|_| at.len() < MAX_DEPTH) else { continue };
            let path = [at, &[place]].concat();
            let platform = child.platform.as_ref().and_then(named);
            if let Some(platform) = &platform {
                self.list_for(platform, inside, &child.digest, &path);
            }
            if self.opened.insert(child.digest.clone()) {
                let level = self.hosts.len();
                self.hosts.extend(self.said_for.get(&child.digest).cloned().unwrap_or_default());
                self.take(inside, &path);
                self.hosts.truncate(level);
            }
        }
    }

    /// Does who is led to a list that is said to be for a platform find an image there?
    fn list_for(&mut self, platform: &Platform, inside: &List, digest: &Digest, path: &[usize]) {
        if self.led(platform).is_none_or(|out| out.image.is_some() || out.path != path) {
            return;
        }
        // Clients may ask for a newer variant, or for a version, than the list names.
        let may_fit = |other: &Platform| (&other.os, &other.architecture) == (&platform.os, &platform.architecture);
        if inside.manifests.iter().filter_map(|child| child.platform.as_ref()).any(|other| may_fit(&other.key())) {
            return;
        }
        let shown = platform.to_string();
        self.findings.push(Finding::new(
            FindingCode::NestedWithout,
            pointer(path) + "/platform",
            format!(
                "{} is said to be a list for {shown}, and has no image for it: who pulls {shown} gets nothing",
                digest.short()
            ),
            "Take its images as entries of this list, each with its own platform.",
        ));
    }

    /// Is there a machine that gets this image?
    fn image(&mut self, child: &Descriptor, path: &[usize]) {
        // Without a version, an image for Windows is for hosts that others are not for.
        let is_clear = |platform: &Platform| platform.os != "windows" || !platform.os_version().is_empty();
        let Some(platform) = self.platform_of(child).filter(is_clear) else { return };
        let Some(out) = self.led(&platform) else { return };
        // That there are two of them in one list is told elsewhere.
        let is_alike =
            out.image.is_some() && out.path.split_last().map(|(_, at)| at) == path.split_last().map(|(_, at)| at);
        if is_alike || out.image.as_ref() == Some(&child.digest) {
            return;
        }
        for host in self.hosts.clone() {
            let led = self.led(&host);
            if led.is_none_or(|out| out.image.as_ref() == Some(&child.digest)) {
                return;
            }
        }
        let shown = platform.to_string();
        let place = super::in_words(&out.path);
        let instead = match (&out.image, out.path.as_slice()) {
            (Some(_), _) => format!("gets {place}"),
            (None, []) => "gets nothing".to_owned(),
            (None, _) => format!("is led to {place}, which has nothing for it"),
        };
        self.findings.push(Finding::new(
            FindingCode::NestedUnreached,
            pointer(path),
            format!("no machine gets {}, which is for {shown}: who pulls {shown} {instead}", child.digest.short()),
            "Take it as an entry of the outer list.",
        ));
    }

    /// The platform of an image that runs; `None` for what is none, and where it is not known.
    fn platform_of(&self, child: &Descriptor) -> Option<Platform> {
        let image = self.read.child_image(&child.digest)?;
        image.wanted_config()?;
        match &child.platform {
            Some(platform) => named(platform),
            None => named(&self.read.config(image).map(ImageConfig::platform)?),
        }
    }

    /// Where a client on this platform comes out: as [`crate::source::Source::select`], for what is there. `None` where that is
    /// not known.
    fn led(&mut self, host: &Platform) -> Option<Out> {
        if let Some((_, known)) = self.asked.iter().find(|(asked, _)| asked == host) {
            return known.clone();
        }
        let led = self.walk(host);
        self.asked.push((host.clone(), led.clone()));
        led
    }

    fn walk(&mut self, host: &Platform) -> Option<Out> {
        let (mut list, mut path) = (self.list, Vec::new());
        loop {
            let features = list.manifests.iter().filter_map(|child| Some(child.platform.as_ref()?.os_features.len()));
            let cost = list.manifests.len() + self.asked.len() + features.sum::<usize>();
            self.left = self.left.checked_sub(cost)?;
            let platforms = list.manifests.iter().map(|child| child.platform.as_ref().map(Platform::key));
            let Some(place) = chosen(host, &platforms.collect::<Vec<_>>()) else {
                return Some(Out { path, image: None });
            };
            let child = &list.manifests[place];
            path.push(place);
            if self.read.absent(&child.digest).is_some() || path.len() > MAX_DEPTH {
                return None;
            }
            if !child.is_list() {
                let by_config = child.platform.is_none().then(|| self.platform_of(child));
                let runs = match by_config {
                    None => true,
                    Some(platform) => chosen(host, &[Some(platform?)]).is_some(),
                };
                return Some(Out { path, image: runs.then(|| child.digest.clone()) });
            }
            list = self.read.child_list(&child.digest)?;
        }
    }
}

/// The platforms that each list in the list, and in those in it, is said to be for.
fn said_for(read: &ReadSource, list: &List) -> BTreeMap<Digest, Vec<Platform>> {
    let mut said: BTreeMap<Digest, Vec<Platform>> = BTreeMap::new();
    let (mut seen, mut next) = (BTreeSet::new(), vec![list]);
    while let Some(list) = next.pop() {
        for child in list.manifests.iter().filter(|child| child.is_list()) {
            let platforms = said.entry(child.digest.clone()).or_default();
            let platform = child.platform.as_ref().and_then(named);
            platforms.extend(platform.filter(|platform| !platforms.contains(platform)));
            if seen.insert(&child.digest) {
                next.extend(read.child_list(&child.digest));
            }
        }
    }
    said
}

/// A platform that somebody may ask for, by what clients tell it from others. Nobody asks for what would fill a page, or has signs
/// that are not seen.
fn named(platform: &Platform) -> Option<Platform> {
    let key = platform.key();
    let is_whole = !key.os.is_empty() && !key.architecture.is_empty() && !key.is_unknown();
    let shown = key.to_string();
    let is_short = Excerpt(&shown).to_string() == shown;
    (is_whole && is_short).then_some(key)
}
