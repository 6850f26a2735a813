//! Layers: which of them platforms share, in a picture and in words, and what of another reference is there already.

use std::collections::BTreeMap;

use onetag_shared::{digest::Digest, share::size};
use onetag_tests::{Auth, Browser, Hostile, Onetag, Registry, Scheme, Width, samples};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{NAMES, accessibility::assert_accessible, assert_quiet, pictures, start};

/// Configs and layers of a sample, by digest.
fn blobs(name: &str) -> BTreeMap<Digest, u64> {
    samples::image(name).blobs.into_iter().map(|blob| (blob.digest, blob.bytes.len() as u64)).collect()
}

/// The layer that all Linux samples share.
fn base() -> samples::Content {
    samples::image("s390x").blobs.swap_remove(1)
}

/// The pointer comes to what this selector finds.
async fn point(browser: &Browser, selector: &str) {
    let script = format!(
        "document.querySelector({}).dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true }}))",
        json!(selector)
    );
    browser.evaluate::<Value>(&script).await;
}

/// The contrast of each colour of layers with what is behind it, and of letters with the colours (WCAG 2, 1.4.11 and 1.4.3).
async fn contrasts(browser: &Browser) -> Vec<[f64; 2]> {
    let script = "(() => {
        const probe = document.createElement('span');
        document.querySelector('.layer-panel').append(probe);
        const luminance = colour => {
            probe.style.color = colour;
            const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3);
            const [r, g, b] = parts.map(part => part / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const contrast = (a, b) => {
            const [dark, light] = [luminance(a), luminance(b)].sort((a, b) => a - b);
            return (light + 0.05) / (dark + 0.05);
        };
        const colours = [0, 1, 2, 3, 4, 5].map(n => `var(--layer-${n})`);
        const found = [...colours, 'var(--layer-own)'].map(colour =>
            [contrast(colour, 'var(--ground)'), contrast(colour, 'var(--layer-ink)')]);
        probe.remove();
        return found;
    })()";
    browser.evaluate(script).await
}

#[tokio::test]
async fn what_platforms_share_is_seen_at_a_glance() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &NAMES, &["v1"]).await;
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/app:v1")))).await;
    // In each row of the table one of the layers is marked.
    browser.wait_for_count(".layer-bar[aria-label$='; 1 of them in other platforms as well']", NAMES.len()).await;
    let all: usize = NAMES.iter().map(|name| samples::image(name).blobs.len() - 1).sum();
    let script = |colour: &str| {
        format!(
            "[...document.querySelectorAll('.layer-bar')].map(bar => bar.style.backgroundImage).join().split('var({colour})').length - 1"
        )
    };
    assert_eq!(browser.evaluate::<usize>(&script("--accent")).await, NAMES.len());
    assert_eq!(browser.evaluate::<usize>(&script("--bar")).await, all - NAMES.len());

    browser.click("#tab-layers").await;
    let each: u64 = NAMES.iter().map(|name| blobs(name).values().sum::<u64>()).sum();
    let once: u64 = NAMES.iter().flat_map(|name| blobs(name)).collect::<BTreeMap<_, _>>().values().sum();
    browser.wait_for(("#layer-totals", " to download for all 5 platforms together, ")).await;
    let words = browser.text("#layer-totals").await;
    // "1.2 MB to download …, 0.5 MB stored: 0.7 MB are shared." It is right, and adds up.
    let numbers: Vec<f64> =
        words.split_whitespace().filter_map(|word| word.parse().ok().filter(|_| word.contains('.'))).collect();
    let mb = |bytes: u64| u32::try_from(bytes).map(f64::from).expect("samples are small") / 1_000_000.0;
    let [whole, stored, saved] = numbers[..] else { panic!("{words}") };
    assert!((whole - mb(each)).abs() <= 0.1 && (stored - mb(once)).abs() <= 0.05, "{words}: {each}, {once}");
    assert!((stored + saved - whole).abs() < 0.01, "{words}");
    assert_eq!(words.matches(" MB ").count(), 3, "{words}");
    browser.wait_for_count("#layer-bars [data-layer='0']", NAMES.len()).await;
    browser.wait_for_count(("#layer-bars text", "A"), NAMES.len()).await;
    let label = browser.attribute("#layer-bars svg", "aria-label").await.expect("a bar says what it shows");
    assert!(label.starts_with("Layers of linux/amd64, ") && label.contains("shared (A)"), "{label}");
    // The same in words.
    let base = base();
    let row = browser.text("#shared-layers tbody tr").await;
    assert!(row.starts_with('A') && row.contains(base.digest.short()), "{row}");
    assert!(row.contains(&size(base.bytes.len() as u64)) && row.contains("all 5 platforms"), "{row}");
    let whole = browser.attribute("#shared-layers .digest-with-copy", "data-whole").await;
    assert_eq!(whole, Some(base.digest.to_string()));
    browser.click(("#layer-platforms summary", "linux/arm64/v8")).await;
    let own = blobs("arm64").len() - 1;
    browser.wait_for_count("#layer-platforms .layer-list li", own).await;

    // Pointed at, a layer is marked wherever it is; and so it is where the keyboard comes to it.
    point(&browser, "#layer-bars li:nth-child(3) [data-layer='0'] rect").await;
    browser.wait_for_count("#layer-bars .is-marked", NAMES.len()).await;
    browser.wait_for("#shared-layers .is-marked").await;
    pictures(&mut browser, "layers-marked").await;
    point(&browser, "#layer-totals").await;
    browser.wait_until_gone(".is-marked").await;
    browser.evaluate::<Value>("document.querySelector('#tab-layers').focus()").await;
    browser.press(Key::Tab).await;
    browser.wait_for_focus(&format!("a {}", base.digest.short())).await;
    browser.wait_for_count("#layer-bars .is-marked", NAMES.len()).await;
    browser.press(Key::Tab).await;
    browser.wait_for_focus("button Copy digest").await;
    browser.press(Key::Tab).await;
    browser.wait_until_gone(".is-marked").await;

    for scheme in [Scheme::Light, Scheme::Dark] {
        browser.set_scheme(scheme).await;
        for (place, [ground, ink]) in contrasts(&browser).await.into_iter().enumerate() {
            assert!(ground >= 3.0 && (place == 6 || ink >= 4.5), "{place}, {scheme:?}: {ground} and {ink}");
        }
    }
    assert_accessible(&mut browser, "layers").await;
    pictures(&mut browser, "layers").await;

    // The digest of a layer leads to who has it: from an image to all of them.
    browser.click("#tab-platforms").await;
    browser.click("[data-platform='linux/s390x'] .unfold").await;
    browser.choose("#host-select", "linux/s390x").await;
    browser.click((".details .layer-list a", base.digest.short())).await;
    browser.wait_for(("#layer-asked", "is in each of these images")).await;
    // What else the address says stays as it is.
    browser
        .wait_until("['open=5', 'on=linux/s390x', 'tab=layers'].every(part => location.search.includes(part))")
        .await;
    browser.wait_for_count("#layer-bars .is-marked", NAMES.len()).await;
    let own = samples::image("s390x").blobs.last().expect("it has layers").digest.clone();
    let page = onetag.url(&format!("/i/{}?tab=layers&layer={own}", registry.reference("demo/app:v1")));
    browser.goto(&page).await;
    browser.wait_for(("#layer-asked", "is in linux/s390x")).await;
    assert_quiet(&browser).await;
}

#[tokio::test]
async fn another_reference_is_compared_and_part_of_the_link() {
    let (registry, onetag, mut browser) = start(Auth::None, Width::Desk).await;
    onetag.push_samples(&registry, &["amd64", "arm64"], &["v1"]).await;
    // The same for amd64, another image for arm64, and one more platform.
    let source = |name: &str| registry.reference(&format!("demo/app:v1-{name}"));
    let arm = json!({ "os": "linux", "architecture": "arm64", "variant": "v8" });
    let draft = json!({ "entries": [{ "source": source("amd64") },
        { "source": source("armv7"), "platform": arm }, { "source": source("s390x") }] });
    let [one, two] = ["v1", "v2"].map(|tag| registry.reference(&format!("demo/app:{tag}")));
    onetag.plan_and_push(&draft, &[&two]).await;
    browser.goto(&onetag.url(&format!("/i/{one}?tab=layers"))).await;
    assert_eq!(browser.value("#layer-other").await, "");

    browser.type_into("#layer-other", "Not:A:Reference\n").await;
    browser.wait_for("#layer-other-error .field-error").await;
    assert_eq!(browser.attribute("#layer-other", "aria-invalid").await.as_deref(), Some("true"));
    browser.replace("#layer-other", &format!("{}\n", registry.reference("demo/app:nothing"))).await;
    browser.wait_for(".layer-panel [data-code='manifest-unknown']").await;
    assert_accessible(&mut browser, "a reference that is not there").await;
    browser.replace("#layer-other", &format!("{two}\n")).await;

    let sum = |names: &[&str]| names.iter().flat_map(|name| blobs(name)).collect::<BTreeMap<_, _>>();
    let (has, gets) = (sum(&["amd64", "arm64"]), sum(&["amd64", "armv7", "s390x"]));
    let bytes = |of: &BTreeMap<Digest, u64>, has: &BTreeMap<Digest, u64>| -> u64 {
        of.iter().filter(|(digest, _)| has.contains_key(digest)).map(|(_, size)| size).sum()
    };
    let of = |gets: &BTreeMap<Digest, u64>, has: &BTreeMap<Digest, u64>| match (bytes(gets, has), bytes(gets, gets)) {
        (there, all) if there == all => format!("all of {}", size(all)),
        (there, all) if size(there) == size(all) => format!("nearly all of {}", size(all)),
        (there, all) => format!("{} of {}", size(there), size(all)),
    };
    let (amd, arm, armv7) = (blobs("amd64"), blobs("arm64"), blobs("armv7"));
    let words = format!(
        "A client that has {one} has {} of {two} already (linux/amd64: {}, linux/arm64/v8: {}).",
        of(&gets, &has),
        of(&amd, &amd),
        of(&armv7, &arm)
    );
    browser.wait_for(("#layer-already", &words)).await;
    browser.wait_for_count("#other-bars li", 3).await;
    browser.wait_for(("#layers-not-here", "Not here: linux/s390x")).await;
    browser.wait_for((".layer-other", "in the other: all 3 platforms")).await;
    let layer = format!("tr[data-layer]:has([data-whole='{}'])", base().digest);
    let place = browser.attribute(&layer, "data-layer").await.expect("it has a letter");
    point(&browser, &format!("#other-bars [data-layer='{place}'] rect")).await;
    browser.wait_for_count("#layer-bars .is-marked", 2).await;
    browser.wait_for_count("#other-bars .is-marked", 3).await;
    assert!(browser.url().await.ends_with(&format!("?tab=layers&layers={two}")), "{}", browser.url().await);
    assert_accessible(&mut browser, "layers of two references").await;
    pictures(&mut browser, "layers-compared").await;
    // What only the other shares is not said of this one's platforms.
    browser.wait_for(("#layer-platforms li", "shared (A), ")).await;

    browser.reload().await;
    browser.wait_for(("#layer-already", &words)).await;
    assert_eq!(browser.value("#layer-other").await, two);
    browser.click("#stop-comparing").await;
    browser.wait_until_gone("#layers-compared").await;
    assert!(browser.url().await.ends_with("?tab=layers"), "{}", browser.url().await);
    browser.wait_for_focus("input Compare with another reference").await;

    // The page of the difference tells it of each platform that was replaced.
    browser.goto(&onetag.url(&format!("/diff?from={one}&to={two}"))).await;
    browser.click(("#diff-entries summary", "linux/arm64/v8")).await;
    let words = format!("A client that has the old image has {} already.", of(&armv7, &arm));
    browser.wait_for((".diff-already", words)).await;
}

#[tokio::test]
async fn many_platforms_with_many_layers_stay_within_bounds() {
    let hostile = Hostile::start().await;
    let onetag = Onetag::start(&[]).await;
    let mut browser = Browser::start_as(Width::Desk, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    browser.goto(&onetag.url(&format!("/i/{}?tab=layers", hostile.reference("layers:v1")))).await;
    browser.wait_for(("#layer-totals", "to download for all 500 platforms together")).await;
    browser.wait_for_count("#layer-bars > li", 50).await;
    browser.wait_for_text("450 more are listed below, and not drawn.").await;
    let most: u32 = browser
        .evaluate("Math.max(...[...document.querySelectorAll('#layer-bars svg')].map(svg => svg.children.length))")
        .await;
    assert!((2..150).contains(&most), "{most} pieces");
    browser.wait_for_count("#layer-platforms > li", 500).await;
    browser.wait_for_count("#shared-layers tbody tr", 40).await;
    pictures(&mut browser, "layers-many").await;
    browser.click("#all-shared").await;
    browser.wait_until("document.querySelectorAll('#shared-layers tbody tr').length > 1000").await;
    browser.wait_until_gone("#all-shared").await;
}

#[tokio::test]
async fn every_tab_is_seen_on_a_phone() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let browser = Browser::start_as(Width::Phone, Scheme::Light).await;
    browser.goto(&onetag.entrance()).await;
    // It has findings, so that a number stands on their tab.
    browser.goto(&onetag.url(&format!("/i/{}", registry.reference("demo/attested:v1")))).await;
    browser.wait_for(("#tab-findings .count", "")).await;
    let beyond: Vec<String> = browser
        .evaluate(
            "[...document.querySelectorAll('[role=tab]')].filter(tab => {
                const { left, right } = tab.getBoundingClientRect();
                return left < 0 || right > document.documentElement.clientWidth || tab.scrollWidth > tab.clientWidth;
            }).map(tab => tab.id)",
        )
        .await;
    assert_eq!((browser.count("[role=tab]").await, beyond), (7, Vec::new()));
    let scrolls: bool = browser
        .evaluate("(list => list.scrollWidth > list.clientWidth)(document.querySelector('[role=tablist]'))")
        .await;
    assert!(!scrolls, "the row of tabs scrolls");
    browser.click("#tab-platforms").await;
    for focused in ["button Layers", "button Findings0", "button Raw", "button Commands", "button Tags", "button Share"]
    {
        browser.press(Key::Right).await;
        browser.wait_for_focus(focused).await;
    }
    browser.press(Key::Right).await;
    browser.wait_for_focus("button Platforms").await;
    browser.screenshot("tabs-360").await;
}
