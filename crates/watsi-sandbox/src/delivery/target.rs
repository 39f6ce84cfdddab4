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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_hosts_allowed_by_name_receive_events() {
        let hosts = HashSet::from(["bot.internal".to_owned()]);
        for url in [
            "http://127.0.0.1:3000/hook",
            "https://localhost/",
            "http://[::1]:9/",
            "http://bot.internal:8080/hook",
            "https://BOT.internal/",
        ] {
            assert!(is_allowed(url, &hosts), "{url}");
        }
        for url in [
            "https://example.com/",
            "http://10.0.0.1/",
            "http://localhost.example.com/",
            "http://evil.bot.internal/",
            "http://bot.internal@example.com/",
            "ftp://127.0.0.1/",
            "/hook",
        ] {
            assert!(!is_allowed(url, &hosts), "{url}");
        }
    }
}
