//! Images that become of the list's kind.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    api::{Problem, ProblemCode},
    check::Severity,
    convert::{ImageKind, convert},
    fixtures::{Image, document, list_of_lists, list_source},
    media_type::{DOCKER_ATTESTATION, IN_TOTO, MediaType, OCI_EMPTY},
};

fn at(tag: &str) -> String {
    format!("example.com/app:{tag}")
}

/// An OCI image and a Docker one.
fn mixed() -> (Image, Image, Sources) {
    let (oci, docker) = (image("linux", "amd64", None), docker_image("linux", "arm64"));
    let all = sources([single_source(&at("oci"), &oci), single_source(&at("docker"), &docker)]);
    (oci, docker, all)
}

fn converting(references: &[&str], list_type: ListType) -> Draft {
    let all: Vec<String> = references.iter().map(|tag| at(tag)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    Draft { list_type, convert: Convert::ListType, ..draft_of(&all) }
}

fn codes(plan: &Plan) -> Vec<FindingCode> {
    plan.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn off_the_images_stay_and_what_becomes_of_the_mix_is_told() {
    let (oci, docker, sources) = mixed();
    for (list_type, code, severity) in [
        (ListType::Auto, FindingCode::IndexHoldsDocker, Severity::Info),
        (ListType::Docker, FindingCode::DockerListHoldsOci, Severity::Error),
    ] {
        let draft = Draft { convert: Convert::Off, ..converting(&["oci", "docker"], list_type) };
        let plan = plan(&draft, &sources, &[]);
        let digests: Vec<&Digest> = plan.entries.iter().map(|entry| &entry.digest).collect();
        assert_eq!(digests, [oci.manifest.digest(), docker.manifest.digest()]);
        assert!(plan.entries.iter().all(|entry| entry.converted_from.is_none()));
        let [finding] = plan.findings.as_slice() else { panic!("{:?}", plan.findings) };
        assert_eq!((finding.code, finding.severity), (code, severity));
        assert!(finding.hint.contains("converted") && finding.message.contains("client"), "{finding:?}");
    }
}

#[test]
fn on_request_they_become_of_the_lists_kind_and_old_and_new_digests_are_shown() {
    let (oci, docker, sources) = mixed();
    for (list_type, place, image, to, list) in [
        (ListType::Auto, 1, &docker, ImageKind::Oci, OCI_INDEX),
        (ListType::Oci, 1, &docker, ImageKind::Oci, OCI_INDEX),
        (ListType::Docker, 0, &oci, ImageKind::Docker, DOCKER_LIST),
    ] {
        let draft = converting(&["oci", "docker"], list_type);
        let new = convert(&image.manifest, to).expect("it can be").document;
        let plan = plan(&draft, &sources, &[target("example.com/app:new")]);
        assert_eq!(plan.document.as_ref().map(|document| document.media_type.as_str()), Some(list));
        assert_eq!(codes(&plan), [FindingCode::Converted]);
        assert_eq!(plan.findings[0].pointer, format!("/entries/{place}"));
        assert!(plan.findings[0].message.contains(new.digest().as_str()), "{:?}", plan.findings);
        let entry = &plan.entries[place];
        assert_eq!((&entry.digest, &entry.converted_from), (new.digest(), &Some(image.manifest.digest().clone())));
        assert_eq!(plan.entries[1 - place].converted_from, None);
        assert!(plan.document.and_then(|document| document.text).expect("text").contains(new.digest().as_str()));

        let composition = compose(&draft, &sources);
        assert_eq!(composition.entries[place].descriptor.size, new.size());
        // In its own repository only the manifest is put; into another the blobs go as always.
        let here = transfer(&composition, &reference("example.com/app:new"));
        assert_eq!((here.blobs.len(), &here.manifests), (0, &vec![new.clone()]));
        assert_eq!(plan.transfer.requests, 2 + 2 + 1 + 1 + 3);
        let there = transfer(&composition, &reference("example.com/other:new"));
        assert_eq!((there.blobs.len(), there.manifests.len()), (2 + 2 + 1, 2));
        assert!(there.manifests.contains(&new) && !there.manifests.contains(&image.manifest));
    }
    // Of one kind all along: nothing to do.
    for tag in ["oci", "docker"] {
        let with = compose(&converting(&[tag], ListType::Auto), &sources);
        let without = Draft { convert: Convert::Off, ..converting(&[tag], ListType::Auto) };
        assert_eq!(with, compose(&without, &sources));
    }
}

/// The bytes of a list are not kept when that would leave images of another kind in it.
#[test]
fn a_lone_list_keeps_its_bytes_only_where_all_is_of_its_kind() {
    let (oci, docker, _) = mixed();
    for (images, list_type, unchanged) in [
        (vec![&oci], OCI_INDEX, true),
        (vec![&docker], DOCKER_LIST, true),
        (vec![&docker], OCI_INDEX, false),
        (vec![&oci, &docker], OCI_INDEX, false),
        (vec![&oci, &docker], DOCKER_LIST, false),
    ] {
        let entries: Vec<_> = images.iter().map(|image| descriptor(image)).collect();
        let mut list = list_of(&at("list"), &entries, &json!({"mediaType": list_type}));
        for image in &images {
            add(&mut list, image);
        }
        let composition = compose(&converting(&["list"], ListType::Auto), &sources([list.clone()]));
        assert_eq!(composition.unchanged, unchanged, "{list_type}");
        let made = composition.document.expect("a list");
        let docker = *made.media_type() == DOCKER_LIST;
        let of_kind = if docker { DOCKER_MANIFEST } else { OCI_MANIFEST };
        assert!(composition.entries.iter().all(|entry| entry.descriptor.media_type == of_kind));
        // Opened for editing, the list's type is what the draft asks for.
        let opened = Draft { convert: Convert::ListType, ..open(&list) };
        let base = Source { reference: opened.base.clone().expect("a base"), ..list };
        let of_base = compose(&opened, &self::sources([base]));
        let of_kind = if list_type == DOCKER_LIST { DOCKER_MANIFEST } else { OCI_MANIFEST };
        assert!(of_base.entries.iter().all(|entry| entry.descriptor.media_type == of_kind));
    }
}

#[test]
fn attestations_of_either_form_stay_linked_to_what_their_image_becomes() {
    let (one, two) = (docker_image("linux", "amd64"), docker_image("linux", "arm64"));
    let unknown = json!({"architecture": "unknown", "os": "unknown"});
    let statement = json!([{"mediaType": IN_TOTO, "digest": Digest::of(b"s"), "size": 1}]);
    let manifest = |more: serde_json::Value| {
        let mut value = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": statement,
            "config": {"mediaType": OCI_CONFIG, "digest": Digest::of(b"fake"), "size": 4}});
        for (key, field) in more.as_object().expect("an object") {
            value[key] = field.clone();
        }
        document(OCI_MANIFEST, &value)
    };
    let newer = |subject: &RawDocument| {
        manifest(json!({"artifactType": DOCKER_ATTESTATION, "subject": subject.descriptor(),
            "config": {"mediaType": OCI_EMPTY, "digest": Digest::of(b"{}"), "size": 2}}))
    };
    let entry = |attestation: &RawDocument, of: &Digest| {
        let mut entry = json!(attestation.descriptor());
        entry["platform"] = unknown.clone();
        entry["annotations"] =
            json!({"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of});
        entry
    };
    let (old_form, new_form) = (manifest(json!({})), newer(&two.manifest));
    let of_attestation = newer(&new_form);
    let entries = [
        descriptor(&one),
        descriptor(&two),
        // Before what it attests.
        entry(&of_attestation, new_form.digest()),
        entry(&old_form, one.manifest.digest()),
        entry(&new_form, two.manifest.digest()),
    ];
    let mut list = list_of(&at("attested"), &entries, &json!({}));
    add(&mut list, &one);
    add(&mut list, &two);
    for attestation in [&old_form, &new_form, &of_attestation] {
        list.children.insert(attestation.digest().clone(), Ok(attestation.clone()));
    }
    let plan = plan(&converting(&["attested"], ListType::Oci), &sources([list.clone()]), &[]);
    let composition = compose(&converting(&["attested"], ListType::Oci), &sources([list]));
    let [first, second, third, fourth, fifth] = composition.entries.as_slice() else { panic!("{plan:?}") };
    let by_digest = [third, fourth, fifth].map(|entry| (entry.original_digest().clone(), entry));
    let of = |digest: &Digest| by_digest.iter().find(|(original, _)| original == digest).expect("it is there").1;
    let link = |entry: &super::super::ComposedEntry| {
        entry.descriptor.annotations.as_ref().expect("annotations")["vnd.docker.reference.digest"].clone()
    };
    let subject = |entry: &super::super::ComposedEntry| match entry.manifest.as_ref().map(RawDocument::parse) {
        Some(Ok(Document::Image(image))) => image.subject.expect("a subject"),
        other => panic!("{other:?}"),
    };
    // The older form is itself, and its entry says whose it is.
    let old = of(old_form.digest());
    assert_eq!((&old.descriptor.digest, &old.converted_from), (old_form.digest(), &None));
    assert_eq!(link(old), first.descriptor.digest.as_str());
    // The newer one says it in its manifest too, so that it is another.
    let new = of(new_form.digest());
    assert_eq!(link(new), second.descriptor.digest.as_str());
    assert_eq!(subject(new), Descriptor { platform: None, ..second.descriptor.clone() });
    assert_ne!(&new.descriptor.digest, new_form.digest());
    assert_eq!(
        new.manifest.as_ref().map(RawDocument::descriptor).map(|d| d.digest),
        Some(new.descriptor.digest.clone())
    );
    let third = of(of_attestation.digest());
    assert_eq!(link(third), new.descriptor.digest.as_str());
    assert_eq!(subject(third).digest, new.descriptor.digest);
    // The checks see each link, and say once an attestation what is not in them.
    let expected = [FindingCode::Converted; 2].into_iter().chain([FindingCode::StatesOriginal; 3]);
    assert_eq!(codes(&plan), expected.collect::<Vec<_>>(), "{:?}", plan.findings);
}

#[test]
fn what_cannot_be_converted_keeps_the_list_from_being_pushed() {
    let source = attested_list();
    let plan = plan(&converting(&["attested"], ListType::Docker), &sources([source]), &[]);
    let errors: Vec<(FindingCode, &str)> = plan
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.code, finding.hint.as_str()))
        .collect();
    // The attestations are OCI's, and their entries annotated; so says each of them.
    let hint = "Make the list an OCI index, or leave the attestations out.";
    assert!(errors.contains(&(FindingCode::DockerListHoldsOci, hint)), "{errors:?}");
    let mut dropped = converting(&["attested"], ListType::Docker);
    dropped.entries[0].attestations = Attestations::Drop;
    let plan = super::plan(&dropped, &sources([attested_list()]), &[]);
    assert_eq!(codes(&plan), [FindingCode::Converted; 2], "{:?}", plan.findings);
}

#[test]
fn what_is_in_a_list_in_the_list_has_to_be_taken_apart_to_be_converted() {
    let (oci, docker) = (image("linux", "amd64", None), docker_image("linux", "arm64"));
    let docker_list = |image: &Image| {
        let mut list = list_of(&at("docker-list"), &[descriptor(image)], &json!({"mediaType": DOCKER_LIST}));
        add(&mut list, image);
        list
    };
    for (inner, list_type, words) in [
        (list_source(&at("oci"), &[&oci]), ListType::Auto, None),
        (docker_list(&docker), ListType::Docker, None),
        (
            list_source(&at("mixed"), &[&oci, &docker]),
            ListType::Auto,
            Some("but one manifest in it is of the other kind"),
        ),
        (docker_list(&docker), ListType::Oci, Some("but 2 manifests in it are of the other kind")),
        (list_source(&at("empty"), &[]), ListType::Docker, Some("but it is itself of the other kind")),
    ] {
        let outer = list_of_lists(&at("outer"), &[&inner]);
        let draft = converting(&["outer"], list_type);
        let plan = plan(&draft, &sources([outer.clone()]), &[]);
        let refused = plan.findings.iter().find(|finding| finding.code == FindingCode::CannotConvert);
        assert_eq!(refused.is_some(), words.is_some(), "{:?}", plan.findings);
        assert_eq!(plan.entries[0].digest, *inner.root.digest(), "it stays as it is");
        let Some((finding, words)) = refused.zip(words) else { continue };
        assert_eq!((finding.severity, finding.pointer.as_str()), (Severity::Error, "/entries/0"));
        assert!(finding.message.contains(words) && finding.hint.contains("flatten"), "{finding:?}");
        // Off, nothing is said of it.
        let off = super::plan(&Draft { convert: Convert::Off, ..draft.clone() }, &sources([outer.clone()]), &[]);
        assert!(!codes(&off).contains(&FindingCode::CannotConvert));
        // Taken apart, its images are.
        let mut flat = draft;
        flat.entries[0].nested = Nested::Flatten;
        let composition = compose(&flat, &sources([outer.clone()]));
        let family = composition.document.as_ref().map(|list| list.media_type().family());
        let families = composition.entries.iter().map(|entry| MediaType::new(&entry.descriptor.media_type).family());
        assert!(families.into_iter().all(|of| Some(of) == family), "{composition:?}");
        // What is not known to be of the list's kind is not taken for it.
        let mut lost = outer;
        for image in inner.children.keys() {
            lost.children.insert(image.clone(), Err(Problem::new(ProblemCode::ManifestUnknown, "gone")));
        }
        let kept = super::plan(&converting(&["outer"], list_type), &sources([lost]), &[]);
        assert!(codes(&kept).contains(&FindingCode::CannotConvert), "{:?}", kept.findings);
    }
}
