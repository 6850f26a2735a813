//! What holds for every page: nothing moves by itself while it loads, nothing is animated for those who do not want that, and
//! the keyboard leads everywhere and out again.

use onetag_shared::api::{Gather, paths};
use onetag_tests::{Auth, Browser, CountingProxy, Onetag, Registry, Scheme, Width, samples};
use serde::Deserialize;
use serde_json::{Value, json};

/// A page, and what is on it once all of it is there.
struct Place {
    path: String,
    shown: &'static str,
}

/// Every page, of a list with attestations, two tags and a gather. Answers of the registry take 30 ms, so that what is waited
/// for can be seen.
struct Pages {
    _registry: Registry,
    _proxy: CountingProxy,
    onetag: Onetag,
    places: Vec<Place>,
}

impl Pages {
    async fn start() -> Self {
        let registry = Registry::with_samples(Auth::None).await;
        let names = ["amd64", "arm64", "armv7", "ppc64le", "windows-amd64"];
        let helper = Onetag::start(&[]).await;
        helper.push_samples(&registry, &names, &["v1"]).await;
        helper.push_samples(&registry, &["amd64", "armv7", "s390x"], &["v2"]).await;
        let proxy = CountingProxy::start_far_away(registry.host(), std::time::Duration::from_millis(30)).await;
        let onetag = Onetag::start(&[]).await;
        helper.push_samples(&registry, &["amd64", "386"], &["gap"]).await;
        registry.delete_manifest("demo/app", &samples::image("386").manifest.digest).await;
        registry.put(&samples::long_list("me/long", "v1", 40)).await;
        let [attested, app, later, long, gap] =
            ["demo/attested:v1", "demo/app:v1", "demo/app:v2", "me/long:v1", "demo/app:gap"]
                .map(|name| proxy.reference(name));
        let root = helper.inspect(&registry.reference("demo/app:v1")).await.root.digest;
        let request = json!({ "platforms": ["linux/amd64", "linux/arm64"], "targets": [{ "ref": proxy.reference("demo/gathered:v1") }] });
        let gather: Gather = onetag.post(paths::GATHERS, &request).await.json();
        let image = json!({ "source": proxy.reference("demo/app:v1-amd64") });
        let part = onetag.post(&paths::GATHER_PARTS.replace("{id}", &gather.id), &image).await;
        assert!(part.status.is_success(), "{}", part.text());
        let place = |path: String, shown| Place { path, shown };
        let mut places = vec![
            place("/".to_owned(), "#reference-input"),
            place(format!("/i/{app}"), "[data-row]:nth-child(5) .created time"),
            place(format!("/i/{attested}?open=1"), ".details .referrers :is(.referrer-list, .hint:not([role]))"),
            place(format!("/i/{app}?on=linux/s390x"), "[data-row]:nth-child(5) .created time"),
            place(format!("/i/{app}@{root}"), "#pinned a"),
            place(format!("/i/{long}"), "#rows-shown"),
            place(format!("/i/{gap}"), ".is-missing"),
            place(format!("/i/{app}?tab=layers"), "#layer-bars li"),
            place(format!("/i/{attested}@sha256:{}", "0".repeat(64)), ".problem"),
            place("/i/Not:A:Reference".to_owned(), "h1"),
        ];
        let tabs = [
            ("findings", "#panel-findings p"),
            ("raw", "#panel-raw .raw"),
            ("commands", "#panel-commands pre"),
            ("tags", "#panel-tags h2, #panel-tags h3"),
            ("share", "#panel-share pre, #panel-share .snippet"),
        ];
        places.extend(tabs.map(|(tab, shown)| place(format!("/i/{attested}?tab={tab}"), shown)));
        places.extend([
            place(format!("/diff?from={app}&to={later}"), "#diff-entries > li"),
            place("/diff".to_owned(), "#diff-from"),
            place(format!("/r/{}", proxy.reference("demo/app")), ".tag-row:not(.is-waiting) .tag-made time"),
            place("/new".to_owned(), "#paste"),
            place(format!("/new?from={app}&to={later}"), ".row:not(.is-waiting) .many-platforms"),
            place(
                format!("/new?from={app}-amd64&from={app}-armv7"),
                "[data-place='1'] .row:not(.is-waiting) .platform-field",
            ),
            place("/d/none".to_owned(), "h1"),
            place("/gathers".to_owned(), "#gathers li"),
            place("/gathers/new".to_owned(), "#start-gather"),
            place(format!("/gathers/{}", gather.id), "[data-missing]"),
            place("/registries".to_owned(), "#registry-input"),
            place("/nowhere".to_owned(), "h1"),
            place(format!("/embed/{app}"), "tbody tr"),
            place("/api/v1/docs".to_owned(), "h1"),
        ]);
        Self { _registry: registry, _proxy: proxy, onetag, places }
    }

    /// A browser that was let in.
    async fn browser(&self, width: Width) -> Browser {
        self.browser_with_letters(width, 16).await
    }

    async fn browser_with_letters(&self, width: Width, size: u32) -> Browser {
        let browser = Browser::start_with_letters(width, Scheme::Light, size).await;
        browser.goto(&self.onetag.entrance()).await;
        browser.wait_for("#reference-input").await;
        browser
    }

    async fn open(&self, browser: &Browser, place: &Place) {
        browser.goto(&self.onetag.url(&place.path)).await;
        browser.wait_for(place.shown).await;
    }
}

async fn assert_steady(width: Width) {
    let pages = Pages::start().await;
    let browser = pages.browser(width).await;
    browser.watch_shifts().await;
    browser.load_from_nothing().await;
    let mut wrong = Vec::new();
    for place in &pages.places {
        pages.open(&browser, place).await;
        let shifts = browser.shifts().await;
        let sum: f64 = shifts.iter().map(|shift| shift.value).sum();
        println!("{sum:.4} {}", place.path);
        if sum >= 0.02 {
            wrong.push((&place.path, sum, shifts));
        }
    }
    assert!(wrong.is_empty(), "{width:?}: {wrong:#?}");
    // That nothing moves is said by what can say that something does.
    browser.evaluate::<Value>("new Promise(done => { document.querySelector('main').style.paddingTop = '300px'; requestAnimationFrame(done) })").await;
    assert!(!browser.shifts().await.is_empty(), "a page that was moved has moved");
}

#[tokio::test]
async fn nothing_moves_while_a_page_loads_on_a_desk() {
    assert_steady(Width::Desk).await;
}

#[tokio::test]
async fn nothing_moves_while_a_page_loads_on_a_phone() {
    assert_steady(Width::Phone).await;
}

/// Whoever has set larger letters can read every page without moving it sideways, and in tables no text lies on another.
async fn assert_readable(width: Width, size: u32) {
    let pages = Pages::start().await;
    let browser = pages.browser_with_letters(width, size).await;
    let mut wrong = Vec::new();
    for (number, place) in pages.places.iter().enumerate() {
        pages.open(&browser, place).await;
        browser.screenshot(&format!("letters-{size}-{width:?}-{number}")).await;
        let found: Vec<String> = browser.evaluate(CRAMPED).await;
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", place.path)));
    }
    assert!(wrong.is_empty(), "{width:?}, {size} px: {wrong:#?}");
    let root: String = browser.evaluate("getComputedStyle(document.documentElement).fontSize").await;
    assert_eq!(root, format!("{size}px"));
}

/// What is wider than the window, though it does not scroll by itself; cells that their texts do not fit into; and texts of a row
/// that lie over others.
const CRAMPED: &str = "(() => {
    const found = [];
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        const wide = [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > clientWidth + 1);
        found.push(`${scrollWidth} of ${clientWidth}: ${wide.slice(0, 4).map(element => `${element.localName}.${element.className}`)}`);
    }
    for (const cell of document.querySelectorAll('.row > .cell, .tag-row > *')) {
        const box = cell.getBoundingClientRect();
        const style = getComputedStyle(cell);
        if (box.width === 0 || style.overflow !== 'visible' || style.display === 'contents') continue;
        if (cell.scrollWidth > cell.clientWidth + 2 && cell.clientWidth > 0) found.push(`a cell: ${cell.className} ${cell.innerText.slice(0, 40)}`);
    }
    for (const row of document.querySelectorAll('.row, .tag-row')) {
        const boxes = [];
        const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const { data, parentElement } = texts.currentNode;
            if (!data.trim() || !parentElement.checkVisibility() || parentElement.closest('.visually-hidden')) continue;
            const range = document.createRange();
            range.selectNodeContents(texts.currentNode);
            // What is cut is not seen.
            let clip = parentElement;
            while (clip !== row && getComputedStyle(clip).overflowX === 'visible') clip = clip.parentElement;
            const { left, right } = clip === row ? { left: -Infinity, right: Infinity } : clip.getBoundingClientRect();
            for (const box of range.getClientRects()) {
                const seen = { left: Math.max(box.left, left), right: Math.min(box.right, right) };
                boxes.push({ ...seen, top: box.top, bottom: box.bottom, data, node: texts.currentNode });
            }
        }
        for (const [place, a] of boxes.entries()) for (const b of boxes.slice(place + 1)) {
            if (a.node === b.node) continue;
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 6) found.push(`${a.data.trim().slice(0, 30)} and ${b.data.trim().slice(0, 30)}`);
        }
    }
    return [...new Set(found)].slice(0, 6);
})()";

#[tokio::test]
async fn large_letters_fit_on_a_desk() {
    assert_readable(Width::Desk, 32).await;
}

#[tokio::test]
async fn large_letters_fit_on_a_phone() {
    assert_readable(Width::Phone, 24).await;
}

#[tokio::test]
async fn what_is_told_of_a_tag_moves_nothing() {
    let pages = Pages::start().await;
    let browser = pages.browser(Width::Desk).await;
    browser.watch_shifts().await;
    let place = pages.places.iter().find(|place| place.path.contains("&to=") && place.path.starts_with("/new"));
    pages.open(&browser, place.expect("a draft for a tag that is there")).await;
    browser.wait_for("[data-change='removes']").await;
    let shifts = browser.shifts().await;
    let moved: Vec<&String> = shifts.iter().flat_map(|shift| &shift.moved).collect();
    let is_below = |moved: &&&String| moved.contains("target-more") || moved.contains("push-options");
    assert!(!moved.iter().any(|moved| is_below(&moved)), "{moved:#?}");
}

/// Whatever would move: which element, and how.
const MOVING: &str = r"(() => {
    const found = [];
    const longest = times => Math.max(...times.split(',').map(time => parseFloat(time) * (time.trim().endsWith('ms') ? 0.001 : 1)));
    for (const element of document.querySelectorAll('*'))
        for (const part of [null, '::before', '::after', '::backdrop']) {
            const style = getComputedStyle(element, part);
            const name = `${element.localName}.${element.getAttribute('class') ?? ''}${part ?? ''}`;
            if (style.animationName !== 'none' && longest(style.animationDuration) > 0.01) found.push(`${name} is animated`);
            if (longest(style.transitionDuration) + longest(style.transitionDelay) > 0.01) found.push(`${name} goes over`);
            if (style.scrollBehavior === 'smooth') found.push(`${name} scrolls`);
        }
    for (const { effect } of document.getAnimations())
        if (effect.getComputedTiming().duration > 10) found.push(`${effect.target?.localName} is moving`);
    return found;
})()";

#[tokio::test]
async fn nothing_is_animated_for_those_who_do_not_want_it() {
    let pages = Pages::start().await;
    let mut browser = pages.browser(Width::Desk).await;
    let mut are_seen = false;
    for place in &pages.places {
        browser.set_reduced_motion(false).await;
        pages.open(&browser, place).await;
        are_seen |= !browser.evaluate::<Vec<String>>(MOVING).await.is_empty();
        browser.set_reduced_motion(true).await;
        let moving: Vec<String> = browser.evaluate(MOVING).await;
        assert!(moving.is_empty(), "{}: {moving:#?}", place.path);
    }
    assert!(are_seen, "there is something that moves for the others, and it is found");
}

/// Readies the page for [`STOP`], and counts what can be worked with: what Tab has to reach. Of what belongs together (tabs, one
/// choice of several) it reaches one.
const BEGIN: &str = r"(() => {
    const look = element => { const { outline, boxShadow } = getComputedStyle(element); return outline + boxShadow };
    document.activeElement?.blur();
    const all = [...document.querySelectorAll('a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')];
    const wanted = all.filter(element => element.tabIndex >= 0 && !element.disabled && element.type !== 'hidden'
        && element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false }) && !element.closest('[inert]')
        && (element.type !== 'radio' || element.checked || !document.querySelector(`[name='${element.name}']:checked`)));
    window.tour = { look, wanted: new Set(wanted), looks: new Map(all.map(element => [element, look(element)])), seen: new Set() };
    return wanted.length;
})()";

/// Where the focus is after a key.
const STOP: &str = r"(() => {
    const { look, looks, wanted, seen } = window.tour;
    const element = document.activeElement;
    const name = `${element?.localName}#${element?.id}.${element?.classList} ${(element?.innerText ?? '').slice(0, 40)}`;
    if (!element || element === document.body) return { name, kind: 'out', problem: null };
    if (seen.has(element)) return { name, kind: 'again', problem: null };
    seen.add(element);
    wanted.delete(element);
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    const isDrawn = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor) || boxShadow !== 'none';
    const box = [...element.getClientRects()].find(({ width, height }) => width > 1 && height > 1);
    // The middle of what of it is within the window.
    const middle = (start, end, size) => (Math.max(start, 0) + Math.min(end, size)) / 2;
    const [x, y] = box ? [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)] : [];
    const top = box && document.elementFromPoint(x, y);
    const problem = !isDrawn ? 'has no line around it' : looks.get(element) === look(element) ? 'looks as it did'
        : !box ? 'has no size' : !top ? 'is out of view'
        : !element.contains(top) && !top.contains(element) && !top.closest('label')?.contains(element) ? `is under ${top.localName}.${top.classList}` : null;
    return { name, kind: 'stop', problem };
})()";

#[derive(Debug, Deserialize)]
struct Stop {
    name: String,
    kind: String,
    problem: Option<String>,
}

/// Goes through the page by Tab until it is left, or begins anew.
async fn assert_walkable(browser: &Browser, page: &str) {
    let wanted: usize = browser.evaluate(BEGIN).await;
    let mut wrong = Vec::new();
    let (mut stops, mut outs) = (0, 0);
    loop {
        browser.tab().await;
        let stop: Stop = browser.evaluate(STOP).await;
        match stop.kind.as_str() {
            "stop" => {
                stops += 1;
                wrong.extend(stop.problem.map(|problem| format!("{} {problem}", stop.name)));
            }
            // It begins where the cursor was, so that the end of the page comes before its beginning.
            "out" if outs < 2 => outs += 1,
            // Once around the page.
            _ => break,
        }
    }
    assert!(stops > 0, "{page}: Tab leads nowhere");
    let missed: Vec<String> = browser
        .evaluate("[...window.tour.wanted].filter(element => element.isConnected).map(element => element.outerHTML.slice(0, 160))")
        .await;
    println!("{stops} stops, {wanted} wanted: {page}");
    assert!(wrong.is_empty() && missed.is_empty(), "{page}: {wrong:#?}, not reached: {missed:#?}");
}

async fn walk_everywhere(width: Width) {
    let pages = Pages::start().await;
    let browser = pages.browser(width).await;
    for place in &pages.places {
        pages.open(&browser, place).await;
        assert_walkable(&browser, &place.path).await;
    }
}

#[tokio::test]
async fn tab_leads_everywhere_and_out_again_on_a_desk() {
    walk_everywhere(Width::Desk).await;
}

#[tokio::test]
async fn tab_leads_everywhere_and_out_again_on_a_phone() {
    walk_everywhere(Width::Phone).await;
}
