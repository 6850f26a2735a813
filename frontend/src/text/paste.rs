//! References out of whatever was pasted: a list of them, or the commands they stand in.

use onetag_shared::reference::{Reference, ReferenceError};

/// What was understood, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pasted {
    /// The references.
    pub(crate) references: Vec<Reference>,
    /// What the pasted command would have made, from `docker manifest create TARGET …`.
    pub(crate) target: Option<Reference>,
    /// Words that should have been references.
    pub(crate) rejected: Vec<ReferenceError>,
}

/// Commands whose words are understood, not just listed.
const TOOLS: [&str; 9] =
    ["docker", "podman", "nerdctl", "buildah", "crane", "skopeo", "regctl", "oras", "manifest-tool"];

/// Words that say what a tool shall do.
const VERBS: [&str; 18] = [
    "manifest",
    "buildx",
    "imagetools",
    "image",
    "images",
    "index",
    "create",
    "annotate",
    "add",
    "push",
    "pull",
    "inspect",
    "copy",
    "digest",
    "append",
    "from-args",
    "get",
    "run",
];

/// Options that are followed by a value of their own.
const WITH_VALUE: [&str; 14] = [
    "--platform",
    "--os",
    "--arch",
    "--variant",
    "--os-version",
    "--os-features",
    "--annotation",
    "--authfile",
    "--creds",
    "-f",
    "--file",
    "--format",
    "--override-arch",
    "--override-os",
];

/// Reads a pasted text: references separated by line breaks, commas or spaces, and command lines.
pub(crate) fn read(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    // A line that ends in a backslash goes on.
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in text.lines() {
        let line = line.trim().trim_start_matches("$ ");
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
            .map(|word| word.trim_matches(['"', '\'', '`']))
            .filter(|word| !word.is_empty())
            .collect();
        let words = words.strip_prefix(&["sudo"]).unwrap_or(&words);
        match words.split_first() {
            Some((tool, rest)) if TOOLS.contains(tool) && !rest.is_empty() => command(rest, &mut pasted),
            Some((first, _)) if first.starts_with('#') => {}
            _ => {
                for word in words.iter().filter(|word| !["-", "*", "image:"].contains(word)) {
                    take(word, &mut pasted);
                }
            }
        }
    }
    pasted
}

/// The words behind the name of a tool.
fn command(words: &[&str], pasted: &mut Pasted) {
    let verbs: Vec<&str> = words.iter().copied().take_while(|word| VERBS.contains(word)).collect();
    let creates = verbs.contains(&"create") || verbs.contains(&"append");
    // `docker manifest annotate LIST IMAGE` says nothing that `create` did not.
    let names_a_list = verbs.iter().any(|verb| ["annotate", "push"].contains(verb));
    let mut is_first = true;
    let mut words = words[verbs.len()..].iter();
    while let Some(word) = words.next() {
        match *word {
            "-t" | "--tag" => {
                pasted.target = words.next().and_then(|word| word.parse().ok()).or(pasted.target.take());
                is_first = false;
            }
            "-m" | "--ref" => {
                if let Some(word) = words.next() {
                    take(word, pasted);
                }
            }
            option if WITH_VALUE.contains(&option) => {
                words.next();
            }
            option if option.starts_with('-') => {}
            word => {
                let first = std::mem::replace(&mut is_first, false);
                if names_a_list || (creates && first && !verbs.contains(&"imagetools") && !verbs.contains(&"append")) {
                    if pasted.target.is_none() {
                        pasted.target = word.parse().ok();
                    }
                    if names_a_list {
                        return;
                    }
                } else {
                    take(word, pasted);
                }
            }
        }
    }
}

fn take(word: &str, pasted: &mut Pasted) {
    let word = word.strip_prefix("docker://").unwrap_or(word);
    match word.parse() {
        Ok(reference) => pasted.references.push(reference),
        Err(error) => pasted.rejected.push(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        read(text).references.iter().map(Reference::familiar).collect()
    }

    #[test]
    fn lists() {
        assert_eq!(names("a:1\nb:2"), ["a:1", "b:2"]);
        assert_eq!(names(" a:1, b:2;c \t d\r\n- e:5\n* f\n# not this\n\n"), ["a:1", "b:2", "c", "d", "e:5", "f"]);
        assert_eq!(names("\"a:1\" 'b:2' `c:3`"), ["a:1", "b:2", "c:3"]);
        assert_eq!(names("docker"), ["docker"]);
    }

    #[test]
    fn commands() {
        let create = read("$ docker manifest create me/app:v1 \\\n  --amend me/app:amd64 --amend me/app:arm64");
        assert_eq!(create.references.len(), 2);
        assert_eq!(create.target.unwrap().familiar(), "me/app:v1");
        let buildx = read("sudo docker buildx imagetools create -t me/app:v1 me/app:amd64 me/app:arm64");
        assert_eq!(buildx.references.len(), 2);
        assert_eq!(buildx.target.unwrap().familiar(), "me/app:v1");
        let whole = read(
            "docker manifest create a:1 b:1 c:1\ndocker manifest annotate --arch arm a:1 c:1\ndocker manifest push a:1",
        );
        assert_eq!(whole.references.len(), 2);
        assert_eq!(whole.target.unwrap().familiar(), "a:1");
        assert_eq!(names("docker pull --platform linux/arm64 alpine:3.20"), ["alpine:3.20"]);
        assert_eq!(names("skopeo inspect --raw docker://ghcr.io/me/app:v1"), ["ghcr.io/me/app:v1"]);
        let crane = read("crane index append -t me/app:v1 -m me/app:amd64 -m me/app:arm64");
        assert_eq!(crane.references.len(), 2);
    }

    #[test]
    fn what_is_no_reference_is_handed_back() {
        let pasted = read("ok:1 Not/OK https://ghcr.io/me/app");
        assert_eq!(pasted.references.len(), 1);
        let texts: Vec<_> = pasted.rejected.iter().map(ReferenceError::text).collect();
        assert_eq!(texts, ["Not/OK", "https://ghcr.io/me/app"]);
    }
}
