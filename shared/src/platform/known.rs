//! Names of platforms, for people.

use super::Platform;

/// Platforms to offer in an editor, the usual ones first.
pub const KNOWN_PLATFORMS: &[&str] = &[
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v7",
    "linux/arm/v6",
    "linux/arm/v5",
    "linux/386",
    "linux/ppc64le",
    "linux/s390x",
    "linux/riscv64",
    "linux/loong64",
    "linux/mips64le",
    "linux/amd64/v2",
    "linux/amd64/v3",
    "windows/amd64",
    "windows/arm64",
    "darwin/amd64",
    "darwin/arm64",
    "freebsd/amd64",
    "freebsd/arm64",
    "wasip1/wasm",
];

impl Platform {
    /// What people call the processor, for a tooltip; `None` for one that has no such name here.
    pub fn words(&self) -> Option<&'static str> {
        let platform = self.normalized();
        Some(match (platform.architecture.as_str(), platform.variant()) {
            ("amd64", "") => "64-bit Intel and AMD (PCs, servers, Intel Macs)",
            ("amd64", _) => "newer 64-bit Intel and AMD",
            ("386", _) => "32-bit Intel and AMD (old PCs)",
            ("arm64", _) => "64-bit ARM (Raspberry Pi 3 and newer, Apple silicon, Graviton)",
            ("arm", "v7") => "32-bit ARM (Raspberry Pi 2 and newer)",
            ("arm", "v6") => "32-bit ARM (Raspberry Pi 1 and Zero)",
            ("arm", "v5") => "old 32-bit ARM",
            ("arm", _) => "32-bit ARM",
            ("ppc64le", _) => "IBM POWER, little-endian",
            ("s390x", _) => "IBM Z mainframes",
            ("riscv64", _) => "64-bit RISC-V",
            ("loong64", _) => "LoongArch",
            ("mips64le", _) => "64-bit MIPS, little-endian",
            ("wasm", _) => "WebAssembly",
            _ => return None,
        })
    }
}
