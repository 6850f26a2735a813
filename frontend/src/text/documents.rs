//! The documents behind a page, and what leads from one to another.

use std::collections::{BTreeMap, BTreeSet};

use onetag_shared::{digest::Digest, document::RawDocument, source::Source, view::ListView};

/// A document, and what it is to the page: "linux/amd64: config".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// What it is.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) document: RawDocument,
}

/// All that came, each once: what was asked for, then each image with its config and its attestations.
pub(crate) fn documents(source: &Source, view: &ListView) -> Vec<Named> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    let mut push = |name: String, document: Option<&RawDocument>| {
        if let Some(document) = document.filter(|document| seen.insert(document.digest().clone())) {
            all.push(Named { name, document: document.clone() });
        }
    };
    push(if view.is_list { "the list" } else { "the manifest" }.to_owned(), Some(&source.root));
    for row in &view.rows {
        let name = row.name();
        push(name.clone(), source.child(&row.digest));
        let manifest = source.child(&row.digest).or_else(|| (!view.is_list).then_some(&source.root));
        push(format!("{name}: config"), manifest.and_then(|manifest| source.config_document(manifest)));
        for attestation in &row.attestations {
            push(format!("{name}: {}", attestation.name()), source.child(&attestation.digest));
        }
    }
    all
}

/// Where the digests in these documents lead: to the page of a manifest, to the bytes of a config, which has none, and to what is
/// told of a layer.
pub(crate) fn links(source: &Source, view: &ListView, documents: &[Named]) -> BTreeMap<String, String> {
    let page =
        |digest: &Digest| format!("/i/{}", source.reference.repository_only().with_digest(digest.clone()).familiar());
    let named = source.list().into_iter().flat_map(|list| list.manifests).map(|child| child.digest);
    let manifests = named.chain(source.children.keys().cloned()).map(|digest| (digest.to_string(), page(&digest)));
    let configs =
        documents.iter().map(|named| named.document.digest()).filter(|digest| source.configs.contains_key(digest));
    let layers = view.rows.iter().flat_map(|row| &row.layers);
    let layers = layers.map(|(digest, _)| (digest.to_string(), layer_link(digest)));
    layers.chain(manifests).chain(configs.map(|digest| (digest.to_string(), bytes_of(digest)))).collect()
}

/// The address of a document's bytes on the page that is shown.
pub(crate) fn bytes_of(digest: &Digest) -> String {
    format!("?tab=raw&doc={digest}")
}

/// The address, on the page that is shown, of what is told of a layer there.
pub(crate) fn layer_link(digest: &Digest) -> String {
    format!("?tab=layers&layer={digest}")
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::ServedDocument,
        media_type::{OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    };
    use serde_json::{Value, json};

    use super::*;

    fn document(media_type: &str, body: &Value) -> RawDocument {
        let text = body.to_string();
        let served = ServedDocument {
            media_type: media_type.to_owned(),
            digest: Digest::of(text.as_bytes()),
            size: text.len() as u64,
            text: Some(text),
            base64: None,
        };
        RawDocument::from_served(&served).unwrap()
    }

    #[test]
    fn all_that_came_has_a_name_and_a_way_to_it() {
        let layer = Digest::of(b"layer");
        let config = document(OCI_CONFIG, &json!({"os": "linux", "architecture": "amd64"}));
        let image = document(
            OCI_MANIFEST,
            &json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
            "config": config.descriptor(), "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer, "size": 3}]}),
        );
        let mut entry = json!(image.descriptor());
        entry["platform"] = json!({"os": "linux", "architecture": "amd64"});
        let missing = json!({"mediaType": OCI_MANIFEST, "digest": Digest::of(b"gone"), "size": 4});
        let list = document(
            OCI_INDEX,
            &json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry, missing, entry]}),
        );
        let mut source = Source::new("example.com/app:v1".parse().unwrap(), list);
        source.children.insert(image.digest().clone(), Ok(image.clone()));
        source.configs.insert(config.digest().clone(), Ok(config.clone()));
        let view = ListView::new(&source);
        let found = documents(&source, &view);
        let names: Vec<&str> = found.iter().map(|named| named.name.as_str()).collect();
        assert_eq!(names, ["the list", "linux/amd64", "linux/amd64: config"]);
        let links = links(&source, &view, &found);
        assert_eq!(links[layer.as_str()], format!("?tab=layers&layer={layer}"));
        assert_eq!(links[image.digest().as_str()], format!("/i/example.com/app@{}", image.digest()));
        assert_eq!(links[config.digest().as_str()], format!("?tab=raw&doc={}", config.digest()));
        assert!(links.contains_key(Digest::of(b"gone").as_str()));

        let mut alone = Source::new("example.com/app:v1".parse().unwrap(), image);
        alone.configs.insert(config.digest().clone(), Ok(config));
        let found = documents(&alone, &ListView::new(&alone));
        let names: Vec<&str> = found.iter().map(|named| named.name.as_str()).collect();
        assert_eq!(names, ["the manifest", "linux/amd64: config"]);
    }
}
