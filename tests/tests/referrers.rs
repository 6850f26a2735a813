//! Signatures and SBOMs go with their images, on request.

use onetag_shared::api::{FoundBy, PushState, Referrers, paths};
use onetag_tests::{
    Auth, Onetag, Registry,
    samples::{self, Content, Image, Sample, about, fallback_tag},
};
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[tokio::test]
async fn what_refers_to_the_images_goes_with_them() {
    let (theirs, ours) = tokio::join!(Registry::start(Auth::Htpasswd), Registry::start(Auth::None));
    let images: Vec<Image> = ["amd64", "arm64"].map(samples::image).into();
    for (image, name) in images.iter().zip(["amd64", "arm64"]) {
        theirs.put(&Sample::image("me/app", name, image.clone())).await;
    }
    let amd64 = &images[0].manifest;
    let sbom = theirs.destination("me/app").put_about("me/app", amd64, "text/sbom", &json!({})).await.unwrap();
    let signed_sbom =
        theirs.destination("me/app").put_about("me/app", &sbom, "text/signature", &json!({})).await.unwrap();
    // A list that is about the other one, with an image in it.
    let (part, blobs) = about(&images[1].manifest, "text/part");
    let destination = theirs.destination("me/app");
    for blob in &blobs {
        destination.put_blob("me/app", blob).await.unwrap();
    }
    destination.put_manifest("me/app", part.digest.as_str(), &part).await.unwrap();
    let bundle = json!({
        "schemaVersion": 2, "mediaType": INDEX, "artifactType": "text/bundle", "manifests": [part.descriptor()],
        "subject": images[1].manifest.descriptor(),
    });
    let bundle = Content::json(INDEX, &bundle);
    destination.put_manifest("me/app", bundle.digest.as_str(), &bundle).await.unwrap();
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [bundle.descriptor()] });
    let tag = fallback_tag(&images[1].manifest.digest);
    destination.put_manifest("me/app", &tag, &Content::json(INDEX, &index)).await.unwrap();
    // As cosign signs.
    let cosign = format!("{}.sig", fallback_tag(&images[1].manifest.digest));
    let (signature, blobs) = about(&images[1].manifest, "text/cosign");
    for blob in &blobs {
        destination.put_blob("me/app", blob).await.unwrap();
    }
    destination.put_manifest("me/app", &cosign, &signature).await.unwrap();

    let onetag = Onetag::start(&[&theirs, &ours]).await;
    let sources = ["amd64", "arm64"].map(|name| json!({ "source": theirs.reference(&format!("me/app:{name}")) }));
    let draft = json!({ "entries": sources });
    let push = async |tag: &str, options: Value| {
        let tag = ours.reference(&format!("copied/app:{tag}"));
        let digest = onetag.plan(&draft, &[&tag]).await.document.unwrap().digest;
        let targets = json!([{ "ref": tag, "guard": "absent" }]);
        let request = json!({ "draft": draft, "expectedDigest": digest, "targets": targets, "options": options });
        onetag.push(&request).await
    };
    let plain = push("plain", json!({})).await;
    assert_eq!((plain.state, plain.referrers.len()), (PushState::Succeeded, 0));
    assert_eq!(ours.tags("copied/app").await, ["plain"], "nothing but what was asked for");

    let job = push("whole", json!({ "referrers": true })).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let mut brought = job.referrers.clone();
    brought.sort();
    let mut expected = [&sbom, &signed_sbom, &signature, &bundle].map(|content| content.digest.clone()).to_vec();
    expected.sort();
    assert_eq!((brought, job.left_behind), (expected, vec![]));
    for content in [&sbom, &signed_sbom, &signature, &bundle, &part] {
        let stored = ours.manifest("copied/app", content.digest.as_str()).await.expect("it is there");
        assert_eq!(stored.bytes, content.bytes, "by its own bytes");
    }
    let index = ours.manifest("copied/app", &fallback_tag(&amd64.digest)).await.expect("an index");
    let index: Value = serde_json::from_slice(&index.bytes).unwrap();
    assert_eq!(index["manifests"][0]["digest"], sbom.digest.as_str());
    assert_eq!(index["manifests"][0]["artifactType"], "text/sbom");
    assert_eq!(ours.manifest("copied/app", &cosign).await.expect("cosign's tag").digest, signature.digest);

    // The same as a question: of the list, and of each of its images.
    let told: Referrers = onetag.get(paths::REFERRERS, &[("ref", &ours.reference("copied/app:whole"))]).await.json();
    let found = told.subjects.iter().map(|subject| {
        let found =
            subject.referrers.iter().map(|found| (found.artifact_type.clone().unwrap_or_default(), found.found_by));
        found.collect::<Vec<_>>()
    });
    let expected = [
        vec![],
        vec![("text/sbom".to_owned(), FoundBy::FallbackTag)],
        vec![("text/bundle".to_owned(), FoundBy::FallbackTag), ("text/cosign".to_owned(), FoundBy::CosignTag)],
    ];
    assert_eq!((found.collect::<Vec<_>>(), told.complete), (expected.to_vec(), true));
    assert_eq!(told.subjects[1].platform.as_ref().map(|platform| platform.architecture.as_str()), Some("amd64"));
    assert_eq!(told.subjects[2].referrers[1].tag.as_deref(), Some(cosign.as_str()));
    let by_digest = ours.reference(&format!("copied/app@{}", images[1].manifest.digest));
    let query = [("ref", by_digest.as_str()), ("artifactType", "text/cosign")];
    let told: Referrers = onetag.get(paths::REFERRERS, &query).await.json();
    assert_eq!((told.subjects.len(), told.subjects[0].referrers.len()), (1, 1));

    // Again, into a repository that has all of it: nothing changes, and all of it is there.
    let again = push("again", json!({ "referrers": true })).await;
    assert_eq!((again.state, again.referrers.len()), (PushState::Succeeded, 4), "{:?}", again.problem);
    assert_eq!(ours.tags("copied/app").await.len(), 7, "three tags of ours, three indexes, cosign's");
}
