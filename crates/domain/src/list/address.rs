//! Addresses and networks as they are written and compared.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::Network;

/// What an address can be written as.
pub(super) const ADDRESSES: [&str; 3] = ["198.51.100.7", "198.51.100.0/24", "2001:db8::/32"];

/// An address of IPv4 that came mapped into IPv6 as what it is.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// How many bits an address has.
const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The first address of a network.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    let host = u32::from(width(address).saturating_sub(bits));
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(host).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(host).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

impl Network {
    /// A network; bits of the host become 0, and IPv4 mapped into IPv6 becomes IPv4. Nothing where there are not so many
    /// bits.
    pub fn new(address: IpAddr, bits: u8) -> Option<Self> {
        if bits > width(address) {
            return None;
        }
        let (address, bits) = match (plain(address), address) {
            (v4 @ IpAddr::V4(_), IpAddr::V6(_)) if bits >= 96 => (v4, bits - 96),
            (_, address) => (address, bits),
        };
        Some(Self { address: masked(address, bits), bits })
    }

    /// Reads an address or a network in CIDR.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let bits = match bits {
            None => width(address),
            Some(bits) if bits.len() <= 3 && bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
        };
        Self::new(address, bits)
    }

    /// Whether an address is one of the network's.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = plain(address);
        width(address) == width(self.address) && masked(address, self.bits) == self.address
    }

    /// The network's last address.
    pub fn last(&self) -> IpAddr {
        let host = u32::from(width(self.address).saturating_sub(self.bits));
        match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(host).map_or(u32::MAX, |mask| !mask);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() | mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(host).map_or(u128::MAX, |mask| !mask);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() | mask))
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)?;
        if self.bits == width(self.address) { Ok(()) } else { write!(f, "/{}", self.bits) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn addresses_and_networks_are_read_and_written() {
        for (text, written) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7/32", "198.51.100.7"),
            ("198.51.100.7/24", "198.51.100.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::7", "2001:db8::7"),
            ("2001:db8::7/32", "2001:db8::/32"),
            ("::/0", "::/0"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("::ffff:198.51.100.7/120", "198.51.100.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).to_string(), written);
            assert_eq!(network(written), network(text));
        }
        for bad in
            ["", "198.51.100", "198.51.100.7/33", "2001:db8::/129", "1.2.3.4/", "1.2.3.4/+8", "fe80::1%eth0", "::/0x1"]
        {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_network_has_its_addresses_and_no_others() {
        let inside = |net: &str, address: &str| network(net).contains(address.parse().unwrap());
        assert!(inside("198.51.100.0/25", "198.51.100.127") && !inside("198.51.100.0/25", "198.51.100.128"));
        assert!(inside("0.0.0.0/0", "255.255.255.255") && !inside("0.0.0.0/0", "::1") && !inside("::/0", "1.2.3.4"));
        assert!(inside("2001:db8::/33", "2001:db8:7fff::1") && !inside("2001:db8::/33", "2001:db8:8000::"));
        assert!(inside("1.2.3.4", "::ffff:1.2.3.4"));
        for (net, last) in [
            ("198.51.100.0/25", "198.51.100.127"),
            ("0.0.0.0/0", "255.255.255.255"),
            ("2001:db8::/127", "2001:db8::1"),
            ("1.2.3.4", "1.2.3.4"),
        ] {
            assert_eq!(network(net).last().to_string(), last);
        }
    }
}
