//! Every page, on a phone and at a desk, in light and in dark colours, as axe-core sees it: it finds nothing to complain about.

use std::{path::Path, process::Command, sync::LazyLock};

use onetag_shared::api::PushState;
use onetag_tests::{Auth, Browser, Onetag, Registry, Scheme, Width};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{PLATFORMS, paste_five, pictures, start, wait_for_platforms};

/// The source of axe-core. `scripts/tools.sh` knows where it is.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in the workspace");
    let output = Command::new("bash").args(["-c", ". scripts/tools.sh && cat \"$axe\""]).current_dir(root).output();
    let output = output.expect("there is a shell");
    assert!(output.status.success(), "axe-core is missing: `make test` installs it");
    String::from_utf8(output.stdout).expect("axe-core is text")
});

/// A rule that a page breaks.
#[derive(Debug, Deserialize)]
struct Violation {
    #[expect(dead_code, reason = "shown when a test fails")]
    impact: Option<String>,
    #[expect(dead_code, reason = "shown when a test fails")]
    id: String,
    #[expect(dead_code, reason = "shown when a test fails")]
    nodes: Vec<String>,
}

/// Asks axe-core about what the browser shows. It is run by `WebDriver`, to which the page's policy does not apply.
pub(super) async fn assert_accessible(browser: &mut Browser, page: &str) {
    let width = browser.width();
    let looks = [Width::Phone, Width::Desk].map(|width| [Scheme::Light, Scheme::Dark].map(|scheme| (width, scheme)));
    for (width, scheme) in looks.into_iter().flatten() {
        browser.set_width(width).await;
        browser.set_scheme(scheme).await;
        let run = "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ impact, id, nodes }) =>
            ({ impact, id, nodes: nodes.map(node => `${node.html} ${node.failureSummary}`) })))";
        let script = format!("(() => {{ if (!window.axe) {{ {} }} return {run} }})()", *AXE);
        let violations: Vec<Violation> = browser.evaluate(&script).await;
        assert!(violations.is_empty(), "{page}, {width:?}, {scheme:?}: {violations:#?}");
    }
    browser.set_width(width).await;
    browser.set_scheme(Scheme::Light).await;
}

#[tokio::test]
async fn the_start_page_and_the_server_s_own() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    assert_accessible(&mut browser, "start").await;
    paste_five(&registry, &browser).await;
    browser.click(".wordmark").await;
    browser.click(("button", "Inspect")).await;
    browser.wait_for("#reference-error .field-error").await;
    assert_accessible(&mut browser, "start, with a draft and an error").await;
    browser.goto(&onetag.url("/nowhere")).await;
    browser.wait_for_text("There is no such page").await;
    assert_accessible(&mut browser, "no page").await;
    browser.goto(&onetag.url("/api/v1/docs")).await;
    browser.wait_for("h1").await;
    assert_accessible(&mut browser, "API").await;
    pictures(&mut browser, "api-docs").await;

    let mut stranger = Browser::start().await;
    stranger.goto(&onetag.url("/")).await;
    stranger.wait_for("input").await;
    assert_accessible(&mut stranger, "locked").await;
    pictures(&mut stranger, "locked").await;
}

#[tokio::test]
async fn the_inspect_page() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1-amd64")))).await;
    browser.click(".unfold").await;
    browser.wait_for(".details").await;
    assert_accessible(&mut browser, "an image").await;

    browser.goto(&onetag.url(&format!("/i/{}?open=1,2", registry.reference("demo/attested:v1")))).await;
    browser.wait_for_count(".details", 2).await;
    assert_accessible(&mut browser, "an attested list").await;
    for tab in ["findings", "raw", "commands"] {
        browser.click(&format!("#tab-{tab}")).await;
        browser.wait_for(&format!("#panel-{tab} > *")).await;
        assert_accessible(&mut browser, tab).await;
    }

    browser.goto(&onetag.url(&format!("/i/{}", list_with_a_gap(&registry, &onetag).await))).await;
    browser.wait_for((".row", "missing")).await;
    browser.click(".is-missing .unfold").await;
    browser.wait_for(".details .problem").await;
    browser.wait_for((".count", "")).await;
    assert_accessible(&mut browser, "a list with a gap").await;
    pictures(&mut browser, "inspect-gap").await;
    browser.click("#tab-findings").await;
    assert_accessible(&mut browser, "findings of a list with a gap").await;

    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/nothing:here")))).await;
    browser.wait_for(".problem").await;
    assert_accessible(&mut browser, "a problem").await;
    browser.goto(&onetag.url("/i/Not:A:Reference")).await;
    browser.wait_for_text("That is not an image reference").await;
    assert_accessible(&mut browser, "no reference").await;
}

/// Pushes a list of two images, and deletes one of them.
async fn list_with_a_gap(registry: &Registry, onetag: &Onetag) -> String {
    let sources = ["demo/app:v1-amd64", "demo/app:v1-s390x"].map(|name| json!({ "source": registry.reference(name) }));
    let target = registry.reference("demo/gap:v1");
    let (plan, job) = onetag.plan_and_push(&json!({ "entries": sources }), &[&target]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let digest = &plan.entries[1].digest;
    let mut connection = TcpStream::connect(registry.host()).await.expect("the registry is there");
    let request = format!(
        "DELETE /v2/demo/gap/manifests/{digest} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        registry.host()
    );
    connection.write_all(request.as_bytes()).await.expect("the registry listens");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.expect("the registry answers");
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    target
}

#[tokio::test]
async fn the_editor() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    browser.click("#new-list").await;
    browser.wait_for("#paste").await;
    assert_accessible(&mut browser, "an empty list").await;
    browser.click(".wordmark").await;

    paste_five(&registry, &browser).await;
    browser.click(("button", "More about row 1")).await;
    assert_accessible(&mut browser, "five rows").await;
    // On a phone the result is behind a tab.
    browser.set_width(Width::Phone).await;
    browser.click("#tab-result").await;
    assert_accessible(&mut browser, "the result").await;
    browser.set_width(Width::Desk).await;
    browser.click("#tab-hosts").await;
    assert_accessible(&mut browser, "who gets what").await;
    browser.screenshot("hosts").await;

    browser.replace(("input", "Platform of row 3"), "linux/arm\n").await;
    browser.wait_for(".finding[data-code='arm-without-variant']").await;
    browser.type_into("#paste", "Not/OK 127.0.0.1:1/app:v1\n").await;
    browser.wait_for("#paste-errors .field-error").await;
    browser.wait_for(".problem").await;
    assert_accessible(&mut browser, "findings").await;
    browser.click(("button", "Remove the row")).await;
    browser.click((".fix", "Use linux/arm/v7")).await;
    wait_for_platforms(&browser, &PLATFORMS).await;

    browser.click("#offered-target").await;
    browser.wait_for("[data-held='absent']").await;
    let theirs = json!({ "entries": [{ "source": registry.reference("demo/app:v1-riscv64") }] });
    let (_, job) = onetag.plan_and_push(&theirs, &[&registry.reference("demo/app:v1")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    browser.click("#push").await;
    browser.wait_for("#refused").await;
    assert_accessible(&mut browser, "a push that was refused").await;
    browser.click("#put-away").await;
    browser.wait_for("#push[aria-disabled='false']").await;
    browser.click("#push").await;
    browser.wait_for("#pushed").await;
    assert_accessible(&mut browser, "pushed").await;

    browser.goto(&onetag.url("/d/none")).await;
    browser.wait_for_text("This browser has no such draft").await;
    assert_accessible(&mut browser, "no draft").await;
}

#[tokio::test]
async fn the_page_of_registries() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(&path, text).expect("it can be written");
        path.display().to_string()
    };
    let registry = Registry::start(Auth::Htpasswd).await;
    let settings = "[registry.\"registry.corp:5000\"]\nscheme = \"https-else-http\"\nprivate = true\nuser = \"robot\"\n\
        password = \"secret\"\n[registry.\"docker.io\"]\nmirrors = [\"registry.corp:5000/hub\"]\n";
    let file = write("registries.toml", settings);
    write("docker/daemon.json", "{");
    write("containers/registries.conf", "[aliases]\nalpine = \"docker.io/library/alpine\"\n");
    let etc = folder.path().display().to_string();
    let onetag = Onetag::start_with(&[&registry], &[("ONETAG_REGISTRIES", &file), ("ONETAG_ETC", &etc)]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.click("#nav-registries").await;
    browser.wait_for("[data-registry='docker.io']").await;
    assert_accessible(&mut browser, "registries").await;
    pictures(&mut browser, "registries").await;

    browser.type_into("#registry-input", &format!("{}\n", registry.host())).await;
    let card = format!("[data-registry='{}']", registry.host());
    browser.click(&format!("{card} .test-button")).await;
    browser.wait_for(&format!("{card} .verdict")).await;
    browser.type_into(&format!("{card} .test-form input[type='text']"), "demo/probe").await;
    browser.click(&format!("{card} .test-form input[type='checkbox']")).await;
    browser.click(&format!("{card} .start-test")).await;
    browser.wait_for(&format!("{card} .left li")).await;
    let card = "[data-registry='registry.corp:5000']";
    browser.click(&format!("{card} .change-button")).await;
    browser.type_into(&format!("{card} [name='parallel']"), "many\n").await;
    browser.wait_for(".field-error").await;
    browser.click(&format!("{card} .test-button")).await;
    browser.wait_for(&format!("{card} .problem")).await;
    assert_accessible(&mut browser, "registries, changed and tested").await;
    pictures(&mut browser, "registries-open").await;
}
