//! What attestations say, in people's words. All of it is of others.

use onetag_shared::statement::{Package, Provenance, Statement, StatementKind, shown};

use super::format::{count, grouped};

/// Packages that are shown at first.
pub(crate) const FIRST: usize = 100;

/// A statement in a few words, before what it says.
pub(crate) fn title(statement: &Statement) -> String {
    let of_type = |words: &str| match &statement.predicate_type {
        Some(predicate_type) => format!("{words}: {}", shown(predicate_type)),
        None => words.to_owned(),
    };
    match (statement.kind, &statement.sbom) {
        (StatementKind::Provenance, _) => "Provenance".to_owned(),
        (StatementKind::Sbom, Some(sbom)) => format!("SBOM, {}", shown(&sbom.format)),
        (StatementKind::Sbom, None) => of_type("SBOM"),
        (StatementKind::Signature, _) => "Signature".to_owned(),
        (StatementKind::Other, _) => of_type("Another statement, which is not read here"),
    }
}

/// Of a signature what it signs, and how many there are: "Signs sha256:…: 1 signature". None of them was checked.
pub(crate) fn signed(statement: &Statement) -> Option<String> {
    let digests = statement.subjects.iter().flat_map(|subject| &subject.digests);
    let digests: Vec<String> =
        digests.filter(|_| statement.kind == StatementKind::Signature).map(|digest| shown(digest)).collect();
    let number = (statement.signatures > 0).then(|| count(statement.signatures, "signature", "signatures"));
    match (digests.as_slice(), number) {
        ([], number) => number,
        (digests, None) => Some(format!("Signs {}", digests.join(", "))),
        (digests, Some(number)) => Some(format!("Signs {}: {number}", digests.join(", "))),
    }
}

/// What provenance says, most wanted first.
pub(crate) fn facts(provenance: &Provenance) -> Vec<(&'static str, String)> {
    let facts = [
        ("builder", &provenance.builder),
        ("source", &provenance.source),
        ("revision", &provenance.revision),
        ("kind of build", &provenance.build_type),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
}

/// How many there are: "1,204 packages", and how many of them are here when these are fewer.
pub(crate) fn how_many(here: usize, total: usize, one: &str, many: &str) -> String {
    let all = if total < 1000 { count(total, one, many) } else { format!("{} {many}", grouped(total as u64)) };
    if here < total { format!("{all}, the first {} of them here", grouped(here as u64)) } else { all }
}

/// The packages with a text in one of their fields, whatever its case.
pub(crate) fn matching<'a>(packages: &'a [Package], wanted: &str) -> Vec<&'a Package> {
    let wanted = wanted.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let fits = |package: &&Package| {
        let others = [&package.version, &package.purl, &package.license];
        has(&package.name) || others.into_iter().flatten().any(|text| has(text))
    };
    packages.iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_by_any_of_their_fields() {
        let package = |name: &str, license: Option<&str>| Package {
            name: name.to_owned(),
            purl: Some(format!("pkg:apk/alpine/{name}@1.2")),
            license: license.map(str::to_owned),
            ..Package::default()
        };
        let packages = [package("musl", Some("MIT")), package("BusyBox", None)];
        for (wanted, found) in
            [("", "musl BusyBox"), (" busy ", "BusyBox"), ("mit", "musl"), ("ALPINE", "musl BusyBox"), ("@1.3", "")]
        {
            let names: Vec<&str> = matching(&packages, wanted).iter().map(|package| package.name.as_str()).collect();
            assert_eq!(names.join(" "), found, "{wanted}");
        }
    }

    #[test]
    fn numbers_say_what_is_missing() {
        assert_eq!(how_many(1, 1, "package", "packages"), "1 package");
        assert_eq!(how_many(1204, 1204, "package", "packages"), "1,204 packages");
        let cut = "30,000 packages, the first 20,000 of them here";
        assert_eq!(how_many(20_000, 30_000, "package", "packages"), cut);
    }

    #[test]
    fn what_is_signed_is_named() {
        let signed = |text: &str| signed(&Statement::read(text.as_bytes(), None).unwrap());
        let cosign = r#"{"critical":{"image":{"docker-manifest-digest":"sha256:aa"}}}"#;
        assert_eq!(signed(cosign).as_deref(), Some("Signs sha256:aa"));
        let message = r#"{"messageSignature":{"messageDigest":{},"signature":"AA"}}"#;
        assert_eq!(signed(message).as_deref(), Some("1 signature"));
        // `{"targetArtifact":{"digest":"sha256:bb"}}`
        let notation = r#"{"payload":"eyJ0YXJnZXRBcnRpZmFjdCI6eyJkaWdlc3QiOiJzaGEyNTY6YmIifX0","signature":"AA"}"#;
        assert_eq!(signed(notation).as_deref(), Some("Signs sha256:bb: 1 signature"));
        assert_eq!(signed(r#"{"spdxVersion":"SPDX-2.3"}"#), None);
    }

    #[test]
    fn titles_say_what_it_is_and_nothing_breaks_out_of_them() {
        let title = |text: &str| title(&Statement::read(text.as_bytes(), None).unwrap());
        for (text, expected) in [
            (r#"{"spdxVersion":"SPDX-2.3"}"#, "SBOM, SPDX 2.3"),
            (r#"{"_type":"x","predicateType":"https://slsa.dev/provenance/v1"}"#, "Provenance"),
            (r#"{"critical":{"image":{"docker-manifest-digest":"x"}}}"#, "Signature"),
            (r#"{"_type":"x","predicateType":"https://spdx.dev/v3"}"#, "SBOM: https://spdx.dev/v3"),
            (r#"{"_type":"x","predicateType":"a\u202eb"}"#, r"Another statement, which is not read here: a\u{202e}b"),
            ("{}", "Another statement, which is not read here"),
        ] {
            assert_eq!(title(text), expected, "{text}");
        }
    }
}
