//! What can be done about a finding with one press.

use onetag_shared::{
    check::{Finding, FindingCode},
    descriptor::Annotations,
    list::{Convert, Edit, ListType, Nested},
    platform::Platform,
};

use super::facts::{Found, RowFacts};

/// A way out of a finding.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fix {
    /// What stands on the button.
    pub(super) label: String,
    /// What it does.
    pub(super) act: Act,
}

/// What a fix does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    /// An edit, which can be undone.
    Edit(Box<Edit>),
    /// The row's source is asked for again.
    LookAgain,
    /// The digest that was seen is forgotten, and the source asked for again.
    TakeNew,
    /// The push brings foreign layers along.
    BringForeign,
}

/// What can be done about a finding of this row.
pub(super) fn fixes(place: usize, row: &RowFacts, finding: &Finding) -> Vec<Fix> {
    use FindingCode::{
        AnnotationNotText, ArmWithoutVariant, AttestationMissing, BaseUnavailable, CannotConvert, ChildMissing,
        ChildUnseen, ConfigUnavailable, ConversionLoses, DockerListAnnotated, DockerListHoldsOci, DuplicatePlatform,
        ForeignLayers, IncompletePlatform, NestedList, NoPlatform, NotAnImage, PlatformDiffers, RepeatedDigest,
        Schema1, SourceChanged, SourceFailed, WindowsWithoutVersion,
    };
    let edit = |label: &str, edit: Edit| Fix { label: label.to_owned(), act: Act::Edit(Box::new(edit)) };
    let remove = || edit("Remove the row", Edit::Remove { index: place, count: 1 });
    let again = || Fix { label: "Look again".to_owned(), act: Act::LookAgain };
    match finding.code {
        SourceFailed | ConfigUnavailable | ChildMissing | ChildUnseen | AttestationMissing | BaseUnavailable => {
            vec![again(), remove()]
        }
        SourceChanged => vec![Fix { label: "Take what is there now".to_owned(), act: Act::TakeNew }, remove()],
        Schema1 | NotAnImage | RepeatedDigest | AnnotationNotText => vec![remove()],
        CannotConvert | ConversionLoses => {
            vec![edit("Leave images as they are", Edit::SetConvert { convert: Convert::Off })]
        }
        DockerListHoldsOci | DockerListAnnotated => {
            vec![edit("Make it an OCI index", Edit::SetListType { list_type: ListType::Oci })]
        }
        NestedList => {
            vec![edit("Take it apart", Edit::SetNested { index: place, nested: Nested::Flatten })]
        }
        PlatformDiffers | IncompletePlatform | NoPlatform | WindowsWithoutVersion => {
            of_config(place, row).into_iter().collect()
        }
        ArmWithoutVariant => of_config(place, row).map_or_else(|| variants(place, row), |fix| vec![fix]),
        DuplicatePlatform => of_config(place, row).into_iter().chain([remove()]).collect(),
        ForeignLayers if finding.hint.contains(OPTION) => {
            vec![Fix { label: "Bring them along".to_owned(), act: Act::BringForeign }]
        }
        _ => Vec::new(),
    }
}

/// What the hint of a finding calls the option that is a switch on this page.
const OPTION: &str = "`foreignLayers`";

/// A finding for people: rows by their number instead of a JSON pointer, and buttons instead of options of the API.
pub(super) fn for_people(finding: &Finding) -> Finding {
    let is_option = finding.hint.contains(OPTION);
    let hint = if is_option { "Where that cannot be reached:".to_owned() } else { finding.hint.clone() };
    Finding { message: in_words(&finding.message), hint, ..finding.clone() }
}

/// What can be done about a finding of the list as a whole.
pub(super) fn of_list(finding: &Finding) -> Vec<Fix> {
    let edit = |label: &str, edit: Edit| Fix { label: label.to_owned(), act: Act::Edit(Box::new(edit)) };
    let take_away = match finding.pointer.as_str() {
        "/annotations" => {
            Some(edit("Take the annotations away", Edit::SetListAnnotations { annotations: Annotations::new() }))
        }
        "/artifactType" => Some(edit("Take the type away", Edit::SetArtifactType { artifact_type: None })),
        "/subject" => Some(edit("Take the subject away", Edit::SetSubject { subject: None })),
        _ => None,
    };
    match finding.code {
        FindingCode::DockerListAnnotated => {
            let oci = edit("Make it an OCI index", Edit::SetListType { list_type: ListType::Oci });
            std::iter::once(oci).chain(take_away).collect()
        }
        _ => Vec::new(),
    }
}

/// The platform of the config, when that says something else.
fn of_config(place: usize, row: &RowFacts) -> Option<Fix> {
    let Found::Image(image) = &row.found else { return None };
    let config = image.config.clone().filter(|config| !config.is_empty())?;
    let now = row.entry.platform.as_ref().or(image.natural.as_ref());
    if now == Some(&config) {
        return None;
    }
    let label = format!("Use {config} as in its config");
    let platform = Some(config).filter(|config| image.natural.as_ref() != Some(config));
    Some(Fix { label, act: Act::Edit(Box::new(Edit::SetPlatform { index: place, platform })) })
}

/// The versions of arm.
fn variants(place: usize, row: &RowFacts) -> Vec<Fix> {
    let Found::Image(image) = &row.found else { return Vec::new() };
    let Some(platform) = row.entry.platform.as_ref().or(image.natural.as_ref()) else { return Vec::new() };
    let fix = |variant: &str| {
        let platform: Platform = platform.clone().with_variant(variant);
        Fix {
            label: format!("Use {variant}"),
            act: Act::Edit(Box::new(Edit::SetPlatform { index: place, platform: Some(platform) })),
        }
    };
    ["v7", "v6"].map(fix).into()
}

/// A message for people: rows by their number instead of a JSON pointer.
pub(super) fn in_words(message: &str) -> String {
    let mut words = Vec::new();
    for word in message.split(' ') {
        let (pointer, end) = word.split_at(word.trim_end_matches(['.', ',', ':']).len());
        match super::facts::row_of(pointer) {
            Some(place) => words.push(format!("row {}{end}", place + 1)),
            None => words.push(word.to_owned()),
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use onetag_shared::{check::Severity, digest::Digest, list::Entry};

    use super::{super::facts::ImageFacts, *};

    fn row(natural: &str, config: &str) -> RowFacts {
        let digest: Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".parse().unwrap();
        RowFacts {
            entry: Entry::new("me/app:v1".parse().unwrap()),
            found: Found::Image(Box::new(ImageFacts {
                digest,
                natural: natural.parse().ok(),
                config: config.parse().ok(),
                size: None,
                created: None,
                attestations: 0,
                annotations: BTreeMap::default(),
                inside: 0,
            })),
            findings: Vec::new(),
        }
    }

    fn labels(row: &RowFacts, code: FindingCode) -> Vec<String> {
        let finding = Finding::new(code, "/entries/1", "", "");
        assert!(finding.severity >= Severity::Warning);
        fixes(1, row, &finding).into_iter().map(|fix| fix.label).collect()
    }

    #[test]
    fn the_config_knows_best() {
        assert_eq!(
            labels(&row("linux/arm", "linux/arm/v7"), FindingCode::ArmWithoutVariant),
            ["Use linux/arm/v7 as in its config"]
        );
        assert_eq!(labels(&row("linux/arm", "linux/arm"), FindingCode::ArmWithoutVariant), ["Use v7", "Use v6"]);
        assert_eq!(
            labels(&row("linux/arm64", "linux/amd64"), FindingCode::PlatformDiffers),
            ["Use linux/amd64 as in its config"]
        );
    }

    #[test]
    fn a_platform_that_the_row_sets_is_set_back() {
        let mut row = row("linux/amd64", "linux/amd64");
        row.entry.platform = "linux/arm64".parse().ok();
        let fixes = fixes(1, &row, &Finding::new(FindingCode::PlatformDiffers, "/entries/1/platform", "", ""));
        assert_eq!(fixes[0].act, Act::Edit(Box::new(Edit::SetPlatform { index: 1, platform: None })));
    }

    #[test]
    fn a_docker_list_with_annotations_has_two_ways_out() {
        let finding = |pointer| Finding::new(FindingCode::DockerListAnnotated, pointer, "", "");
        let labels = |pointer| -> Vec<String> { of_list(&finding(pointer)).into_iter().map(|fix| fix.label).collect() };
        assert_eq!(labels("/annotations"), ["Make it an OCI index", "Take the annotations away"]);
        assert_eq!(labels("/subject"), ["Make it an OCI index", "Take the subject away"]);
        assert!(of_list(&Finding::new(FindingCode::EmptyList, "", "", "")).is_empty());
    }

    #[test]
    fn foreign_layers_are_brought_by_a_button() {
        let finding = |hint| Finding::new(FindingCode::ForeignLayers, "/entries/1", "two foreign layers", hint);
        let told = finding("Push with `foreignLayers` where that cannot be reached.");
        assert_eq!(for_people(&told).hint, "Where that cannot be reached:");
        let row = row("windows/amd64", "windows/amd64");
        assert_eq!(fixes(1, &row, &told)[0].act, Act::BringForeign);
        assert_eq!(fixes(1, &row, &finding("Make sure that you may hand it on.")), []);
    }

    #[test]
    fn pointers_are_rows() {
        assert_eq!(in_words("there already: see /entries/0. Most take it"), "there already: see row 1. Most take it");
        assert_eq!(in_words("no /entries here"), "no /entries here");
    }
}
