//! What outlives a page: drafts and recent references in the browser's storage, sources in memory.

pub(crate) mod assemble;
pub(crate) mod drafts;
mod durable;
pub(crate) mod new_token;
pub(crate) mod recent;
pub(crate) mod row_ids;
pub(crate) mod saved;
pub(crate) mod scheme;
pub(crate) mod sources;
mod storage;
pub(crate) mod tab;
pub(crate) mod typing;
