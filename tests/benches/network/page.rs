//! A list of 500 entries in a real browser.

use onetag_tests::{Auth, Browser, Key, Onetag, Pace, Registry, Scheme, Site, Width, samples};

use crate::report::Report;

const ENTRIES: usize = 500;
/// How often each is done: a machine is not equally busy all the time.
const ROUNDS: usize = 3;
/// A frame at 60 a second, in milliseconds. One that comes half a frame late was not there when the screen wanted it.
const FRAME: f64 = 1000.0 / 60.0;
const LATE: f64 = 1.5 * FRAME;
/// Pixels a second: as fast as a wheel is turned by somebody who looks for the end.
const SPEED: u32 = 4000;
/// A row's height.
const ROW: i32 = 36;
const FIRST: &str = "first row of the application";
const ALL: &str = "all rows, complete";
const MOMENTS: [(&str, &str, usize); 3] =
    [("first row", "#boot tbody tr", 1), (FIRST, "[data-row]", 1), (ALL, "[data-row]:not(.is-waiting)", ENTRIES)];

pub(crate) async fn run(report: &mut Report) {
    let registry = Registry::start(Auth::None).await;
    registry.put(&samples::long_list("bench/long", "v1", ENTRIES)).await;
    let onetag = Onetag::start(&[]).await;
    let page = onetag.url(&format!("/i/{}", registry.reference("bench/long:v1")));

    report.table(
        "A list of 500 entries opened in Chromium",
        &["what", "first row", "the application's", "all of it", "longest task"],
    );
    for what in ["server and browser know nothing", "they know the list", "again"] {
        // The last of them goes on below.
        let browser = ready(&onetag).await;
        browser.goto(&page).await;
        browser.wait_until(&format!("{ALL:?} in window.moments")).await;
        let mut cells = vec![what.to_owned()];
        for (name, ..) in MOMENTS {
            let came = browser.evaluate::<Option<f64>>(&format!("window.moments[{name:?}] ?? null")).await;
            cells.push(came.map_or_else(|| "-".to_owned(), milliseconds));
        }
        let long: Vec<f64> = browser.evaluate("window.pace.end().then(found => found.longTasks)").await;
        cells.push(milliseconds(most(&long)));
        report.row(cells);
    }

    report.table(
        "Frames of that page, and of one with 500 lines of text",
        &["what", "frames", "late", "longest wait", "longest work", "long tasks", "slowest key"],
    );
    let browser = ready(&onetag).await;
    let plain =
        format!("<!doctype html><title>Plain</title>{}", "<p style='height: 20px'>A line of text".repeat(ENTRIES));
    let plain = Site::start(plain).await;
    let distance = ROW * i32::try_from(ENTRIES).expect("a number of rows");
    let mut best = [(); 3].map(|()| None);
    for round in 1..=ROUNDS {
        browser.goto(&plain.url()).await;
        let scrolled = browser.pace(browser.wheel(distance, SPEED)).await;
        note(report, &format!("plain lines scrolled, {round}"), scrolled, &mut best[0]);
        browser.goto(&page).await;
        browser.wait_until(&format!("{ALL:?} in window.moments")).await;
        let scrolled = browser.pace(browser.wheel(distance, SPEED)).await;
        note(report, &format!("the list scrolled, {round}"), scrolled, &mut best[1]);
        browser.evaluate::<()>("void scrollTo(0, 0)").await;
        browser.click("#row-filter").await;
        // Its code comes when somebody goes there.
        browser.wait_for("#rows-shown[role='status']").await;
        let filtered = browser.pace(filter(&browser)).await;
        note(report, &format!("the list filtered, {round}"), filtered, &mut best[2]);
    }
    let [plain, scrolled, filtered] = best.map(Option::unwrap_or_default);
    for (what, pace) in [("scrolls", scrolled), ("filters", filtered)] {
        let (late, work) = (late(&pace), most(&pace.work));
        let words = format!(
            "{late} late of {}, the longest work {}; of plain lines {} late of {}. The best of {ROUNDS}",
            pace.intervals.len(),
            milliseconds(work),
            self::late(&plain),
            plain.intervals.len()
        );
        report.goal(late == 0 && work < FRAME, format!("a list of {ENTRIES} {what} without a dropped frame: {words}"));
    }
}

/// A browser that was let in, takes paces, and has the application.
async fn ready(onetag: &Onetag) -> Browser {
    let browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.take_paces(&MOMENTS).await;
    browser.goto(&onetag.entrance()).await;
    browser.wait_for("#reference-input").await;
    browser
}

/// Types what few rows have, letter by letter, and takes it back.
async fn filter(browser: &Browser) {
    for (letter, left) in [("6", 500), (".", 500), ("9", 55), ("9", 5)] {
        browser.press(letter).await;
        wait_quietly(browser, left).await;
    }
    browser.press(Key::Escape + "").await;
    wait_quietly(browser, 500).await;
}

/// Waits until that many rows are shown. The page looks for it by itself, and seldom: to be asked by the driver again and again
/// costs it frames.
async fn wait_quietly(browser: &Browser, left: usize) {
    let is_there = format!("document.querySelectorAll('[data-row]:not(.is-out, .is-out *)').length === {left}");
    let wait =
        format!("new Promise(done => {{ const look = () => {is_there} ? done() : setTimeout(look, 50); look(); }})");
    browser.evaluate::<()>(&wait).await;
}

fn note(report: &mut Report, what: &str, pace: Pace, best: &mut Option<Pace>) {
    report.row([
        what.to_owned(),
        pace.intervals.len().to_string(),
        late(&pace).to_string(),
        milliseconds(most(&pace.intervals)),
        milliseconds(most(&pace.work)),
        pace.long_tasks.len().to_string(),
        milliseconds(most(&pace.events)),
    ]);
    let is_better = |best: &Pace| (late(&pace), most(&pace.work)) < (late(best), most(&best.work));
    if best.as_ref().is_none_or(is_better) {
        *best = Some(pace);
    }
}

fn late(pace: &Pace) -> usize {
    pace.intervals.iter().filter(|interval| **interval > LATE).count()
}

fn most(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

fn milliseconds(time: f64) -> String {
    format!("{time:.0} ms")
}
