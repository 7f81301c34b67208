//! The address blocks that are not the public internet (IANA special-purpose registries).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the address is on the public internet.
///
/// Addresses that wrap an IPv4 address (mapped, NAT64, 6to4, Teredo) are never public: they reach
/// whatever the wrapped address reaches.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    const RESERVED: [([u8; 4], u32); 16] = [
        ([0, 0, 0, 0], 8),       // "this network"
        ([10, 0, 0, 0], 8),      // private
        ([100, 64, 0, 0], 10),   // carrier-grade NAT
        ([127, 0, 0, 0], 8),     // loopback
        ([169, 254, 0, 0], 16),  // link-local, cloud metadata
        ([172, 16, 0, 0], 12),   // private
        ([192, 0, 0, 0], 24),    // protocol assignments
        ([192, 0, 2, 0], 24),    // documentation
        ([192, 31, 196, 0], 24), // AS112
        ([192, 52, 193, 0], 24), // automatic multicast tunnelling
        ([192, 88, 99, 0], 24),  // 6to4 relays
        ([192, 168, 0, 0], 16),  // private
        ([198, 18, 0, 0], 15),   // benchmarking
        ([198, 51, 100, 0], 24), // documentation
        ([203, 0, 113, 0], 24),  // documentation
        ([224, 0, 0, 0], 3),     // multicast, reserved, broadcast
    ];
    let bits = u32::from(address);
    !RESERVED.iter().any(|(network, length)| {
        bits >> (32 - length) == u32::from_be_bytes(*network) >> (32 - length)
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is assigned to global unicast; the rest of these blocks lies inside it.
    const RESERVED: [(u128, u32); 6] = [
        (0x2001 << 112, 23),     // protocol assignments: Teredo, ORCHID, benchmarking
        (0x2001_0db8 << 96, 32), // documentation
        (0x2002 << 112, 16),     // 6to4
        (0x2620_004f_8000 << 80, 48), // AS112
        (0x3ffe << 112, 16),     // returned test network
        (0x3fff << 112, 20),     // documentation
    ];
    let bits = u128::from(address);
    bits >> 125 == 1
        && !RESERVED
            .iter()
            .any(|(network, length)| bits >> (128 - length) == network >> (128 - length))
}
