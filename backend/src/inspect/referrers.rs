//! What refers to a document, and to each entry of a list.

use futures::{
    StreamExt,
    future::{try_join, try_join_all},
    stream,
};
use onetag_shared::{
    api::{FoundBy, FoundReferrer, Problem, Referrers, SubjectReferrers},
    digest::Digest,
    document::{Document, attested_digest},
    platform::Platform,
    reference::{Reference, Tag},
    referrers::{cosign_tags, kind_of},
};

use super::Inspector;

/// Documents that are asked about: each costs one or two requests, and one for each of cosign's three tags.
const MOST_SUBJECTS: usize = 100;
/// Those that are asked about at once.
const LOOKS: usize = 4;

impl Inspector {
    /// What refers to what a reference names, and to the entries of a list; of one kind of artifact, where one is named.
    pub async fn referrers(&self, reference: &Reference, artifact_type: Option<&str>) -> Result<Referrers, Problem> {
        let root = self.manifest(reference, None).await?;
        let mut subjects: Vec<(Digest, Option<Platform>)> = vec![(root.digest().clone(), None)];
        if let Document::List(list) = root.parse().map_err(|error| error.to_problem())? {
            for entry in list.manifests {
                let is_new = !subjects.iter().any(|(known, _)| *known == entry.digest);
                if is_new && attested_digest(&entry, None).is_none() {
                    subjects.push((entry.digest, entry.platform));
                }
            }
        }
        let all = subjects.len() <= MOST_SUBJECTS;
        subjects.truncate(MOST_SUBJECTS);
        let repository = reference.repository_only();
        let looks = subjects.into_iter().map(|(digest, platform)| {
            let repository = &repository;
            async move {
                let found = self.referrers_of(repository, &digest).await;
                let (mut referrers, problem) = match found {
                    Ok(found) => (found, None),
                    Err(problem) => (Vec::new(), Some(Box::new(problem))),
                };
                referrers.retain(|found| artifact_type.is_none() || found.artifact_type.as_deref() == artifact_type);
                SubjectReferrers { digest, platform, referrers, problem }
            }
        });
        let subjects: Vec<SubjectReferrers> = stream::iter(looks).buffered(LOOKS).collect().await;
        let complete = all && subjects.iter().all(|subject| subject.problem.is_none());
        Ok(Referrers { reference: reference.clone(), subjects, complete })
    }

    /// What refers to one document, each once: what the registry lists, then what cosign keeps.
    async fn referrers_of(&self, repository: &Reference, subject: &Digest) -> Result<Vec<FoundReferrer>, Problem> {
        let listed =
            async { self.client.find_referrers(repository, subject).await.map_err(|error| error.to_problem()) };
        let tagged = try_join_all(cosign_tags(subject).into_iter().map(|tag| self.tagged(repository, tag)));
        let ((listed, found_by), tagged) = try_join(listed, tagged).await?;
        let listed = listed.into_iter().map(|descriptor| FoundReferrer::listed(descriptor, found_by));
        let mut found: Vec<FoundReferrer> = Vec::new();
        for referrer in listed.chain(tagged.into_iter().flatten()) {
            if !found.iter().any(|known| known.digest == referrer.digest) {
                found.push(referrer);
            }
        }
        Ok(found)
    }

    /// What is at one of cosign's tags.
    async fn tagged(&self, repository: &Reference, tag: Tag) -> Result<Option<FoundReferrer>, Problem> {
        let name = tag.to_string();
        let at = repository.clone().with_tag(tag);
        let Some(found) = self.client.resolve(&at).await.map_err(|error| error.to_problem())? else { return Ok(None) };
        let document = self.manifest(&repository.clone().with_digest(found.digest), None).await?;
        let mut descriptor = document.descriptor();
        (descriptor.artifact_type, descriptor.annotations) = kind_of(&document).map_err(|error| error.to_problem())?;
        Ok(Some(FoundReferrer { tag: Some(name), ..FoundReferrer::listed(descriptor, FoundBy::CosignTag) }))
    }
}
