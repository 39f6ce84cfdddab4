//! Headers that concern a single connection, and hosts of this machine.

use std::net::IpAddr;

use axum::http::header::{
    CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName};

const HOP_BY_HOP: [HeaderName; 7] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Returns the headers without those that concern only the connection, in their order.
pub fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut dropped: Vec<HeaderName> = HOP_BY_HOP.to_vec();
    dropped.extend(["keep-alive", "proxy-connection"].map(HeaderName::from_static));
    for value in headers.get_all(CONNECTION) {
        let names = value.to_str().unwrap_or_default().split(',');
        dropped.extend(names.filter_map(|name| name.trim().parse().ok()));
    }
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        if !dropped.contains(name) {
            kept.append(name, value.clone());
        }
    }
    kept
}

/// Returns whether a request asks for another protocol. A request for HTTP/2 may go on as it is.
pub fn asks_for_upgrade(headers: &HeaderMap) -> bool {
    let mut protocols = headers.get_all(UPGRADE).iter();
    protocols.any(|protocol| protocol != "h2c")
}

/// The hosts that requests may be meant for. A web page whose name resolves to this machine has another host.
pub struct Hosts {
    /// The names that were allowed, in lower case.
    pub allowed: Vec<String>,
    /// The address that is listened on.
    pub address: IpAddr,
}

impl Hosts {
    pub fn accept(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let Ok(authority) = Authority::try_from(host.as_bytes()) else {
            return false;
        };
        let host = authority.host();
        let is_address = || address(host).is_some_and(|address| address == self.address);
        is_loopback(host) || self.allowed.contains(&host.to_ascii_lowercase()) || is_address()
    }
}

/// Returns whether a host, as written in a URL, is this machine.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || address(host).is_some_and(|address| address.is_loopback())
}

/// Returns the address that a host of a URL is.
fn address(host: &str) -> Option<IpAddr> {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address.parse().ok()
}
