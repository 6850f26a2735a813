//! What stands in a list twice.

use std::collections::BTreeMap;

use crate::{
    check::{Finding, FindingCode, facts::Facts},
    excerpt::Excerpt,
};

pub(super) fn check(list: &Facts, findings: &mut Vec<Finding>) {
    let mut digests = BTreeMap::new();
    let mut platforms = BTreeMap::new();
    for item in &list.items {
        if let Some(first) = digests.get(&item.descriptor.digest) {
            findings.push(Finding::new(
                FindingCode::RepeatedDigest,
                &item.pointer,
                format!(
                    "{} stands in the list twice: see {first}. Clients take one, and some registries refuse both",
                    item.name()
                ),
                "Take one of the two away.",
            ));
            continue;
        }
        digests.insert(&item.descriptor.digest, &item.shown);
        let Some(platform) = item.platform().filter(|_| item.runs()) else { continue };
        let normal = platform.normalized();
        // Versions, features and the like tell two images for one processor apart, and clients know how.
        let key = (
            normal.os.clone(),
            normal.architecture.clone(),
            normal.variant.clone(),
            normal.os_version.clone(),
            normal.os_features.clone(),
            normal.features.clone(),
            item.descriptor.annotations.as_ref().and_then(|a| a.get("io.github.containers.compression.zstd")).cloned(),
        );
        if let Some(first) = platforms.get(&key) {
            findings.push(Finding::new(
                FindingCode::DuplicatePlatform,
                &item.pointer,
                format!(
                    "{} is there already: see {first}. Most clients take the first of the two",
                    Excerpt(&platform.to_string())
                ),
                "Take one of the two away, or correct its platform.",
            ));
        } else {
            platforms.insert(key, &item.shown);
        }
    }
}
