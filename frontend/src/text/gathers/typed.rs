//! What is typed to make a gather.

use onetag_shared::{
    api::{GatherRequest, GatherTarget, Problem, PushOptions},
    list::{Format, ListType},
    platform::{Platform, same},
};

use crate::text::{
    format::sentence,
    target::{self, Target},
};

/// The platforms that are offered, and what they are for where their names do not say it.
pub(crate) const COMMON: [(&str, Option<&str>); 10] = [
    ("linux/amd64", None),
    ("linux/arm64", None),
    ("linux/arm/v7", None),
    ("linux/arm/v6", None),
    ("linux/386", None),
    ("linux/ppc64le", None),
    ("linux/s390x", None),
    ("linux/riscv64", None),
    ("windows(10.0.20348)/amd64", Some("Windows Server 2022")),
    ("windows(10.0.26100)/amd64", Some("Windows Server 2025")),
];

/// How long a gather may wait: seconds, and how people say it. The third is what is usual.
pub(crate) const WAITS: [(u64, &str); 6] = [
    (1800, "30 minutes"),
    (7200, "2 hours"),
    (21_600, "6 hours"),
    (86_400, "1 day"),
    (259_200, "3 days"),
    (604_800, "7 days"),
];

/// All of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Which of [`COMMON`] are chosen.
    pub(crate) common: [bool; COMMON.len()],
    /// Other platforms.
    pub(crate) others: String,
    /// Tags, one a line.
    pub(crate) targets: String,
    /// Where parts may come from, one a line.
    pub(crate) sources: String,
    /// Seconds to wait.
    pub(crate) wait: u64,
    /// Signatures and SBOMs are brought along.
    pub(crate) referrers: bool,
}

/// What cannot be, and the field it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// `platforms`, `targets`, `sources`.
    pub(crate) field: &'static str,
    /// Why, in a sentence.
    pub(crate) words: String,
}

impl Typed {
    /// The form for these platforms and tags, as a link names them: with commas between.
    pub(crate) fn of(platforms: &str, targets: &str) -> Self {
        let mut common = [false; COMMON.len()];
        let mut others = Vec::new();
        for text in platforms.split(',').filter(|text| !text.is_empty()) {
            let platform = text.parse::<Platform>().ok();
            let place = COMMON.iter().position(|(name, _)| {
                let common = name.parse().ok();
                platform.as_ref().zip(common.as_ref()).is_some_and(|(one, other)| same(one, other))
            });
            match place {
                Some(place) => common[place] = true,
                None => others.push(text),
            }
        }
        Self {
            common,
            others: others.join("\n"),
            targets: targets.replace(',', "\n"),
            sources: String::new(),
            wait: WAITS[2].0,
            referrers: false,
        }
    }

    /// What is asked for; or what is wrong, as far as that can be seen here.
    pub(crate) fn request(&self) -> Result<GatherRequest, Wrong> {
        let wrong = |field, words: &str| Wrong { field, words: sentence(words) };
        let chosen = COMMON.iter().zip(self.common).filter(|(_, is_chosen)| *is_chosen).map(|((name, _), _)| *name);
        let platforms = chosen.chain(words(&self.others)).map(str::parse).collect::<Result<Vec<Platform>, _>>();
        let platforms = platforms.map_err(|error| wrong("platforms", &error.to_string()))?;
        if platforms.is_empty() {
            return Err(wrong("platforms", "Choose the platforms to wait for"));
        }
        let texts: Vec<String> = words(&self.targets).map(str::to_owned).collect();
        let targets = target::read_all(&texts).into_iter().filter_map(|target| match target {
            Target::Empty => None,
            Target::Tag(reference) => Some(Ok(GatherTarget { reference, guard: None })),
            Target::Wrong { message, suggestion } => Some(Err(match suggestion {
                Some(suggestion) => wrong("targets", &format!("{message}; did you mean {suggestion}?")),
                None => wrong("targets", &message),
            })),
        });
        let targets = targets.collect::<Result<Vec<_>, _>>()?;
        if targets.is_empty() {
            return Err(wrong("targets", "Name a tag to push to"));
        }
        Ok(GatherRequest {
            platforms,
            targets,
            sources: words(&self.sources).map(str::to_owned).collect(),
            deadline: None,
            expires_in: Some(self.wait),
            list_type: ListType::Auto,
            format: Format::default(),
            annotations: std::collections::BTreeMap::new(),
            artifact_type: None,
            subject: None,
            convert: onetag_shared::list::Convert::default(),
            options: PushOptions { referrers: self.referrers, ..PushOptions::default() },
        })
    }
}

/// The words of a field, whatever stands between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\t', '\n', '\r']).filter(|word| !word.is_empty())
}

impl Wrong {
    /// What the server does not take, where it is about a field.
    pub(crate) fn of(problem: &Problem) -> Option<Self> {
        let field = problem.pointer.as_deref()?.trim_start_matches('/').split('/').next()?;
        let field = ["platforms", "targets", "sources"].into_iter().find(|known| *known == field)?;
        let hint = problem.hint.as_deref().unwrap_or_default();
        Some(Self { field, words: format!("{} {hint}", sentence(&problem.detail)).trim_end().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use onetag_shared::api::ProblemCode;

    use super::*;

    #[test]
    fn every_platform_that_is_offered_is_one() {
        for (name, _) in COMMON {
            assert_eq!(name.parse::<Platform>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_link_fills_the_form() {
        let typed = Typed::of("linux/arm64/v8,linux/amd64,linux/mips64le", "me/app:v1,me/app:latest");
        let request = typed.request().unwrap();
        let platforms: Vec<String> = request.platforms.iter().map(ToString::to_string).collect();
        assert_eq!(platforms, ["linux/amd64", "linux/arm64", "linux/mips64le"]);
        assert_eq!((request.targets.len(), request.expires_in), (2, Some(21_600)));
        assert_eq!(Typed::of("", "").common, [false; COMMON.len()]);
    }

    #[test]
    fn what_is_wrong_is_in_a_field() {
        let typed = |others: &str, targets: &str| Typed { others: others.to_owned(), ..Typed::of("", targets) };
        let field = |typed: &Typed| typed.request().map_err(|wrong| wrong.field).err();
        assert_eq!(field(&typed("", "me/app")), Some("platforms"));
        assert_eq!(field(&typed("linux/*", "me/app")), Some("platforms"));
        assert_eq!(field(&typed("linux/arm64, linux/s390x", "")), Some("targets"));
        assert_eq!(field(&typed("linux/arm64", "me/app:v1 Me/App")), Some("targets"));
        assert_eq!(field(&typed("arm64\nlinux/s390x", "me/app")), None);
        let problem = Problem::new(ProblemCode::InvalidReference, "`x y` is no place").at("/sources/0");
        assert_eq!(Wrong::of(&problem).unwrap().field, "sources");
        assert_eq!(Wrong::of(&problem.at("/expiresIn")), None);
    }
}
