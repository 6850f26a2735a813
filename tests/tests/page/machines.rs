//! "Will it run here?": which machine is asked about, and what the client there says; and the commands for it.

use onetag_tests::{
    Auth, Width,
    samples::{self, Content},
};
use serde_json::{Value, json};

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

#[tokio::test]
async fn the_visitor_s_machine_is_guessed_and_another_can_be_chosen() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let page = onetag.url(&format!("/i/{}", registry.reference("demo/app:v1")));
    for (user_agent, platform, hints, guessed, chosen, answer) in [
        (
            "Mozilla/5.0 (X11; Linux aarch64)",
            "Linux aarch64",
            None,
            "guessed",
            "linux/arm64/v8",
            "Yes. It gets linux/arm64/v8",
        ),
        (
            "Mozilla/5.0 (X11; Linux riscv64)",
            "Linux riscv64",
            None,
            "guessed",
            "linux/riscv64",
            "No. No entry is for linux/riscv64",
        ),
        // Browsers that give hints say the same of every Mac else.
        (MAC, "MacIntel", Some(("x86", "64")), "guessed", "linux/amd64", "Yes. It gets linux/amd64"),
        (MAC, "MacIntel", Some(("arm", "64")), "guessed", "linux/arm64/v8", "Yes. It gets linux/arm64/v8"),
        // Nobody runs containers on a phone: what most machines are, and no claim.
        ("Mozilla/5.0 (Android 15; Mobile)", "Linux armv8l", None, "", "linux/amd64", "Yes. It gets linux/amd64"),
    ] {
        browser.pretend(user_agent, platform, hints).await;
        browser.goto(&page).await;
        browser.wait_for(("#will-it-run", answer)).await;
        browser.wait_until(&format!("document.querySelector('#host-select').value === '{chosen}'")).await;
        browser.wait_until(&format!("document.querySelector('#guessed').textContent.trim() === '{guessed}'")).await;
        assert_eq!(browser.url().await, page, "a guess is no part of the link");
    }
    // A Mac is called one.
    for (architecture, called) in [("arm", "Apple silicon Mac (linux/arm64/v8)"), ("x86", "Intel Mac (linux/amd64)")] {
        browser.pretend(MAC, "MacIntel", Some((architecture, "64"))).await;
        browser.goto(&page).await;
        browser
            .wait_until(&format!("document.querySelector('#host-select')?.selectedOptions[0]?.text === '{called}'"))
            .await;
    }
    browser.pretend("Mozilla/5.0 (X11; Linux aarch64)", "Linux aarch64", None).await;
    browser.goto(&page).await;
    browser.wait_for(("#guessed", "guessed")).await;
    assert_accessible(&mut browser, "a guess").await;
    pictures(&mut browser, "machine-guessed").await;

    // What is chosen stays chosen, though other machines have the same platform, and is part of the link.
    let choose = "(() => { const select = document.querySelector('#host-select'); \
        select.selectedIndex = [...select.options].findIndex(option => option.text.startsWith('AWS Graviton')); \
        select.dispatchEvent(new Event('change')) })()";
    browser.evaluate::<Value>(choose).await;
    browser.wait_until("document.querySelector('#guessed').textContent === ''").await;
    let shown: String = browser.evaluate("document.querySelector('#host-select').selectedOptions[0].text").await;
    assert_eq!(shown, "AWS Graviton (linux/arm64/v8)");
    assert_eq!(browser.url().await, format!("{page}?on=linux/arm64/v8"));
    // The link says a platform, and so does the page that it leads to: no machine that it does not know of.
    browser.reload().await;
    let shown = "document.querySelector('#host-select')?.selectedOptions[0]?.text";
    browser.wait_until(&format!("{shown} === 'linux/arm64/v8'")).await;
    browser.goto(&format!("{page}?on=linux/s390x")).await;
    browser.wait_until(&format!("{shown} === 'IBM Z (linux/s390x)'")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn what_the_client_will_say_is_told() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let list = registry.reference("demo/app:v1");
    browser.goto(&onetag.url(&format!("/i/{list}?on=linux/s390x"))).await;
    browser.wait_for((".client-words code", "no matching manifest for linux/s390x in the manifest list entries")).await;
    browser.wait_for(("#will-it-run", "No. No entry is for linux/s390x.")).await;
    // Who says what is unfolded.
    browser.click(".client-words summary").await;
    browser.wait_for(("#client-errors dt", "Podman as it pulls")).await;
    browser.wait_for(("#client-errors code", "no image found in image index for architecture \"s390x\"")).await;
    browser.wait_for(("#client-errors code", "no match for platform in manifest: not found")).await;
    assert_accessible(&mut browser, "what clients say").await;
    pictures(&mut browser, "machine-none").await;
    // One image is pulled for all that, by some.
    browser.goto(&onetag.url(&format!("/i/{}?on=linux/arm/v6", registry.reference("demo/app:v1-amd64")))).await;
    browser.wait_for((".client-words code", "exec format error")).await;
    browser.wait_for(("#will-it-run", "No. It is a single image, for linux/amd64 and not for linux/arm/v6.")).await;
    pictures(&mut browser, "machine-format").await;
    // What is no platform is no question, and said to be none.
    browser.goto(&onetag.url(&format!("/i/{list}?on=linux/toaster"))).await;
    browser
        .wait_for((
            "#misread",
            "Whether it runs there is not known: linux/toaster names a processor that is not known here.",
        ))
        .await;
    browser.wait_for_count("#will-it-run .yes, #will-it-run .no", 0).await;
    browser.choose("#host-select", "linux/s390x").await;
    browser.wait_for(("#will-it-run", "No. No entry is for linux/s390x.")).await;
    // Beside it stands what was asked about, and no other machine.
    browser.goto(&onetag.url(&format!("/i/{list}?on=toaster"))).await;
    browser.wait_for(("#misread", "Whether it runs there is not known")).await;
    let shown = "document.querySelector('#host-select').selectedOptions[0].text";
    assert_eq!(browser.evaluate::<String>(shown).await, "toaster");
    browser.wait_until("document.querySelector('#guessed').textContent.trim() === ''").await;
    pictures(&mut browser, "machine-unknown").await;
    browser.choose("#host-select", "linux/s390x").await;
    browser.wait_for(("#will-it-run", "No. No entry is for linux/s390x.")).await;
    browser.wait_for_count("#misread", 0).await;
    // A slip of the pen is shown what was meant.
    browser.goto(&onetag.url(&format!("/i/{list}?on=linux/amd46"))).await;
    browser.wait_for(("#misread", "linux/amd46 is not known as a platform. Did you mean linux/amd64?")).await;
    browser.wait_for_count("#will-it-run .yes, #will-it-run .no", 0).await;
    pictures(&mut browser, "machine-mistyped").await;
    browser.click("#misread a").await;
    browser.wait_for(("#will-it-run", "Yes. It gets linux/amd64 (entry 1)")).await;
    assert_eq!(browser.url().await, onetag.url(&format!("/i/{list}?on=linux/amd64")));
    // Other words for a machine lead to the link that says its platform.
    for words in ["Raspberry%20Pi%20Zero", "linux/armv6l"] {
        browser.goto(&onetag.url(&format!("/i/{list}?on={words}"))).await;
        browser.wait_for(("#will-it-run", "No. No entry is for linux/arm/v6.")).await;
        assert_eq!(browser.url().await, onetag.url(&format!("/i/{list}?on=linux/arm/v6")));
    }
    // A processor alone means Linux.
    browser.goto(&onetag.url(&format!("/i/{list}?on=aarch64"))).await;
    browser.wait_for(("#will-it-run", "Yes. It gets linux/arm64/v8")).await;
    // A machine that is not in the list.
    browser.goto(&onetag.url(&format!("/i/{list}?on=freebsd/riscv64"))).await;
    browser.wait_for(("#will-it-run", "No. No entry is for freebsd/riscv64")).await;
    assert_eq!(browser.value("#host-select").await, "freebsd/riscv64");
    assert_quiet(&browser).await;
}

/// A list says arm64, and the image says amd64; another image is gone.
#[tokio::test]
async fn what_a_list_promises_and_no_image_keeps_is_no_yes() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let (amd64, arm64) = (samples::image("amd64").manifest, samples::image("arm64").manifest);
    let entry = |content: &Content, architecture: &str| {
        let mut entry = content.descriptor();
        entry["platform"] = json!({ "os": "linux", "architecture": architecture });
        entry
    };
    let entries = [entry(&amd64, "amd64"), entry(&amd64, "arm64"), entry(&arm64, "s390x")];
    let index = "application/vnd.oci.image.index.v1+json";
    let list = Content::json(index, &json!({ "schemaVersion": 2, "mediaType": index, "manifests": entries }));
    registry.destination("demo/app").put_manifest("demo/app", "v1", &list).await.expect("the registry takes it");
    registry.delete_manifest("demo/app", &arm64.digest).await;
    let page = onetag.url(&format!("/i/{}", registry.reference("demo/app:v1")));
    browser.goto(&format!("{page}?on=linux/arm64/v8")).await;
    browser
        .wait_for((
            "#will-it-run",
            "In doubt. It gets linux/arm64 (entry 2): an exact match. But that image's own config says linux/amd64.",
        ))
        .await;
    browser.wait_for((".client-words code", "exec format error")).await;
    assert_accessible(&mut browser, "in doubt").await;
    pictures(&mut browser, "machine-doubt").await;
    browser.goto(&format!("{page}?on=linux/s390x")).await;
    browser
        .wait_for(("#will-it-run", "No. The client goes to entry 3, and it cannot be had. The registry answers 404."))
        .await;
    browser.wait_for((".client-words code", "manifest unknown")).await;
    browser.goto(&format!("{page}?on=linux/amd64")).await;
    browser.wait_for(("#will-it-run", "Yes.")).await;
    assert_eq!(browser.count(".client-words").await, 0);
}

#[tokio::test]
async fn commands_are_for_a_platform_and_for_exactly_this_content() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    let list = registry.reference("demo/app:v1");
    let root = onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    let arm = registry.manifest("demo/app", "v1-arm64").await.expect("a sample").digest;
    let repository = registry.reference("demo/app");
    browser.goto(&onetag.url(&format!("/i/{list}?tab=commands&on=linux/arm64/v8"))).await;
    let pull = "#panel-commands .commands:nth-of-type(1) [data-tool='docker'] dd";
    browser.wait_for((pull, &*format!("docker pull --platform linux/arm64/v8 {list}"))).await;
    browser
        .wait_for((
            "[data-tool='podman'] dd",
            &*format!("podman run --rm --tls-verify=false --platform linux/arm64/v8 {list}"),
        ))
        .await;
    browser
        .wait_for((
            "[data-tool='skopeo'] dd",
            &*format!("skopeo inspect --raw --tls-verify=false docker://{repository}@{arm}"),
        ))
        .await;
    browser.click("#exactly").await;
    browser.wait_for((pull, &*format!("docker pull {repository}@{arm}"))).await;
    browser.choose("#pull-platform", "").await;
    browser.wait_for((pull, &*format!("docker pull {repository}@{root}"))).await;
    browser
        .wait_for(("[data-tool='buildx'] dd", &*format!("docker buildx imagetools inspect {repository}@{root}")))
        .await;
    assert_accessible(&mut browser, "commands").await;
    pictures(&mut browser, "commands").await;

    // A version of Windows is nothing that a tag can be asked for.
    onetag.push_samples(&registry, &["amd64", "windows-amd64"], &["v2"]).await;
    browser.goto(&onetag.url(&format!("/i/{}?tab=commands", registry.reference("demo/app:v2")))).await;
    let windows = onetag.inspect(&registry.reference("demo/app:v2")).await.children[1].digest.clone();
    browser.wait_until("document.querySelector('#pull-platform')?.options.length === 3").await;
    let option: String = browser.evaluate("document.querySelector('#pull-platform').options[2].value").await;
    browser.choose("#pull-platform", &option).await;
    browser.wait_for("#beyond-words").await;
    browser.wait_for((pull, &*format!("docker pull {repository}@{windows}"))).await;

    // A row has its own at hand.
    browser.goto(&onetag.url(&format!("/i/{list}?open=2"))).await;
    browser
        .wait_for((".details [data-tool='by tag'] dd", &*format!("docker pull --platform linux/arm64/v8 {list}")))
        .await;
    browser.wait_for((".details [data-tool='exactly this'] dd", &*format!("docker pull {repository}@{arm}"))).await;
    assert_accessible(&mut browser, "a row with its commands").await;
    assert_quiet(&browser).await;
}
