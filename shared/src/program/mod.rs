//! Programs: what the first bytes of one say it runs on, and whether that is what an image's platform promises.
//!
//! The headers are read here and not by a library: it is two dozen bytes at fixed places (System V ABI, "ELF Header";
//! Microsoft, "PE Format"), and this crate is downloaded by every reader of a page.

mod command;
mod judgement;
mod search;

pub use command::{Command, NoCommand, Starts};
pub use judgement::judge;
pub use search::{Budget, EntryKind, Outcome, Search, Step, Wanted};

use crate::{excerpt::Excerpt, platform::Platform};

/// Bytes of a file that tell what it is: the largest wanted are those of a PE header.
pub const HEAD: usize = 1024;

/// What a file is, by its first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// An executable or library of Linux and most other systems.
    Elf(Elf),
    /// An executable of Windows.
    Pe(Pe),
    /// An executable of Apple's systems.
    MachO,
    /// A WebAssembly module.
    WebAssembly,
    /// A script: the interpreter's path and what else its first line says.
    Script(Vec<String>),
    /// None of these.
    Other,
}

/// What an ELF header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elf {
    /// 32 or 64.
    pub bits: u8,
    /// The highest byte of a number comes first.
    pub big_endian: bool,
    /// `EI_OSABI`: 0 and 3 are Linux's.
    pub os_abi: u8,
    /// `e_machine`.
    pub machine: u16,
    /// `e_flags`, whose meaning is the machine's.
    pub flags: u32,
}

/// What a PE header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pe {
    /// For which machine it is (PE format, "Machine Types").
    pub machine: u16,
    /// It has a header of .NET: whether a program for 386 runs as such is for the runtime to say.
    pub is_dotnet: bool,
}

/// Does a program run where a platform says?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As far as its header tells.
    Matches,
    /// It is made for something else.
    Contradicts,
    /// Its header does not tell.
    Unclear,
}

impl Program {
    /// What a file is that begins with these bytes; [`HEAD`] of them are enough.
    pub fn read(head: &[u8]) -> Self {
        match head {
            [0x7f, b'E', b'L', b'F', ..] => Elf::read(head).map_or(Self::Other, Self::Elf),
            [b'M', b'Z', ..] => Pe::read(head).map_or(Self::Other, Self::Pe),
            [b'#', b'!', rest @ ..] => Self::Script(interpreter(rest)),
            [0, b'a', b's', b'm', ..] => Self::WebAssembly,
            // Either byte order, 32 and 64 bits. The magic of fat binaries is also that of Java's classes, whose
            // version stands where these have the number of machines in them.
            [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..]
            | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
            | [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 1..=30, ..] => Self::MachO,
            _ => Self::Other,
        }
    }

    /// The operating system that it is made for, as far as its header tells.
    pub fn os(&self) -> Option<&'static str> {
        match self {
            Self::Elf(elf) => Some(match elf.os_abi {
                2 => "netbsd",
                6 => "solaris",
                9 => "freebsd",
                12 => "openbsd",
                _ => "linux",
            }),
            Self::Pe(_) => Some("windows"),
            Self::MachO => Some("darwin"),
            Self::WebAssembly | Self::Script(_) | Self::Other => None,
        }
    }

    /// The architecture that it is made for, as platforms spell it.
    pub fn architecture(&self) -> Option<&'static str> {
        match self {
            Self::Elf(elf) => elf.architecture(),
            Self::Pe(pe) => Some(match pe.machine {
                I386 => "386",
                0x8664 => "amd64",
                0xaa64 => "arm64",
                0x1c0 | 0x1c2 | 0x1c4 => "arm",
                0x5064 => "riscv64",
                0x6264 => "loong64",
                _ => return None,
            }),
            Self::WebAssembly => Some("wasm"),
            Self::MachO | Self::Script(_) | Self::Other => None,
        }
    }

    /// Does it run where this platform says? A script runs wherever its interpreter does.
    pub fn fit(&self, platform: &Platform) -> Fit {
        let platform = platform.key();
        let (os, architecture) = (self.os(), self.architecture());
        if os.is_some_and(|os| os != platform.os) && !self.is_of_any_unix(&platform) {
            return Fit::Contradicts;
        }
        // A .NET program for any processor says 386, too.
        if matches!(self, Self::Pe(Pe { machine: I386, is_dotnet: true })) && platform.architecture != "386" {
            return Fit::Unclear;
        }
        match architecture {
            None => Fit::Unclear,
            Some(architecture) if architecture != platform.architecture => Fit::Contradicts,
            // ARMv5 has no hardware for floating point.
            Some("arm") if self.has_hard_float() && platform.variant() == "v5" => Fit::Contradicts,
            Some(_) => Fit::Matches,
        }
    }

    /// `EI_OSABI` 0 names no system: what compilers write for Linux, and for some that have no number of their own.
    fn is_of_any_unix(&self, platform: &Platform) -> bool {
        matches!(self, Self::Elf(Elf { os_abi: 0, .. }))
            && ["android", "dragonfly", "illumos", "netbsd", "openbsd", "solaris"].contains(&platform.os.as_str())
    }

    /// ARM, EABI version 5, `EF_ARM_ABI_FLOAT_HARD` (ELF for the Arm Architecture).
    fn has_hard_float(&self) -> bool {
        matches!(self, Self::Elf(Elf { machine: ARM, flags, .. }) if flags >> 24 == 5 && flags & 0x400 != 0)
    }

    /// What it is, in words: "ELF, 64-bit, arm64".
    pub fn words(&self) -> String {
        match self {
            Self::Elf(elf) => {
                let order = if elf.big_endian { "big-endian" } else { "little-endian" };
                let machine = elf.architecture().map_or_else(|| format!("machine {}", elf.machine), str::to_owned);
                let float = match elf.machine {
                    ARM if self.has_hard_float() => ", hardware floating point",
                    ARM if elf.flags & 0x200 != 0 => ", software floating point",
                    RISCV => match elf.flags & 0x6 {
                        0 => ", software floating point",
                        2 => ", single floats",
                        4 => ", double floats",
                        _ => ", quadruple floats",
                    },
                    _ => "",
                };
                let compressed =
                    if elf.machine == RISCV && elf.flags & 1 != 0 { ", compressed instructions" } else { "" };
                format!("ELF, {}-bit, {order}, {machine}{float}{compressed}", elf.bits)
            }
            Self::Pe(Pe { machine, is_dotnet }) => {
                let dotnet = if *is_dotnet { ", .NET" } else { "" };
                match self.architecture() {
                    Some(architecture) => format!("PE, {architecture}{dotnet}"),
                    None => format!("PE, machine {machine:#x}{dotnet}"),
                }
            }
            Self::MachO => "Mach-O, for Apple's systems".to_owned(),
            Self::WebAssembly => "WebAssembly".to_owned(),
            Self::Script(interpreter) => match interpreter.first() {
                Some(_) => format!("script, run by {}", Excerpt(&interpreter.join(" "))),
                None => "script that names no interpreter".to_owned(),
            },
            Self::Other => "no program that is known here".to_owned(),
        }
    }
}

const ARM: u16 = 40;
const RISCV: u16 = 243;
/// The same for PE.
const I386: u16 = 0x14c;

impl Elf {
    fn read(head: &[u8]) -> Option<Self> {
        let (bits, flags_at) = match head.get(4)? {
            1 => (32, 36),
            2 => (64, 48),
            _ => return None,
        };
        let big_endian = match head.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let machine: [u8; 2] = head.get(18..20)?.try_into().ok()?;
        let flags: [u8; 4] = head.get(flags_at..flags_at + 4)?.try_into().ok()?;
        let (machine, flags) = if big_endian {
            (u16::from_be_bytes(machine), u32::from_be_bytes(flags))
        } else {
            (u16::from_le_bytes(machine), u32::from_le_bytes(flags))
        };
        Some(Self { bits, big_endian, os_abi: head[7], machine, flags })
    }

    /// The names are Go's, which platforms use (registry of `e_machine`: System V ABI).
    fn architecture(&self) -> Option<&'static str> {
        Some(match (self.machine, self.bits, self.big_endian) {
            (3, ..) => "386",
            (62, 64, _) => "amd64",
            (62, ..) => "amd64p32",
            (ARM, _, false) => "arm",
            (ARM, _, true) => "armbe",
            (183, _, false) => "arm64",
            (183, _, true) => "arm64be",
            (20, ..) => "ppc",
            (21, _, false) => "ppc64le",
            (21, _, true) => "ppc64",
            (22, 64, _) => "s390x",
            (22, ..) => "s390",
            (RISCV, 64, _) => "riscv64",
            (RISCV, ..) => "riscv",
            (8, 64, false) => "mips64le",
            (8, 64, true) => "mips64",
            (8, _, false) => "mipsle",
            (8, _, true) => "mips",
            (258, ..) => "loong64",
            (2, ..) => "sparc",
            (43, ..) => "sparc64",
            _ => return None,
        })
    }
}

impl Pe {
    /// `e_lfanew` says where the PE header is, and the machine is the first thing in it. Of the tables that the optional header
    /// names, the fifteenth is .NET's.
    fn read(head: &[u8]) -> Option<Self> {
        let at = u32::from_le_bytes(head.get(0x3c..0x40)?.try_into().ok()?);
        let header = head.get(usize::try_from(at).ok()?..)?.strip_prefix(b"PE\0\0")?;
        let machine = u16::from_le_bytes(header.get(..2)?.try_into().ok()?);
        let optional = header.get(20..).unwrap_or_default();
        let tables = match optional {
            [0x0b, 0x01, ..] => 96,
            [0x0b, 0x02, ..] => 112,
            _ => return Some(Self { machine, is_dotnet: false }),
        };
        let dotnet = optional.get(tables + 14 * 8..tables + 15 * 8);
        Some(Self { machine, is_dotnet: dotnet.is_some_and(|table| table.iter().any(|byte| *byte != 0)) })
    }
}

/// The first line of a script, after `#!`. Only spaces and tabs are between its words, as for Linux: what ends a line on Windows
/// is part of the last.
fn interpreter(rest: &[u8]) -> Vec<String> {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    line.split([' ', '\t']).filter(|word| !word.is_empty()).take(8).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
