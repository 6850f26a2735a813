//! Registries that delete tags, manifests only, or nothing, played in this process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use onetag_shared::{
    api::{AfterDeletion, Deletion, DeletionRequest, DeletionWay, MoveKind, Problem, ProblemCode, TagSummary},
    descriptor::Descriptor,
    digest::Digest,
    media_type::{OCI_INDEX, OCI_MANIFEST},
    reference::Reference,
};
use serde_json::{Value, json};

use super::*;
use crate::{
    clock::testing::TestClock,
    registry::{Anonymous, ClientConfig},
};

/// What a registry deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deletes {
    Tags,
    Digests,
    Nothing,
    /// It says so, and does it later.
    Later,
    /// It breaks down.
    Fails,
    /// Somebody moves the tag just before, and it honours the condition.
    Moved,
    /// It does, is not heard, and honours the condition of the second try.
    Unheard,
}

#[derive(Debug)]
struct Held {
    deletes: Deletes,
    tags: BTreeMap<String, Digest>,
    documents: BTreeMap<Digest, String>,
    /// Asks to wait from this tag on.
    limit: Option<&'static str>,
    log: Vec<String>,
}

/// A registry with one repository, `app`.
#[derive(Clone, Debug)]
struct Script(Arc<Mutex<Held>>);

struct Scene {
    tags: Tags,
    script: Script,
    host: String,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

fn list(children: &[&Digest]) -> String {
    let entries: Vec<Descriptor> = children.iter().map(|&d| Descriptor::new(OCI_MANIFEST, d.clone(), 5)).collect();
    json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}).to_string()
}

impl Scene {
    /// `v1` and `latest` hold one list, `v0` another that has the image at `amd64` as an entry.
    async fn new(deletes: Deletes) -> Self {
        let image = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": [],
            "config": Descriptor::new("application/vnd.oci.empty.v1+json", Digest::of(b"{}"), 2),
        });
        let image = image.to_string();
        let child = Digest::of(image.as_bytes());
        let (one, other) = (list(&[]), list(&[&child]));
        let mut held =
            Held { deletes, tags: BTreeMap::new(), documents: BTreeMap::new(), limit: None, log: Vec::new() };
        for (tags, document) in [(&["v1", "latest"][..], one), (&["v0"], other), (&["amd64"], image)] {
            let digest = Digest::of(document.as_bytes());
            held.tags.extend(tags.iter().map(|&tag| (tag.to_owned(), digest.clone())));
            held.documents.insert(digest, document);
        }
        let script = Script(Arc::new(Mutex::new(held)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let config =
            ClientConfig { credentials: Arc::new(Anonymous), pause: Duration::ZERO, ..ClientConfig::personal() };
        let client = Client::new(config);
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let clock = TestClock::shared();
        let tags = Tags::new(client.clone(), Inspector::new(client), database, clock.clone());
        Self { tags, script, host, clock, _folder: folder }
    }

    fn at(&self, rest: &str) -> Reference {
        format!("{}/app{rest}", self.host).parse().unwrap()
    }

    fn digest(&self, tag: &str) -> Digest {
        self.script.0.lock().unwrap().tags[tag].clone()
    }

    async fn delete(&self, rest: &str, more: Value) -> Result<Deletion, Problem> {
        let mut request = json!({ "ref": self.at(rest) });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.tags.delete(serde_json::from_value::<DeletionRequest>(request).unwrap()).await
    }

    /// What was done to a tag: by what, whether something is there now, and whether that is certain.
    async fn moves(&self, tag: &str) -> Vec<(MoveKind, bool, bool)> {
        let history = self.tags.history(&self.at(&format!(":{tag}")), None, None).await.unwrap();
        history.moves.into_iter().map(|moved| (moved.kind, moved.after.is_some(), moved.certain)).collect()
    }

    fn tags_left(&self) -> Vec<String> {
        self.script.0.lock().unwrap().tags.keys().cloned().collect()
    }
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    script.answer(request.method(), request.uri().path())
}

impl Script {
    fn answer(&self, method: &Method, path: &str) -> Response {
        let mut held = self.0.lock().unwrap();
        held.log.push(format!("{method} {path}"));
        if path == "/v2/app/tags/list" {
            return axum::Json(json!({ "tags": held.tags.keys().collect::<Vec<_>>() })).into_response();
        }
        if path == "/v2/_catalog" {
            // One more each time.
            let asked = held.log.iter().filter(|line| line.ends_with("_catalog")).count();
            let names: Vec<String> = (1..=asked).map(|number| format!("app{number}")).collect();
            return axum::Json(json!({ "repositories": names })).into_response();
        }
        let target = path.strip_prefix("/v2/app/manifests/").unwrap_or_default();
        let digest = held.tags.get(target).cloned().or_else(|| target.parse().ok());
        if held.limit == Some(target) {
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "3600")]).into_response();
        }
        let Some(digest) = digest.filter(|digest| held.documents.contains_key(digest)) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if method == Method::DELETE {
            let is_tag = !target.contains(':');
            match held.deletes {
                Deletes::Tags if is_tag => drop(held.tags.remove(target)),
                Deletes::Digests if is_tag => return StatusCode::BAD_REQUEST.into_response(),
                Deletes::Digests | Deletes::Tags => {
                    held.documents.remove(&digest);
                    held.tags.retain(|_, of| *of != digest);
                }
                Deletes::Nothing => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
                Deletes::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                Deletes::Moved | Deletes::Unheard if is_tag => {
                    let other = held.tags["v0"].clone();
                    held.tags.remove(target);
                    if held.deletes == Deletes::Moved {
                        held.tags.insert(target.to_owned(), other);
                    }
                    return StatusCode::PRECONDITION_FAILED.into_response();
                }
                Deletes::Later | Deletes::Moved | Deletes::Unheard => {}
            }
            return StatusCode::ACCEPTED.into_response();
        }
        let document = held.documents[&digest].clone();
        let kind = if document.contains("manifests") { OCI_INDEX } else { OCI_MANIFEST };
        let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, "-".to_owned())];
        let mut answer = (headers, document).into_response();
        answer.headers_mut().insert("docker-content-digest", digest.as_str().parse().unwrap());
        answer
    }
}

const MOVED: (MoveKind, bool, bool) = (MoveKind::Delete, false, true);

#[tokio::test]
async fn a_tag_goes_by_itself_where_the_registry_does_that() {
    let scene = Scene::new(Deletes::Tags).await;
    let digest = scene.digest("v1");
    let deletion = scene.delete(":v1", json!({ "guard": digest })).await.unwrap();
    assert_eq!((deletion.way, deletion.manifest), (DeletionWay::Tag, AfterDeletion::There));
    assert_eq!((deletion.tags[0].tag.as_str(), deletion.tags[0].outcome), ("v1", AfterDeletion::Gone));
    assert_eq!(scene.tags_left(), ["amd64", "latest", "v0"]);
    assert_eq!((scene.moves("v1").await, scene.moves("latest").await), (vec![MOVED], vec![]));
    let log = scene.script.0.lock().unwrap().log.clone();
    assert_eq!(log.len(), 5, "a look, the deletion, two looks that find no tag, and one at the manifest: {log:?}");

    let again = scene.delete(":v1", json!({ "guard": digest })).await.unwrap_err();
    assert_eq!((again.code, again.conflicts.read()[0].found.as_ref()), (ProblemCode::Conflict, None));
}

#[tokio::test]
async fn where_only_digests_are_deleted_others_go_along_only_when_they_are_named() {
    let scene = Scene::new(Deletes::Digests).await;
    let digest = scene.digest("v1");
    let refused = scene.delete(":v1", json!({ "guard": digest })).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::TakesAlong, "{refused}");
    assert_eq!(refused.pointing.read().unwrap().tags, ["latest", "v1"]);
    assert_eq!((scene.tags_left().len(), scene.moves("v1").await), (4, vec![]), "nothing was done");

    let deletion = scene.delete(":v1", json!({ "guard": digest, "alongside": ["latest"] })).await.unwrap();
    assert_eq!((deletion.way, deletion.manifest, deletion.tags.len()), (DeletionWay::Digest, AfterDeletion::Gone, 2));
    assert_eq!(deletion.reference, scene.at(":v1"));
    assert_eq!(scene.tags_left(), ["amd64", "v0"]);
    assert_eq!((scene.moves("v1").await, scene.moves("latest").await), (vec![MOVED], vec![MOVED]));

    // An image that a list has as an entry.
    let (image, list) = (scene.digest("amd64"), scene.digest("v0"));
    let at = format!("@{image}");
    let refused = scene.delete(&at, json!({ "alongside": ["amd64"] })).await.unwrap_err();
    let lists = refused.pointing.read().unwrap().lists.unwrap();
    assert_eq!(
        (refused.code, &lists[0].digest, lists[0].tags.as_slice()),
        (ProblemCode::TakesAlong, &list, &["v0".to_owned()][..])
    );
    scene.delete(&at, json!({ "alongside": ["amd64"], "breaking": [list] })).await.unwrap();
    assert_eq!(scene.tags_left(), ["v0"]);
}

#[tokio::test]
async fn what_is_not_done_is_not_told_as_done() {
    for (deletes, code, outcome, moves) in [
        (Deletes::Nothing, Some(ProblemCode::DeletingDisabled), None, vec![]),
        (Deletes::Fails, Some(ProblemCode::RegistryFailed), None, vec![]),
        (Deletes::Later, None, Some(AfterDeletion::There), vec![(MoveKind::Delete, false, false)]),
    ] {
        let scene = Scene::new(deletes).await;
        let outcome_of = scene.delete(":v0", json!({ "guard": scene.digest("v0") })).await;
        assert_eq!(outcome_of.as_ref().err().map(|problem| problem.code), code, "{deletes:?}");
        assert_eq!(outcome_of.as_ref().ok().map(|deletion| deletion.tags[0].outcome), outcome, "{deletes:?}");
        assert_eq!(scene.moves("v0").await, moves, "{deletes:?}");
        if deletes == Deletes::Nothing {
            assert!(outcome_of.unwrap_err().hint.unwrap().contains("REGISTRY_STORAGE_DELETE_ENABLED"));
        }
    }
}

#[tokio::test]
async fn a_tag_that_moves_just_before_is_spared_where_the_registry_knows_the_condition() {
    let scene = Scene::new(Deletes::Moved).await;
    let (seen, other) = (scene.digest("v1"), scene.digest("v0"));
    let refused = scene.delete(":v1", json!({ "guard": seen })).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.conflicts.read()[0].found.as_ref()),
        (ProblemCode::Conflict, Some(&other)),
        "{refused}"
    );
    assert_eq!((scene.digest("v1"), scene.moves("v1").await), (other, vec![]));

    // A second try finds that the first has done it.
    let scene = Scene::new(Deletes::Unheard).await;
    let deletion = scene.delete(":v1", json!({ "guard": seen })).await.unwrap();
    assert_eq!((deletion.way, deletion.tags[0].outcome), (DeletionWay::Tag, AfterDeletion::Gone));
    assert_eq!(scene.moves("v1").await, [MOVED]);
}

#[tokio::test]
async fn a_deletion_has_to_say_what_was_seen() {
    let scene = Scene::new(Deletes::Tags).await;
    let (one, other) = (scene.digest("v1"), scene.digest("v0"));
    for (rest, more, code, pointer) in [
        (":v1".to_owned(), json!({}), ProblemCode::InvalidRequest, Some("/guard")),
        (":v1".to_owned(), json!({ "guard": other }), ProblemCode::Conflict, None),
        (String::new(), json!({ "guard": one }), ProblemCode::InvalidRequest, Some("/ref")),
        (format!(":v1@{one}"), json!({}), ProblemCode::InvalidRequest, Some("/ref")),
        (format!("@{one}"), json!({ "guard": other }), ProblemCode::InvalidRequest, Some("/guard")),
        (format!("@{}", Digest::of(b"none")), json!({}), ProblemCode::ManifestUnknown, None),
    ] {
        let problem = scene.delete(&rest, more).await.unwrap_err();
        assert_eq!((problem.code, problem.pointer.as_deref()), (code, pointer), "{rest}: {problem}");
        assert!(problem.hint.is_some(), "{problem}");
    }
    assert_eq!(scene.tags_left().len(), 4);
}

#[tokio::test]
async fn where_more_tags_are_than_are_looked_at_that_is_told() {
    let scene = Scene::new(Deletes::Digests).await;
    let digest = scene.digest("v1");
    {
        let mut held = scene.script.0.lock().unwrap();
        let (one, other) = (digest.clone(), held.tags["v0"].clone());
        held.tags.extend((0..1000).map(|number| (format!("t{number:04}"), other.clone())));
        held.tags.insert("z".to_owned(), one);
    }
    let pointing = scene.tags.pointing(&scene.at(":v1"), false).await.unwrap();
    assert_eq!((pointing.looked, pointing.complete, pointing.tags), (1000, false, vec!["latest".to_owned()]));
    let known = json!({ "guard": digest, "alongside": ["latest"] });
    let refused = scene.delete(":v1", known.clone()).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::TagsUnseen, "{refused}");
    let mut known = known;
    known["incomplete"] = json!(true);
    let deletion = scene.delete(":v1", known).await.unwrap();
    let gone: Vec<&str> = deletion.tags.iter().map(|tag| tag.tag.as_str()).collect();
    assert_eq!(gone, ["latest", "v1"]);
}

#[tokio::test]
async fn a_registry_that_asks_to_wait_is_left_alone() {
    let scene = Scene::new(Deletes::Tags).await;
    scene.script.0.lock().unwrap().limit = Some("amd64");
    let other = scene.digest("v0");
    let many = (0..500).map(|number| (format!("t{number}"), other.clone()));
    scene.script.0.lock().unwrap().tags.extend(many);
    let pointing = scene.tags.pointing(&scene.at(":v1"), true).await.unwrap();
    assert!(!pointing.complete && pointing.looked < 20, "{} were looked at", pointing.looked);
    assert_eq!(pointing.unseen[0].problem.code, ProblemCode::RateLimited);
    assert!(scene.script.0.lock().unwrap().log.len() < 50);
}

#[tokio::test]
async fn what_tags_hold_is_not_asked_for_once_the_registry_asks_to_wait() {
    let scene = Scene::new(Deletes::Tags).await;
    let other = scene.digest("v0");
    {
        let mut held = scene.script.0.lock().unwrap();
        held.limit = Some("amd64");
        held.tags.extend((0..100).map(|number| (format!("t{number:03}"), other.clone())));
    }
    let names: Vec<String> = ["v1", "amd64"].into_iter().map(str::to_owned).chain(scene.tags_left()).collect();
    let asked = names.len();
    let repository = scene.at("");
    let summaries = scene.tags.summaries(&repository, names.clone()).await;
    assert_eq!(summaries.iter().map(|summary| &summary.tag).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    let limited = |summary: &TagSummary| {
        summary
            .problem
            .as_ref()
            .is_some_and(|problem| problem.code == ProblemCode::RateLimited && problem.hint.is_some())
    };
    assert!(summaries[0].problem.is_none(), "{:?}", summaries[0]);
    let waiting = summaries.iter().filter(|summary| limited(summary)).count();
    assert!(waiting > asked - 20, "{waiting} of {asked}");
    let log = scene.script.0.lock().unwrap().log.len();
    assert!(log < 40, "{log}");
    // It is not asked again while that lasts.
    assert!(scene.tags.summaries(&repository, names).await.iter().all(limited));
    assert_eq!(scene.script.0.lock().unwrap().log.len(), log);
}

#[tokio::test]
async fn a_catalogue_is_kept_for_a_while_and_asked_for_anew_when_somebody_wants_that() {
    let scene = Scene::new(Deletes::Nothing).await;
    let registry = scene.at("").registry().clone();
    let told = async |fresh| scene.tags.repositories(&registry, fresh).await.unwrap().repositories.len();
    assert_eq!(told(false).await, 1);
    scene.clock.advance(Duration::from_secs(3));
    assert_eq!(told(false).await, 1, "it is kept");
    assert_eq!(told(true).await, 2);
    assert_eq!(told(true).await, 2, "it was asked for just now");
    assert_eq!(told(false).await, 2);
}
