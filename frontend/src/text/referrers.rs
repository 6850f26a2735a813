//! What refers to an image, in people's words.

use onetag_shared::{
    api::{FoundBy, FoundReferrer, Referrers},
    media_type::MediaType,
    view::predicate,
};

use super::format::count;

/// Annotations that say what an attestation is about (in-toto; Sigstore's bundle in a registry).
const PREDICATES: [&str; 2] = ["in-toto.io/predicate-type", "dev.sigstore.bundle.predicateType"];

/// What cosign's tags end with, and what is there.
const TAGS: [(&str, &str); 3] =
    [(".sig", "signature (cosign)"), (".att", "attestation (cosign)"), (".sbom", "SBOM (cosign)")];

/// What it is; for what we have no word, its type.
pub(crate) fn kind(found: &FoundReferrer) -> String {
    if let Some(predicate_type) = PREDICATES.iter().find_map(|key| found.annotations.get(*key)) {
        // With cosign a signature is an attestation of having signed.
        let is_signed = predicate_type.contains("cosign/sign");
        return if is_signed { "signature (Sigstore)".to_owned() } else { predicate(predicate_type).to_owned() };
    }
    let tagged = TAGS.iter().find(|(end, _)| found.tag.as_ref().is_some_and(|tag| tag.ends_with(end)));
    let own = found.artifact_type.as_deref().filter(|own| !own.is_empty()).unwrap_or(&found.media_type);
    let known = tagged.map(|(_, word)| *word).or_else(|| MediaType::new(own).artifact_words());
    known.unwrap_or(own).to_owned()
}

/// What they are, each kind once.
pub(crate) fn kinds(found: &[FoundReferrer]) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for found in found {
        let kind = kind(found);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" · ")
}

/// How it was found, where that is not by asking the registry for a list.
pub(crate) fn found_by(found: &FoundReferrer) -> Option<&'static str> {
    match found.found_by {
        FoundBy::Api => None,
        FoundBy::FallbackTag => Some("listed at the fallback tag"),
        FoundBy::CosignTag => Some("at cosign's tag"),
    }
}

/// What was found about a list and its images, in a sentence.
pub(crate) fn found_at_all(told: &Referrers) -> String {
    let documents: usize = told.subjects.iter().map(|subject| subject.referrers.len()).sum();
    let looked = match told.subjects.len().saturating_sub(1) {
        0 => "the list".to_owned(),
        images => format!("the list or its {}", count(images, "image", "images")),
    };
    let found = match documents {
        0 => format!("Nothing refers to {looked}. Attestations in the list itself stand with their platforms."),
        some => format!("{} to {looked}.", count(some, "document refers", "documents refer")),
    };
    if told.complete { found } else { format!("{found} Not all of its images were looked at.") }
}

#[cfg(test)]
mod tests {
    use onetag_shared::{api::SubjectReferrers, descriptor::Descriptor, digest::Digest, media_type::OCI_MANIFEST};

    use super::*;

    fn found(artifact_type: &str) -> FoundReferrer {
        let artifact_type = Some(artifact_type.to_owned()).filter(|text| !text.is_empty());
        let descriptor = Descriptor { artifact_type, ..Descriptor::new(OCI_MANIFEST, Digest::of(b"it"), 2) };
        FoundReferrer::listed(descriptor, FoundBy::Api)
    }

    #[test]
    fn what_refers_is_called_what_people_call_it() {
        for (artifact_type, word) in [
            ("application/vnd.cncf.notary.signature", "signature (Notation)"),
            ("application/vnd.dev.cosign.artifact.sig.v1+json", "signature (cosign)"),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", "Sigstore bundle"),
            ("application/spdx+json", "SBOM (SPDX)"),
            ("application/vnd.cyclonedx+json", "SBOM (CycloneDX)"),
            ("application/vnd.in-toto+json", "attestation"),
            ("application/sarif+json", "scan report (SARIF)"),
            ("application/vnd.example.thing", "application/vnd.example.thing"),
            ("", OCI_MANIFEST),
        ] {
            assert_eq!(kind(&found(artifact_type)), word, "{artifact_type}");
        }
    }

    #[test]
    fn what_an_attestation_says_comes_first() {
        let attested = |key: &str, value: &str| {
            let mut found = found("application/vnd.dev.sigstore.bundle.v0.3+json");
            found.annotations.insert(key.to_owned(), value.to_owned());
            kind(&found)
        };
        assert_eq!(attested("dev.sigstore.bundle.predicateType", "https://slsa.dev/provenance/v1"), "provenance");
        assert_eq!(attested("in-toto.io/predicate-type", "https://spdx.dev/Document"), "SBOM");
        let signed = attested("dev.sigstore.bundle.predicateType", "https://sigstore.dev/cosign/sign/v1");
        assert_eq!(signed, "signature (Sigstore)");
    }

    #[test]
    fn cosign_s_tags_say_what_is_there() {
        for (tag, word) in [("sha256-00.sig", "signature (cosign)"), ("sha256-00.sbom", "SBOM (cosign)")] {
            let tagged =
                FoundReferrer { tag: Some(tag.to_owned()), ..found("application/vnd.oci.image.config.v1+json") };
            assert_eq!(kind(&tagged), word);
        }
    }

    #[test]
    fn what_was_found_at_all() {
        let told = |referrers: [usize; 3], complete| {
            let subject = |number| SubjectReferrers {
                digest: Digest::of(b"it"),
                platform: None,
                referrers: vec![found("text/x"); number],
                problem: None,
            };
            found_at_all(&Referrers {
                reference: "me/app:v1".parse().unwrap(),
                subjects: referrers.map(subject).into(),
                complete,
            })
        };
        assert_eq!(
            told([0, 0, 0], true),
            "Nothing refers to the list or its 2 images. Attestations in the list itself stand with their platforms."
        );
        assert_eq!(told([0, 1, 0], true), "1 document refers to the list or its 2 images.");
        assert!(told([1, 1, 0], false).ends_with("Not all of its images were looked at."));
    }
}
