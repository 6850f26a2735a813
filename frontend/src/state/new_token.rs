//! The token of a gather that was just made, on its way to the page that shows it once. It is kept nowhere else.

use std::cell::RefCell;

use onetag_shared::api::GatherToken;

thread_local! {
    static TOKEN: RefCell<Option<(String, GatherToken)>> = const { RefCell::new(None) };
}

/// Keeps the token of the gather with this id.
pub(crate) fn keep(id: String, token: GatherToken) {
    TOKEN.set(Some((id, token)));
}

/// The token of the gather with this id; the next time there is none.
pub(crate) fn take(id: &str) -> Option<GatherToken> {
    TOKEN.take().filter(|(of, _)| of == id).map(|(_, token)| token)
}
