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

/// Values of `GOARCH`, past and reserved ones included, and whether Go builds programs for it today.
const ARCHITECTURES: [(&str, bool); 24] = [
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
    ("riscv", false),
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

/// Does Go build for this system and this processor, each by itself? Pairs are not looked at: they come and go.
pub(super) fn is_built_for(os: &str, architecture: &str) -> bool {
    find(&OSES, os) == Some(true) && find(&ARCHITECTURES, architecture) == Some(true)
}
