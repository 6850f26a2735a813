//! What looks like the same application for other machines: found in the registry's catalogue, or, where there is none, by
//! asking for a few likely names. Each costs a `HEAD`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::{StreamExt, stream};
use onetag_shared::{
    api::{CatalogueUse, Problem, ProblemCode, Sibling, SiblingGroup, SiblingKind, Siblings},
    media_type::{Kind, MediaType},
    reference::{Reference, Tag},
    siblings::{self, Member},
    tags::by_age,
};

use super::{LOOKS, Tags, catalogue::Catalogue};
use crate::registry::Resolved;

/// Names that are asked for, all in all.
const MOST_ASKED: usize = 32;
/// Tags of the repository that are grouped.
const MOST_TAGS: usize = 1000;
/// Groups of tags that are told.
const MOST_GROUPS: usize = 10;
/// What is found out, one after the other.
struct Search<'a> {
    tags: &'a Tags,
    /// The repository that was asked about, with the tag that is looked for.
    at: Reference,
    tag: Tag,
    /// What was asked for, by its path; with what is there.
    asked: BTreeMap<String, Option<Resolved>>,
    problem: Option<Problem>,
}

impl Tags {
    /// Repositories, and tags of the repository, that look like the same application for other machines. Of the others it is
    /// told whether they have the tag of the reference, or the usual one of the repository.
    pub async fn siblings(&self, asked: &Reference) -> Result<Siblings, Problem> {
        let repository = asked.repository_only();
        let names = self.names_if_listed(&repository).await?;
        let (groups, more) = groups_of_tags(&repository, asked.tag(), &names);
        let tag = asked.tag().cloned().unwrap_or_else(|| usual_tag(&names, &groups));
        let mut search = Search {
            tags: self,
            at: repository.clone().with_tag(tag.clone()),
            tag,
            asked: BTreeMap::new(),
            problem: None,
        };
        let catalogue = match self.catalogue(&repository, false).await {
            Ok(catalogue) => catalogue,
            Err(problem) => {
                let stops = problem.is_for_all();
                search.problem = stops.then_some(problem);
                Arc::new(Catalogue::none(self.clock.instant()))
            }
        };
        let repositories = search.repositories(&catalogue).await;
        Ok(Siblings {
            reference: search.at,
            groups: repositories.into_iter().chain(groups).collect(),
            catalogue: catalogue.used,
            asked: search.asked.len(),
            more,
            problem: search.problem.map(Box::new),
        })
    }

    /// The tags of a repository; none where they are not listed: some registries serve tags all the same.
    async fn names_if_listed(&self, repository: &Reference) -> Result<Vec<String>, Problem> {
        match self.names(repository, MOST_TAGS).await {
            Ok((names, _)) => Ok(names),
            Err(problem)
                if matches!(
                    problem.code,
                    ProblemCode::Unsupported | ProblemCode::ManifestUnknown | ProblemCode::NotARegistry
                ) =>
            {
                Ok(Vec::new())
            }
            Err(problem) => Err(problem),
        }
    }
}

impl Search<'_> {
    async fn repositories(&mut self, catalogue: &Catalogue) -> Option<SiblingGroup> {
        let path = siblings::path(&self.at).to_owned();
        let stem = siblings::stem(&path);
        let listed = siblings::with_stem(&path, catalogue.names.iter().map(String::as_str));
        let is_named = siblings::read(&path).is_some();
        let mut members = listed.clone();
        if catalogue.used != CatalogueUse::Complete {
            let guesses = if is_named { siblings::others(&path) } else { siblings::first_guesses(&path) };
            let own = siblings::with_stem(&path, [path.as_str()]);
            members.extend(own.into_iter().chain(guesses));
        }
        let ask = |members: &[Member]| members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
        let mut names = ask(&members);
        if catalogue.used != CatalogueUse::Complete || catalogue.names.contains(&stem) {
            names.insert(0, stem.clone());
        }
        self.ask(names).await;
        if catalogue.used != CatalogueUse::Complete && !is_named {
            // What is there tells how others are named.
            let there = members.iter().filter(|member| self.is_there(&member.name));
            let others: Vec<Member> = there.flat_map(|member| siblings::others(&member.name)).collect();
            self.ask(ask(&others)).await;
            members.extend(others);
        }
        members.retain(|member| self.is_there(&member.name) || listed.contains(member));
        let mut members = siblings::with_stem(&path, members.iter().map(|member| member.name.as_str()));
        members.truncate(MOST_ASKED);
        self.group(&stem, &members)
    }

    /// Asks for the tag in those of these repositories that were not asked for before.
    async fn ask(&mut self, names: Vec<String>) {
        let mut wanted = Vec::new();
        for name in names {
            if self.asked.len() + wanted.len() < MOST_ASKED
                && !self.asked.contains_key(&name)
                && !wanted.contains(&name)
            {
                wanted.push(name);
            }
        }
        let (client, at, tag) = (&self.tags.client, &self.at, &self.tag);
        let looks = wanted.into_iter().filter_map(|name| {
            let place = siblings::at(at, &name)?.with_tag(tag.clone());
            Some(async move { (name, client.peek(&place).await) })
        });
        let mut looks = stream::iter(looks).buffered(LOOKS);
        while self.problem.is_none()
            && let Some((name, found)) = looks.next().await
        {
            let found = found.map_err(|error| error.to_problem());
            self.problem = found.as_ref().err().filter(|problem| problem.is_for_all()).cloned();
            self.asked.insert(name, found.ok().flatten());
        }
    }

    fn found(&self, name: &str) -> Option<&Resolved> {
        self.asked.get(name)?.as_ref()
    }

    fn is_there(&self, name: &str) -> bool {
        self.found(name).is_some()
    }

    /// A group of two or more.
    fn group(&self, stem: &str, members: &[Member]) -> Option<SiblingGroup> {
        let place = |name: &str| Some(siblings::at(&self.at, name)?.with_tag(self.tag.clone()));
        let mut images: Vec<Sibling> = members
            .iter()
            .filter_map(|member| {
                let digest = self.found(&member.name).map(|found| found.digest.clone());
                let platform = Some(member.platform.to_owned());
                Some(Sibling { reference: place(&member.name)?, platform, exists: digest.is_some(), digest })
            })
            .collect();
        // `app` beside `app-arm64` is the image for everybody else.
        let plain = self.found(stem).filter(|found| MediaType::new(&found.media_type).kind() == Kind::Image);
        if let Some(plain) = plain
            && members.iter().all(|member| member.platform != "linux/amd64")
        {
            let digest = Some(plain.digest.clone());
            images.insert(0, Sibling { reference: place(stem)?, platform: None, digest, exists: true });
        }
        let platforms: BTreeSet<_> = images.iter().map(|image| &image.platform).collect();
        let is_group = platforms.len() > 1;
        is_group.then_some(SiblingGroup {
            kind: SiblingKind::Repositories,
            target: place(stem)?,
            exists: self.is_there(stem),
            members: images,
        })
    }
}

/// The tag to look for where none is named: `latest`; where the repository has none, that of its newest group of tags; and
/// where there is none either, its newest.
fn usual_tag(names: &[String], groups: &[SiblingGroup]) -> Tag {
    let latest = Tag::latest();
    if names.iter().any(|name| name == latest.as_str()) {
        return latest;
    }
    let grouped = groups.first().and_then(|group| group.target.tag().cloned());
    let newest = || names.iter().min_by(|a, b| by_age(a, b)).and_then(|name| siblings::stem(name).parse().ok());
    grouped.or_else(newest).unwrap_or(latest)
}

/// Tags of a repository that belong together: with this one where there is one, else the newest; and how many groups more
/// there are.
fn groups_of_tags(repository: &Reference, tag: Option<&Tag>, names: &[String]) -> (Vec<SiblingGroup>, usize) {
    let wanted = tag.map(|tag| siblings::stem(tag.as_str()));
    let mut groups = siblings::group(names.iter().map(String::as_str));
    groups.retain(|group| wanted.as_ref().is_none_or(|stem| *stem == group.stem));
    groups.sort_by(|a, b| by_age(&a.stem, &b.stem));
    let at = |name: &str| Some(repository.clone().with_tag(name.parse().ok()?));
    let groups = groups.into_iter().filter_map(|group| {
        // Tags that only name a processor are those of `latest`.
        let stem = if group.stem.is_empty() { Tag::latest().to_string() } else { group.stem };
        let members = group.members.into_iter().filter_map(|member| {
            let platform = Some(member.platform.to_owned());
            Some(Sibling { reference: at(&member.name)?, platform, digest: None, exists: true })
        });
        let members = members.take(MOST_ASKED).collect();
        Some(SiblingGroup { kind: SiblingKind::Tags, target: at(&stem)?, exists: names.contains(&stem), members })
    });
    let mut groups: Vec<SiblingGroup> = groups.collect();
    let more = groups.len().saturating_sub(MOST_GROUPS);
    groups.truncate(MOST_GROUPS);
    (groups, more)
}
