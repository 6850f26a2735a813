//! Links to pages of Onetag, on whichever host.

use percent_encoding::percent_decode_str;

use super::Page;
use crate::{
    platform::Platform,
    reference::{Reference, Registry},
};

/// What a page of ours is about, or a picture that stands for one. `None` for pages that are about nothing, and for other links:
/// those to other hosts than `own`, where Onetag may be, or anything else, unless they name images with their registry.
pub(super) fn of_own_page(link: &str, own: &str) -> Option<Page> {
    let address = ["https://", "http://"].into_iter().find_map(|scheme| link.strip_prefix(scheme))?;
    let address = address.split('#').next()?;
    let (page, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = page.split_once('/')?;
    let (kind, name) = path.split_once('/').unwrap_or((path, ""));
    let name = decoded(name);
    let is_meant = |reference: &Reference, name: &str| host == own || name.starts_with(reference.registry().as_str());
    let named = |name: &str| name.parse().ok().filter(|reference| is_meant(reference, name));
    let asked = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| decoded(&value.replace('+', " ")))
    };
    let inspect = |name: &str| {
        let on = asked("on").filter(|on| !on.trim().is_empty());
        // Other words for it are for the page: reading them is much to download for a field.
        let on = on.map(|on| Platform::asked(&on).map_or(on, |platform| platform.to_string()));
        Some(Page::Inspect(named(name.trim_end_matches('/'))?, on))
    };
    match kind {
        "i" | "embed" => inspect(&name),
        "badge" => inspect([".svg", ".json"].into_iter().find_map(|end| name.strip_suffix(end))?),
        "card" => inspect(name.strip_suffix(".png")?),
        "r" => match Registry::alone(&name) {
            Some(registry) => Some(Page::Browse(registry)),
            None => Some(Page::Tags(named(name.trim_end_matches('/'))?)),
        },
        "diff" => Some(Page::Compare(Box::new([named(&asked("from")?)?, named(&asked("to")?)?]))),
        _ => None,
    }
}

/// What is no UTF-8 is none of our links either.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
