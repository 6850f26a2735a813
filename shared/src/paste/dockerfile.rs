//! Lines of a Dockerfile.

use std::collections::BTreeSet;

/// Instructions that name no image, in capitals as everybody writes them: in lower case they may be names of images.
const OTHERS: [&str; 17] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The names that a Dockerfile gives to what it builds, in lower case: `FROM alpine AS build`. What begins with nothing is none of
/// somebody's either.
pub(super) fn stages(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(stage).chain(["scratch".to_owned()]).collect()
}

/// The name that a line gives. `FROM alpine AS alpine` is about the image, and what comes behind it about the stage.
fn stage(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [from, .., word, name] if is(from, "from") && is(word, "as") => Some(name.to_lowercase()),
        _ => None,
    }
}

/// Is it no image, but something that the file itself makes?
pub(super) fn is_own(line: &str, image: &str, stages: &BTreeSet<String>) -> bool {
    let image = image.to_lowercase();
    stages.contains(&image) && stage(line).as_ref() != Some(&image)
}

/// The image that a line begins with, or copies from: `FROM --platform=$BUILDPLATFORM alpine`, `COPY --from=alpine /a /b`.
pub(super) fn image(line: &str) -> Option<&str> {
    let (first, rest) = line.split_once(char::is_whitespace)?;
    if is(first, "from") {
        return rest.split_whitespace().find(|word| !word.starts_with("--"));
    }
    let from = |word: &'_ str| word.len() > 7 && word.starts_with("--from=");
    let word = rest.split_whitespace().take_while(|word| word.starts_with("--")).find(|word| from(word))?;
    // A number is one of the stages.
    word.strip_prefix("--from=").filter(|name| ["COPY", "ADD"].contains(&first) && name.parse::<u32>().is_err())
}

/// Is it another instruction?
pub(super) fn is_instruction(line: &str) -> bool {
    line.split_once(char::is_whitespace).is_some_and(|(first, _)| OTHERS.contains(&first))
}

fn is(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}
