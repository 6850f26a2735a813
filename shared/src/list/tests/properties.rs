//! Properties of drafts, edits and bytes.

use proptest::prelude::*;

use super::*;

fn entry() -> impl Strategy<Value = Entry> {
    ("[a-z]{1,3}", any::<bool>()).prop_map(|(tag, pinned)| Entry {
        digest: pinned.then(|| Digest::of(tag.as_bytes())),
        ..Entry::new(reference(&format!("ubuntu:{tag}")))
    })
}

fn platform() -> impl Strategy<Value = Platform> {
    ("[a-z]{0,3}", "[a-z0-9]{0,4}").prop_map(|(os, variant)| Platform::new(os, "arm").with_variant(variant))
}

fn annotations() -> impl Strategy<Value = Annotations> {
    proptest::collection::btree_map(".{0,10}", ".{0,10}", 0..4)
}

/// Each kind of edit, of rows that may be there or not.
fn single_edit() -> impl Strategy<Value = Edit> {
    let row = || 0_usize..8;
    let many = || proptest::collection::vec(entry(), 0..3);
    let attestations = prop_oneof![Just(Attestations::Keep), Just(Attestations::Drop)];
    let list_type = prop_oneof![Just(ListType::Auto), Just(ListType::Oci), Just(ListType::Docker)];
    let format = prop_oneof![Just(Format::Indented), Just(Format::Compact), Just(Format::Docker)];
    let subject = || Box::new(Descriptor::new(OCI_MANIFEST, Digest::of(b"subject"), 7));
    let features = || proptest::collection::vec("[a-z]{1,3}", 0..3);
    let take = proptest::collection::vec(platform(), 0..3);
    prop_oneof![
        (row(), many()).prop_map(|(index, entries)| Edit::Add { index, entries }),
        (row(), 0_usize..3).prop_map(|(index, count)| Edit::Remove { index, count }),
        (row(), row()).prop_map(|(from, to)| Edit::Move { from, to }),
        (row(), entry()).prop_map(|(index, entry)| Edit::Replace { index, entry: Box::new(entry) }),
        (row(), any::<Option<u8>>())
            .prop_map(|(index, n)| Edit::SetDigest { index, digest: n.map(|n| Digest::of(&[n])) }),
        (row(), take).prop_map(|(index, take)| Edit::SetTake { index, take }),
        (row(), proptest::option::of(platform())).prop_map(|(index, platform)| Edit::SetPlatform { index, platform }),
        (row(), proptest::option::of(annotations()))
            .prop_map(|(index, annotations)| Edit::SetAnnotations { index, annotations }),
        (row(), proptest::option::of(features())).prop_map(|(index, features)| Edit::SetFeatures { index, features }),
        (row(), attestations).prop_map(|(index, attestations)| Edit::SetAttestations { index, attestations }),
        (row(), prop_oneof![Just(Nested::Keep), Just(Nested::Flatten)])
            .prop_map(|(index, nested)| Edit::SetNested { index, nested }),
        annotations().prop_map(|annotations| Edit::SetListAnnotations { annotations }),
        proptest::option::of("[a-z]{1,3}/[a-z]{1,3}").prop_map(|artifact_type| Edit::SetArtifactType { artifact_type }),
        any::<bool>().prop_map(move |has| Edit::SetSubject { subject: has.then(subject) }),
        any::<bool>().prop_map(|has| Edit::SetBase {
            base: has.then(|| Box::new(reference("ubuntu").with_digest(Digest::of(b"base"))))
        }),
        list_type.prop_map(|list_type| Edit::SetListType { list_type }),
        any::<bool>()
            .prop_map(|does| Edit::SetConvert { convert: if does { Convert::ListType } else { Convert::Off } }),
        format.prop_map(|format| Edit::SetFormat { format }),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let batch = proptest::collection::vec(single_edit(), 0..4).prop_map(|edits| Edit::Batch { edits });
    prop_oneof![8 => single_edit(), 1 => batch]
}

/// Unknown fields, with values and numbers of every kind.
fn unknown() -> impl Strategy<Value = serde_json::Map<String, serde_json::Value>> {
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        number,
        ".{0,6}".prop_map(|text| json!(text).to_string()),
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(","))),
            inner.prop_map(|one| format!("{{\"a\":{one}}}")),
        ]
    });
    proptest::collection::btree_map("x-[a-z]{0,3}", value, 0..3).prop_map(|fields| {
        let fields: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        match crate::document::parse_json(format!("{{{}}}", fields.join(",")).as_bytes()) {
            Ok(serde_json::Value::Object(object)) => object,
            other => panic!("{other:?}"),
        }
    })
}

fn child() -> impl Strategy<Value = Descriptor> {
    (any::<u64>(), annotations(), proptest::option::of(platform()), unknown(), unknown()).prop_map(
        |(size, annotations, platform, other, of_platform)| Descriptor {
            platform: platform.map(|platform| Platform { other: of_platform, ..platform }),
            annotations: Some(annotations),
            other,
            ..Descriptor::new(OCI_MANIFEST, Digest::of(&size.to_le_bytes()), size)
        },
    )
}

proptest! {
    #[test]
    fn undo_takes_every_edit_back_and_redo_makes_it_again(edits in proptest::collection::vec(edit(), 0..20)) {
        let (draft, _) = five();
        let mut history = History::new(draft.clone());
        for edit in edits {
            let before = history.draft.clone();
            if history.apply(edit).is_err() {
                prop_assert_eq!(&history.draft, &before);
            }
        }
        let end = history.draft.clone();
        while history.undo() {}
        prop_assert_eq!(&history.draft, &draft);
        while history.redo() {}
        prop_assert_eq!(&history.draft, &end);
    }

    #[test]
    fn an_edit_that_is_taken_back_leaves_nothing(before in proptest::collection::vec(edit(), 0..5), edit in edit()) {
        let (mut draft, _) = five();
        for edit in before {
            let _ = edit.apply(&mut draft);
        }
        let mut changed = draft.clone();
        if let Ok(inverse) = edit.apply(&mut changed) {
            // It is kept as JSON between the two.
            let stored = serde_json::to_string(&inverse).expect("JSON");
            let inverse: Edit = serde_json::from_str(&stored).expect("an edit");
            prop_assert!(inverse.apply(&mut changed).is_ok());
        }
        // An edit that cannot be made leaves it as it was, too.
        prop_assert_eq!(changed, draft);
    }

    #[test]
    fn one_edit_leads_from_any_draft_to_any_other(edits in proptest::collection::vec(edit(), 0..20)) {
        let (draft, _) = five();
        let mut after = draft.clone();
        for edit in edits {
            let _ = edit.apply(&mut after);
        }
        let mut history = History::new(draft.clone());
        prop_assert!(history.apply(Edit::between(&draft, &after)).is_ok());
        prop_assert_eq!(&history.draft, &after);
        prop_assert_eq!(history.can_undo(), draft != after);
        history.undo();
        prop_assert_eq!(&history.draft, &draft);
    }

    #[test]
    fn what_we_made_reads_and_writes_the_same(
        annotations in annotations(),
        artifact_type in proptest::option::of(".{0,10}"),
        children in proptest::collection::vec(child(), 0..4),
        subject in proptest::option::of(child()),
        other in unknown(),
        format in prop_oneof![Just(Format::Indented), Just(Format::Compact), Just(Format::Docker)],
    ) {
        let list = List { artifact_type, manifests: children, subject, annotations: Some(annotations), other, ..List::default() };
        let document = encode(&list, format);
        let Ok(Document::List(read)) = document.parse() else { return Err(TestCaseError::fail("not a list")) };
        let again = encode(&read, format);
        prop_assert_eq!(again.bytes(), document.bytes());
        prop_assert_eq!(again.media_type().as_str(), OCI_INDEX);

        // Opened, it is kept byte for byte, and in each other form it says the same.
        let source = Source::new(reference("example.com/app:v1"), document.clone());
        let draft = open(&source);
        let mut at_base = source;
        at_base.reference = draft.base.clone().expect("a base");
        let sources = sources([at_base]);
        prop_assert_eq!(compose(&draft, &sources).document, Some(document));
        for format in [Format::Indented, Format::Compact, Format::Docker] {
            let written = encode(&read, format);
            let Ok(Document::List(same)) = written.parse() else { return Err(TestCaseError::fail("not a list")) };
            prop_assert_eq!(&same, &read);
        }
    }
}
