//! Machines that people have, in their words.

/// A machine and the platform that its container engine asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    /// What people call it.
    pub(crate) name: &'static str,
    /// The platform, as text.
    pub(crate) platform: &'static str,
}

const fn host(name: &'static str, platform: &'static str) -> Host {
    Host { name, platform }
}

/// The machines, the usual ones first.
pub(crate) const HOSTS: &[Host] = &[
    host("PC or server, 64-bit Intel or AMD", "linux/amd64"),
    host("Apple silicon Mac", "linux/arm64/v8"),
    host("AWS Graviton", "linux/arm64/v8"),
    host("Raspberry Pi 3, 4 and 5, 64-bit", "linux/arm64/v8"),
    host("Raspberry Pi 2, 3 and 4, 32-bit", "linux/arm/v7"),
    host("Raspberry Pi 1 and Zero", "linux/arm/v6"),
    host("Old PC, 32-bit", "linux/386"),
    host("IBM Z", "linux/s390x"),
    host("IBM POWER", "linux/ppc64le"),
    host("RISC-V board", "linux/riscv64"),
    host("Windows Server 2022", "windows(10.0.20348)/amd64"),
    host("Windows Server 2025", "windows(10.0.26100)/amd64"),
];

/// The machines to show beside a list that is being made.
pub(crate) const SHORT_HOSTS: &[Host] = &[
    host("PC or server", "linux/amd64"),
    host("Apple silicon, Graviton", "linux/arm64/v8"),
    host("Pi 2–4, 32-bit", "linux/arm/v7"),
    host("Pi 1, Pi Zero", "linux/arm/v6"),
    host("IBM Z", "linux/s390x"),
    host("IBM POWER", "linux/ppc64le"),
    host("RISC-V", "linux/riscv64"),
    host("Windows Server 2022", "windows(10.0.20348)/amd64"),
];

#[cfg(test)]
mod tests {
    use onetag_shared::platform::Platform;

    use super::*;

    #[test]
    fn every_machine_has_a_platform() {
        for host in HOSTS.iter().chain(SHORT_HOSTS) {
            assert!(host.platform.parse::<Platform>().is_ok(), "{host:?}");
        }
    }
}
