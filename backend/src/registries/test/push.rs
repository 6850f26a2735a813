//! Pushing a tiny image and a list of it, and taking them away again.

use onetag_shared::{
    api::{TestOutcome, TestStep},
    digest::Digest,
    document::RawDocument,
    media_type::{MediaType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST},
    reference::{Reference, Tag},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{Findings, TIDYING, read::referrers};
use crate::{
    config::random_token,
    registry::{Client, Error, Mount},
};

/// A layer with nothing in it, the one that docker's images have where a step changed no file: 1 KiB of zeroes, by gzip.
const LAYER: &[u8] = &[
    31, 139, 8, 0, 0, 9, 110, 136, 0, 255, 98, 24, 5, 163, 96, 20, 140, 88, 0, 8, 0, 0, 255, 255, 46, 175, 181, 239, 0,
    4, 0, 0,
];
const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// An image of that layer alone.
const CONFIG: &[u8] = br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]}}"#;

/// Everything that a push needs, each by itself; why no more was tried. `known` is the digest of something in the
/// repository, when it was found.
pub(super) async fn push(
    client: &Client,
    repository: &Reference,
    known: Option<Digest>,
    findings: &mut Findings,
) -> &'static str {
    use TestStep::{Mount, Push, Upload};
    let layer = Digest::of(LAYER);
    findings.trying = Upload;
    match client.open_upload(repository, &layer).await {
        Ok(upload) => {
            let cancelled = client.cancel(upload).await;
            let and = if cancelled { "cancelled" } else { "not cancelled: the registry forgets it in time" };
            findings.ok(Upload, format!("an upload was opened, and {and}"));
        }
        Err(error) => {
            findings.failed(Upload, &error);
            return "no upload can be opened";
        }
    }
    findings.trying = Push;
    // A name of its own each time, so that what is deleted is nobody else's.
    let name = random_token().ok().and_then(|random| format!("onetag-test-{}", &random[..12]).parse::<Tag>().ok());
    let Some(name) = name else { return "there is no chance here to make a name by" };
    let image = Image::named(repository, name);
    if let Err(error) = put(client, &image, findings).await {
        findings.failed(Push, &error);
        return "nothing was pushed";
    }
    findings.ok(Push, format!("an image was pushed, and a list of it as {}", image.tag));
    if known.is_none() {
        referrers(client, repository, image.manifest.digest(), findings).await;
    }
    findings.trying = Mount;
    mount(client, repository, &layer, findings).await;
    "there was nothing to take away"
}

/// What is pushed.
struct Image {
    manifest: RawDocument,
    list: RawDocument,
    /// Where the list goes.
    tag: Reference,
}

impl Image {
    fn named(repository: &Reference, tag: Tag) -> Self {
        let document = |media_type: &str, value: &Value| {
            RawDocument::new(MediaType::new(media_type), value.to_string().into_bytes())
        };
        let blob =
            |media_type, bytes| json!({"mediaType": media_type, "digest": Digest::of(bytes), "size": bytes.len()});
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": blob(OCI_CONFIG, CONFIG),
            "layers": [blob(LAYER_TYPE, LAYER)],
            "annotations": {"org.opencontainers.image.title": tag.as_str()},
        });
        let manifest = document(OCI_MANIFEST, &manifest);
        let list = json!({
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": [{
                "mediaType": OCI_MANIFEST,
                "digest": manifest.digest(),
                "size": manifest.size(),
                "platform": {"architecture": "amd64", "os": "linux"},
            }],
        });
        Self { manifest, list: document(OCI_INDEX, &list), tag: repository.clone().with_tag(tag) }
    }
}

async fn put(client: &Client, image: &Image, findings: &mut Findings) -> Result<(), Error> {
    let repository = image.tag.repository_only();
    for blob in [CONFIG, LAYER] {
        if !client.has_blob(&repository, &Digest::of(blob)).await? {
            let upload = client.open_upload(&repository, &Digest::of(blob)).await?;
            // Noted before it is put, as everything here: the answer may not come.
            findings.left.push(of_blob(blob, &repository));
            client.put_blob(&repository, upload, blob).await?;
        }
    }
    let at = |document: &RawDocument| repository.clone().with_digest(document.digest().clone());
    for (target, document) in [(at(&image.manifest), &image.manifest), (image.tag.clone(), &image.list)] {
        findings.pushed.push(at(document));
        if target.tag().is_some() {
            findings.pushed.push(target.clone());
        }
        client.put_manifest(&target, document).await?;
    }
    // What is read back is what was put.
    client.pull(&image.tag).await.map(drop)
}

fn of_blob(blob: &[u8], repository: &Reference) -> String {
    format!("a blob of {} bytes in {}, until the registry cleans up", blob.len(), repository.repo())
}

/// Into a repository of its own beside the other: a mount within one repository says nothing.
async fn mount(client: &Client, repository: &Reference, blob: &Digest, findings: &mut Findings) {
    let beside: Result<Reference, _> = format!("{}-mount", repository.repo()).parse();
    let Ok(beside) = beside else {
        return findings.not_tried(&[TestStep::Mount], "there is no name for a repository beside it");
    };
    match client.mount_blob(&beside, blob, repository).await {
        Ok(Mount::Mounted) => {
            findings.ok(TestStep::Mount, format!("a blob was mounted into {}", beside.repo()));
            findings.left.push(of_blob(LAYER, &beside));
        }
        Ok(Mount::Refused(upload)) => {
            client.cancel(upload).await;
            let words = "it does not mount blobs: they are copied through Onetag instead";
            findings.add(TestStep::Mount, TestOutcome::Unsupported, words);
        }
        Err(error) => findings.failed(TestStep::Mount, &error),
    }
}

/// Deletes what was pushed, the tag first, and tells what is left.
pub(super) async fn take_away(client: &Client, findings: &mut Findings) {
    use TestStep::Delete;
    let pushed = std::mem::take(&mut findings.pushed);
    let (mut by_tag, mut by_digest) = (Ok(()), Ok(()));
    let deleting = async {
        for target in pushed.iter().rev() {
            let outcome = client.delete(target, None).await;
            let kind = if target.tag().is_some() { &mut by_tag } else { &mut by_digest };
            if kind.is_ok() {
                *kind = outcome;
            }
        }
        let mut left = Vec::new();
        for target in &pushed {
            if !matches!(client.resolve(target).await, Ok(None)) {
                left.push(target);
            }
        }
        left
    };
    let Ok(left) = timeout(TIDYING, deleting).await else {
        findings.add(Delete, TestOutcome::Failed, "deleting what was pushed did not come to an end");
        findings.left.extend(pushed.iter().map(|target| format!("perhaps {target}")));
        return;
    };
    findings.left.extend(left.iter().map(ToString::to_string));
    match (by_tag, by_digest) {
        (Ok(()), Ok(())) => findings.ok(Delete, "tags and manifests can be deleted"),
        (Err(_), Ok(())) => {
            let words = "manifests can be deleted by digest, with all of their tags; tags cannot by themselves";
            findings.ok(Delete, words);
        }
        (Ok(()), Err(_)) => findings.ok(Delete, "tags can be deleted; manifests cannot"),
        (Err(_), Err(error)) if error.is_unsupported() => {
            findings.add(Delete, TestOutcome::Unsupported, "it deletes nothing: that is switched off, as it often is");
        }
        (Err(_), Err(error)) => findings.failed(Delete, &error),
    }
}
