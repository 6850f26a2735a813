//! The page of a repository: its tags, what they hold, what is like it, and one list of that.

use futures::{StreamExt as _, stream};
use onetag_tests::{Auth, Browser, CountingProxy, Hostile, Onetag, Registry, Scheme, Width, samples};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{accessibility::assert_accessible, assert_quiet, pictures, start, unscripted::SHIFT, wait_for_platforms};

/// The tags that are shown, in their order.
const SHOWN: &str = "[...document.querySelectorAll('.tag-name')].map(name => name.textContent)";

async fn with_tags(tags: &[&str]) -> Registry {
    let registry = Registry::with_samples(Auth::None).await;
    let amd64 = samples::image("amd64");
    registry.put(&samples::Sample::image("me/app", tags[0], amd64.clone())).await;
    let destination = registry.destination("me/app");
    let puts = stream::iter(&tags[1..]).map(|tag| destination.put_manifest("me/app", tag, &amd64.manifest));
    puts.buffer_unordered(8).for_each(async |put| put.expect("it takes the tag")).await;
    registry
}

#[tokio::test]
async fn the_tags_of_a_repository() {
    let registry = with_tags(&["1.9", "1.10", "1.10-rc1", "latest", "1.2"]).await;
    let onetag = Onetag::start(&[]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;

    // From an image to its repository, by keyboard.
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("me/app:1.9")))).await;
    browser.wait_for("#root-digest").await;
    browser.screenshot("browse-from-inspect").await;
    browser.evaluate::<Value>("document.querySelector('a.reference-repository').focus()").await;
    browser.press(Key::Enter + "").await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 5).await;
    assert_eq!(browser.url().await, onetag.url(&format!("/r/{}", registry.reference("me/app"))));
    browser.wait_until("document.activeElement.matches('#main h1')").await;
    assert_eq!(browser.evaluate::<Vec<String>>(SHOWN).await, ["latest", "1.10", "1.10-rc1", "1.9", "1.2"]);
    assert_eq!(browser.text("#tag-number").await, "5 tags");
    assert!(browser.texts(".tag-platforms").await.iter().all(|platforms| platforms == "linux/amd64"));
    assert_accessible(&mut browser, "a repository").await;

    // Some of them, and the other way round.
    browser.type_into("#tag-filter", "1.1").await;
    browser.wait_for(("#tag-number", "2 of 5 tags")).await;
    browser.replace("#tag-filter", "nothing").await;
    browser.wait_for((".empty", "No tag has that in its name.")).await;
    browser.replace("#tag-filter", "1.").await;
    browser.evaluate::<Value>("document.querySelector('#tag-order').focus()").await;
    browser.press("o").await;
    browser.wait_until(&format!("{SHOWN}.join(' ') === '1.2 1.9 1.10-rc1 1.10'")).await;

    // What stands in the field is there again after a look at a tag.
    browser.click((".tag-name", "1.10-rc1")).await;
    browser.wait_for("#root-digest").await;
    browser.back().await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 4).await;
    assert_eq!(browser.value("#tag-filter").await, "1.");

    // Who else points there.
    browser.click((".tag-row a", "Its tags")).await;
    browser.wait_for_count("#pointing a", 5).await;
    browser.wait_for_focus("button Look again").await;
    // A link to that asks when it is asked to.
    browser.wait_until("location.search.startsWith('?digest=sha256:')").await;
    browser.back().await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 4).await;
    browser.forward().await;
    browser.wait_for(("#find-pointing", "Look at all tags")).await;
    browser.reload().await;
    browser.click(("#find-pointing", "Look at all tags")).await;
    browser.wait_for_count("#pointing a", 5).await;
    assert_accessible(&mut browser, "tags by digest").await;
    browser.screenshot("browse-digest").await;
    browser.click("#all-tags").await;
    browser.wait_for_focus("input Find tags").await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 5).await;

    // The start page leads there, too.
    browser.goto(&onetag.url("/")).await;
    browser.wait_for((".recent .all-tags", "All tags of")).await;
    browser.screenshot("browse-from-start").await;
    browser.click(".recent .all-tags").await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 5).await;

    // A new look.
    browser.click("#refresh").await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 5).await;
    browser.wait_for_focus("button Look again").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn the_tags_can_be_read_without_the_application() {
    let registry = with_tags(&["1.9", "1.10", "latest", "1.2"]).await;
    let onetag = Onetag::start(&[]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.block(&["*.js", "*.wasm"]).await;
    let page = onetag.url(&format!("/r/{}", registry.reference("me/app")));
    browser.goto(&page).await;
    browser.wait_for_count("#boot .tag-names a", 4).await;
    assert_eq!(browser.texts("#boot .tag-names a").await, ["latest", "1.10", "1.9", "1.2"]);
    pictures(&mut browser, "browse-unscripted").await;
    assert_accessible(&mut browser, "a repository before the application").await;
    browser.block(&[]).await;
    browser.goto(&page).await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 4).await;
    assert_eq!(browser.count("#boot").await, 0);
    let shift: f64 = browser.evaluate(SHIFT).await;
    assert!(shift < 0.02, "what was there moves when the application comes, or rows are filled: {shift}");
}

#[tokio::test]
async fn what_is_like_a_repository_becomes_one_list() {
    let (registry, onetag, mut browser) = start(Auth::Htpasswd, Width::Desk).await;
    onetag.push_samples(&registry, &samples::NAMES, &["v2"]).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/attested:v1")))).await;
    browser.wait_for("#root-digest").await;
    browser.goto(&onetag.url(&format!("/r/{}", registry.reference("demo/app")))).await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 10).await;
    browser.wait_for(("#recent-here a", "demo/attested")).await;
    browser.evaluate::<Value>("document.querySelector('#find-siblings').focus()").await;
    browser.press(Key::Enter + "").await;
    browser.wait_for_count(".sibling-group", 2).await;
    assert_eq!(browser.value("#sibling-tag").await, "v1");
    assert_accessible(&mut browser, "siblings").await;
    pictures(&mut browser, "browse").await;

    // All of the repositories, but for those that are for machines that nobody has.
    for platform in ["linux/s390x", "windows/amd64", "linux/riscv64", "linux/386", "linux/ppc64le", "linux/arm/v6"] {
        browser.click((".sibling-group:first-child label", platform)).await;
    }
    let make = browser.attribute(".make-list", "href").await.expect("it leads somewhere");
    assert!(make.starts_with("/new?from=") && make.matches("from=").count() == 3, "{make}");
    browser.click(".make-list").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8", "linux/arm/v7"]).await;
    assert_eq!(browser.value("#target-0").await, registry.reference("demo/app:v1"));
    assert_eq!(browser.url().await.rsplit_once('/').map(|(before, _)| before.to_owned()), Some(onetag.url("/d")));
    browser.back().await;
    browser.wait_for("#find-siblings").await;

    // A tag that none of them has, and one that is none.
    browser.replace("#sibling-tag", "v9\n").await;
    browser.wait_for((".sibling-group", "has no such tag")).await;
    assert_eq!(browser.count(".make-list").await, 0, "there is nothing to take");
    browser.replace("#sibling-tag", "no tag\n").await;
    browser.wait_for(("#sibling-error", "no tag")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn only_rows_in_view_are_asked_for_among_many() {
    let tags: Vec<String> = (0..600).map(|number| format!("1.{number}")).collect();
    let registry = with_tags(&tags.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[]).await;
    let browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    browser.goto(&onetag.url(&format!("/r/{}", proxy.reference("me/app")))).await;
    browser.wait_for(("#tag-number", "600 tags")).await;
    browser.wait_until("document.querySelectorAll('.tag-row:not(.is-waiting)').length > 10").await;
    let shown: Vec<String> = browser.evaluate(SHOWN).await;
    assert_eq!((shown.len(), shown[0].as_str(), shown[99].as_str()), (100, "1.599", "1.500"));
    let gets = || {
        proxy.recorded().into_iter().filter(|request| request.method == "GET" && request.path.contains("/manifests/"))
    };
    let heads = || proxy.recorded().into_iter().filter(|request| request.method == "HEAD").count();
    assert_eq!(gets().count(), 1, "all of them hold the same");
    assert!(heads() < 80, "{}", heads());

    browser.click("#more-tags").await;
    browser.wait_for_count(".tag-row", 200).await;
    browser.wait_for_focus("a 1.499").await;
    browser.wait_until("!document.activeElement.parentElement.matches('.is-waiting')").await;
    assert!(heads() < 150, "{}", heads());
    browser.type_into("#tag-filter", "1.42").await;
    browser.wait_for(("#tag-number", "11 of 600 tags")).await;
    browser.wait_until("[...document.querySelectorAll('.tag-row')].every(row => !row.matches('.is-waiting'))").await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn a_repository_that_cannot_be_read_says_what_to_do() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Phone).await;
    browser.goto(&onetag.url(&format!("/r/{}", registry.reference("me/nothing")))).await;
    browser.wait_for(".problem[data-code='name-unknown']").await;
    assert_accessible(&mut browser, "no repository").await;
    browser.click("#retry").await;
    browser.wait_for(".problem[data-code='name-unknown']").await;
    let private = Registry::with_samples(Auth::Htpasswd).await;
    browser.goto(&onetag.url(&format!("/r/{}", private.reference("demo/app")))).await;
    browser.wait_for(".problem[data-code='unauthorized'] .problem-hint").await;
    browser.goto(&onetag.url("/r/Not:A:Reference")).await;
    browser.wait_for_text("That is not a repository").await;

    // A registry that lists what is no tag, and more than is read.
    let hostile = Hostile::start().await;
    browser.goto(&onetag.url(&format!("/r/{}", hostile.reference("names")))).await;
    browser.wait_for((".tag-list", "5 names are left out that no tag can have")).await;
    assert_eq!(browser.evaluate::<Vec<String>>(SHOWN).await, ["good"]);
    browser.wait_for(".tag-problem").await;
    browser.goto(&onetag.url(&format!("/r/{}", hostile.reference("endless")))).await;
    browser.wait_for(("#tag-number", "the first 10,000 tags; the registry has more")).await;
    assert_eq!(browser.count(".tag-row").await, 100);
    browser.type_into("#tag-filter", "999").await;
    browser.wait_for(("#tag-number", "19 of the first 10,000 tags")).await;
    // One that asks to wait is let be, until the person goes on.
    browser.goto(&onetag.url(&format!("/r/{}", hostile.reference("busy")))).await;
    browser.wait_for(".tag-list .problem[data-code='rate-limited'] #go-on").await;
    assert_accessible(&mut browser, "a registry that asks to wait").await;
    pictures(&mut browser, "browse-busy").await;
    let looks = || hostile.heard().into_iter().filter(|request| request.path.contains("/busy/manifests")).count();
    let before = looks();
    assert!(before <= 16, "{before} of 40");
    browser.click("#go-on").await;
    browser.wait_for_focus("input Find tags").await;
    browser.wait_for("#go-on").await;
    assert_eq!(looks(), before, "the server knows how long it is to wait");
    // What an address says is made a list, and nothing else: it is not pushed, and what is no reference is left out.
    let image = registry.reference("demo/app:v1-amd64");
    browser.goto(&onetag.url(&format!("/new?from={image}&from=%3Cscript%3E&to=javascript:alert(1)"))).await;
    wait_for_platforms(&browser, &["linux/amd64"]).await;
    assert_eq!(json!(browser.value("#target-0").await), json!(""));
}

#[tokio::test]
async fn the_repositories_of_a_registry() {
    let registry = with_tags(&["v1"]).await;
    let onetag = Onetag::start(&[]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    // Its name alone is enough.
    browser.type_into("#reference-input", &format!("{}\n", registry.host())).await;
    browser.wait_for(("#repositories", "demo/mislabelled")).await;
    browser.wait_for(("#main h1", registry.host())).await;
    browser.wait_until("document.activeElement.matches('#main h1')").await;
    assert_accessible(&mut browser, "a registry").await;
    pictures(&mut browser, "registry-browse").await;
    browser.type_into("#repository-filter", "ME/").await;
    browser.wait_for_count("#repositories li", 1).await;
    browser.wait_for(("#repository-number", "1 of ")).await;
    browser.click(("#repositories a", "me/app")).await;
    browser.wait_for_count(".tag-row:not(.is-waiting)", 1).await;
    browser.click(("button", "Save")).await;
    browser.wait_for("#save[aria-pressed='true']").await;
    // And back, from any of its pages.
    browser.click(".reference-registry").await;
    browser.wait_for(("#repositories", "demo/app")).await;
    browser.wait_for(("#saved-here a", "me/app")).await;
    pictures(&mut browser, "registry-saved").await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("me/app:v1")))).await;
    browser.click(".reference-registry").await;
    browser.wait_for(("#recent-here", "me/app")).await;

    // One that tells nothing has those that were seen, or saved.
    browser.goto(&onetag.url("/r/docker.io/")).await;
    browser.wait_for(("#no-catalogue", "does not tell which repositories it has")).await;
    assert_quiet(&browser).await;
}
