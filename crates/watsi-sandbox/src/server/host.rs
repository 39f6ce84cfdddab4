//! Rejects requests for other hosts, so that no web page reaches the sandbox under a name that it made resolve to this
//! machine (DNS rebinding).

use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::HOST;
use http::{HeaderMap, StatusCode, Uri};

use crate::contract::{Response, with_body};

/// Returns whether the request is for this server: an IP address, `localhost`, or an allowed name.
pub fn is_ours(uri: &Uri, headers: &HeaderMap, names: &HashSet<String>) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let is_named = host.to_str().is_ok_and(|host| is_our_host(host, names));
    is_named
        && uri
            .authority()
            .is_none_or(|authority| is_our_host(authority.as_str(), names))
}

/// Returns the response to a request for another host. It does not repeat the host.
pub fn rejection() -> Response {
    let text = "This request is for a host name that the sandbox does not accept. IP addresses and localhost are always \
        accepted. Allow a name, e.g. that of a container, with `watsi sandbox --allow-host NAME` or \
        `SandboxBuilder::allow_host`. This protects the sandbox from web pages (DNS rebinding).\n";
    with_body(
        StatusCode::MISDIRECTED_REQUEST,
        "text/plain; charset=utf-8",
        text,
    )
}

/// Returns whether a host, optionally followed by a port, is this server. Nothing may precede or follow them.
fn is_our_host(host_and_port: &str, names: &HashSet<String>) -> bool {
    if let Some(bracketed) = host_and_port.strip_prefix('[') {
        return bracketed.split_once(']').is_some_and(|(address, port)| {
            address.parse::<Ipv6Addr>().is_ok() && is_optional_port(port)
        });
    }
    let colon = host_and_port.find(':').unwrap_or(host_and_port.len());
    let (host, port) = host_and_port.split_at(colon);
    let name = host.to_ascii_lowercase();
    let is_ours = name == "localhost" || host.parse::<Ipv4Addr>().is_ok() || names.contains(&name);
    is_ours && is_optional_port(port)
}

fn is_optional_port(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}
