//! Platforms that somebody asks about.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::platform::{MACHINES, Platform};

#[test]
fn who_asks_names_a_processor() {
    for (text, platform) in [
        ("arm64", "linux/arm64"),
        (" linux/arm/v7 ", "linux/arm/v7"),
        ("windows(10.0.20348)/amd64", "windows(10.0.20348)/amd64"),
        ("macos/arm64", "darwin/arm64"),
        ("linux/armbe", "linux/armbe"),
    ] {
        assert_eq!(Platform::asked(text).unwrap().to_string(), platform, "{text}");
        assert_eq!(Platform::called(text).unwrap().to_string(), platform, "{text}");
    }
    for (text, words) in [
        ("linux", "`linux` names no processor; write both, as in `linux/amd64`"),
        ("Windows", "`Windows` names no processor; write both, as in `Windows/amd64`"),
        ("toaster", "`toaster` is neither an operating system nor an architecture we know"),
        ("linux/*", "`linux/*` is not a platform: it names one, and `*` would be many"),
        ("", "a platform is missing"),
    ] {
        for error in [Platform::asked(text), Platform::called(text)] {
            let error = error.unwrap_err().to_string();
            assert!(error.starts_with(words) && !error.contains("did you mean"), "{text}: {error}");
        }
    }
    for text in ["Apple pie", "Raspberry Pi", "amd64 linux", "mini max"] {
        let error = Platform::called(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{text}` is no platform, and no machine")), "{error}");
    }
    // What is written as a platform is one: lists have those of unikernels, and of processors that Go does not know.
    for (text, words) in [
        ("linux/toaster", "`linux/toaster` names a processor that is not known here"),
        ("qemu/amd64", "`qemu/amd64` names a system that is not known here"),
    ] {
        let platform = Platform::called(text).unwrap();
        assert_eq!((platform.to_string().as_str(), platform.is_known()), (text, false));
        assert_eq!(platform.not_known().unwrap().to_string(), words);
    }
    for text in [
        "linux/arm64",
        "linux/arm64/v8.2",
        "linux/arm64/v9",
        "linux/arm/v8",
        "linux/amd64/v4",
        "linux/x86_64",
        "linux/386/softfloat",
        "linux/386/sse2",
        "linux/mips64le/hardfloat",
        "linux/ppc64le/power9",
        "linux/riscv64/rva22u64",
        "windows/arm64",
        "wasip1/wasm",
        "wasi/wasm",
    ] {
        assert_eq!(text.parse::<Platform>().unwrap().not_known(), None, "{text}");
    }
    for text in
        ["linux/mips64le/sse2", "linux/386/hardfloat", "linux/wasm/v1", "linux/ppc64le/power7", "linux/riscv64/gc"]
    {
        assert_eq!(text.parse::<Platform>().unwrap().unknown_part(), Some("a variant"), "{text}");
    }
}

#[test]
fn what_people_call_it_is_understood() {
    for (text, platform) in [
        ("armv7l", "linux/arm/v7"),
        ("linux/armv7l", "linux/arm/v7"),
        ("linux/arm7", "linux/arm/v7"),
        ("armv8l", "linux/arm/v7"),
        ("linux-armv6l", "linux/arm/v6"),
        ("i686", "linux/386"),
        ("arm64v8", "linux/arm64"),
        ("arm32v7", "linux/arm/v7"),
        ("linux/x64", "linux/amd64"),
        ("linux, arm64", "linux/arm64"),
        ("windows/x64", "windows/amd64"),
        ("macOS arm64", "darwin/arm64"),
        ("ppc64el", "linux/ppc64le"),
        ("Raspberry Pi Zero", "linux/arm/v6"),
        ("raspberry-pi 4", "linux/arm64/v8"),
        ("Raspberry Pi 1, Zero and Zero W", "linux/arm/v6"),
        ("windows server 2022", "windows(10.0.20348)/amd64"),
        ("apple silicon", "linux/arm64/v8"),
        ("Apple M2", "linux/arm64/v8"),
        ("M4 MacBook Pro", "linux/arm64/v8"),
        ("Mac", "linux/arm64/v8"),
        ("intel mac", "linux/amd64"),
        ("RPi 4 Model B", "linux/arm64/v8"),
        ("pi zero w", "linux/arm/v6"),
        ("Raspberry Pi 3 B+", "linux/arm64/v8"),
        ("AWS Graviton3", "linux/arm64/v8"),
        ("IBM Z", "linux/s390x"),
        ("Windows 11", "linux/amd64"),
        ("x86-64-v3", "linux/amd64/v3"),
        ("aarch64-unknown-linux-gnu", "linux/arm64"),
        ("x86_64-pc-windows-msvc", "windows/amd64"),
        ("armv7-unknown-linux-gnueabihf", "linux/arm/v7"),
        ("aarch64-apple-darwin", "darwin/arm64"),
        ("riscv64gc-unknown-linux-gnu", "linux/riscv64"),
        ("aarch64-linux", "linux/arm64"),
        ("linux/x86-64-v3", "linux/amd64/v3"),
        ("linux/riscv", "linux/riscv64"),
        ("amd64/v4", "linux/amd64/v4"),
        ("arm64/v8.2", "linux/arm64/v8.2"),
        ("arm/v7", "linux/arm/v7"),
    ] {
        let asked = Platform::asked(text);
        assert!(asked.is_err() || asked.is_ok_and(|asked| !asked.is_known()), "{text}");
        assert_eq!(Platform::called(text).map(|platform| platform.to_string()).as_deref(), Ok(platform), "{text}");
    }
    // Of another system there is none.
    for text in ["windows/armv7l", "darwin/i686"] {
        assert!(!Platform::called(text).unwrap().is_known(), "{text}");
    }
    // Go has a name for processors that it builds nothing for.
    assert_eq!(Platform::called("RISC-V").unwrap(), Platform::called("riscv").unwrap());
    assert!(Platform::asked("riscv").is_err(), "the page reads it so");
    for text in ["my-app-linux", "aarch64-gnu", "unknown-linux-gnu", "arm-linux-gnueabihf"] {
        assert!(Platform::called(text).is_err(), "{text}");
    }
    for machine in MACHINES.iter().flat_map(|(_, machines)| *machines) {
        assert_eq!(Platform::called(machine.name).unwrap().to_string(), machine.platform, "{machine:?}");
    }
}

#[test]
fn a_slip_of_the_pen_is_shown_what_was_meant() {
    for (text, near) in [
        ("linux/amd46", Some("linux/amd64")),
        ("linux/arm46", Some("linux/arm64")),
        ("linus/arm64", Some("linux/arm64")),
        ("linux/riscv32", None),
        ("linux/arm9", None),
        ("foo/bar", None),
        ("linux/arm64/foo", Some("linux/arm64")),
        ("linux/arm64/v10", Some("linux/arm64")),
        ("linux/amd64/v9", Some("linux/amd64")),
        ("linux/arm/v9", Some("linux/arm/v7")),
        ("linux/s390x/z15", Some("linux/s390x")),
    ] {
        let platform = Platform::called(text).unwrap();
        assert_eq!(platform.not_known().unwrap().near(), near, "{text}");
    }
    assert_eq!(Platform::called("amd46").unwrap_err().near(), Some("linux/amd64"));
    for text in ["my-app-arm64", &"arm64".repeat(100)] {
        assert_eq!(Platform::called(text).unwrap_err().near(), None, "{text}");
    }
}
