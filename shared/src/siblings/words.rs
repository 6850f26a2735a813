//! What processors are called in names.

/// How somebody names processors; a repository keeps to one way.
const GO: u8 = 1;
/// Docker's official images: `arm32v7/nginx`.
const DOCKER: u8 = 1 << 1;
/// What `uname -m` says.
const KERNEL: u8 = 1 << 2;
/// Debian's architectures, and Home Assistant's, which mixes them with the kernel's.
const DEBIAN: u8 = 1 << 3;
/// A platform with its slashes made dashes: `linux-arm-v7`.
const DASHED: u8 = 1 << 4;

/// A word for a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As it stands in a name; separators in it are written `-` here.
    pub(super) text: &'static str,
    /// On Linux.
    pub(super) linux: &'static str,
    ways: u8,
}

impl Word {
    /// May one person use both?
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        self.ways & other.ways != 0
    }
}

const fn word(text: &'static str, linux: &'static str, ways: u8) -> Word {
    Word { text, linux, ways }
}

/// All of them, the usual ones first: that is the order in which they are looked for.
pub(super) const WORDS: &[Word] = &[
    word("amd64", "linux/amd64", GO | DOCKER | DEBIAN | DASHED),
    word("arm64", "linux/arm64", GO | DEBIAN | DASHED),
    word("arm64v8", "linux/arm64", DOCKER),
    word("aarch64", "linux/arm64", KERNEL | DEBIAN),
    word("x86-64", "linux/amd64", KERNEL),
    word("armv7", "linux/arm/v7", GO | DEBIAN),
    word("arm32v7", "linux/arm/v7", DOCKER),
    word("arm-v7", "linux/arm/v7", DASHED),
    word("armhf", "linux/arm/v7", DEBIAN),
    word("armv7l", "linux/arm/v7", KERNEL),
    word("arm", "linux/arm", GO),
    word("arm32v6", "linux/arm/v6", DOCKER),
    word("armv6", "linux/arm/v6", GO),
    word("arm-v6", "linux/arm/v6", DASHED),
    word("i386", "linux/386", DOCKER | DEBIAN),
    word("386", "linux/386", GO | DASHED),
    word("ppc64le", "linux/ppc64le", GO | DOCKER | KERNEL | DASHED),
    word("s390x", "linux/s390x", GO | DOCKER | KERNEL | DEBIAN | DASHED),
    word("riscv64", "linux/riscv64", GO | DOCKER | KERNEL | DEBIAN | DASHED),
    word("arm64-v8", "linux/arm64", DASHED),
    word("arm32v5", "linux/arm/v5", DOCKER),
    word("mips64le", "linux/mips64le", GO | DOCKER),
    word("loong64", "linux/loong64", GO | DEBIAN),
    word("armel", "linux/arm/v5", DEBIAN),
    word("ppc64el", "linux/ppc64le", DEBIAN),
    word("i686", "linux/386", KERNEL),
    // These are read, and not looked for by everybody.
    word("x64", "linux/amd64", 0),
    word("x86", "linux/386", 0),
    word("amd64-v2", "linux/amd64/v2", 0),
    word("amd64-v3", "linux/amd64/v3", 0),
    word("armv8", "linux/arm64", 0),
    word("arm64v8l", "linux/arm64", 0),
    word("armv6l", "linux/arm/v6", 0),
    word("armv7hf", "linux/arm/v7", 0),
    word("armv5", "linux/arm/v5", 0),
    word("arm-v5", "linux/arm/v5", 0),
    word("arm-64", "linux/arm64", 0),
    word("arm7", "linux/arm/v7", 0),
    word("arm6", "linux/arm/v6", 0),
    word("arm5", "linux/arm/v5", 0),
    word("armv8l", "linux/arm/v7", 0),
    word("armv5tel", "linux/arm/v5", 0),
    word("i586", "linux/386", 0),
    word("loongarch64", "linux/loong64", KERNEL),
    word("mips64el", "linux/mips64le", 0),
    word("powerpc64le", "linux/ppc64le", 0),
];

/// The same processor under Windows.
pub(super) fn on_windows(linux: &'static str) -> &'static str {
    match linux {
        "linux/amd64" => "windows/amd64",
        "linux/arm64" => "windows/arm64",
        "linux/386" => "windows/386",
        other => other,
    }
}

/// The same processor under macOS.
pub(super) fn on_darwin(linux: &'static str) -> &'static str {
    match linux {
        "linux/amd64" => "darwin/amd64",
        "linux/arm64" => "darwin/arm64",
        other => other,
    }
}

/// The place of a platform in lists: that of its first word.
pub(super) fn place(platform: &str) -> usize {
    WORDS.iter().position(|word| word.linux == platform).unwrap_or(WORDS.len())
}
