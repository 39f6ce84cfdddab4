//! Where events may be delivered to.

use std::collections::HashSet;

use url::{Host, Url};

/// Returns whether events may be delivered to this URL: it is one of this machine, or its host is allowed by name.
pub fn is_allowed(url: &str, hosts: &HashSet<String>) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let by_name = url.host_str().is_some_and(|host| hosts.contains(host));
    matches!(url.scheme(), "http" | "https") && (is_loopback || by_name)
}
