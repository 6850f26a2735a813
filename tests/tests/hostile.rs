//! A registry that means ill: what it serves is told apart, what it leads to is not followed, and no login leaks.

use std::time::Duration;

use http::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use onetag_shared::{
    api::{Part, Problem, ProblemCode, PushJob, PushState, paths},
    source::MAX_DEPTH,
};
use onetag_tests::{Auth, Hostile, Onetag, Registry};
use serde_json::{Value, json};

/// `me:secret`, as a login of docker's keeps it, and as it is sent.
const LOGIN: &str = "bWU6c2VjcmV0";

/// A server that has a login for this host.
async fn with_login(host: &str) -> Onetag {
    let config = json!({ "auths": { host: { "auth": LOGIN } } }).to_string();
    Onetag::start_with(&[], &[("DOCKER_AUTH_CONFIG", &config)]).await
}

/// Nothing that a peer does may take longer than this.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("it comes to an end")
}

async fn refusal(onetag: &Onetag, path: &str, reference: &str) -> Problem {
    in_time(onetag.get(path, &[("ref", reference)])).await.problem()
}

/// What came with a login, and which.
fn logins(hostile: &Hostile) -> Vec<String> {
    let heard = hostile.heard().into_iter();
    let with_login = heard.filter_map(|request| {
        let login = request.headers.get(AUTHORIZATION)?.to_str().ok()?.to_owned();
        Some(format!("{} {} {login}", request.method, request.path))
    });
    with_login.collect()
}

#[tokio::test]
async fn documents_that_mean_ill_are_told_apart() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    for (repository, words) in
        [("utf8", "not JSON"), ("twice", "stands twice"), ("many", "100000 entries"), ("deep", "not JSON")]
    {
        let problem = refusal(&onetag, paths::INSPECT, &hostile.reference(&format!("{repository}:v1"))).await;
        assert_eq!(problem.code, ProblemCode::InvalidDocument, "{repository}: {problem}");
        assert!(problem.detail.contains(words) && problem.detail.len() < 1000, "{repository}: {problem}");
    }
    // The list is what it is; its child, which would be the list again, is not what it should be.
    let inspection = in_time(onetag.inspect(&hostile.reference("itself:v1"))).await;
    let [child] = inspection.children.as_slice() else { panic!("{inspection:?}") };
    let Part::Problem(problem) = &child.manifest else { panic!("{child:?}") };
    assert_eq!(problem.code, ProblemCode::DigestMismatch, "{problem}");
    assert_eq!(hostile.writes(), [""; 0]);
}

#[tokio::test]
async fn a_tower_of_lists_is_climbed_only_so_far() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let inspection = in_time(onetag.inspect(&hostile.reference("tower:v1"))).await;
    assert_eq!(inspection.children.len(), 1);
    // The one on top, those that are looked into, and the one that stands in the last of them: of fifty.
    let looked_at = 1 + MAX_DEPTH + 1;
    assert_eq!(hostile.heard().len(), looked_at, "{:?}", hostile.heard());
    let draft = json!({ "entries": [{ "source": hostile.reference("tower:v1") }] });
    let plan = in_time(onetag.plan(&draft, &[&hostile.reference("other:v1")])).await;
    for code in ["nested-list", "nested-elsewhere"] {
        assert!(plan.findings.iter().any(|finding| finding.code.as_str() == code), "{:?}", plan.findings);
    }
    let asked = hostile.heard().into_iter().filter(|heard| heard.path.contains("/tower/")).count();
    assert_eq!(asked, looked_at + 1, "the tag again, and nothing else");
}

/// Markup stays text: in JSON, that no browser takes for a page.
#[tokio::test]
async fn markup_is_served_as_the_text_that_it_is() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let answer = in_time(onetag.get(paths::INSPECT, &[("ref", &hostile.reference("markup:v1"))])).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        (&answer.headers[CONTENT_TYPE], &answer.headers["x-content-type-options"]),
        (&"application/json".parse().unwrap(), &"nosniff".parse().unwrap())
    );
    assert!(answer.text().contains("<script>alert(1)</script>"), "the bytes are the truth");
}

#[tokio::test]
async fn nobody_leads_into_private_networks_or_to_metadata_services() {
    for (repository, at, hint) in [
        ("realm/private", "10.0.0.1, which is a private address", "ONETAG_PRIVATE"),
        ("leads/private", "10.0.0.1, which is a private address", "ONETAG_PRIVATE"),
        ("realm/metadata", "169.254.169.254, which is an address of a cloud's metadata service", "never reached"),
        ("leads/metadata", "169.254.169.254, which is an address of a cloud's metadata service", "never reached"),
    ] {
        let hostile = Hostile::start().await;
        let onetag = with_login(&hostile.host()).await;
        for path in [paths::INSPECT, paths::RESOLVE] {
            let problem = refusal(&onetag, path, &hostile.reference(&format!("{repository}:v1"))).await;
            assert_eq!((problem.code, problem.status), (ProblemCode::AddressRefused, 403), "{repository}: {problem}");
            assert!(problem.detail.contains(at) && problem.detail.contains(&hostile.host()), "{problem}");
            assert!(problem.hint.is_some_and(|text| text.contains(hint)), "{repository}");
        }
        assert_eq!(logins(&hostile), [""; 0], "{repository}: the registry itself asked for none");
    }
}

/// What is looked for in one's own network is what the settings name, and nothing else there.
#[tokio::test]
async fn a_registry_in_ones_own_network_is_named_in_the_settings() {
    // A prefix that nobody else made up (RFC 4193): nothing answers there.
    let (named, other) = ("[fd6f:6e65:7461:67::1]:5000", "[fd6f:6e65:7461:67::2]:5000");
    let onetag = Onetag::start_with(&[], &[("ONETAG_PRIVATE", named), ("ONETAG_TIMEOUT_CONNECT", "500ms")]).await;
    let problem = refusal(&onetag, paths::INSPECT, &format!("{other}/app:v1")).await;
    assert_eq!(problem.code, ProblemCode::AddressRefused, "{problem}");
    assert!(problem.hint.is_some_and(|hint| hint.contains(other)));
    let problem = refusal(&onetag, paths::INSPECT, &format!("{named}/app:v1")).await;
    assert!(matches!(problem.code, ProblemCode::RegistryUnreachable | ProblemCode::RegistryTimeout), "{problem}");
}

/// Where a registry leads gets what a stranger gets.
#[tokio::test]
async fn a_login_stays_with_its_registry() {
    let elsewhere = Hostile::start().await;
    let hostile = Hostile::leading_to(&elsewhere.host()).await;
    let onetag = with_login(&hostile.host()).await;
    let answer = in_time(onetag.get(paths::RESOLVE, &[("ref", &hostile.reference("leads/away:v1"))])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let job = push(&onetag, &hostile, "write/away:v1").await;
    assert_eq!(job.state, PushState::Failed);
    assert_eq!(logins(&hostile)[0], format!("HEAD /v2/leads/away/manifests/v1 Basic {LOGIN}"), "who it is for gets it");
    assert!(elsewhere.heard().iter().any(|request| request.path == "/v2/good/manifests/v1"));
    assert!(
        elsewhere.writes().iter().any(|write| write.starts_with("PUT /upload?state=1&digest=")),
        "{:?}",
        elsewhere.writes()
    );
    for request in elsewhere.heard() {
        for (name, value) in &request.headers {
            assert!(
                *name != AUTHORIZATION && !value.as_bytes().windows(LOGIN.len()).any(|part| part == LOGIN.as_bytes()),
                "{request:?}"
            );
        }
        assert!(!request.headers.contains_key("referer") && !request.headers.contains_key("cookie"), "{request:?}");
    }
}

/// A token that is given and not taken is asked for again once, and that is that.
#[tokio::test]
async fn a_token_that_is_good_for_nothing_ends_in_a_refusal() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let problem = refusal(&onetag, paths::RESOLVE, &hostile.reference("reduced:v1")).await;
    assert_eq!(problem.code, ProblemCode::Unauthorized, "{problem}");
    assert!(hostile.heard().len() <= 4, "{:?}", hostile.heard());
}

#[tokio::test]
async fn who_knows_no_head_is_asked_with_get() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let answer = in_time(onetag.get(paths::RESOLVE, &[("ref", &hostile.reference("no-head:v1"))])).await;
    assert_eq!(answer.json::<Value>()["digest"], hostile.digest().as_str());
    let methods: Vec<Method> = hostile.heard().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, [Method::HEAD, Method::GET]);
}

/// Each page is one request to the registry itself, whatever it says about the next one: nobody goes round with it.
#[tokio::test]
async fn pages_that_lead_in_a_circle_are_read_one_at_a_time() {
    let elsewhere = Hostile::start().await;
    let hostile = Hostile::leading_to(&elsewhere.host()).await;
    let onetag = Onetag::start(&[]).await;
    let mut cursor = None;
    for turn in 1..=4 {
        let repo = hostile.reference("pages");
        let mut query = vec![("repo", repo.as_str())];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page: Value = in_time(onetag.get(paths::TAGS, &query)).await.json();
        assert_eq!(page["tags"].as_array().map(Vec::len), Some(2), "{page}");
        assert_eq!(hostile.heard().len(), turn);
        cursor = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(elsewhere.heard().len(), 0);
}

/// The good image, as a list of one, to a repository of the same registry.
async fn push(onetag: &Onetag, hostile: &Hostile, target: &str) -> PushJob {
    let draft = json!({ "entries": [{ "source": hostile.reference("good:v1") }] });
    in_time(onetag.plan_and_push(&draft, &[&hostile.reference(target)])).await.1
}

#[tokio::test]
async fn what_a_registry_says_that_it_stored_is_not_believed() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    for (repository, code) in [
        ("write/other", ProblemCode::DigestMismatch),
        ("write/lost", ProblemCode::BlobUnknown),
        ("write/nothing", ProblemCode::ReadBackMismatch),
        // Its headers say that all is well.
        ("write/mangled", ProblemCode::DigestMismatch),
    ] {
        let job = push(&onetag, &hostile, &format!("{repository}:v1")).await;
        assert_eq!(job.state, PushState::Failed, "{repository}: {job:?}");
        let problem = job.problem.unwrap_or_else(|| panic!("{repository} fails without a problem"));
        assert_eq!(problem.code, code, "{repository}: {problem}");
        assert!(problem.hint.is_some(), "{repository}: {problem}");
    }
}

/// A tag that moves between the last look and the write, at a registry that is known to look for itself.
#[tokio::test]
async fn a_tag_that_moves_at_the_very_last_moment_is_a_conflict() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let path = paths::REGISTRY.replace("{host}", &hostile.host());
    assert!(onetag.send(Method::PUT, &path, &json!({ "ifMatch": true })).await.status.is_success());
    let job = push(&onetag, &hostile, "write/since:v1").await;
    assert_eq!(job.state, PushState::Conflict, "{job:?}");
    let conflict = &job.problem.expect("a problem").conflicts.read()[0];
    assert_eq!((&conflict.expected, &conflict.found), (&None, &job.targets[0].after));
    assert!(conflict.found.is_some());
    let writes = hostile.heard().into_iter().filter(|request| request.method == Method::PUT);
    let told: Vec<_> =
        writes.map(|write| (write.path.contains(':'), write.headers.get("if-none-match").cloned())).collect();
    assert_eq!(told.last(), Some(&(false, Some("*".parse().unwrap()))), "the tag is written last");
    assert!(told[..told.len() - 1].iter().all(|(by_digest, told)| *by_digest && told.is_none()), "{told:?}");
}

/// A real registry's login is not shown to another, which wants it.
#[tokio::test]
async fn a_registrys_login_is_not_for_others() {
    let registry = Registry::with_samples(Auth::Htpasswd).await;
    let hostile = Hostile::leading_to(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    for repository in ["login", "leads/away", "reduced"] {
        let problem = refusal(&onetag, paths::INSPECT, &hostile.reference(&format!("{repository}:v1"))).await;
        assert_eq!(problem.code, ProblemCode::Unauthorized, "{repository}: {problem}");
    }
    let shown = logins(&hostile);
    assert!(shown.iter().all(|login| login.ends_with(" Bearer of-no-use")), "{shown:?}");
}
