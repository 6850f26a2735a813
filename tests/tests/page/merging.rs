//! Two people change one tag.

use onetag_shared::api::PushState;
use onetag_tests::{Auth, Width};
use serde_json::{Value, json};

use super::{assert_quiet, pictures, preview, start, wait_for_platforms};

#[tokio::test]
async fn what_others_have_changed_is_taken_in() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let tag = registry.reference("demo/app:v1");
    let list = |sources: &[&str]| -> Value {
        let row = |name: &&str| json!({ "source": registry.reference(name) });
        json!({ "entries": sources.iter().map(row).collect::<Vec<_>>() })
    };
    let before = ["demo/app:v1-amd64", "demo/app:v1-arm64", "demo/app:v1-s390x", "demo/app:v1-ppc64le"];
    onetag.plan_and_push(&list(&before), &[&tag]).await;

    browser.goto(&onetag.url(&format!("/i/{tag}"))).await;
    browser.click("#edit-list").await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/arm64/v8", "linux/s390x", "linux/ppc64le"]).await;
    browser.click(("button", "Remove row 3")).await;
    browser.click(("button", "Remove row 2")).await;
    browser.type_into("#paste", &format!("{}\n", registry.reference("demo/app:v1-armv7"))).await;
    wait_for_platforms(&browser, &["linux/amd64", "linux/ppc64le", "linux/arm/v7"]).await;
    browser.wait_for("#push[aria-disabled='false']").await;

    // Somebody else puts another arm64 and another amd64 there, and a riscv64.
    let theirs = [
        "demo/docker-app-amd64:v1",
        "demo/docker-app-arm64:v1",
        "demo/app:v1-s390x",
        "demo/app:v1-ppc64le",
        "demo/app:v1-riscv64",
    ];
    let (_, job) = onetag.plan_and_push(&list(&theirs), &[&tag]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    browser.click("#push").await;
    browser.wait_for("#refused [data-code='conflict']").await;
    let told = browser.texts(".three-way tbody tr :is(th, td:nth-child(2))").await;
    let told: Vec<String> = told.chunks(2).map(|row| row.join(" ")).collect();
    assert_eq!(
        told,
        [
            "linux/amd64 they changed it",
            "linux/arm/v7 you added it",
            "linux/arm64 both changed it",
            "linux/s390x you took it away",
            "linux/riscv64 they added it",
        ]
    );
    browser.wait_for((".conflicts", "1 platform is the same in both")).await;
    browser.wait_for(".take-theirs").await;
    pictures(&mut browser, "three-way").await;

    browser.click(".take-theirs").await;
    let merged = ["linux/amd64", "linux/ppc64le", "linux/arm/v7", "linux/riscv64"];
    wait_for_platforms(&browser, &merged).await;
    browser.wait_for((".take-in", "in the draft now")).await;
    browser.wait_for_focus("button Push").await;
    // It is one step, and it can be taken again.
    browser.click("#undo").await;
    wait_for_platforms(&browser, &merged[..3]).await;
    browser.click(".take-theirs").await;
    wait_for_platforms(&browser, &merged).await;
    browser.wait_for("#push[aria-disabled='false']").await;
    let digest = preview(&browser).await;
    browser.click("#push").await;
    assert_eq!(browser.attribute("#pushed", "data-digest").await, Some(digest.clone()));
    let stored = registry.manifest("demo/app", "v1").await.expect("the tag");
    assert_eq!(stored.digest.as_str(), digest);
    let document: Value = serde_json::from_slice(&stored.bytes).expect("JSON");
    let amd64 = &document["manifests"][0];
    assert_eq!(amd64["platform"]["architecture"], "amd64");
    let docker = registry.manifest("demo/docker-app-amd64", "v1").await.expect("the sample");
    assert_eq!(amd64["digest"], docker.digest.as_str(), "theirs");
    assert_quiet(&browser).await;
}
