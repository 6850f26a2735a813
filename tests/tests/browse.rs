//! What is in a repository and what is like it: tags, what they hold, siblings, and the page before any script runs.

use http::{
    Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, REFERER, VARY},
};
use onetag_shared::{
    api::{CatalogueUse, ProblemCode, Repositories, SiblingGroup, SiblingKind, Siblings, TagPage, paths},
    media_type::OCI_INDEX,
};
use onetag_tests::{
    Answer, Auth, CountingProxy, Hostile, Onetag, Registry,
    samples::{self, Content, NAMES, Sample},
};
use serde_json::json;

async fn get_as(onetag: &Onetag, path: &str, accept: &str) -> Answer {
    Answer::of(onetag.request(Method::GET, path).header(ACCEPT, accept)).await
}

/// A registry with a repository `me/app`: eight tags, of which seven hold one of two images, and one a list of both.
async fn with_tags() -> Registry {
    let registry = Registry::start(Auth::None).await;
    for tag in ["1.9", "1.10", "1.10-rc1", "1.2", "latest"] {
        registry.put(&Sample::image("me/app", tag, samples::image("amd64"))).await;
    }
    for tag in ["arm", "edge"] {
        registry.put(&Sample::image("me/app", tag, samples::image("arm64"))).await;
    }
    let entries = ["amd64", "arm64"].map(|name| {
        let image = samples::image(name);
        let mut entry = image.manifest.descriptor();
        entry["platform"] = serde_json::to_value(&image.platform).expect("a platform is always JSON");
        entry
    });
    let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries });
    let list = Content::json(OCI_INDEX, &list);
    registry.destination("me/app").put_manifest("me/app", "2.0", &list).await.expect("it takes the list");
    registry
}

#[tokio::test]
async fn each_tag_costs_a_head_and_each_distinct_document_is_read_once() {
    let registry = with_tags().await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let repo = proxy.reference("me/app");
    let ask =
        async |tags: &str| -> TagPage { onetag.get(paths::TAGS, &[("repo", &repo), ("tags", tags)]).await.json() };

    proxy.record();
    let page = ask("1.10,latest,1.9,1.2,1.10-rc1,arm,edge").await;
    let count = |method: &str, part: &str| {
        let recorded = proxy.recorded();
        recorded.iter().filter(|request| request.method == method && request.path.contains(part)).count()
    };
    assert_eq!((count("HEAD", "/manifests/"), count("GET", "/manifests/"), count("GET", "/blobs/")), (7, 2, 2));
    assert_eq!(proxy.recorded().len(), 11);
    let shown: Vec<String> = page
        .tags
        .iter()
        .map(|tag| {
            let platforms = tag.platforms.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            format!("{} {platforms} {}", tag.tag, tag.created.as_deref().unwrap_or_default())
        })
        .collect();
    assert_eq!(shown[0], "1.10 linux/amd64 2026-10-05T09:30:00Z");
    assert_eq!(shown[5], "arm linux/arm64/v8 2026-10-05T09:30:00Z");
    assert_eq!((page.next, page.tags[0].digest == page.tags[3].digest), (None, true));

    // Again, and with a list of what is known: a HEAD each, and the list.
    proxy.record();
    let page = ask("1.10,latest,2.0").await;
    assert_eq!((count("HEAD", "/manifests/"), count("GET", "")), (3, 1));
    let platforms = page.tags[2].platforms.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(platforms, "linux/amd64 linux/arm64/v8");
    assert_eq!(page.tags[2].created.as_deref(), Some("2026-10-05T09:30:00Z"), "as its first image says");

    // One that is not there is told beside the others.
    let page = ask("1.10,gone").await;
    let problem = page.tags[1].problem.as_ref().expect("there is no such tag");
    assert_eq!((problem.code, page.tags[0].problem.is_none()), (ProblemCode::ManifestUnknown, true));
    for (query, words) in [
        (vec![("tags", "1.10,")], "tag"),
        (vec![("tags", "-x")], "tag"),
        (vec![("tags", "1.10"), ("limit", "5")], "not paged"),
        (vec![("tags", &*"a,".repeat(100))], "101 tags are named"),
    ] {
        let query: Vec<_> = query.into_iter().chain([("repo", repo.as_str())]).collect();
        let problem = onetag.get(paths::TAGS, &query).await.problem();
        assert_eq!(problem.code, ProblemCode::InvalidRequest, "{query:?}: {problem}");
        assert!(problem.detail.contains(words) && problem.hint.is_some(), "{problem}");
    }
}

/// Platforms and references of a group, without the registry.
fn shown(group: &SiblingGroup) -> String {
    let members = group.members.iter().map(|member| {
        let at = format!("{}:{}", member.reference.repository(), member.reference.target());
        let there = if member.exists { "" } else { "?" };
        format!("{at}{there}={}", member.platform.as_deref().unwrap_or_default())
    });
    members.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn siblings_are_found_in_the_catalogue() {
    let registry = Registry::with_samples(Auth::Token).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start_as(&registry, &proxy.host()).await;
    let ask =
        async |name: &str| -> Siblings { onetag.get(paths::SIBLINGS, &[("ref", &proxy.reference(name))]).await.json() };
    let siblings = ask("demo/app-arm64:v1").await;
    assert_eq!((siblings.catalogue, siblings.problem), (CatalogueUse::Complete, None));
    // Those, and what a list of them would be called; the catalogue has it, without that tag.
    assert_eq!(siblings.asked, NAMES.len() + 1);
    let [group] = siblings.groups.as_slice() else { panic!("{:?}", siblings.groups) };
    assert_eq!((group.kind, group.exists, group.members.len()), (SiblingKind::Repositories, false, NAMES.len()));
    assert_eq!(group.target.to_string(), proxy.reference("demo/app:v1"));
    let all = shown(group);
    assert!(all.starts_with("demo/app-amd64:v1=linux/amd64 demo/app-arm64:v1=linux/arm64 "), "{all}");
    assert!(all.ends_with(" demo/app-windows-amd64:v1=windows/amd64"), "{all}");
    assert!(group.members.iter().all(|member| member.digest.is_some()));

    // From the repository that the list would be in, the same; and the tags in it. The catalogue is known.
    proxy.record();
    let siblings = ask("demo/app").await;
    assert!(!proxy.recorded().iter().any(|request| request.path.contains("_catalog")));
    let [repositories, tags] = siblings.groups.as_slice() else { panic!("{:?}", siblings.groups) };
    // It has no `latest`: the newest group of its tags says which.
    assert!(repositories.members.iter().all(|member| member.exists), "{repositories:?}");
    assert_eq!(siblings.reference.to_string(), proxy.reference("demo/app:v1"));
    let absent = ask("demo/app:v2").await;
    let [repositories] = absent.groups.as_slice() else { panic!("{:?}", absent.groups) };
    assert!(repositories.members.iter().all(|member| !member.exists && member.digest.is_none()), "{repositories:?}");
    assert_eq!((tags.kind, tags.target.to_string()), (SiblingKind::Tags, proxy.reference("demo/app:v1")));
    assert!(shown(tags).starts_with("demo/app:v1-amd64=linux/amd64 demo/app:v1-arm64=linux/arm64 "), "{}", shown(tags));

    let alone = ask("demo/attested:v1").await;
    assert_eq!((alone.groups.len(), alone.asked), (0, 1), "nothing is like it, but itself");
}

#[tokio::test]
async fn siblings_are_asked_for_where_there_is_no_catalogue() {
    let registry = Registry::with_samples(Auth::None).await;
    registry.put(&Sample::image("demo/plain", "v1", samples::image("amd64"))).await;
    registry.put(&Sample::image("demo/plain-arm64", "v1", samples::image("arm64"))).await;
    let proxy = CountingProxy::start(registry.host()).await;
    proxy.refuse_catalogue();
    let onetag = Onetag::start(&[]).await;
    let ask =
        async |name: &str| -> Siblings { onetag.get(paths::SIBLINGS, &[("ref", &proxy.reference(name))]).await.json() };
    for (name, found) in [
        (
            "demo/app-arm64:v1",
            "demo/app-amd64:v1=linux/amd64 demo/app-arm64:v1=linux/arm64 demo/app-armv7:v1=linux/arm/v7",
        ),
        ("demo/app:v1", "demo/app-amd64:v1=linux/amd64 demo/app-arm64:v1=linux/arm64 demo/app-armv7:v1=linux/arm/v7"),
        // The image for everybody, and the one for others.
        ("demo/plain:v1", "demo/plain:v1= demo/plain-arm64:v1=linux/arm64"),
    ] {
        proxy.record();
        let siblings = ask(name).await;
        assert_eq!((siblings.catalogue, siblings.problem), (CatalogueUse::None, None), "{name}");
        let group = siblings.groups.iter().find(|group| group.kind == SiblingKind::Repositories);
        let group = group.unwrap_or_else(|| panic!("{name}: {:?}", siblings.groups));
        assert!(shown(group).starts_with(found), "{name}: {}", shown(group));
        let recorded = proxy.recorded();
        let heads = recorded.iter().filter(|request| request.method == "HEAD").count();
        assert!(heads == siblings.asked && heads <= 32, "{name}: {heads}");
        // The tags; and once, whether there is a catalogue.
        assert!(recorded.len() <= heads + 2, "{name}: {recorded:?}");
    }
}

#[tokio::test]
async fn the_page_of_a_repository_is_readable_before_any_script() {
    let registry = with_tags().await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let repo = proxy.reference("me/app");
    let path = format!("/r/{repo}");
    proxy.record();
    let answer = get_as(&onetag, &path, "text/html,*/*;q=0.8").await;
    let page = answer.text();
    assert_eq!((answer.status, &answer.headers[VARY]), (StatusCode::OK, &"accept, accept-encoding".parse().unwrap()));
    for part in [
        format!("<title>Tags of {repo} · Onetag</title>"),
        format!("<link rel=\"canonical\" href=\"{}\">", onetag.url(&path)),
        format!("\"og:description\" content=\"{repo} has 8 tags: latest, edge, 2.0, 1.10, 1.10-rc1, …\""),
        format!("<li><a href=\"/i/{repo}:latest\">latest</a></li><li><a href=\"/i/{repo}:edge\">edge</a></li>"),
        "\"twitter:card\" content=\"summary\"".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    // The page's own request for the names costs the registry nothing, once.
    let names = onetag
        .request(Method::GET, paths::TAGS)
        .query(&[("repo", repo.as_str()), ("limit", "10000")])
        .header(REFERER, onetag.url(&path));
    let again = names.try_clone().expect("it has no body");
    let page: TagPage = Answer::of(names).await.json();
    assert_eq!((page.tags.len(), proxy.recorded().len()), (8, 1));
    assert_eq!(page, Answer::of(again).await.json());
    assert_eq!(proxy.recorded().len(), 2);

    let text = get_as(&onetag, &path, "text/plain").await;
    assert_eq!(text.headers[CONTENT_TYPE], "text/plain; charset=utf-8");
    let text = text.text();
    let table = text.strip_prefix(&format!("{repo}\n8 tags\n\n")).unwrap_or_else(|| panic!("{text}"));
    let columns = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = table.lines().map(columns).collect();
    let tags: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(tags, ["TAG", "latest", "edge", "2.0", "1.10", "1.10-rc1", "1.9", "1.2", "arm"]);
    assert!(rows[8][2].starts_with("linux/arm64"), "{text}");
    // A `HEAD` for each tag, and for each distinct document no more than its list, its image and its config.
    let heads = proxy.recorded().iter().filter(|request| request.method == "HEAD").count();
    assert_eq!(heads, 8);
    let json: TagPage = get_as(&onetag, &path, "application/json").await.json();
    assert_eq!(json, onetag.get(paths::TAGS, &[("repo", &repo)]).await.json());

    let nothing = format!("/r/{}", registry.reference("me/nothing"));
    let page = get_as(&onetag, &nothing, "text/html").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "for programs; the application says more");
    assert!(page.text().contains("noindex") && page.text().contains("me/nothing"), "{}", page.text());
    assert_eq!(get_as(&onetag, &nothing, "text/plain").await.status, StatusCode::NOT_FOUND);
    let page = get_as(&onetag, "/r/Not:A:Reference", "text/html").await.text();
    assert!(page.contains("<title>Not a repository · Onetag</title>"), "{page}");
    let locked = Answer::of(onetag.anonymous(Method::GET, &path)).await;
    assert_eq!(locked.status, StatusCode::UNAUTHORIZED);
    assert!(!locked.text().contains("1.10"));
}

#[tokio::test]
async fn a_registry_that_lists_without_end_is_read_as_far_as_is_said() {
    let elsewhere = Hostile::start().await;
    let hostile = Hostile::leading_to(&elsewhere.host()).await;
    let onetag = Onetag::start(&[]).await;
    let repo = hostile.reference("endless");
    let page: TagPage = onetag.get(paths::TAGS, &[("repo", &repo), ("limit", "1000000")]).await.json();
    assert_eq!((page.tags.len(), page.next.is_some()), (10_000, true));
    let text = get_as(&onetag, &format!("/r/{repo}"), "text/html").await.text();
    assert!(text.contains("More than 1000 tags") && text.len() < 40_000, "{}", text.len());

    // Names that are no tags are nowhere, in no form.
    let repo = hostile.reference("names");
    let page: TagPage = onetag.get(paths::TAGS, &[("repo", &repo), ("platforms", "true")]).await.json();
    assert_eq!((page.tags.len(), page.tags[0].tag.as_str(), page.ignored), (1, "good", 5), "{page:?}");
    for accept in ["text/html", "text/plain", "application/json"] {
        let text = get_as(&onetag, &format!("/r/{repo}"), accept).await.text();
        for evil in ["<img", "\u{202e}", "\\u202e", "sha256:"] {
            assert!(!text.contains(evil), "{accept} has {evil}: {text}");
        }
        assert!(text.contains("good"), "{text}");
    }

    // A catalogue that leads in a circle, by way of elsewhere.
    let before = hostile.heard().len();
    let siblings: Siblings = onetag.get(paths::SIBLINGS, &[("ref", &hostile.reference("names"))]).await.json();
    assert_eq!((siblings.catalogue, siblings.groups.len()), (CatalogueUse::Partial, 0), "{siblings:?}");
    let asked = hostile.heard().split_off(before);
    let pages = asked.iter().filter(|request| request.path.contains("_catalog")).count();
    assert!(pages <= 3 && asked.len() <= 40, "{pages} pages, {} requests", asked.len());
    assert!(elsewhere.heard().is_empty());
}

#[tokio::test]
async fn a_registry_tells_its_repositories() {
    let registry = Registry::with_samples(Auth::None).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let (onetag, host) = (Onetag::start(&[]).await, proxy.host());
    let ask = async |host: &str| onetag.get(paths::REPOSITORIES, &[("registry", host)]).await;
    proxy.record();
    let told: Repositories = ask(&host).await.json();
    assert_eq!((told.registry.as_str(), told.catalogue), (host.as_str(), CatalogueUse::Complete));
    assert!(told.repositories.is_sorted() && told.repositories.contains(&"demo/app".to_owned()), "{told:?}");
    let asked = proxy.recorded().len();
    assert_eq!(ask(&host).await.json::<Repositories>(), told);
    assert_eq!(proxy.recorded().len(), asked, "it is kept for a while");

    // The same before any script runs.
    let place = format!("/r/{host}/");
    let text = get_as(&onetag, &place, "text/plain").await.text();
    assert!(text.starts_with(&format!("{host}\n{} repositories\n\n", told.repositories.len())), "{text}");
    assert!(text.contains("\ndemo/app\n"), "{text}");
    let html = get_as(&onetag, &place, "text/html").await.text();
    assert!(html.contains(&format!("<a href=\"/r/{}\">demo/app</a>", proxy.reference("demo/app"))), "{html}");
    assert!(html.contains(&format!("<title>Repositories of {host} · Onetag</title>")), "{html}");
    assert_eq!(get_as(&onetag, &place, "application/json").await.json::<Repositories>(), told);
    // Without the slash it is one too, if nothing else can be meant.
    assert!(get_as(&onetag, place.trim_end_matches('/'), "text/plain").await.text().contains("\ndemo/app\n"));

    // Docker Hub has no catalogue, and is not asked for one.
    let hub: Repositories = ask("docker.io").await.json();
    assert_eq!((hub.catalogue, hub.repositories.len()), (CatalogueUse::None, 0));
    assert_eq!(ask("no/registry").await.problem().code, ProblemCode::InvalidReference);
    assert_eq!(ask("127.0.0.1:1").await.problem().code, ProblemCode::RegistryUnreachable);
}

#[tokio::test]
async fn a_field_leads_to_pages_without_any_script() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[]).await;
    let go = async |text: &str| onetag.get(paths::GO, &[("ref", text)]).await;
    let (image, host) = (registry.reference("demo/attested:v1"), registry.host());
    for (text, place) in [
        (format!(" {image} "), format!("/i/{image}")),
        (format!("docker manifest inspect {image}"), format!("/i/{image}")),
        (host.to_owned(), format!("/r/{host}/")),
        (format!("docker pull --platform linux/arm64 {image}"), format!("/i/{image}?on=linux/arm64")),
        (
            format!("https://onetag.example/i/{image}?on=Raspberry+Pi+Zero"),
            format!("/i/{image}?on=Raspberry%20Pi%20Zero"),
        ),
        (format!("https://onetag.example/r/{host}/demo/app"), format!("/r/{host}/demo/app")),
        (onetag.url(&format!("/diff?from={image}&to=alpine")), format!("/diff?from={image}&to=alpine")),
        (onetag.url("/r/alpine"), "/r/alpine".to_owned()),
    ] {
        let answer = go(&text).await;
        let leads_to = answer.headers.get(LOCATION).and_then(|place| place.to_str().ok());
        assert_eq!((answer.status, leads_to), (StatusCode::SEE_OTHER, Some(place.as_str())), "{text}");
    }
    for (text, words) in [
        ("Not:A:Reference", "is not an image reference"),
        ("", "it is empty"),
        ("Alpine", "Did you mean <a href=\"/go?ref=alpine\"><code>alpine</code></a>?"),
        ("a \"B\"", "value=\"a &quot;B&quot;\""),
        ("<script>", "&lt;script&gt;"),
        (&format!("sha256:{}", "a".repeat(64)), "a digest does not say where it is"),
    ] {
        let answer = go(text).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{text}");
        assert!(answer.text().contains(words), "{text}: {}", answer.text());
    }
    let long = go(&"alpine ".repeat(4000)).await;
    assert_eq!(long.status, StatusCode::URI_TOO_LONG);
    assert!(long.text().contains("action=\"/go\""), "the field is there for fewer: {}", long.text());
    // Images that somebody wants to make a list of can be looked at.
    let several = go(&format!("docker manifest create me/app:v1 {image} alpine")).await;
    assert_eq!(several.status, StatusCode::OK);
    for link in [format!("/i/{image}"), "/i/alpine".to_owned(), "/i/me/app:v1".to_owned()] {
        assert!(several.text().contains(&format!("<a href=\"{link}\">")), "{link}: {}", several.text());
    }
    // It stands on every page for those who run none.
    for page in ["/".to_owned(), format!("/i/{image}")] {
        let html = onetag.get(&page, &[]).await.text();
        let hidden = html.split("<noscript>").nth(1).and_then(|rest| rest.split("</noscript>").next());
        assert!(hidden.is_some_and(|hidden| hidden.contains("action=/go")), "{html}");
    }
}
