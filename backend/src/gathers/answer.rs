//! Gathers as they are shown.

use onetag_shared::{
    api::{Gather, GatherState, GatheredPart, GatheredPlatform, Problem, paths},
    gather::{Expected, Part, Phase},
};

use super::{Gathers, Standing};
use crate::{clock::date, db::StoredGather};

impl Gathers {
    pub(super) async fn answer(&self, stored: &StoredGather) -> Result<Gather, Problem> {
        let gathering = &stored.gathering;
        let Standing { state, push, undone_by } = self.standing(stored).await?;
        let problem = match &gathering.phase {
            Phase::Stuck { problem, .. } => Some(problem.clone()),
            _ => push.as_ref().and_then(|job| job.problem.clone()).filter(|_| state == GatherState::Failed),
        };
        Ok(Gather {
            url: paths::GATHER.replace("{id}", &stored.id),
            parts_url: paths::GATHER_PARTS.replace("{id}", &stored.id),
            id: stored.id.clone(),
            state,
            platforms: gathering.expected.iter().map(platform).collect(),
            missing: gathering.missing(),
            without: gathering.without().to_vec(),
            targets: gathering.targets.clone(),
            sources: gathering.sources.clone(),
            draft: gathering.draft.clone(),
            options: gathering.options.clone(),
            created_at: date(stored.created_at),
            deadline: date(gathering.deadline),
            push,
            undone_by,
            problem,
        })
    }
}

fn platform(expected: &Expected) -> GatheredPlatform {
    let part = |part: &Part| GatheredPart {
        source: part.entry.source.clone(),
        digest: part.image.clone(),
        platform: part.platform.clone(),
        added_at: date(part.added_at),
    };
    GatheredPlatform { platform: expected.platform.clone(), part: expected.part.as_ref().map(part) }
}
