//! The smallest honest PE32+ file for x86-64: headers and one section ("PE Format", Microsoft).

const FILE_ALIGNMENT: u32 = 0x200;
const SECTION_ALIGNMENT: u32 = 0x1000;
const OPTIONAL_HEADER_SIZE: u16 = 240;

/// A console program with this code at its entry point.
pub(super) fn executable(code: &[u8]) -> Vec<u8> {
    let code_size = u32::try_from(code.len()).expect("a few instructions");
    let mut out = Vec::new();
    dos_header(&mut out);
    out.extend_from_slice(b"PE\0\0");
    coff_header(&mut out);
    optional_header(&mut out);
    section(&mut out, code_size);
    out.resize(FILE_ALIGNMENT as usize, 0);
    out.extend_from_slice(code);
    out.resize(2 * FILE_ALIGNMENT as usize, 0);
    out
}

fn dos_header(out: &mut Vec<u8>) {
    out.extend_from_slice(b"MZ");
    out.resize(0x3c, 0);
    word(out, 0x40); // where the PE header is
}

fn coff_header(out: &mut Vec<u8>) {
    half(out, 0x8664); // x86-64
    half(out, 1); // sections
    word(out, 0); // a fixed time, so that the bytes are always the same
    word(out, 0); // no symbols
    word(out, 0);
    half(out, OPTIONAL_HEADER_SIZE);
    half(out, 0x22); // executable, large addresses
}

fn optional_header(out: &mut Vec<u8>) {
    half(out, 0x20b); // PE32+
    half(out, 14); // linker version
    word(out, FILE_ALIGNMENT); // size of code
    word(out, 0); // size of initialised data
    word(out, 0); // size of uninitialised data
    word(out, SECTION_ALIGNMENT); // entry point
    word(out, SECTION_ALIGNMENT); // base of code
    out.extend_from_slice(&0x1_4000_0000u64.to_le_bytes()); // image base
    word(out, SECTION_ALIGNMENT);
    word(out, FILE_ALIGNMENT);
    for version in [10, 0, 0, 0, 10, 0] {
        half(out, version); // of the operating system, of the image, of the subsystem
    }
    word(out, 0);
    word(out, 2 * SECTION_ALIGNMENT); // size of the image in memory
    word(out, FILE_ALIGNMENT); // size of the headers
    word(out, 0); // checksum: only drivers need one
    half(out, 3); // console
    half(out, 0x8140); // relocatable, no-execute, terminal-server aware
    for size in [0x10_0000u64, 0x1000, 0x10_0000, 0x1000] {
        out.extend_from_slice(&size.to_le_bytes()); // stack and heap: reserved, committed
    }
    word(out, 0);
    word(out, 16); // data directories, all empty
    out.extend_from_slice(&[0; 16 * 8]);
}

fn section(out: &mut Vec<u8>, code_size: u32) {
    out.extend_from_slice(b".text\0\0\0");
    word(out, code_size);
    word(out, SECTION_ALIGNMENT);
    word(out, FILE_ALIGNMENT); // size in the file
    word(out, FILE_ALIGNMENT); // place in the file
    out.extend_from_slice(&[0; 12]);
    word(out, 0x6000_0020); // code, readable, executable
}

fn half(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn word(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}
