//! The commands that are understood, and what each of their options says.

mod options;

use self::options::{BUILD, COMMON, COMMON_SHORT, CTR, DESCRIBED, HARMLESS, KUBECTL, ONE, REGCTL, RUN};

/// A command: which tools have it, and what its words mean.
#[derive(Debug)]
pub(super) struct Grammar {
    tools: &'static [&'static str],
    /// The words behind the tool's name, in this order; `a|b` is either.
    verbs: &'static [&'static str],
    pub(super) act: Act,
    options: &'static [(&'static str, Means)],
}

/// What a command does, and so what the words mean that are no options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// `LIST IMAGE…`
    Create,
    /// `LIST IMAGE…`: to what the list has, as the command says.
    Add,
    /// `LIST IMAGE`
    Annotate,
    /// `LIST [DESTINATION]`
    Push,
    /// `IMAGE…`; the list is an option.
    Images,
    /// `IMAGE…` after `LIST`, of which they are tags or digests.
    OwnTags,
    /// `LIST`, with images as options.
    Options,
    /// `IMAGE`
    First,
    /// `IMAGE`, and what shall run in it.
    Run,
    /// `IMAGE DESTINATION`
    Copy,
    /// Only options.
    Template,
}

/// What an option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// Nothing that a list is made of.
    Nothing,
    /// The same, with a value.
    NothingMuch,
    /// Something that cannot be taken over, with a value.
    Lost,
    /// A tag of the list.
    Target,
    /// More tags, separated by commas.
    Tags,
    /// An image.
    Image,
    /// An image, by its digest in the list's repository.
    Digest,
    /// What the list holds already is kept.
    Append,
    /// Parts of the platform of the images.
    Os,
    /// See [`Means::Os`].
    Architecture,
    /// See [`Means::Os`].
    Variant,
    /// See [`Means::Os`].
    OsVersion,
    /// See [`Means::Os`].
    OsFeatures,
    /// Processor features.
    Features,
    /// A platform as a whole.
    Platform,
    /// Of a list, only this platform.
    Take,
    /// An annotation of the images.
    Annotation,
    /// An annotation of the list.
    ListAnnotation,
    /// An annotation that says itself what it is of: `index:key=value`.
    TypedAnnotation,
    /// The list's artifact type.
    ArtifactType,
    /// `linux/amd64,linux/arm64`
    Platforms,
    /// `me/app-ARCH:v1`
    Template,
}

/// Tools whose commands are read.
pub(super) const TOOLS: [&str; 13] = [
    "docker",
    "podman",
    "nerdctl",
    "buildah",
    "crane",
    "skopeo",
    "regctl",
    "oras",
    "manifest-tool",
    "docker-compose",
    "kubectl",
    "ctr",
    "crictl",
];

const DOCKER_LIKE: &[&str] = &["docker", "podman", "nerdctl", "buildah"];

const GRAMMARS: &[Grammar] = &[
    Grammar {
        tools: DOCKER_LIKE,
        verbs: &["manifest", "create"],
        act: Act::Create,
        options: &[("--annotation", Means::ListAnnotation)],
    },
    Grammar { tools: DOCKER_LIKE, verbs: &["manifest", "add"], act: Act::Add, options: DESCRIBED },
    Grammar { tools: DOCKER_LIKE, verbs: &["manifest", "annotate"], act: Act::Annotate, options: DESCRIBED },
    Grammar {
        tools: DOCKER_LIKE,
        verbs: &["manifest", "push"],
        act: Act::Push,
        options: &[
            ("--add-compression", Means::Lost),
            ("--compression-format", Means::Lost),
            ("--compression-level", Means::Lost),
            ("--digestfile", Means::NothingMuch),
            ("--format", Means::Lost),
            ("--sign-by", Means::Lost),
            ("-f", Means::Lost),
        ],
    },
    Grammar {
        tools: &["docker"],
        verbs: &["buildx", "imagetools", "create"],
        act: Act::Images,
        options: &[
            ("--tag", Means::Target),
            ("-t", Means::Target),
            ("--annotation", Means::TypedAnnotation),
            ("--append", Means::Append),
            ("--platform", Means::Take),
            ("-p", Means::Take),
            ("--file", Means::Lost),
            ("-f", Means::Lost),
        ],
    },
    Grammar {
        tools: &["crane"],
        verbs: &["index", "append"],
        act: Act::Images,
        options: &[
            ("--manifest", Means::Image),
            ("-m", Means::Image),
            ("--tag", Means::Target),
            ("-t", Means::Target),
            ("--platform", Means::NothingMuch),
            ("--flatten", Means::Nothing),
        ],
    },
    Grammar { tools: &["regctl"], verbs: &["index", "create"], act: Act::Options, options: REGCTL },
    Grammar { tools: &["regctl"], verbs: &["index", "add"], act: Act::Options, options: REGCTL },
    Grammar {
        tools: &["oras"],
        verbs: &["manifest", "index", "create"],
        act: Act::OwnTags,
        options: &[
            ("--annotation", Means::ListAnnotation),
            ("-a", Means::ListAnnotation),
            ("--artifact-type", Means::ArtifactType),
            ("--annotation-file", Means::Lost),
            ("--output", Means::Lost),
            ("-o", Means::Lost),
            ("--subject", Means::Lost),
            ("--format", Means::NothingMuch),
        ],
    },
    Grammar {
        tools: &["manifest-tool"],
        verbs: &["push", "from-args"],
        act: Act::Template,
        options: &[
            ("--platforms", Means::Platforms),
            ("--template", Means::Template),
            ("--target", Means::Target),
            ("--tags", Means::Tags),
            ("--type", Means::NothingMuch),
        ],
    },
    Grammar { tools: &["crane", "skopeo", "oras"], verbs: &["copy|cp"], act: Act::Copy, options: ONE },
    Grammar { tools: &["regctl"], verbs: &["image|index", "copy|cp"], act: Act::Copy, options: ONE },
    Grammar { tools: &["docker"], verbs: &["buildx", "imagetools", "inspect"], act: Act::First, options: ONE },
    Grammar { tools: &["docker"], verbs: &["buildx", "build"], act: Act::Template, options: BUILD },
    Grammar { tools: DOCKER_LIKE, verbs: &["build|bud"], act: Act::Template, options: BUILD },
    Grammar { tools: DOCKER_LIKE, verbs: &["manifest|image", "inspect|pull|push"], act: Act::First, options: ONE },
    Grammar { tools: DOCKER_LIKE, verbs: &["run|create"], act: Act::Run, options: RUN },
    Grammar { tools: DOCKER_LIKE, verbs: &["pull|push|inspect|from"], act: Act::First, options: ONE },
    Grammar { tools: DOCKER_LIKE, verbs: &["tag"], act: Act::First, options: &[] },
    Grammar {
        tools: &["regctl", "oras"],
        verbs: &["image|manifest|tag|index|repo", "inspect|get|head|digest|fetch|fetch-config|config|manifest"],
        act: Act::First,
        options: ONE,
    },
    Grammar {
        tools: &["crane", "skopeo", "oras", "manifest-tool"],
        verbs: &["inspect|pull|digest|manifest|config|export|validate|discover|resolve|list-tags|ls"],
        act: Act::First,
        options: ONE,
    },
    Grammar { tools: &["kubectl"], verbs: &["run|debug"], act: Act::Template, options: KUBECTL },
    Grammar {
        tools: &["kubectl"],
        verbs: &["create", "deployment|deploy|job|cronjob"],
        act: Act::Template,
        options: KUBECTL,
    },
    Grammar { tools: &["ctr"], verbs: &["image|images|i", "pull|push"], act: Act::First, options: CTR },
    Grammar { tools: &["crictl"], verbs: &["pull|inspecti"], act: Act::First, options: ONE },
];

impl Grammar {
    /// The command of these words, and its own words behind the verbs.
    pub(super) fn of<'a>(tool: &str, words: &'a [String]) -> Option<(&'static Self, &'a [String])> {
        let mut of_tool = GRAMMARS.iter().filter(|grammar| grammar.tools.contains(&tool));
        of_tool.find_map(|grammar| Some((grammar, behind(tool, words, grammar.verbs)?)))
    }

    /// Is it one that adds to what its list holds?
    pub(super) fn keeps_what_is_there(&self) -> bool {
        self.act == Act::Options && self.verbs.contains(&"add")
    }

    /// What an option means; `None` for one that is not known.
    pub(super) fn option(&self, name: &str) -> Option<Means> {
        let own = self.options.iter().find(|(option, _)| *option == name).map(|(_, means)| *means);
        let common = || COMMON.contains(&name).then_some(Means::NothingMuch);
        own.or_else(common).or_else(|| HARMLESS.contains(&name).then_some(Means::Nothing))
    }
}

impl Means {
    /// Is it followed by a value?
    pub(super) fn has_value(self) -> bool {
        !matches!(self, Self::Nothing | Self::Append)
    }
}

fn behind<'a>(tool: &str, words: &'a [String], verbs: &[&str]) -> Option<&'a [String]> {
    verbs.iter().try_fold(words, |words, verb| {
        let (first, rest) = without_options(tool, words).split_first()?;
        verb.split('|').any(|verb| verb == first).then_some(rest)
    })
}

/// The words without the options before them, which are the tool's own.
pub(super) fn without_options<'a>(tool: &str, mut words: &'a [String]) -> &'a [String] {
    while let Some((option, rest)) = words.split_first().filter(|(word, _)| word.starts_with('-')) {
        let option = option.as_str();
        // Elsewhere it is a switch.
        let is_level = tool == "regctl" && option == "-v";
        let has_value = is_level || COMMON.contains(&option) || COMMON_SHORT.contains(&option);
        words = if has_value { rest.get(1..).unwrap_or_default() } else { rest };
    }
    words
}
