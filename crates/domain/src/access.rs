//! Inside or outside.

use std::net::IpAddr;

use deskwarden_types::{Access, Terminal};

use crate::list::Network;

/// Whether an address is inside (002): in one of the tenant's networks. While a tenant has named none, the private ranges
/// of RFC 1918 and RFC 4193, link-local and loopback addresses are.
pub fn terminal_access(ip: IpAddr, own: &[Network]) -> Access {
    let inside = match ip.to_canonical() {
        ip if !own.is_empty() => own.iter().any(|network| network.contains(ip)),
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
    };
    if inside { Access::Internal } else { Access::Public }
}

/// What a browser sits on, by what it says of itself: a phone or tablet, a thin client that declares itself as one, or any
/// other computer.
pub fn browser_terminal(user_agent: &str) -> Terminal {
    let said = user_agent.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["thinclient", "thin client", "thin-client"]) {
        Terminal::ThinClient
    } else if says(&["mobi", "android", "iphone", "ipad", "tablet"]) {
        Terminal::Mobile
    } else {
        Terminal::Browser
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_what_it_sits_on() {
        for (said, terminal) in [
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", Terminal::Browser),
            ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36", Terminal::Mobile),
            ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)", Terminal::Mobile),
            ("Mozilla/5.0 (X11; Linux x86_64; ThinClient) Chrome/156.0", Terminal::ThinClient),
            ("", Terminal::Browser),
        ] {
            assert_eq!(browser_terminal(said), terminal, "{said}");
        }
    }

    #[test]
    fn private_ranges_are_inside_while_no_network_is_named() {
        for (ip, access) in [
            ("10.1.2.3", Access::Internal),
            ("172.31.255.255", Access::Internal),
            ("172.32.0.1", Access::Public),
            ("192.168.0.1", Access::Internal),
            ("127.0.0.1", Access::Internal),
            ("::ffff:10.0.0.1", Access::Internal),
            ("::ffff:198.51.100.7", Access::Public),
            ("fd00::1", Access::Internal),
            ("fe80::1", Access::Internal),
            ("2001:db8::1", Access::Public),
        ] {
            assert_eq!(terminal_access(ip.parse().unwrap(), &[]), access, "{ip}");
        }
    }

    #[test]
    fn the_tenants_networks_decide_once_there_are_some() {
        let own = ["198.51.100.0/24", "2001:db8::/32"].map(|text| Network::parse(text).unwrap());
        for (ip, access) in [
            ("198.51.100.7", Access::Internal),
            ("::ffff:198.51.100.7", Access::Internal),
            ("198.51.101.7", Access::Public),
            ("10.1.2.3", Access::Public),
            ("2001:db8:1::1", Access::Internal),
            ("2001:db9::1", Access::Public),
        ] {
            assert_eq!(terminal_access(ip.parse().unwrap(), &own), access, "{ip}");
        }
    }
}
