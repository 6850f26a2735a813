//! Platforms that are missing, incomplete or at odds with the image.

use crate::{
    check::{
        Finding, FindingCode,
        facts::{Facts, Item},
    },
    excerpt::Excerpt,
    list::Role,
    platform::{Platform, select},
};

pub(super) fn check(list: &Facts, findings: &mut Vec<Finding>) {
    for item in &list.items {
        match &item.descriptor.platform {
            Some(platform) => of_platform(item, platform, findings),
            // A Docker list without platform is an error already, and what does not run needs none.
            None if list.docker || item.role != Role::Image => {}
            None => findings.push(Finding::new(
                FindingCode::NoPlatform,
                &item.pointer,
                format!("{} has no platform: clients take it for any, or for none", item.name()),
                "Set the platform.",
            )),
        }
    }
}

fn of_platform(item: &Item, platform: &Platform, findings: &mut Vec<Finding>) {
    let mut found = |code, message: String, hint: &str| {
        findings.push(Finding::new(code, format!("{}/platform", item.pointer), message, hint));
    };
    let missing = match (platform.os.is_empty(), platform.architecture.is_empty()) {
        (true, true) => Some("neither `os` nor `architecture`"),
        (true, false) => Some("no `os`"),
        (false, true) => Some("no `architecture`"),
        (false, false) => None,
    };
    if let Some(missing) = missing {
        found(
            FindingCode::IncompletePlatform,
            format!("the platform has {missing}: no client chooses this image"),
            "Fill it in.",
        );
        return;
    }
    if platform.is_unknown() || !item.runs() {
        return;
    }
    // Whatever stands in a list, messages are sentences.
    let shown = Excerpt(&platform.to_string()).to_string();
    if !platform.is_usual() {
        found(
            FindingCode::UnusualPlatform,
            format!(
                "{shown} is no platform that Go builds programs for: a typing error here means that nobody gets this image"
            ),
            "Check the spelling; keep it if it is meant.",
        );
    }
    if platform.architecture.eq_ignore_ascii_case("arm") && platform.variant().is_empty() {
        found(
            FindingCode::ArmWithoutVariant,
            format!("{shown} does not say which version of arm: clients take it for v7"),
            "Set the variant: v5, v6 or v7.",
        );
    }
    if platform.os.eq_ignore_ascii_case("windows") && platform.os_version().is_empty() {
        found(
            FindingCode::WindowsWithoutVersion,
            format!("{shown} does not say which version of Windows: hosts cannot choose the image that fits"),
            &match item.config_platform.as_ref().map(Platform::os_version).filter(|version| !version.is_empty()) {
                Some(version) => format!("Set the version that the config names: {}.", Excerpt(version)),
                None => "Set the version that it was made for, such as 10.0.20348.2582.".to_owned(),
            },
        );
    }
    if let Some(config) = item.config_platform.as_ref().filter(|config| differ(platform, config)) {
        found(
            FindingCode::PlatformDiffers,
            {
                let own = Excerpt(&config.to_string()).to_string();
                // Some processors run what is made for others, and a build of Windows runs all of its revisions.
                if select(platform, &[Some(config.clone())]).index.is_some() {
                    format!(
                        "the list says {shown}, the image's config {own}: it runs there, and may be offered to fewer or other machines than it is made for"
                    )
                } else {
                    format!(
                        "the list says {shown}, the image's config {own}: a machine that pulls {shown} may get a program that it cannot run"
                    )
                }
            },
            "Take the platform of the config, unless the config is known to be wrong.",
        );
    }
}

/// Do they name different machines? What the config leaves out does not differ from anything.
fn differ(platform: &Platform, config: &Platform) -> bool {
    let (listed, own) = (platform.normalized(), config.normalized());
    let (listed_version, own_version) = (platform.os_version(), config.os_version());
    // That Windows has no version is said already.
    let is_unsaid = listed_version.is_empty() && listed.os == "windows";
    (!own.os.is_empty() && listed.os != own.os)
        || (!own.architecture.is_empty() && listed.architecture != own.architecture)
        || (!config.variant().is_empty() && listed.variant != own.variant)
        || (!own_version.is_empty() && !is_unsaid && listed_version != own_version)
        || (!own.os_features.is_empty() && listed.os_features != own.os_features)
}
