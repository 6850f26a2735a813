//! Near misses: what may have been meant by a text that is no reference.

use std::net::Ipv6Addr;

use super::{
    pages::{is_of_known_site, of_page},
    parse::{looks_like_host, parse},
};

/// Longer texts are no slip of the pen.
const LONGEST: usize = 2048;

/// A text close to this one that is a reference.
///
/// The repairs are made one after the other, from what is pasted too much to what is mistyped, until it parses.
pub(super) fn suggest(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut candidate = text.to_owned();
    for repair in [
        trim,
        without_command,
        without_scheme,
        from_browser,
        without_empty_ends,
        brackets,
        digest_in_place,
        lower_case,
        tag,
        separators,
    ] {
        let whole = starts_with_host(&candidate);
        let repaired = repair(&candidate);
        // `ghcr.io/` is a host with nothing behind it, not an image named ghcr.io.
        if whole && !repaired.contains('/') {
            return None;
        }
        candidate = repaired;
        if candidate != text && parse(&candidate).is_ok() {
            let host_alone = !candidate.contains('/') && candidate.contains('.') && text.contains("://");
            return (!host_alone).then_some(candidate);
        }
    }
    None
}

fn starts_with_host(text: &str) -> bool {
    text.split_once('/').is_some_and(|(host, _)| looks_like_host(host) && !host.ends_with(':'))
        && !text.contains("://")
        && !text.contains(char::is_whitespace)
        && !is_of_known_site(text)
}

fn trim(text: &str) -> String {
    text.trim().trim_matches(['"', '\'', '`', ',']).trim().to_owned()
}

/// `docker pull ubuntu`, `FROM ubuntu AS build`, `image: ubuntu`.
fn without_command(text: &str) -> String {
    const WORDS: [&str; 13] = [
        "docker", "podman", "nerdctl", "crane", "skopeo", "sudo", "image", "pull", "push", "inspect", "from", "image:",
        "$",
    ];
    let mut words = text.split_whitespace().peekable();
    let mut command = false;
    while let Some(word) = words.next_if(|word| WORDS.contains(&word.to_lowercase().as_str()) || word.starts_with("--"))
    {
        command |= !word.starts_with("--");
        if word == "--platform" {
            words.next();
        }
    }
    match words.next() {
        Some(word) if command => word.to_owned(),
        _ => text.to_owned(),
    }
}

fn without_scheme(text: &str) -> String {
    match text.split_once("://") {
        Some((_, page)) => of_page(page).or_else(|| of_own_page(page)).unwrap_or_else(|| page.to_owned()),
        None => text.to_owned(),
    }
}

/// The page of an image in a browser, without its scheme.
fn from_browser(text: &str) -> String {
    of_page(text).unwrap_or_else(|| text.to_owned())
}

/// A page of ours. A registry alone is no image.
fn of_own_page(text: &str) -> Option<String> {
    let page = text.split(['?', '#']).next()?.trim_end_matches('/');
    let (_, path) = page.split_once('/')?;
    let name = ["i/", "r/", "embed/"].into_iter().find_map(|kind| path.strip_prefix(kind))?;
    (name.contains('/') || !looks_like_host(name)).then(|| name.to_owned())
}

/// Slashes too many, and separators with nothing behind them.
fn without_empty_ends(text: &str) -> String {
    let mut text = text.trim_end_matches(['/', ':', '@']).replace(":@", "@").replace(":/", "/");
    while text.contains("//") {
        text = text.replace("//", "/");
    }
    text.trim_start_matches('/').to_owned()
}

/// An IPv6 address in brackets. What follows its last colon is a port, if it may be one: `fc00::1:5000/app`.
fn brackets(text: &str) -> String {
    let (host, path) = text.split_once('/').unwrap_or((text, ""));
    let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    match host.rsplit_once(':') {
        Some((address, port)) if is_address(address) && port.bytes().all(|b| b.is_ascii_digit()) => {
            format!("[{address}]:{port}/{path}")
        }
        _ if is_address(host) => format!("[{host}]/{path}"),
        _ => text.to_owned(),
    }
}

/// `name:sha256:…`, `name@sha256:…:tag`, `name@…` and digests in capitals.
fn digest_in_place(text: &str) -> String {
    if let Some((name, digest)) = text.split_once('@') {
        let digest = digest.to_lowercase();
        let parts: Vec<&str> = digest.split(':').collect();
        return match parts.as_slice() {
            [hex] if hex.len() == 64 => format!("{name}@sha256:{hex}"),
            [algorithm, hex, tag] => format!("{name}:{tag}@{algorithm}:{hex}"),
            _ => format!("{name}@{digest}"),
        };
    }
    match text.find(":sha256:").or_else(|| text.find(":sha512:")) {
        Some(colon) => format!("{}@{}", &text[..colon], &text[colon + 1..]),
        None => text.to_owned(),
    }
}

/// The repository in lower case; host, tag and digest stay. `Me/App` is no host, though Docker takes capitals for the sign of one.
fn lower_case(text: &str) -> String {
    let is_host = |host: &str| looks_like_host(host) && looks_like_host(&host.to_lowercase());
    let start = text.split_once('/').map_or(0, |(host, _)| if is_host(host) { host.len() + 1 } else { 0 });
    let end = text[start..].find([':', '@']).map_or(text.len(), |end| start + end);
    format!("{}{}{}", &text[..start], text[start..end].to_lowercase(), &text[end..])
}

/// A tag without what no tag has: Helm, too, writes `_` for the `+` of a version.
fn tag(text: &str) -> String {
    let start = text.rfind('/').map_or(0, |slash| slash + 1);
    match text[start..].split_once(':') {
        Some((name, tag)) if !tag.contains(['@', ':']) => {
            format!("{}{name}:{}", &text[..start], tag.trim_start_matches(['.', '-']).replace('+', "_"))
        }
        _ => text.to_owned(),
    }
}

/// Each component without separators at its ends, and with one of them where there are too many.
fn separators(text: &str) -> String {
    let start = text
        .split_once('/')
        .map_or(0, |(host, _)| if looks_like_host(host) && !host.contains("..") { host.len() + 1 } else { 0 });
    let end = text[start..].find([':', '@']).map_or(text.len(), |end| start + end);
    let component = |component: &str| {
        let mut fixed = String::new();
        let mut run = String::new();
        for c in component.trim_matches(['.', '_', '-']).chars() {
            if matches!(c, '.' | '_' | '-') {
                run.push(c);
                continue;
            }
            match run.as_str() {
                "." | "_" | "__" => fixed.push_str(&run),
                run if run.bytes().all(|b| b == b'-') => fixed.push_str(run),
                run if run.bytes().all(|b| b == b'_') => fixed.push_str("__"),
                run => fixed.extend(run.chars().next()),
            }
            run.clear();
            fixed.push(c);
        }
        fixed
    };
    let path: Vec<String> = text[start..end].split('/').map(component).collect();
    format!("{}{}{}", &text[..start], path.join("/"), &text[end..])
}
