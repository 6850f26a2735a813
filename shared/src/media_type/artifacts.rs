//! What people call artifacts.

use super::MediaType;

/// What types of artifacts have in them, and what people call those. The first that fits counts.
const KINDS: [(&str, &str); 13] = [
    ("notary.signature", "signature (Notation)"),
    ("cosign.artifact.sig", "signature (cosign)"),
    ("cosign.simplesigning", "signature (cosign)"),
    ("sigstore.bundle", "Sigstore bundle"),
    ("spdx", "SBOM (SPDX)"),
    ("cyclonedx", "SBOM (CycloneDX)"),
    ("syft", "SBOM (Syft)"),
    ("sarif", "scan report (SARIF)"),
    ("vex", "VEX statement"),
    ("in-toto", "attestation"),
    ("attestation", "attestation"),
    ("cncf.helm", "Helm chart"),
    ("vnd.wasm", "WebAssembly module"),
];

impl MediaType {
    /// What people call an artifact of this type: "Helm chart"; `None` for types that have no such name here.
    pub fn artifact_words(&self) -> Option<&'static str> {
        let lower = self.0.to_ascii_lowercase();
        KINDS.iter().find(|(part, _)| lower.contains(part)).map(|(_, word)| *word)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn artifacts_have_names() {
        for (kind, words) in [
            ("application/vnd.cncf.helm.config.v1+json", Some("Helm chart")),
            ("application/vnd.dev.cosign.artifact.sig.v1+json", Some("signature (cosign)")),
            ("application/vnd.docker.attestation.manifest.v1+json", Some("attestation")),
            ("application/spdx+json", Some("SBOM (SPDX)")),
            ("application/vnd.example+json", None),
            ("", None),
        ] {
            assert_eq!(MediaType::new(kind).artifact_words(), words, "{kind}");
        }
    }
}
