//! What kind of address an address is.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What an address is for (the special-purpose address registries of IANA, RFC 6890).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// Anybody's, on the internet.
    Public,
    /// This machine.
    Loopback,
    /// Of one's own network: private (RFC 1918), shared (RFC 6598, which overlay networks use too), or unique local
    /// (RFC 4193).
    Private,
    /// Of one cable (RFC 3927, RFC 4291). Clouds keep the services in there that hand out secrets of the machine.
    LinkLocal,
    /// Of a cloud's service that hands out secrets of the machine.
    Metadata,
    /// Of many machines at once.
    Multicast,
    /// Of none: `0.0.0.0`, which many systems take for this machine, its network, and `::`.
    Unspecified,
    /// For documentation, benchmarks, protocols, or not given to anybody yet.
    Reserved,
}

/// Where clouds answer a machine that asks for its own secrets: AWS, Azure, Google and most others; AWS for containers;
/// Scaleway; Tencent; Alibaba; Azure's host agent, which is public to look at; Oracle's first cloud.
const METADATA_V4: [Ipv4Addr; 8] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(169, 254, 42, 42),
    Ipv4Addr::new(169, 254, 0, 23),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// The same by IPv6: AWS, AWS for containers, Google, Scaleway, `OpenStack`.
const METADATA_V6: [Ipv6Addr; 5] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x42),
    Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe),
];

/// `64:ff9b::/96`, without the address that it wraps.
const NAT64: u128 = 0x0064_ff9b_0000_0000_0000_0000;

impl AddressClass {
    /// The class of an address. One that wraps an IPv4 address is of the class of that one.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

/// As it is told: `it is at …`.
impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "a public address",
            Self::Loopback => "an address of this machine itself",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "an address of a cloud's metadata service",
            Self::Multicast => "a multicast address",
            Self::Unspecified => "an address that no machine has",
            Self::Reserved => "a reserved address",
        })
    }
}

fn of_v4(address: Ipv4Addr) -> AddressClass {
    if METADATA_V4.contains(&address) {
        return AddressClass::Metadata;
    }
    match address.octets() {
        [0, ..] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => AddressClass::Private,
        [169, 254, ..] => AddressClass::LinkLocal,
        [224..=239, ..] => AddressClass::Multicast,
        // Protocols, documentation (three times), the way to 6to4 of old, benchmarks, and what nobody has.
        [192, 0, 0 | 2, _]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> AddressClass {
    if METADATA_V6.contains(&address) {
        return AddressClass::Metadata;
    }
    if let Some(wrapped) = wrapped(address) {
        return of_v4(wrapped);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressClass::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressClass::Loopback,
        // Site-local is what unique local was before.
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => AddressClass::Private,
        [0xfe80..=0xfebf, ..] => AddressClass::LinkLocal,
        [0xff00..=0xffff, ..] => AddressClass::Multicast,
        // Protocols, Teredo among them, which wraps addresses too; documentation, twice.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => AddressClass::Reserved,
        // All that was ever given to anybody is in 2000::/3.
        [0x2000..=0x3fff, ..] => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped and compatible (RFC 4291, section 2.5.5), translated
/// (RFC 2765), by NAT64's well-known prefix (RFC 6052), or by 6to4 (RFC 3056).
fn wrapped(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = address.to_bits();
    // What fits into 32 bits is cut out of them.
    let low = |shift: u32| Some(Ipv4Addr::from_bits((bits >> shift & 0xffff_ffff) as u32));
    match bits >> 32 {
        // `::` and `::1` are themselves.
        0 if bits <= 1 => None,
        0 | 0xffff | 0xffff_0000 | NAT64 => low(0),
        _ if bits >> 112 == 0x2002 => low(80),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each class has, with its first and last addresses, and what is just outside of it.
    const TABLE: &[(AddressClass, &str)] = &[
        (AddressClass::Public, "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0"),
        (
            AddressClass::Public,
            "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 198.17.255.255",
        ),
        (AddressClass::Public, "192.167.255.255 192.169.0.0 198.20.0.0 198.51.99.255 203.0.114.0 223.255.255.255"),
        (AddressClass::Public, "2000::1 2001:200::1 2606:4700::6810:84e5 2a00::1 3ffe::1 3fff:1000::1"),
        (AddressClass::Public, "::ffff:1.1.1.1 ::1.1.1.1 ::ffff:0:1.1.1.1 64:ff9b::1.1.1.1 2002:101:101::1"),
        (AddressClass::Loopback, "127.0.0.1 127.0.0.0 127.1.2.3 127.255.255.255 ::1"),
        (AddressClass::Loopback, "::ffff:127.0.0.1 ::127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1"),
        (AddressClass::Loopback, "2002:7f00:1:: 2002:7f00:1:ffff:1:2:3:4"),
        (AddressClass::Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255"),
        (AddressClass::Private, "100.64.0.0 100.127.255.255 fc00::1 fd12:3456::1 fdff::1 fec0::1 feff::1"),
        (AddressClass::Private, "::ffff:10.0.0.1 ::10.0.0.1 ::ffff:0:192.168.0.1 64:ff9b::10.0.0.1 64:ff9b::ac10:1"),
        (AddressClass::Private, "2002:a00:1::1 2002:c0a8:1::1 2002:6440:1::1"),
        (AddressClass::LinkLocal, "169.254.0.1 169.254.255.255 169.254.169.253 fe80::1 febf::1"),
        (AddressClass::LinkLocal, "::ffff:169.254.1.1 64:ff9b::169.254.1.1 2002:a9fe:101::1"),
        (AddressClass::Metadata, "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16"),
        (AddressClass::Metadata, "192.0.0.192 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fe80::a9fe:a9fe"),
        (
            AddressClass::Metadata,
            "::ffff:169.254.169.254 ::169.254.169.254 64:ff9b::169.254.169.254 64:ff9b::a9fe:a9fe",
        ),
        (AddressClass::Metadata, "2002:a9fe:a9fe::1 2002:6464:64c8::"),
        (AddressClass::Multicast, "224.0.0.1 239.255.255.255 ff00::1 ff02::1 ::ffff:224.0.0.1"),
        (AddressClass::Unspecified, "0.0.0.0 0.0.0.1 0.255.255.255 :: ::2 ::ffff:0.0.0.0 64:ff9b:: 2002::1"),
        (AddressClass::Reserved, "192.0.0.1 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 198.18.0.1 198.19.255.255"),
        (AddressClass::Reserved, "240.0.0.1 255.255.255.255 100::1 1fff::1 4000::1 5f00::1 fe00::1 fe7f::1"),
        (AddressClass::Reserved, "64:ff9b:1::10.0.0.1 64:ff9b:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2"),
        (AddressClass::Reserved, "2001:2::1 2001:1ff::1 2001:db8::1 3fff::1 3fff:fff::1 2002:c000:201::1"),
    ];

    #[test]
    fn every_address_has_its_class() {
        for (class, addresses) in TABLE {
            for address in addresses.split(' ') {
                assert_eq!(AddressClass::of(address.parse().unwrap()), *class, "{address}");
            }
        }
    }
}
