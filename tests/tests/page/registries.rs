//! The page of registries, and the ways that lead to it.

use onetag_tests::{
    Auth, Browser, Onetag, Registry, Scheme, Width,
    samples::{self, Sample},
};

/// Where nothing is, in what may be one's own network.
const PRIVATE: &str = "10.255.255.254:1";

async fn at(onetag: &Onetag, path: &str) -> Browser {
    let browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    browser.goto(&onetag.url(path)).await;
    browser
}

/// What is shown to hold, line by line.
async fn facts(browser: &Browser, card: &str) -> String {
    browser.text(&format!("{card} .facts")).await
}

#[tokio::test]
async fn what_holds_is_shown_changed_tested_forgotten_and_brought_back() {
    let registry = Registry::start(Auth::Htpasswd).await;
    registry.put(&Sample::image("demo/app", "v1", samples::image("amd64"))).await;
    let onetag = Onetag::start_with(&[&registry], &[("ONETAG_PRIVATE", "registry.corp:5000")]).await;
    let browser = at(&onetag, "/").await;
    browser.click("#nav-registries").await;
    let corp = facts(&browser, "[data-registry='registry.corp:5000']").await;
    assert!(corp.contains("Private addresses\nallowed\n--private"), "{corp}");

    browser.type_into("#registry-input", &format!("{}\n", registry.host())).await;
    let card = format!("[data-registry='{}']", registry.host());
    let of = |part: &str| format!("{card} {part}");
    browser.wait_until(&format!("document.activeElement.matches({:?})", of("h2"))).await;
    assert_eq!(browser.url().await, onetag.url(&format!("/registries?host={}", registry.host())));
    assert_eq!(facts(&browser, &card).await, "Connection\nplain http\nby default");

    // What cannot be is told at its field, by this page or by the server.
    browser.click(&of(".change-button")).await;
    for (field, typed, words) in [("parallel", "many", "1 to 256"), ("mirrors", "https://mirror.corp", "https://")] {
        browser.replace(&of(&format!("[name='{field}']")), typed).await;
        browser.click(&of("[type='submit']")).await;
        browser.wait_for((of(".field-error"), words)).await;
        browser.wait_until(&format!("document.activeElement.matches('[name={field}][aria-invalid=true]')")).await;
        browser.replace(&of(&format!("[name='{field}']")), if field == "parallel" { "3" } else { "" }).await;
    }
    browser.click(&of("[type='submit']")).await;
    browser.wait_for((of("[role='status']"), "Saved")).await;
    assert!(facts(&browser, &card).await.contains("Requests at once\n3\nset here"));

    browser.click(&of(".test-button")).await;
    browser.wait_for((of(".verdict"), "What was tried works.")).await;
    browser.wait_for((of("[data-outcome='ok']"), "as maker")).await;
    browser.wait_for((of("[data-outcome='not-tried']"), "Tags, Pull, Referrers")).await;
    browser.type_into(&of(".test-form input[type='text']"), "demo/app").await;
    browser.click(&of(".test-form input[type='checkbox']")).await;
    browser.click(&of(".start-test")).await;
    browser.wait_for((of(".verdict"), "Not offered: Referrers.")).await;
    browser.wait_for((of("[data-outcome='ok']"), "blob was mounted")).await;
    browser.wait_for_count(&of(".left li"), 3).await;
    assert_eq!(registry.tags("demo/app").await, ["v1"]);

    browser.click(&of(".forget")).await;
    browser.wait_for_focus("button Bring it back").await;
    assert_eq!(facts(&browser, &card).await, "Connection\nplain http\nby default");
    browser.press("\n").await;
    browser.wait_for_focus("button Save").await;
    browser.wait_for((of(".source"), "set here")).await;
    browser.reload().await;
    assert!(facts(&browser, &card).await.contains("Requests at once\n3\nset here"));
    // The server's "no" to the mirror, as the browser has it.
    let errors = browser.console_errors().await;
    assert!(errors.len() == 1 && errors[0].message.contains("400"), "{errors:#?}");
}

#[tokio::test]
async fn an_address_that_is_refused_is_allowed_where_it_is_refused() {
    let onetag = Onetag::start_with(&[], &[("ONETAG_TIMEOUT_CONNECT", "1s")]).await;
    let browser = at(&onetag, &format!("/i/{PRIVATE}/app:v1")).await;
    browser.wait_for("[data-code='address-refused']").await;
    // Elsewhere, it is somebody else's page that says what holds.
    browser.click((".problem a", format!("Settings of {PRIVATE}"))).await;
    let card = format!("[data-registry='{PRIVATE}']");
    browser.wait_until(&format!("document.activeElement.matches({:?})", format!("{card} h2"))).await;
    browser.back().await;
    browser.wait_for("[data-code='address-refused']").await;
    browser.click(".allow-address").await;
    // What was asked for is asked for again: now it is whoever may be there that has no such image.
    browser.wait_until_gone("[data-code='address-refused']").await;
    browser.wait_for(".problem").await;

    browser.click((".problem a", format!("Settings of {PRIVATE}"))).await;
    browser.wait_for((format!("{card} .facts"), "set here")).await;
    assert!(facts(&browser, &card).await.contains("Private addresses\nallowed\nset here"));
}

#[tokio::test]
async fn what_is_allowed_for_one_row_is_allowed_for_all_of_its_registry() {
    let onetag = Onetag::start_with(&[], &[("ONETAG_TIMEOUT_CONNECT", "1s")]).await;
    let browser = at(&onetag, "/new").await;
    browser.paste("#paste", &format!("{PRIVATE}/app:amd64 {PRIVATE}/app:arm64")).await;
    browser.wait_for_count(".allow-address", 2).await;
    browser.click(".allow-address").await;
    browser.wait_until_gone("[data-code='address-refused']").await;
    browser.wait_for_count(".row-note .problem", 2).await;
}

#[tokio::test]
async fn a_test_goes_on_when_its_address_is_allowed() {
    let onetag = Onetag::start_with(&[], &[("ONETAG_TIMEOUT_CONNECT", "1s")]).await;
    let browser = at(&onetag, &format!("/registries?host={PRIVATE}")).await;
    browser.click(".test-button").await;
    browser.wait_for((".verdict", "Does not work: Address.")).await;
    browser.click(".allow-address").await;
    browser.wait_for_focus(&format!("button Test {PRIVATE}")).await;
    // Whoever may be there: nothing keeps it from being asked.
    browser.wait_for(("[data-outcome='ok']", "Address")).await;
    assert!(facts(&browser, ".registry").await.contains("Private addresses\nallowed\nset here"));
    // The form, not yet opened, has it too.
    browser.click(".change-button").await;
    assert_eq!(browser.value("[name='private']").await, "yes");
}
