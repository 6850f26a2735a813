//! What is said of an image once its program was looked for.

use super::{Fit, Outcome, Starts, Step};
use crate::{api::Verdict, excerpt::Excerpt, platform::Platform};

/// Does what was found fit the platform that an image promises, and why, in words.
pub fn judge(platform: Option<&Platform>, outcome: &Outcome, steps: &[Step], starts: Starts) -> (Verdict, String) {
    let (Outcome::Found, Some(step)) = (outcome, steps.last()) else {
        let (Outcome::Missing(why) | Outcome::GivenUp(why)) = outcome else {
            return (Verdict::Unknown, "nothing was found".to_owned());
        };
        return (Verdict::Unknown, format!("It could not be told: {}.", Excerpt(why)));
    };
    let (path, what) = (Excerpt(&step.path).to_string(), step.program.words());
    let more = match starts {
        _ if steps.len() > 1 => " What the script starts was not looked at.",
        Starts::Line => " It is a shell that is given a line of commands; what these start was not looked at.",
        Starts::Other => " It starts something else in its turn, which was not looked at.",
        Starts::Nothing => "",
    };
    let Some(platform) = platform else {
        return (Verdict::Unknown, format!("/{path} is {what}; no platform is promised.{more}"));
    };
    match step.program.fit(platform) {
        Fit::Matches => {
            let unsaid = unsaid(platform).map(|words| format!(" {words}")).unwrap_or_default();
            (Verdict::Matches, format!("/{path} is {what}, as {platform} promises.{unsaid}{more}"))
        }
        Fit::Contradicts => (
            Verdict::Contradicts,
            format!(
                "{platform} is promised, but /{path} is {what}. {}{more}",
                consequence(platform, step.program.os(), step.program.architecture())
            ),
        ),
        Fit::Unclear => (Verdict::Unknown, format!("It could not be told: /{path} is {what}.{more}")),
    }
}

/// What a program's header does not say of the platform that it fits.
fn unsaid(platform: &Platform) -> Option<&'static str> {
    let platform = platform.key();
    match (platform.architecture.as_str(), platform.variant()) {
        ("arm", _) => Some("For which version of ARM its instructions are, the header does not say."),
        ("amd64" | "arm64", variant) if !variant.is_empty() => {
            Some("How new a processor its instructions need, the header does not say.")
        }
        _ => None,
    }
}

/// What somebody who pulls it will see.
fn consequence(platform: &Platform, os: Option<&str>, architecture: Option<&str>) -> &'static str {
    let platform = platform.key();
    match (platform.architecture.as_str(), architecture) {
        _ if os.is_some_and(|os| os != platform.os) => "It does not start there.",
        ("amd64", Some("386")) if platform.os == "windows" => "It runs only where Windows has its 32-bit part.",
        _ if platform.os == "windows" => "Windows says that it is \"not a valid Win32 application\".",
        ("amd64", Some("386")) => "Most of these machines run it, as a 32-bit program.",
        ("arm64", Some("arm")) => {
            "Some of these machines run it, as a 32-bit program; others say \"exec format error\"."
        }
        ("arm", Some("arm")) => "Processors without floating point in hardware stop with \"illegal instruction\".",
        _ => "These machines say \"exec format error\".",
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::program::{Elf, Pe, Program};

    #[test]
    fn a_judgement_says_what_was_promised_and_what_was_found() {
        let elf = |machine, bits, flags| Program::Elf(Elf { bits, big_endian: false, os_abi: 0, machine, flags });
        let pe = |machine| Program::Pe(Pe { machine, is_dotnet: false });
        for (platform, program, verdict, words) in [
            (Some("linux/arm64"), elf(183, 64, 0), Verdict::Matches, "as linux/arm64 promises"),
            (Some("linux/arm/v6"), elf(40, 32, 0x0500_0400), Verdict::Matches, "For which version of ARM"),
            (Some("linux/amd64/v3"), elf(62, 64, 0), Verdict::Matches, "How new a processor"),
            (Some("linux/arm64"), elf(62, 64, 0), Verdict::Contradicts, "exec format error"),
            (Some("linux/amd64"), elf(3, 32, 0), Verdict::Contradicts, "32-bit program"),
            (Some("linux/arm/v5"), elf(40, 32, 0x0500_0400), Verdict::Contradicts, "illegal instruction"),
            (Some("linux/amd64"), pe(0x8664), Verdict::Contradicts, "does not start"),
            (Some("windows/arm64"), pe(0x8664), Verdict::Contradicts, "not a valid Win32 application"),
            (Some("linux/amd64"), Program::Other, Verdict::Unknown, "could not be told"),
            (None, elf(62, 64, 0), Verdict::Unknown, "no platform"),
        ] {
            let steps = [Step { path: "app".to_owned(), depth: 0, program }];
            let platform: Option<Platform> = platform.map(|platform| platform.parse().unwrap());
            let (found, said) = judge(platform.as_ref(), &Outcome::Found, &steps, Starts::Nothing);
            assert_eq!(found, verdict, "{said}");
            assert!(said.contains(words) && said.contains("/app"), "{said}");
            let is_variant =
                platform.is_some_and(|platform| platform.variant().len() == 2 && platform.variant() != "v5");
            assert_eq!(said.contains("the header does not say"), is_variant, "{said}");
        }
        let (verdict, said) = judge(None, &Outcome::Missing("no layer has app\u{7}".to_owned()), &[], Starts::Line);
        assert_eq!((verdict, said.as_str()), (Verdict::Unknown, "It could not be told: no layer has app\\u{7}."));
    }

    #[test]
    fn what_a_program_starts_in_its_turn_is_said_to_be_unseen() {
        let step = |path: &str, program| Step { path: path.to_owned(), depth: 0, program };
        let elf = Program::Elf(Elf { bits: 64, big_endian: false, os_abi: 0, machine: 62, flags: 0 });
        let platform: Platform = "linux/amd64".parse().unwrap();
        let script = step("e.sh", Program::Script(vec!["/bin/sh".to_owned()]));
        for (steps, starts, words) in [
            (vec![script, step("bin/sh", elf.clone())], Starts::Nothing, "What the script starts"),
            (vec![step("bin/sh", elf.clone())], Starts::Line, "line of commands"),
            (vec![step("tini", elf.clone())], Starts::Other, "something else in its turn"),
        ] {
            let (verdict, said) = judge(Some(&platform), &Outcome::Found, &steps, starts);
            assert!(verdict == Verdict::Matches && said.contains(words) && said.contains("not looked at"), "{said}");
        }
    }
}
