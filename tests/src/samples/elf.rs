//! The smallest honest ELF file: a header, one segment, some code ("Tool Interface Standard ELF", figures 1-3 and 2-1).

/// The type of a part that is loaded (`PT_LOAD`).
const LOAD: u32 = 1;
/// Its rights (`PF_R | PF_X`).
const READ_EXECUTE: u32 = 5;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Bits32,
    Bits64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Endian {
    Little,
    Big,
}

#[derive(Clone, Copy)]
pub(super) struct Header {
    pub(super) class: Class,
    pub(super) endian: Endian,
    pub(super) machine: u16,
    pub(super) flags: u32,
}

const LOAD_ADDRESS: u32 = 0x1_0000;

/// A statically linked executable whose only segment holds the whole file.
pub(super) fn executable(header: Header, code: &[u8]) -> Vec<u8> {
    let (header_size, segment_size) = match header.class {
        Class::Bits32 => (52u16, 32u16),
        Class::Bits64 => (64, 56),
    };
    let code_offset = u32::from(header_size + segment_size);
    let file_size = code_offset + u32::try_from(code.len()).expect("a few instructions");

    let mut out = Writer { header, bytes: Vec::new() };
    out.bytes.extend_from_slice(b"\x7fELF");
    out.bytes.push(if header.class == Class::Bits32 { 1 } else { 2 });
    out.bytes.push(if header.endian == Endian::Little { 1 } else { 2 });
    out.bytes.push(1); // version
    out.bytes.extend_from_slice(&[0; 9]); // System V ABI, padding
    out.half(2); // an executable
    out.half(header.machine);
    out.word(1);
    out.address(LOAD_ADDRESS + code_offset); // entry point
    out.address(u32::from(header_size)); // where the segments are described
    out.address(0); // no sections
    out.word(header.flags);
    out.half(header_size);
    out.half(segment_size);
    out.half(1);
    out.half(0);
    out.half(0);
    out.half(0);

    out.word(LOAD);
    if header.class == Class::Bits64 {
        out.word(READ_EXECUTE);
    }
    out.address(0); // offset
    out.address(LOAD_ADDRESS); // virtual address
    out.address(LOAD_ADDRESS); // physical address
    out.address(file_size);
    out.address(file_size); // size in memory
    if header.class == Class::Bits32 {
        out.word(READ_EXECUTE);
    }
    out.address(0x1000); // alignment

    out.bytes.extend_from_slice(code);
    out.bytes
}

struct Writer {
    header: Header,
    bytes: Vec<u8>,
}

impl Writer {
    fn half(&mut self, value: u16) {
        self.put(value.to_le_bytes());
    }

    fn word(&mut self, value: u32) {
        self.put(value.to_le_bytes());
    }

    /// An address, an offset or a size: as wide as the class says.
    fn address(&mut self, value: u32) {
        match self.header.class {
            Class::Bits32 => self.word(value),
            Class::Bits64 => self.put(u64::from(value).to_le_bytes()),
        }
    }

    fn put<const N: usize>(&mut self, mut little_endian: [u8; N]) {
        if self.header.endian == Endian::Big {
            little_endian.reverse();
        }
        self.bytes.extend_from_slice(&little_endian);
    }
}
