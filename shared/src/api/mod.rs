//! The wire types of the HTTP API, used by the backend to answer and by the frontend to ask.
//!
//! Field names are camel case, except where the OCI image spec names the field (`os.version`).

mod attestations;
mod diff;
mod gather;
mod history;
mod inspect;
pub mod paths;
mod problem;
mod push;
mod referrers;
mod registries;
mod repositories;
mod siblings;
mod spec;
mod tags;
mod unread;
mod verify;

pub use attestations::{AttestationLayer, Attestations};
pub use diff::{
    Diff, DiffSide, DiffTotals, DiffVerdict, EntryChange, EntryDiff, EntryKind, EntrySide, FieldChange, LayerSide,
    LayersDiff,
};
pub use gather::{
    Gather, GatherList, GatherPushRequest, GatherRequest, GatherState, GatherTarget, GatherToken, GatheredPart,
    GatheredPlatform, NewGather, PartRequest,
};
pub use history::{MoveKind, RestoreRequest, TagHistory, TagMove};
pub use inspect::{
    About, Child, ClientError, ClientMoment, InspectEvent, Inspection, Part, Resolution, SelectAnswer, ServedDocument,
    TagPage, TagSummary,
};
pub use problem::{Conflict, PROBLEM_MEDIA_TYPE, Problem, ProblemCode, RegistryAnswer, RegistryError, SettingOffer};
pub use push::{
    Guard, Plan, PlanEntry, PlanRequest, PlanTarget, Progress, PushEvent, PushJob, PushOptions, PushRequest, PushState,
    PushTarget, PushedTarget, Transfer, TransferKind,
};
pub use referrers::{FoundBy, FoundReferrer, Referrers, SubjectReferrers};
pub use registries::{
    RateLimit, RegistryInfo, RegistryList, RegistryOptions, RegistryTest, RegistryTestRequest, Scheme, Setting,
    SettingSource, ShortName, SourceKind, TestOutcome, TestResult, TestStep,
};
pub use repositories::{CatalogueUse, Repositories};
pub use siblings::{Sibling, SiblingGroup, SiblingKind, Siblings};
pub use spec::{Spec, SpecNote};
pub use tags::{AfterDeletion, DeletedTag, Deletion, DeletionRequest, DeletionWay, HoldingList, Pointing, UnseenTag};
pub use unread::Unread;
pub use verify::{FoundProgram, Verdict, Verification, VerifiedImage};
