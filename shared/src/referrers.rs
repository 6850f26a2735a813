//! What refers to a document: signatures, SBOMs and the like, by their `subject` or by a tag made of the document's digest
//! (distribution spec, "Listing Referrers" and "Referrers Tag Schema"; cosign's signature spec).

use std::str::FromStr as _;

use crate::{
    descriptor::{Annotations, Descriptor},
    digest::Digest,
    document::{Document, DocumentError, List, RawDocument},
    list::{Format, encode},
    media_type::OCI_INDEX,
    reference::Tag,
};

/// What stands after the digest in the tags under which cosign keeps signatures, attestations and SBOMs.
const COSIGN: [&str; 3] = ["sig", "att", "sbom"];

/// A manifest that is about another document.
#[derive(Clone, Debug, PartialEq)]
pub struct Referrer {
    /// The document that it is about.
    pub subject: Digest,
    /// As it is listed: with its annotations and the kind of artifact that it is.
    pub descriptor: Descriptor,
}

impl Referrer {
    /// Reads a manifest or a list that has a `subject`; `None` when it has none.
    pub fn read(document: &RawDocument) -> Result<Option<Self>, DocumentError> {
        let subject = match document.parse()? {
            Document::Image(image) => image.subject,
            Document::List(list) => list.subject,
            _ => None,
        };
        let Some(subject) = subject else { return Ok(None) };
        let (artifact_type, annotations) = kind_of(document)?;
        let descriptor = Descriptor { annotations, artifact_type, ..document.descriptor() };
        Ok(Some(Self { subject: subject.digest, descriptor }))
    }
}

/// What kind of artifact a manifest or a list is, and its annotations if it has some: what a descriptor in a list of referrers
/// says of it. A manifest without a kind of its own is of its config's; a list has none then.
pub fn kind_of(document: &RawDocument) -> Result<(Option<String>, Option<Annotations>), DocumentError> {
    let (kind, annotations) = match document.parse()? {
        Document::Image(image) => (Some(image.artifact_type.unwrap_or(image.config.media_type)), image.annotations),
        Document::List(list) => (list.artifact_type, list.annotations),
        _ => (None, None),
    };
    Ok((kind, annotations.filter(|annotations| !annotations.is_empty())))
}

/// The tag at which a registry without an API for referrers has an index of what refers to a document. Algorithm and
/// digest are cut to what a tag has room for.
pub fn fallback_tag(subject: &Digest) -> Option<Tag> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    Tag::from_str(&format!("{}-{}", cut(subject.algorithm_name(), 32), cut(subject.encoded(), 64))).ok()
}

/// The tags at which cosign keeps what it has made for a document.
pub fn cosign_tags(subject: &Digest) -> Vec<Tag> {
    let tag = |end| Tag::from_str(&format!("{}-{}.{end}", subject.algorithm_name(), subject.encoded())).ok();
    COSIGN.into_iter().filter_map(tag).collect()
}

/// What an index of referrers lists; `None` when the document is no such index. A registry may resolve the tag to the subject
/// itself.
pub fn listed(index: &RawDocument, subject: &Digest) -> Option<Vec<Descriptor>> {
    if index.media_type().as_str() != OCI_INDEX || index.digest() == subject {
        return None;
    }
    match index.parse() {
        Ok(Document::List(list)) => Some(list.manifests),
        _ => None,
    }
}

/// An index of referrers with one more; `None` when it is among them. What else is in it stays.
pub fn with_one_more(index: Option<&RawDocument>, referrer: &Descriptor) -> Option<RawDocument> {
    let mut list = match index.map(RawDocument::parse) {
        Some(Ok(Document::List(list))) => *list,
        _ => List { media_type: Some(OCI_INDEX.to_owned()), ..List::default() },
    };
    if list.manifests.iter().any(|listed| listed.digest == referrer.digest) {
        return None;
    }
    list.manifests.push(referrer.clone());
    Some(encode(&list, Format::Compact))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use serde_json::{Value, json};

    use super::*;
    use crate::media_type::{MediaType, OCI_MANIFEST};

    fn document(media_type: &str, value: &Value) -> RawDocument {
        RawDocument::new(MediaType::new(media_type), value.to_string().into_bytes())
    }

    fn digest(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    fn blob(media_type: &str, text: &str) -> Value {
        json!({ "mediaType": media_type, "digest": digest(text), "size": text.len() })
    }

    fn signature(subject: &Value) -> Value {
        json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "application/vnd.example.signature",
            "config": blob("application/vnd.oci.empty.v1+json", "{}"), "layers": [blob("text/plain", "signed")],
            "subject": subject, "annotations": { "by": "me" },
        })
    }

    #[test]
    fn a_tag_is_made_of_a_digest_as_the_specification_has_it() {
        let hex = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        for (subject, tag) in [
            (format!("sha256:{hex}"), format!("sha256-{hex}")),
            (format!("sha512:{hex}{hex}"), format!("sha512-{hex}")),
            (format!("{}:{hex}{hex}", "a".repeat(40)), format!("{}-{hex}", "a".repeat(32))),
        ] {
            assert_eq!(fallback_tag(&subject.parse().unwrap()).unwrap().as_str(), tag, "{subject}");
        }
        let tags = cosign_tags(&format!("sha256:{hex}").parse().unwrap());
        let tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
        assert_eq!(tags, ["sig", "att", "sbom"].map(|end| format!("sha256-{hex}.{end}")));
        // Too long for a tag: there can be none.
        assert_eq!(cosign_tags(&format!("sha512:{hex}{hex}").parse().unwrap()), []);
    }

    #[test]
    fn a_referrer_is_described_as_the_specification_has_it() {
        let subject = blob(OCI_MANIFEST, "image");
        let whole = document(OCI_MANIFEST, &signature(&subject));
        let read = Referrer::read(&whole).unwrap().unwrap();
        assert_eq!(read.subject, digest("image"));
        let expected = json!({
            "mediaType": OCI_MANIFEST, "digest": whole.digest(), "size": whole.size(),
            "annotations": { "by": "me" }, "artifactType": "application/vnd.example.signature",
        });
        assert_eq!(json!(read.descriptor), expected);

        // Without a type of its own it is of its config's.
        let mut other = signature(&subject);
        other.as_object_mut().unwrap().remove("artifactType");
        other.as_object_mut().unwrap().remove("annotations");
        let read = Referrer::read(&document(OCI_MANIFEST, &other)).unwrap().unwrap();
        assert_eq!(read.descriptor.artifact_type.as_deref(), Some("application/vnd.oci.empty.v1+json"));
        assert_eq!(read.descriptor.annotations, None);

        other.as_object_mut().unwrap().remove("subject");
        assert_eq!(Referrer::read(&document(OCI_MANIFEST, &other)).unwrap(), None);
        let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [], "subject": subject });
        let read = Referrer::read(&document(OCI_INDEX, &list)).unwrap().unwrap();
        assert_eq!((read.subject, read.descriptor.artifact_type), (digest("image"), None));
    }

    #[test]
    fn an_index_of_referrers_grows_and_keeps_what_it_has() {
        let one = Descriptor::new(OCI_MANIFEST, digest("one"), 3);
        let two = Descriptor::new(OCI_MANIFEST, digest("two"), 3);
        let first = with_one_more(None, &one).unwrap();
        assert_eq!(with_one_more(Some(&first), &one), None, "it is there");
        let second = with_one_more(Some(&first), &two).unwrap();
        assert_eq!(listed(&second, &digest("image")), Some(vec![one.clone(), two.clone()]));

        let mut strange: Value = serde_json::from_slice(first.bytes()).unwrap();
        strange["x-note"] = json!("kept");
        let grown = with_one_more(Some(&document(OCI_INDEX, &strange)), &two).unwrap();
        let grown: Value = serde_json::from_slice(grown.bytes()).unwrap();
        assert_eq!((&grown["x-note"], grown["manifests"].as_array().unwrap().len()), (&json!("kept"), 2));
    }

    #[test]
    fn what_is_no_index_of_referrers_is_none() {
        let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [] });
        let list = document(OCI_INDEX, &list);
        assert_eq!(listed(&list, &digest("image")), Some(Vec::new()));
        assert_eq!(listed(&list, list.digest()), None, "the tag leads to the subject itself");
        let image = document(OCI_MANIFEST, &signature(&blob(OCI_MANIFEST, "image")));
        assert_eq!(listed(&image, &digest("image")), None);
        assert_eq!(listed(&document(OCI_INDEX, &json!([])), &digest("image")), None);
    }
}
