//! Short questions, asked of the real registry: what a tag points to, which tags there are, what a client would get.

use onetag_shared::api::{ProblemCode, Resolution, SelectAnswer, TagPage};
use onetag_tests::{Auth, Onetag, Registry, samples};

#[tokio::test]
async fn a_tag_is_resolved() {
    let registry = Registry::with_samples(Auth::Htpasswd).await;
    let onetag = Onetag::start(&[&registry]).await;
    let reference = registry.reference("demo/attested:v1");
    let resolution: Resolution = onetag.get("/api/v1/resolve", &[("ref", &reference)]).await.json();
    let stored = registry.manifest("demo/attested", "v1").await.expect("the sample is there");
    assert_eq!((resolution.digest, resolution.size), (stored.digest, stored.bytes.len() as u64));
    assert_eq!(resolution.reference, reference);
    let absent = registry.reference("demo/attested:v2");
    let problem = onetag.get("/api/v1/resolve", &[("ref", &absent)]).await.problem();
    assert_eq!(problem.code, ProblemCode::ManifestUnknown);
}

#[tokio::test]
async fn tags_come_in_pages_with_what_they_hold() {
    let registry = Registry::with_samples(Auth::Token).await;
    let onetag = Onetag::start(&[&registry]).await;
    let repo = registry.reference("demo/app");
    let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let mut query = vec![("repo", repo.as_str()), ("limit", "4"), ("platforms", "true")];
        let next: String = cursor.unwrap_or_default();
        if !next.is_empty() {
            query.push(("cursor", &next));
        }
        let page: TagPage = onetag.get("/api/v1/tags", &query).await.json();
        assert!(page.tags.len() <= 4, "{page:?}");
        found.extend(page.tags);
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let expected: Vec<_> = samples::all().into_iter().filter(|sample| sample.repository == "demo/app").collect();
    assert_eq!((found.len(), pages), (expected.len(), expected.len().div_ceil(4)));
    for sample in expected {
        let tag =
            found.iter().find(|tag| tag.tag == sample.tag).unwrap_or_else(|| panic!("{} is not listed", sample.tag));
        assert_eq!(tag.digest.as_ref(), Some(&sample.root.digest), "{}", sample.tag);
        assert_eq!(tag.platforms, Some(Vec::from_iter(sample.platform)), "{}", sample.tag);
    }
    // Of a list, those of its images, without its attestations; of an artifact, none.
    for (name, expected) in [("demo/attested", "linux/amd64 linux/arm64/v8"), ("demo/artifact", "")] {
        let query = [("repo", registry.reference(name)), ("platforms", "true".to_owned())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page: TagPage = onetag.get("/api/v1/tags", &query).await.json();
        let platforms = page.tags[0].platforms.iter().flatten().map(ToString::to_string);
        assert_eq!(platforms.collect::<Vec<_>>().join(" "), expected, "{name}");
    }
    // Names alone cost no look at each.
    let page: TagPage = onetag.get("/api/v1/tags", &[("repo", &repo)]).await.json();
    assert!(page.tags.iter().all(|tag| tag.digest.is_none() && tag.platforms.is_none()));
}

#[tokio::test]
async fn what_a_client_gets_is_told_with_the_reason() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let list = registry.manifest("demo/attested", "v1").await.expect("the sample is there");
    let list: serde_json::Value = serde_json::from_slice(&list.bytes).expect("a list is JSON");
    for (name, platform, index) in [
        ("demo/attested:v1", "linux/arm64", Some(1)),
        ("demo/attested:v1", "linux/amd64", Some(0)),
        ("demo/attested:v1", "linux/s390x", None),
        ("demo/app:v1-armv7", "linux/arm64", Some(0)),
        ("demo/app:v1-armv7", "linux/arm/v6", None),
    ] {
        let query = [("ref", registry.reference(name)), ("platform", platform.to_owned())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer: SelectAnswer = onetag.get("/api/v1/select", &query).await.json();
        assert_eq!(answer.index, index, "{name} on {platform}: {}", answer.reason);
        assert_eq!(answer.descriptor.is_some(), index.is_some());
        assert!(answer.reason.contains(platform), "{}", answer.reason);
        // Where it fails, what clients say is there to be found by.
        let said: Vec<&str> = answer.errors.iter().map(|error| error.says.as_str()).collect();
        // A 32-bit image is got on 64-bit ARM, and may not run there.
        assert_eq!(said.is_empty(), index.is_some() && name != "demo/app:v1-armv7", "{said:?}");
        match (name, index) {
            (_, Some(_)) => {}
            ("demo/attested:v1", None) => {
                assert_eq!(said[0], "no matching manifest for linux/s390x in the manifest list entries");
            }
            (_, None) => assert!(said.contains(&"exec format error"), "{said:?}"),
        }
        if let (Some(index), Some(descriptor), "demo/attested:v1") = (index, answer.descriptor, name) {
            assert_eq!(serde_json::json!(descriptor.digest), list["manifests"][index]["digest"]);
        }
    }
}

#[tokio::test]
async fn what_a_client_gets_of_a_list_in_a_list_is_the_image_in_it() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let attested =
        samples::all().into_iter().find(|sample| sample.repository == "demo/attested").expect("there is one");
    let inner = samples::list_of(&[&attested.root]);
    let destination = registry.destination("demo/attested");
    for (target, list) in [("inner", &inner), ("nested", &samples::list_of(&[&inner]))] {
        destination.put_manifest("demo/attested", target, list).await.expect("the registry takes it");
    }
    let list: serde_json::Value = serde_json::from_slice(&attested.root.bytes).expect("a list is JSON");
    let select = async |platform: &str| -> SelectAnswer {
        let reference = registry.reference("demo/attested:nested");
        onetag.get("/api/v1/select", &[("ref", &reference), ("platform", platform)]).await.json()
    };
    let answer = select("linux/arm64").await;
    assert_eq!((answer.index, answer.path.as_slice()), (Some(0), &[0, 0, 1][..]), "{}", answer.reason);
    assert!(answer.reason.starts_with("It gets linux/arm64/v8 (entry 1 › entry 1 › entry 2)"), "{}", answer.reason);
    let digest = answer.descriptor.map(|descriptor| descriptor.digest);
    assert_eq!(serde_json::json!(digest), list["manifests"][1]["digest"]);
    let answer = select("linux/s390x").await;
    assert_eq!((answer.index, answer.path.len(), answer.descriptor), (None, 0, None), "{}", answer.reason);
    assert!(answer.reason.starts_with("None: nothing in entry 1 › entry 1 is for linux/s390x"), "{}", answer.reason);
}
