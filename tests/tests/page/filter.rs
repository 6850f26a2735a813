//! Some rows of many, on the inspect page.

use onetag_tests::{Auth, Browser, Key, Width, samples};
use serde_json::Value;

use super::{accessibility::assert_accessible, assert_quiet, pictures, start};

/// Notes how many rows there were, whenever that changed.
const COUNT: &str = "
    window.counts = new Set();
    new MutationObserver(() => {
        const rows = document.querySelectorAll('[data-row]').length;
        if (rows) window.counts.add(rows);
    }).observe(document, { childList: true, subtree: true });";

#[tokio::test]
async fn rows_of_a_long_list_are_found() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    registry.put(&samples::long_list("me/long", "v1", 40)).await;
    let page = onetag.url(&format!("/i/{}", registry.reference("me/long:v1")));
    browser.run_first(COUNT).await;
    browser.goto(&page).await;
    browser.wait_for(("#rows-shown", "40 rows")).await;
    browser.wait_for_count("[data-row]:not(.is-waiting)", 40).await;
    assert_eq!(browser.count("[data-row]").await, 40);
    // To make hundreds at once would take many frames.
    assert_eq!(browser.evaluate::<Vec<usize>>("[...window.counts]").await, [30, 40]);
    // What is read aloud, and what is cut off to be hidden, costs a browser much where there are hundreds of it.
    assert_eq!(
        browser
            .evaluate::<usize>("document.querySelectorAll('[data-row] :is([role=status], .visually-hidden)').length")
            .await,
        0
    );
    pictures(&mut browser, "filter-long").await;

    // By platform, as it is written and in words, by annotation, by digest.
    browser.type_into("#row-filter", "ARM64 6.3").await;
    browser.wait_for_count("[data-row]", 1).await;
    browser.wait_for(("#rows-shown", "1 of 40 rows")).await;
    browser.wait_for("[data-platform='linux(6.3)/arm64']").await;
    browser.wait_until("location.search === '?filter=ARM64+6.3' || location.search === '?filter=ARM64%206.3'").await;
    browser.click(".unfold").await;
    browser.wait_for((".details", "nightly-16")).await;
    // Who pulls linux/arm64 by the tag gets another.
    browser.wait_for(".details [data-tool='exactly this']").await;
    assert_eq!(browser.count(".details [data-tool='by tag']").await, 0);
    assert_accessible(&mut browser, "some rows").await;
    pictures(&mut browser, "filter").await;
    browser.replace("#row-filter", "mainframes").await;
    browser.wait_for_count("[data-row]", 8).await;
    assert_eq!(browser.count(".details").await, 0, "what is not shown has no details");
    browser.replace("#row-filter", "nightly-17").await;
    browser.wait_for_count("[data-row]", 1).await;
    let digest = browser.attribute("[data-row]", "data-digest").await.expect("a row has a digest");
    browser.replace("#row-filter", &digest).await;
    browser.wait_for("[data-platform='linux(6.3)/s390x']").await;
    browser.replace("#row-filter", "<b>nothing</b>").await;
    browser.wait_for(("#rows-shown", "none of 40 rows has that")).await;
    browser.wait_for_count("[data-row]", 0).await;

    // Escape takes it back, and what was unfolded is there again.
    browser.press(Key::Escape + "").await;
    browser.wait_for(("#rows-shown", "40 rows")).await;
    browser.wait_for_count("[data-row]", 40).await;
    browser.wait_for((".details", "nightly-16")).await;
    browser.wait_for_focus("input Filter").await;
    browser.wait_until("location.search === '?open=17'").await;

    // It is part of the link.
    browser.goto(&format!("{page}?filter=s390x")).await;
    browser.wait_for(("#rows-shown", "8 of 40 rows")).await;
    browser.wait_for_count("[data-row]", 8).await;
    assert_eq!(browser.value("#row-filter").await, "s390x");
    // Another tab and back, and the row that a client gets, are not touched by it.
    browser.click("#tab-raw").await;
    browser.click("#tab-platforms").await;
    browser.wait_for_count("[data-row]", 8).await;

    // What is out of view is found by the browser's own search, and is there for screen readers.
    browser.goto(&page).await;
    browser.wait_for_count("[data-row]", 40).await;
    assert!(browser.evaluate::<bool>("window.find('linux(6.7)/riscv64')").await, "the last row is found");
    browser.wait_until("getSelection().anchorNode.parentElement.getBoundingClientRect().bottom <= innerHeight").await;

    // A short list needs none.
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/attested:v1?filter=nothing")))).await;
    browser.wait_for_count("[data-row]", 2).await;
    assert_eq!(browser.evaluate::<Value>("document.querySelector('#row-filter')").await, Value::Null);
    assert_quiet(&browser).await;
}

/// Frames come only when they are let, by `window.frame()`, and attributes that change are counted until then.
const FRAMES: &str = "
    const waiting = [];
    window.requestAnimationFrame = call => waiting.push(call);
    window.changed = 0;
    new MutationObserver(found => window.changed += found.length)
        .observe(document, { attributes: true, attributeFilter: ['class', 'aria-hidden', 'style'], subtree: true });
    window.frame = async () => {
        window.changed = 0;
        waiting.splice(0).forEach(call => call(performance.now()));
        await new Promise(done => setTimeout(done));
        return window.changed;
    };
    window.course = async wanted => {
        const course = [[shown(), window.changed]];
        while (shown() !== wanted && course.length < 99) {
            const changed = await frame();
            course.push([shown(), changed]);
        }
        return course;
    };
    window.shown = () => [...document.querySelectorAll('[data-row]')].filter(row => row.checkVisibility()).length;";

#[tokio::test]
async fn what_is_looked_for_in_hundreds_of_rows_takes_little_of_each_frame() {
    let (registry, onetag, browser) = start(Auth::None, Width::Desk).await;
    registry.put(&samples::long_list("me/long", "v1", 200)).await;
    browser.run_first(FRAMES).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("me/long:v1")))).await;
    browser.wait_for(("#rows-shown", "200 rows")).await;
    // Only some rows are made yet: a group with each frame, and what is looked for meanwhile holds for them, too.
    assert_eq!(browser.count("[data-row]").await, 30);
    browser.type_into("#row-filter", "mainframes").await;
    browser.wait_for(("#rows-shown", "40 of 200 rows")).await;
    assert_eq!(course(&browser, 40).await.len(), 1 + 17);
    browser.press(Key::Escape + "").await;
    browser.wait_for(("#rows-shown", "200 rows")).await;
    assert_ten_a_frame(&course(&browser, 200).await);
    // What arrives changes rows as well.
    browser.wait_for_count("[data-row]:not(.is-waiting)", 200).await;

    // What is pasted leaves out what is not found in tens of rows at once, not in hundreds, and so does each frame after it.
    let paste =
        "(() => { window.changed = 0; field.value = 'mainframes'; field.dispatchEvent(new Event('input')); })()";
    browser.evaluate::<()>(&format!("void (field => {paste})(document.querySelector('#row-filter'))")).await;
    browser.wait_for(("#rows-shown", "40 of 200 rows")).await;
    let with_frames = course(&browser, 40).await;
    assert!(with_frames.len() > 1 && with_frames.iter().all(|(_, changed)| *changed <= 110), "{with_frames:?}");
    // What is found stays where it is meanwhile.
    assert!(with_frames.iter().all(|(shown, _)| *shown >= 40), "{with_frames:?}");

    // None has that: groups go, and their rows do not hear of it.
    browser.evaluate::<()>("void (window.changed = 0)").await;
    browser.type_into("#row-filter", "<").await;
    browser.wait_for(("#rows-shown", "none of 200 rows has that")).await;
    let with_the_key = course(&browser, 0).await;
    assert!(with_the_key.len() == 1 && (20..=25).contains(&with_the_key[0].1), "{with_the_key:?}");

    // Ten rows come back with a frame.
    browser.press(Key::Escape + "").await;
    browser.wait_for(("#rows-shown", "200 rows")).await;
    assert_ten_a_frame(&course(&browser, 200).await);
    assert_quiet(&browser).await;
}

/// Lets frames come until that many rows are shown; how many were, and how many attributes changed: with the last key, and with
/// each frame.
async fn course(browser: &Browser, shown: usize) -> Vec<(usize, usize)> {
    let course: Vec<(usize, usize)> = browser.evaluate(&format!("window.course({shown})")).await;
    assert_eq!(course.last().map(|(shown, _)| *shown), Some(shown), "{course:?}");
    course
}

fn assert_ten_a_frame(course: &[(usize, usize)]) {
    assert!(course.len() > 1, "{course:?}");
    assert!(course.windows(2).all(|two| two[0].0 <= two[1].0 && two[1].0 <= two[0].0 + 10), "{course:?}");
}
