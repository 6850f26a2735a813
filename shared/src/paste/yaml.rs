//! YAML that names images, as files of Compose and of Kubernetes do: `image: nginx:1`.

use super::{Pasted, said::Said};

/// Is it such a file, or a part of one? A line in it names an image, and another has a key that is no name of an image.
pub(super) fn names_images(lines: &[&str]) -> bool {
    let is_key = |line: &&str| {
        let (key, value) = item(line).split_once(':').unwrap_or_default();
        let is_name =
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        is_name && (value.is_empty() || value.starts_with([' ', '\t'])) && key != "image"
    };
    lines.iter().any(|line| image(line).is_some()) && lines.iter().any(is_key)
}

/// The image that a line names, without its quotes and its anchor.
pub(super) fn image(line: &str) -> Option<&str> {
    let value = item(line).strip_prefix("image:").filter(|value| value.starts_with([' ', '\t']))?;
    let value = value.split(" #").next()?.trim();
    let value = match value.strip_prefix('&') {
        Some(anchored) => anchored.split_once(' ')?.1.trim_start(),
        None => value,
    };
    let unquoted = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = ['"', '\''].into_iter().find_map(unquoted).unwrap_or(value);
    (!value.is_empty()).then_some(value)
}

/// Takes an image, once however often the file names it. What is said elsewhere (variables, aliases, templates, blocks) is none
/// yet.
pub(super) fn take(image: &str, pasted: &mut Pasted) {
    if image.starts_with(['*', '|', '>', '!']) || image.contains('$') || image.contains("{{") {
        pasted.left_out.push(format!("“{image}”, which is said elsewhere"));
        return;
    }
    match image.parse() {
        Ok(reference) => pasted.add(reference, Said::default()),
        Err(error) => pasted.rejected.push(error),
    }
}

/// A line without what makes it an item of a list.
pub(super) fn item(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("- ").unwrap_or(line).trim_start()
}
