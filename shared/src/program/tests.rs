#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// An ELF header with these fields.
fn elf(bits: u8, big_endian: bool, os_abi: u8, machine: u16, flags: u32) -> Vec<u8> {
    let mut head = vec![0; 64];
    head[..8].copy_from_slice(&[0x7f, b'E', b'L', b'F', bits / 32, 1 + u8::from(big_endian), 1, os_abi]);
    let flags_at = if bits == 64 { 48 } else { 36 };
    let (machine, flags) = if big_endian {
        (machine.to_be_bytes(), flags.to_be_bytes())
    } else {
        (machine.to_le_bytes(), flags.to_le_bytes())
    };
    head[18..20].copy_from_slice(&machine);
    head[flags_at..flags_at + 4].copy_from_slice(&flags);
    head
}

fn pe(machine: u16) -> Vec<u8> {
    let mut head = vec![0; 0x80];
    head[..2].copy_from_slice(b"MZ");
    head[0x3c] = 0x80;
    head.extend(b"PE\0\0");
    head.extend(machine.to_le_bytes());
    head
}

#[test]
fn each_machine_fits_its_own_platform_and_no_other() {
    let platforms = [
        "linux/amd64",
        "linux/386",
        "linux/arm64",
        "linux/arm/v7",
        "linux/arm/v6",
        "linux/arm/v5",
        "linux/ppc64le",
        "linux/s390x",
        "linux/riscv64",
        "linux/loong64",
        "linux/mips64le",
        "windows/amd64",
        "windows/arm64",
        "darwin/arm64",
        "freebsd/amd64",
        "wasip1/wasm",
    ];
    for (head, fits, words) in [
        (elf(64, false, 0, 62, 0), &["linux/amd64"][..], "ELF, 64-bit, little-endian, amd64"),
        (elf(64, false, 3, 62, 0), &["linux/amd64"], "amd64"),
        (elf(64, false, 9, 62, 0), &["freebsd/amd64"], "amd64"),
        (elf(32, false, 0, 62, 0), &[], "amd64p32"),
        (elf(32, false, 0, 3, 0), &["linux/386"], "ELF, 32-bit, little-endian, 386"),
        (elf(64, false, 0, 183, 0), &["linux/arm64"], "arm64"),
        (elf(64, true, 0, 183, 0), &[], "big-endian, arm64be"),
        (elf(32, false, 0, 40, 0x0500_0400), &["linux/arm/v7", "linux/arm/v6"], "arm, hardware floating point"),
        (
            elf(32, false, 0, 40, 0x0500_0200),
            &["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"],
            "arm, software floating point",
        ),
        (elf(64, false, 0, 21, 2), &["linux/ppc64le"], "ppc64le"),
        (elf(64, true, 0, 21, 1), &[], "ppc64"),
        (elf(64, true, 0, 22, 0), &["linux/s390x"], "big-endian, s390x"),
        (elf(32, true, 0, 22, 0), &[], "s390"),
        (elf(64, false, 0, 243, 5), &["linux/riscv64"], "riscv64, double floats, compressed instructions"),
        (elf(32, false, 0, 243, 0), &[], "riscv, software floating point"),
        (elf(64, false, 0, 8, 0), &["linux/mips64le"], "mips64le"),
        (elf(64, false, 0, 258, 0x43), &["linux/loong64"], "loong64"),
        // Some systems have no number of their own.
        (elf(64, false, 12, 62, 0), &[], "amd64"),
        (pe(0x8664), &["windows/amd64"], "PE, amd64"),
        (pe(0xaa64), &["windows/arm64"], "PE, arm64"),
        (b"\0asm\x01\0\0\0".to_vec(), &["wasip1/wasm"], "WebAssembly"),
    ] {
        let program = Program::read(&head);
        assert!(program.words().contains(words), "{}", program.words());
        let fitting: Vec<&str> =
            platforms.into_iter().filter(|platform| program.fit(&platform.parse().unwrap()) == Fit::Matches).collect();
        assert_eq!(fitting, fits, "{program:?}");
    }
}

#[test]
fn what_names_no_system_may_be_of_any_that_takes_it() {
    let program = Program::read(&elf(64, false, 0, 62, 0));
    for (platform, fit) in [
        ("linux/amd64", Fit::Matches),
        ("illumos/amd64", Fit::Matches),
        ("openbsd/amd64", Fit::Matches),
        ("openbsd/arm64", Fit::Contradicts),
        ("windows/amd64", Fit::Contradicts),
        ("darwin/amd64", Fit::Contradicts),
    ] {
        assert_eq!(program.fit(&platform.parse().unwrap()), fit, "{platform}");
    }
}

#[test]
fn a_program_of_dotnet_may_be_for_any_processor() {
    let mut head = pe(0x14c);
    head.resize(0x80 + 24, 0);
    head.extend([0x0b, 0x01]);
    head.resize(0x80 + 24 + 96 + 15 * 8, 0);
    let plain = Program::read(&head);
    head[0x80 + 24 + 96 + 14 * 8] = 8;
    let dotnet = Program::read(&head);
    for (program, platform, fit) in [
        (&plain, "windows/amd64", Fit::Contradicts),
        (&plain, "windows/386", Fit::Matches),
        (&dotnet, "windows/amd64", Fit::Unclear),
        (&dotnet, "windows/386", Fit::Matches),
        (&dotnet, "linux/amd64", Fit::Contradicts),
    ] {
        assert_eq!(program.fit(&platform.parse().unwrap()), fit, "{program:?} {platform}");
    }
    assert_eq!((plain.words(), dotnet.words()), ("PE, 386".to_owned(), "PE, 386, .NET".to_owned()));
}

#[test]
fn what_is_not_told_is_unclear() {
    let linux: Platform = "linux/amd64".parse().unwrap();
    for (head, program) in [
        (&b""[..], Program::Other),
        (b"plain text", Program::Other),
        (b"\x7fELF", Program::Other),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0", Program::Other),
        (b"\x7fELF\x07\x01", Program::Other),
        (b"MZ", Program::Other),
        (b"MZ and no more than some text that is long enough to have an offset in it.", Program::Other),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", Program::Other),
        (b"#!/bin/sh -e\nexit", Program::Script(vec!["/bin/sh".to_owned(), "-e".to_owned()])),
        (b"#!", Program::Script(Vec::new())),
    ] {
        assert_eq!(Program::read(head), program, "{}", head.escape_ascii());
        assert_eq!(program.fit(&linux), Fit::Unclear);
    }
    assert_eq!(Program::read(b"\xcf\xfa\xed\xfe").fit(&linux), Fit::Contradicts);
    assert_eq!(Program::read(b"\xcf\xfa\xed\xfe").fit(&"darwin/arm64".parse().unwrap()), Fit::Unclear);
    let unknown = Program::read(&elf(64, false, 0, 9999, 0));
    assert_eq!(
        (unknown.fit(&linux), unknown.words().as_str()),
        (Fit::Unclear, "ELF, 64-bit, little-endian, machine 9999")
    );
}
