//! What refers to a document, with and without the registry's own list of it.

use std::sync::{Arc, Mutex};

use axum::{
    body::Bytes,
    extract::Request,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use onetag_shared::{
    descriptor::Descriptor,
    digest::Digest,
    document::RawDocument,
    media_type::{MediaType, OCI_MANIFEST},
    referrers::{Referrer, with_one_more},
};
use serde_json::json;

use super::*;

fn subject() -> Digest {
    Digest::of(b"image")
}

fn descriptor(name: &str) -> Descriptor {
    Descriptor::new(OCI_MANIFEST, Digest::of(name.as_bytes()), 7)
}

fn index(names: &[&str]) -> String {
    let manifests: Vec<Descriptor> = names.iter().map(|name| descriptor(name)).collect();
    json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests }).to_string()
}

fn answer(status: u16, body: String) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, INDEX)], body).into_response()
}

async fn registry(script: impl Fn(&Method, &str, Bytes) -> Response + Clone + Send + Sync + 'static) -> String {
    serve(Router::new().fallback(any(move |request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        script(&parts.method, &parts.uri.to_string(), body)
    })))
    .await
}

fn names(found: &[Descriptor]) -> Vec<&'static str> {
    let name = |found: &Descriptor| ["a", "b", "c"].into_iter().find(|name| descriptor(name).digest == found.digest);
    found.iter().filter_map(name).collect()
}

#[tokio::test]
async fn they_are_listed_page_by_page() {
    let host = registry(|_, address, _| {
        let mut page = answer(200, index(if address.contains("page=2") { &["c"] } else { &["a", "b"] }));
        if !address.contains("page=2") {
            let next = format!("</v2/app/referrers/{}?page=2>; rel=\"next\"", subject());
            page.headers_mut().insert(header::LINK, next.parse().unwrap());
        }
        page
    })
    .await;
    let found = client().referrers(&app(&host), &subject()).await.unwrap();
    assert_eq!(names(&found), ["a", "b", "c"]);
}

#[tokio::test]
async fn pages_without_an_end_are_an_error() {
    let count = Arc::new(Mutex::new(0));
    let host = registry(move |_, _, _| {
        let mut count = count.lock().unwrap();
        *count += 1;
        let mut page = answer(200, index(&["a"]));
        page.headers_mut().insert(header::LINK, format!("</v2/x?n={count}>; rel=next").parse().unwrap());
        page
    })
    .await;
    let error = client().referrers(&app(&host), &subject()).await.unwrap_err();
    assert!(error.to_string().contains("more than 20 pages"), "{error}");
}

#[tokio::test]
async fn without_a_list_of_the_registry_s_own_the_fallback_tag_is_read() {
    let hex = subject().encoded().to_owned();
    for (status, tagged, expected) in [
        (404, Some(index(&["a"])), Some(vec!["a"])),
        (400, Some(index(&["b"])), Some(vec!["b"])),
        (405, None, Some(vec![])),
        (406, Some(index(&[])), Some(vec![])),
        (500, Some(index(&["a"])), None),
        (403, Some(index(&["a"])), None),
    ] {
        let tag = format!("/v2/app/manifests/sha256-{hex}");
        let host = registry(move |_, address, _| match &tagged {
            Some(index) if address == tag => answer(200, index.clone()),
            _ if address == tag => answer(404, String::new()),
            _ => answer(status, String::new()),
        })
        .await;
        let found = client().referrers(&app(&host), &subject()).await;
        assert_eq!(found.ok().map(|found| names(&found)), expected, "{status}");
    }
}

fn signature() -> (RawDocument, Referrer) {
    let value = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "text/signature", "layers": [],
        "config": Descriptor::new("application/vnd.oci.empty.v1+json", Digest::of(b"{}"), 2),
        "subject": Descriptor::new(OCI_MANIFEST, subject(), 5),
    });
    let document = RawDocument::new(MediaType::new(OCI_MANIFEST), value.to_string().into_bytes());
    let referrer = Referrer::read(&document).unwrap().unwrap();
    (document, referrer)
}

#[tokio::test]
async fn a_registry_that_keeps_no_list_gets_an_index_that_others_may_be_writing_too() {
    let (document, referrer) = signature();
    // Somebody else writes the index between our look and our write, and ours is lost.
    let held = Arc::new(Mutex::new((Some(index(&["a"])), 0)));
    let state = Arc::clone(&held);
    let host = registry(move |method, address, body| {
        let mut held = state.lock().unwrap();
        match (method.as_str(), address.contains("manifests/sha256-")) {
            ("GET", true) => held.0.clone().map_or_else(|| answer(404, String::new()), |index| answer(200, index)),
            ("PUT", true) => {
                held.1 += 1;
                held.0 = Some(if held.1 == 1 { index(&["a", "b"]) } else { String::from_utf8(body.to_vec()).unwrap() });
                answer(201, String::new())
            }
            _ => answer(201, String::new()),
        }
    })
    .await;
    client().put_referrer(&app(&host), &document, &referrer).await.unwrap();
    let (index, writes) = held.lock().unwrap().clone();
    let index = RawDocument::new(MediaType::new(INDEX), index.unwrap().into_bytes());
    assert_eq!(writes, 2);
    assert_eq!(with_one_more(Some(&index), &referrer.descriptor), None, "ours is in it");
    assert_eq!(with_one_more(Some(&index), &descriptor("b")), None, "and theirs");
}

#[tokio::test]
async fn a_registry_that_keeps_a_list_gets_no_index() {
    let (document, referrer) = signature();
    let host = registry(|method, address, _| {
        assert!(method == Method::PUT && address.contains("manifests/sha256:"), "{method} {address}");
        let mut stored = answer(201, String::new());
        stored.headers_mut().insert("oci-subject", subject().to_string().parse().unwrap());
        stored
    })
    .await;
    client().put_referrer(&app(&host), &document, &referrer).await.unwrap();
}

#[tokio::test]
async fn what_else_is_at_the_fallback_tag_is_not_overwritten() {
    let (document, referrer) = signature();
    let image = String::from_utf8(document.bytes().to_vec()).unwrap();
    let host = registry(move |method, address, _| match (method.as_str(), address.contains("sha256-")) {
        ("GET", true) => (StatusCode::OK, [(header::CONTENT_TYPE, OCI_MANIFEST)], image.clone()).into_response(),
        (_, true) => answer(500, String::new()),
        _ => answer(201, String::new()),
    })
    .await;
    let error = client().put_referrer(&app(&host), &document, &referrer).await.unwrap_err();
    assert!(error.to_string().contains("is something else"), "{error}");
}
