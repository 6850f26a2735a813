//! Machines that people have, in their words.

/// A machine and the platform that its container engine asks for.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// What people call it.
    pub name: &'static str,
    /// The platform, as text.
    pub platform: &'static str,
}

/// A machine that is called so, and its platform.
pub const fn machine(name: &'static str, platform: &'static str) -> Machine {
    Machine { name, platform }
}

/// The machines in groups, the usual ones first.
pub const MACHINES: &[(&str, &[Machine])] = &[
    (
        "PCs and servers",
        &[
            machine("PC or server, 64-bit Intel or AMD", "linux/amd64"),
            machine("PC or server, 64-bit ARM", "linux/arm64/v8"),
            machine("Old PC, 32-bit", "linux/386"),
            machine("Intel Mac", "linux/amd64"),
            machine("Apple silicon Mac", "linux/arm64/v8"),
        ],
    ),
    (
        "Clouds",
        &[
            machine("AWS Graviton", "linux/arm64/v8"),
            machine("Azure Cobalt", "linux/arm64/v8"),
            machine("Google Axion", "linux/arm64/v8"),
            machine("Ampere Altra", "linux/arm64/v8"),
        ],
    ),
    (
        "Raspberry Pi",
        &[
            machine("Raspberry Pi 3, 4, 5 and Zero 2 W, 64-bit", "linux/arm64/v8"),
            machine("Raspberry Pi 2, 3, 4 and Zero 2 W, 32-bit", "linux/arm/v7"),
            machine("Raspberry Pi 1, Zero and Zero W", "linux/arm/v6"),
        ],
    ),
    (
        "Windows containers",
        &[
            machine("Windows Server 2019", "windows(10.0.17763)/amd64"),
            machine("Windows Server 2022", "windows(10.0.20348)/amd64"),
            machine("Windows Server 2025", "windows(10.0.26100)/amd64"),
        ],
    ),
    (
        "Others",
        &[
            machine("IBM Z", "linux/s390x"),
            machine("IBM POWER", "linux/ppc64le"),
            machine("RISC-V board", "linux/riscv64"),
            machine("LoongArch PC", "linux/loong64"),
        ],
    ),
];
