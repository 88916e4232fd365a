//! Where a request really comes from.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HeaderMap};
use ipnet::IpNet;

/// The caller's address: the peer's, or what the nearest named proxy says.
pub fn client_address(request: &HttpRequest, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    Some(behind_proxies(peer, request.headers(), trusted_proxies))
}

/// The host (and port) by which the caller called this server, by what it or a named proxy says.
pub fn called_host(request: &HttpRequest, trusted_proxies: &[IpNet]) -> Option<String> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let is_proxied = peer.is_some_and(|peer| trusted_proxies.iter().any(|net| net.contains(&peer)));
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let forwarded = header("x-forwarded-host").filter(|_| is_proxied);
    // HTTP/2 has no `Host`; the address itself says it.
    let host = forwarded.or_else(|| header("host")).or_else(|| request.uri().authority().map(|a| a.as_str()));
    host.map(|host| host.trim().to_ascii_lowercase())
}

/// Reads `X-Forwarded-For` from the right, for as long as named proxies wrote it. What stands further
/// left was written by the caller, who may write anything.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut nearest = peer;
    let values: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !is_trusted(nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(value));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        behind_proxies(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn named_proxies_are_believed_and_nobody_before_them() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, 10.2.0.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", "10.2.0.1"]), "198.51.100.1");
        assert_eq!(seen("::1", &["nonsense, 2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
