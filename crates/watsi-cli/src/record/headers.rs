//! Headers that concern a single connection, and hosts of this machine.

use std::net::IpAddr;

use axum::http::header::{
    CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use axum::http::{HeaderMap, HeaderName};

use crate::host::{address, is_loopback};

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
        host.to_str().is_ok_and(|host| self.include(host))
    }

    /// Returns true for a host, optionally followed by a port. Nothing else may precede or follow them.
    fn include(&self, text: &str) -> bool {
        let end = match text.find(']') {
            Some(bracket) => bracket + 1,
            None => text.find(':').unwrap_or(text.len()),
        };
        let (host, rest) = text.split_at(end);
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let is_known = is_loopback(host)
            || self.allowed.contains(&host.to_ascii_lowercase())
            || address(host).is_some_and(|address| address == self.address);
        is_known && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
    }
}
