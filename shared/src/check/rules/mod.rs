//! The rules, by what they look at.

mod children;
mod docker;
mod duplicates;
mod platforms;

use super::{Finding, FindingCode, facts::Facts};

pub(super) fn check(list: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if list.items.is_empty() {
        findings.push(Finding::new(
            FindingCode::EmptyList,
            "",
            "the list has no images: nobody can pull it",
            "Add an image.",
        ));
    }
    docker::check(list, &mut findings);
    duplicates::check(list, &mut findings);
    children::check(list, &mut findings);
    platforms::check(list, &mut findings);
    findings
}
