//! The browser's part of the harness, against a page of its own: what says that a page works must be able to say that it
//! does not.

use onetag_tests::{Browser, Key, Scheme, Site, Width};

const PAGE: &str = include_str!("browser.html");

/// Width and height of a PNG (its specification, section 11.2.2).
fn png_size(path: &std::path::Path) -> (u32, u32) {
    let png = std::fs::read(path).expect("the picture is there");
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n", "it is a PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

#[tokio::test]
async fn a_page_is_read_and_worked_as_a_person_does() {
    let site = Site::start(PAGE).await;
    let browser = Browser::start().await;
    browser.goto(&site.url()).await;
    browser.wait_for_text("A page to test with").await;

    assert_eq!(browser.texts(".row").await, ["one", "two"], "what is hidden is not seen");
    browser.wait_for_count(".row", 2).await;
    browser.type_into("#name", "first").await;
    browser.replace("#name", "second").await;
    assert_eq!(browser.value("#name").await, "second");
    browser.press(Key::Tab).await;
    browser.wait_for_focus("textarea Many").await;

    browser.paste("#many", "a\nb\nc").await;
    assert_eq!(browser.value("#many").await, "a\nb\nc");
    assert_eq!(browser.text("#said").await, "pasted 3 lines;insertFromPaste;", "one input, as a paste is");
    browser.press(Key::Control + "z").await;
    browser.wait_until("document.querySelector('#many').value === ''").await;

    // Exactly that text, not just any that contains it; and the label is the text where there is one.
    browser.evaluate::<()>("void (said.textContent = '')").await;
    assert_eq!(browser.attribute(("button", "Push"), "id").await, None);
    assert_eq!(browser.attribute(("button", "both tags"), "id").await.as_deref(), Some("other"));
    browser.click(("button", "Push")).await;
    assert_eq!(browser.text("#said").await, "clicked Push;");
    assert_eq!(browser.console_errors().await, []);
}

#[tokio::test]
async fn a_click_waits_until_a_person_could_click() {
    let site = Site::start(PAGE).await;
    let browser = Browser::start().await;
    browser.goto(&site.url()).await;
    browser.evaluate::<()>("arm()").await;
    browser.click("#late").await;
    assert_eq!(browser.text("#said").await, "clicked Now;");
    browser.wait_until_gone("dialog").await;
}

#[tokio::test]
async fn width_and_colours_are_what_was_asked_for() {
    const LOOKS: &str = "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches,
        getComputedStyle(document.documentElement).backgroundColor]";
    let site = Site::start(PAGE).await;
    let mut browser = Browser::start_as(Width::Phone, Scheme::Dark).await;
    browser.goto(&site.url()).await;
    let looks: (u32, bool, String) = browser.evaluate(LOOKS).await;
    assert_eq!(looks, (360, true, "rgb(0, 0, 0)".to_owned()));
    let picture = browser.screenshot("harness-phone-dark").await;
    let height: u32 = browser.evaluate("document.documentElement.scrollHeight").await;
    assert_eq!(png_size(&picture), (360, height), "the picture has what is below the fold");
    assert!(height >= 1500, "{height}");

    browser.set_width(Width::Desk).await;
    browser.set_scheme(Scheme::Light).await;
    let looks: (u32, bool, String) = browser.evaluate(LOOKS).await;
    assert_eq!(looks, (1440, false, "rgb(255, 255, 255)".to_owned()));
    assert_eq!(png_size(&browser.screenshot("harness-desk-light").await).0, 1440);
}

#[tokio::test]
async fn what_goes_wrong_is_on_the_console() {
    let site = Site::start(PAGE).await;
    let browser = Browser::start().await;
    browser.goto(&site.url()).await;
    assert_eq!(browser.console_errors().await, []);
    browser.evaluate::<()>("console.info('all is well')").await;
    browser.evaluate::<()>("console.error('on purpose')").await;
    browser.evaluate::<()>("void setTimeout(() => { throw new Error('not caught') })").await;
    browser.evaluate::<u16>("fetch('/no-such-thing').then(answer => answer.status)").await;
    let errors = browser.console_errors().await;
    for (source, words) in [("console-api", "on purpose"), ("javascript", "not caught"), ("network", "no-such-thing")] {
        let told = errors.iter().any(|line| line.source == source && line.message.contains(words));
        assert!(told, "{source}: {words} is not among {errors:?}");
    }
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(browser.console_errors().await, errors, "they are told again");
    assert_eq!(browser.console().await.len(), 4);
}

#[tokio::test]
async fn a_crash_keeps_the_profile_and_nothing_else() {
    let site = Site::start(PAGE).await;
    let mut browser = Browser::start_as(Width::Phone, Scheme::Dark).await;
    browser.goto(&site.url()).await;
    assert!(browser.evaluate::<bool>("keep('what was typed')").await);
    browser.type_into("#name", "not kept").await;
    browser.evaluate::<()>("console.error('before the crash')").await;

    browser.crash_and_restart().await;
    browser.goto(&site.url()).await;
    assert_eq!(browser.evaluate::<String>("kept()").await, "what was typed");
    assert_eq!(browser.value("#name").await, "");
    assert_eq!(browser.evaluate::<u32>("innerWidth").await, 360, "it looks as before");
    assert_eq!(browser.console_errors().await.len(), 1, "what was said before the crash is remembered");
}

#[tokio::test]
async fn two_browsers_know_nothing_of_each_other() {
    let site = Site::start(PAGE).await;
    let (one, other) = tokio::join!(Browser::start(), Browser::start());
    for browser in [&one, &other] {
        browser.goto(&site.url()).await;
    }
    assert!(one.evaluate::<bool>("keep('mine')").await);
    assert_eq!(other.evaluate::<Option<String>>("kept()").await, None);
}

#[tokio::test]
#[should_panic(expected = "waited for `#no-such-thing` to be seen")]
async fn what_does_not_come_is_told_with_the_page() {
    let site = Site::start(PAGE).await;
    let browser = Browser::start().await.with_patience(std::time::Duration::from_millis(300));
    browser.goto(&site.url()).await;
    browser.wait_for("#no-such-thing").await;
}
