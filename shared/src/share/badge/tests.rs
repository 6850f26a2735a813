#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::{
    fixtures::{attested_list, image, image_of, list_source, single_source},
    media_type::{OCI_CONFIG, OCI_MANIFEST},
    platform::Platform,
};

fn options(query: &[(&'static str, &'static str)]) -> BadgeOptions {
    let (options, result) = BadgeOptions::read(query.iter().copied());
    assert_eq!(result, Ok(()), "{query:?}");
    options
}

fn said(source: &crate::source::Source, query: &[(&'static str, &'static str)]) -> String {
    let options = options(query);
    let badge = Badge::of(&Overview::new(source, options.on.as_ref()), &options);
    assert!(!badge.is_error);
    format!("{}: {}", badge.label, badge.message)
}

#[test]
fn each_kind_says_what_it_is_asked() {
    let (amd64, arm64) = (image("linux", "amd64", None), image("linux", "arm64", Some("v8")));
    let windows = image("windows", "amd64", None);
    let list = list_source("example.com/app:v1", &[&amd64, &arm64, &windows]);
    for (query, text) in [
        (&[][..], "platforms: linux/amd64, arm64/v8, windows/amd64"),
        (&[("show", "platforms"), ("label", "runs on")], "runs on: linux/amd64, arm64/v8, windows/amd64"),
        (&[("show", "count")], "platforms: 3"),
        (&[("show", "runs-on"), ("on", "linux/arm64")], "runs on linux/arm64: yes"),
        (&[("on", "linux/s390x")], "runs on linux/s390x: no"),
        (&[("on", "arm64"), ("logo", "docker"), ("cacheSeconds", "60")], "runs on linux/arm64: yes"),
        (&[("on", "windows(10.0.14393.1)/arm64")], "runs on windows(10.0.14393.1)/arm64: no"),
        (&[("show", "size"), ("on", "linux/s390x")], "download: none"),
    ] {
        assert_eq!(said(&list, query), text, "{query:?}");
    }
    assert!(said(&list, &[("show", "size")]).starts_with("download: 1.1 kB"));
    assert_eq!(said(&single_source("example.com/app:arm", &arm64), &[]), "platforms: linux/arm64/v8");
    assert_eq!(said(&attested_list(), &[("show", "count")]), "platforms: 2");
    // Versions of Windows have one name, and are counted each, here and there.
    let versions = ["10.0.17763.1", "10.0.20348.1", "10.0.26100.1"].map(|version| {
        let platform = serde_json::json!({"os": "windows", "architecture": "amd64", "os.version": version});
        image_of(&platform, OCI_MANIFEST, OCI_CONFIG)
    });
    let windows = list_source("example.com/app:v1", &[&amd64, &versions[0], &versions[1], &versions[2]]);
    assert_eq!(said(&windows, &[]), "platforms: linux/amd64, windows/amd64 +2");
    assert_eq!(said(&windows, &[("show", "count")]), "platforms: 4");
    let description = Overview::new(&windows, None).description();
    assert!(description.contains("linux/amd64, windows/amd64 and 2 more. 4 platforms"), "{description}");
    let many: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| image("linux", name, None)).into();
    let many = list_source("example.com/app:v1", &many.iter().collect::<Vec<_>>());
    assert_eq!(said(&many, &[]), "platforms: linux/a, b, c, d, e, f +2");
}

#[test]
fn what_is_chosen_is_written_as_it_is_read() {
    for (query, text) in [
        (&[][..], ""),
        (&[("show", "platforms"), ("style", "flat")], ""),
        (&[("show", "runs-on"), ("on", "windows(10.0.20348)/amd64")], "on=windows%2810.0.20348%29/amd64"),
        (&[("show", "size"), ("on", "linux/arm64")], "show=size&on=linux/arm64"),
        (
            &[("label", "runs on: \"a&b\" 100%"), ("style", "plastic")],
            "style=plastic&label=runs%20on%3A%20%22a%26b%22%20100%25",
        ),
        (&[("show", "count"), ("color", "#0a0"), ("labelColor", "red")], "show=count&color=00aa00&labelColor=e05d44"),
    ] {
        let chosen = options(query);
        assert_eq!(chosen.query(), text);
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let pairs: Vec<(String, String)> = text
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        let (again, result) = BadgeOptions::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert_eq!((again, result), (chosen, Ok(())), "{text}");
    }
}

#[test]
fn options_are_read_strictly() {
    for (query, error) in [
        (&[("colour", "red")][..], "unknown option colour"),
        (&[("style", "round")], "unknown style: flat, flat-square, plastic, for-the-badge or social"),
        (&[("show", "everything")], "unknown show: platforms, count, size or runs-on"),
        (&[("on", "no platform")], "no platform is no platform, such as linux/arm64"),
        (&[("on", "linux")], "linux is no platform, such as linux/arm64"),
        (&[("color", "url(https://evil.example)")], "unknown color: a name, or 3 or 6 hex digits"),
        (&[("labelColor", "#12345")], "unknown labelColor: a name, or 3 or 6 hex digits"),
        (&[("label", "a\u{202e}b")], "unknown label: 60 characters of plain text"),
        (&[("color", "red"), ("color", "blue")], "two of color"),
        (&[("show", "runs-on")], "which platform?"),
        (&[("on", " ")], "which platform?"),
    ] {
        let (_, result) = BadgeOptions::read(query.iter().copied());
        assert_eq!(result.unwrap_err().to_string(), error, "{query:?}");
    }
    let long = "x".repeat(61);
    assert!(BadgeOptions::read([("label", long.as_str())]).1.is_err());
    let (options, result) = BadgeOptions::read([("style", "for-the-badge"), ("color", "nonsense")]);
    assert!(matches!(result, Err(BadgeError::Value("color", _))) && options.style == Style::ForTheBadge, "{result:?}");
    for (text, hex) in [("brightgreen", "44cc11"), ("#abc", "aabbcc"), ("ABCDEF", "abcdef"), ("Blue", "007ec6")] {
        assert_eq!(Color::parse(text).unwrap().hex(), hex);
    }
    for text in ["", "#", "12", "1234567", "ghi", "rgb(1,2,3)", "ä"] {
        assert_eq!(Color::parse(text), None, "{text}");
    }
}

#[test]
fn texts_are_inside_the_picture() {
    for style in Style::ALL {
        for message in ["yes", "linux/amd64, arm64/v8, arm/v7", "WWWWWWWWWWWWWWWW", "漢字漢字", &"m".repeat(500)] {
            let options = BadgeOptions { style, ..BadgeOptions::default() };
            let svg = Badge::error(message, &options).svg();
            let number = |after: &str| -> Vec<f64> {
                let pieces = svg.split(after).skip(1).map(|rest| rest.split('"').next().unwrap());
                pieces.map(|number| number.parse().unwrap()).collect()
            };
            let whole = number("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")[0];
            let (middles, lengths) = (number("<text x=\""), number("textLength=\""));
            assert_eq!(middles.len(), lengths.len());
            for (middle, length) in middles.iter().zip(&lengths) {
                assert!(middle - length / 2.0 >= 5.0 && middle + length / 2.0 <= whole - 5.0, "{style:?} {svg}");
            }
        }
    }
}

#[test]
fn it_is_one_picture_whatever_the_texts() {
    let hostile = "</title><script>alert(1)</script>\"' onload=x \u{1b}[31m\u{0}\u{202e}&";
    for style in Style::ALL {
        let options =
            BadgeOptions { style, label: Some("<a href='javascript:x'>".to_owned()), ..BadgeOptions::default() };
        let svg = Badge::error(hostile, &options).svg();
        let lower = svg.to_lowercase();
        assert!(!lower.contains("<script") && !lower.contains("<a "), "{svg}");
        assert!(!svg.chars().any(|c| c.is_control() || c == '\u{202e}'), "{svg:?}");
        assert!(!svg.contains("style="), "no style that a policy would refuse: {svg}");
        assert!(svg.starts_with("<svg ") && svg.contains(" role=\"img\" aria-label=\"") && svg.contains("<title>"));
    }
}

#[test]
fn shields_reads_the_same() {
    let badge = Badge::error("not found", &options(&[("label", "image")]));
    assert_eq!(
        serde_json::to_string(&badge.endpoint(60)).unwrap(),
        r#"{"schemaVersion":1,"label":"image","message":"not found","color":"e05d44","labelColor":"555555","isError":true,"style":"flat","cacheSeconds":60}"#
    );
    let list = list_source("example.com/app:v1", &[&image("linux", "amd64", None)]);
    let good = Badge::of(&Overview::new(&list, None), &BadgeOptions::default()).endpoint(300);
    assert!(!serde_json::to_string(&good).unwrap().contains("isError"));
    let on: Platform = "linux/arm64".parse().unwrap();
    assert_eq!(Overview::new(&list, Some(&on)).on.unwrap().runs, Runs::No);
}
