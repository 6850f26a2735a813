//! The program inside a sample image: a real executable of its machine that does nothing but exit with 0.

use super::{elf, pe};

/// The processors that samples are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// x86-64.
    Amd64,
    /// 32-bit x86.
    I386,
    /// 64-bit ARM.
    Arm64,
    /// 32-bit ARM, EABI 5, hardware floating point (`ARMv7`).
    ArmHard,
    /// 32-bit ARM, EABI 5, software floating point (`ARMv6`).
    ArmSoft,
    /// POWER, little-endian, ELF v2 ABI.
    Ppc64le,
    /// IBM Z: the big-endian one.
    S390x,
    /// 64-bit RISC-V with compressed instructions and double floats.
    Riscv64,
}

/// An ELF executable for Linux.
pub(super) fn linux(machine: Machine) -> Vec<u8> {
    use elf::{
        Class::{Bits32, Bits64},
        Endian::{Big, Little},
        Header,
    };

    // `e_machine` and `e_flags` are those of each processor's ABI supplement; the code is `exit(0)`.
    let (header, code): (Header, &[u8]) = match machine {
        Machine::Amd64 => (
            Header { class: Bits64, endian: Little, machine: 62, flags: 0 },
            &[0xb8, 0x3c, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05], // mov eax, 60; xor edi, edi; syscall
        ),
        Machine::I386 => (
            Header { class: Bits32, endian: Little, machine: 3, flags: 0 },
            &[0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80], // mov eax, 1; xor ebx, ebx; int 0x80
        ),
        Machine::Arm64 => (
            Header { class: Bits64, endian: Little, machine: 183, flags: 0 },
            &[0xa8, 0x0b, 0x80, 0xd2, 0, 0, 0x80, 0xd2, 1, 0, 0, 0xd4], // mov x8, 93; mov x0, 0; svc 0
        ),
        Machine::ArmHard => (Header { class: Bits32, endian: Little, machine: 40, flags: 0x0500_0400 }, ARM_EXIT),
        Machine::ArmSoft => (Header { class: Bits32, endian: Little, machine: 40, flags: 0x0500_0200 }, ARM_EXIT),
        Machine::Ppc64le => (
            Header { class: Bits64, endian: Little, machine: 21, flags: 2 },
            &[1, 0, 0, 0x38, 0, 0, 0x60, 0x38, 2, 0, 0, 0x44], // li r0, 1; li r3, 0; sc
        ),
        Machine::S390x => (
            Header { class: Bits64, endian: Big, machine: 22, flags: 0 },
            &[0xa7, 0x29, 0, 0, 0x0a, 1], // lghi %r2, 0; svc 1
        ),
        Machine::Riscv64 => (
            Header { class: Bits64, endian: Little, machine: 243, flags: 5 },
            &[0x93, 8, 0xd0, 5, 0x13, 5, 0, 0, 0x73, 0, 0, 0], // li a7, 93; li a0, 0; ecall
        ),
    };
    elf::executable(header, code)
}

const ARM_EXIT: &[u8] = &[1, 0x70, 0xa0, 0xe3, 0, 0, 0xa0, 0xe3, 0, 0, 0, 0xef]; // mov r7, 1; mov r0, 0; svc 0

/// A PE executable for Windows on x86-64.
pub(super) fn windows() -> Vec<u8> {
    pe::executable(&[0x31, 0xc0, 0xc3]) // xor eax, eax; ret
}
