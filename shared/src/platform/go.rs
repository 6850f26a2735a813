//! The systems and processors that Go knows: their names are those of platforms (OCI image spec, "Image Index").

/// Values of `GOOS`, and whether Go builds programs for it today (`go tool dist list`; `wasi` is what is said for `wasip1`, too).
const OSES: [(&str, bool); 19] = [
    ("aix", true),
    ("android", true),
    ("darwin", true),
    ("dragonfly", true),
    ("freebsd", true),
    ("hurd", false),
    ("illumos", true),
    ("ios", true),
    ("js", true),
    ("linux", true),
    ("nacl", false),
    ("netbsd", true),
    ("openbsd", true),
    ("plan9", true),
    ("solaris", true),
    ("wasi", true),
    ("wasip1", true),
    ("windows", true),
    ("zos", false),
];

/// Values of `GOARCH`, past and reserved ones included, and whether Go builds programs for it today. `riscv`, which is reserved, is
/// left out: people mean `riscv64`.
const ARCHITECTURES: [(&str, bool); 23] = [
    ("386", true),
    ("amd64", true),
    ("amd64p32", false),
    ("arm", true),
    ("arm64", true),
    ("arm64be", false),
    ("armbe", false),
    ("loong64", true),
    ("mips", true),
    ("mips64", true),
    ("mips64le", true),
    ("mips64p32", false),
    ("mips64p32le", false),
    ("mipsle", true),
    ("ppc", false),
    ("ppc64", true),
    ("ppc64le", true),
    ("riscv64", true),
    ("s390", false),
    ("s390x", true),
    ("sparc", false),
    ("sparc64", false),
    ("wasm", true),
];

fn find(table: &[(&str, bool)], name: &str) -> Option<bool> {
    table.iter().find(|(known, _)| *known == name).map(|(_, is_built)| *is_built)
}

pub(super) fn is_known_os(os: &str) -> bool {
    find(&OSES, os).is_some()
}

pub(super) fn is_known_architecture(architecture: &str) -> bool {
    find(&ARCHITECTURES, architecture).is_some()
}

/// Is it a variant of this processor, both in their one spelling (`GOAMD64`, `GOARM`, `GOARM64`, `GOPPC64`, `GORISCV64`, `GOMIPS`,
/// `GO386`)? None at all is one of every processor.
pub(super) fn is_known_variant(architecture: &str, variant: &str) -> bool {
    let is_one_of = |known: &[&str]| known.contains(&variant);
    variant.is_empty()
        || match architecture {
            "amd64" => is_one_of(&["v2", "v3", "v4"]),
            "arm" => is_one_of(&["v5", "v6", "v7", "v8"]),
            "arm64" => arm64_version(variant).is_some(),
            "ppc64" | "ppc64le" => is_one_of(&["power8", "power9", "power10"]),
            "riscv64" => is_one_of(&["rva20u64", "rva22u64", "rva23u64"]),
            "386" => is_one_of(&["sse2", "softfloat"]),
            "mips" | "mipsle" | "mips64" | "mips64le" => is_one_of(&["hardfloat", "softfloat"]),
            _ => false,
        }
}

/// The versions of 64-bit ARM that containerd knows: `v8` to `v8.9` and `v9` to `v9.7`. None at all means `v8`.
pub(super) fn arm64_version(variant: &str) -> Option<(u32, u32)> {
    let version = match variant {
        "" => return Some((8, 0)),
        _ => variant.strip_prefix('v')?,
    };
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let minor = minor.parse().ok().filter(|_| minor.len() == 1)?;
    match (major, minor) {
        ("8", 0..=9) => Some((8, minor)),
        ("9", 0..=7) => Some((9, minor)),
        _ => None,
    }
}

/// Does Go build for this system and this processor, each by itself? Pairs are not looked at: they come and go.
pub(super) fn is_built_for(os: &str, architecture: &str) -> bool {
    find(&OSES, os) == Some(true) && find(&ARCHITECTURES, architecture) == Some(true)
}
