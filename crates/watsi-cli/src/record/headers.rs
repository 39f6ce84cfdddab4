//! Headers that concern a single connection, and hosts of this machine.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
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

/// Returns the headers to send to the target.
pub fn to_target(headers: &HeaderMap) -> HeaderMap {
    let mut headers = end_to_end(headers);
    for name in [HOST, CONTENT_LENGTH, EXPECT] {
        headers.remove(name);
    }
    // A compressed body can be neither validated nor redacted.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
}

/// Returns the headers without those that concern only the connection.
pub fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for value in headers.get_all(CONNECTION) {
        for name in value.to_str().unwrap_or_default().split(',') {
            kept.remove(name.trim());
        }
    }
    for name in HOP_BY_HOP {
        kept.remove(name);
    }
    for name in ["keep-alive", "proxy-connection"] {
        kept.remove(name);
    }
    kept
}

/// Returns whether a request is meant for this machine. A web page whose name resolves to this machine has another
/// host.
pub fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    host.to_str().is_ok_and(is_loopback_with_port)
}

/// Returns true if a host, optionally followed by a port, is this machine. Nothing else may precede or follow them.
fn is_loopback_with_port(text: &str) -> bool {
    let end = match text.find(']') {
        Some(bracket) => bracket + 1,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    is_loopback(host) && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

/// Returns whether a host, as written in a URL, is this machine.
pub fn is_loopback(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bracketed {
        Some(address) => address
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback()),
        None => host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_hosts_of_this_machine_are_accepted() {
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_loopback_with_port(host), "{host}");
        }
        for host in [
            "[::1]evil.example",
            "[::1].evil.example:80",
            "[::1]:evil.example",
            "[127.0.0.1]",
            "[[::1]]",
            "::1",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhost:80:80",
            "evil.example@localhost",
            "localhost@evil.example",
            "192.0.2.1",
            "",
        ] {
            assert!(!is_loopback_with_port(host), "{host}");
        }
    }
}
