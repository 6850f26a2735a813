//! What siblings may be called, where no registry lists them.

use super::{
    Member,
    name::{self, Named},
    words::{WORDS, Word},
};

/// The most that is looked for beside a name.
const MOST: usize = 16;

/// Beside a repository without a processor in its name, what is looked for first: each way to name siblings, once or twice.
/// Of those that are there, [`others`] are looked for next.
pub fn first_guesses(path: &str) -> Vec<Member> {
    let (before, last) = path.rsplit_once('/').map_or(("", path), |(_, last)| (&path[..path.len() - last.len()], last));
    let mut names = vec![
        format!("{path}-arm64"),
        format!("{path}-amd64"),
        format!("{path}-aarch64"),
        format!("{path}-arm64v8"),
        format!("{before}aarch64-{last}"),
        format!("{before}arm64-{last}"),
        format!("{path}/arm64"),
    ];
    // An owner is no processor: `me/app` is not the sibling of `arm64v8/app`.
    if before.is_empty() {
        names.push(format!("arm64v8/{path}"));
        names.push(format!("arm64/{path}"));
    }
    let members = names.into_iter().filter_map(|name| {
        let platform = name::read(&name)?.platform;
        Some(Member { name, platform })
    });
    members.collect()
}

/// Beside a name with a processor in it: the same with others, in the same way of naming them, the usual ones first.
pub fn others(name: &str) -> Vec<Member> {
    let Some(named) = name::read(name) else { return Vec::new() };
    let words = WORDS.iter().filter(|word| word.goes_with(&named.word) && **word != named.word);
    let members = words.filter_map(|word| {
        let name = with(name, &named, word);
        // `amd64-v2`, made of `arm64-v2`, is a word of its own.
        let other = name::read(&name).filter(|other| other.stem == named.stem)?;
        Some(Member { name, platform: other.platform })
    });
    members.take(MOST).collect()
}

/// The same name with another processor.
fn with(name: &str, named: &Named, word: &Word) -> String {
    let (before, after) = (&name[..named.span.start], &name[named.span.end..]);
    let text = match word.text {
        "x86-64" => "x86_64".to_owned(),
        text if before.ends_with('_') || after.starts_with('_') => text.replace('-', "_"),
        text => text.to_owned(),
    };
    format!("{before}{text}{after}")
}
