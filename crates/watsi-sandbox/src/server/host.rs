//! Rejects requests for other hosts, so that no web page reaches the sandbox under a name that it made resolve to this
//! machine (DNS rebinding).

use std::collections::HashSet;
use std::net::IpAddr;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Uri};

/// Returns whether the request is for this server: an IP address, `localhost`, or an allowed name.
pub fn is_ours(uri: &Uri, headers: &HeaderMap, names: &HashSet<String>) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let header = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()),
        _ => None,
    };
    let header =
        header.is_some_and(|authority: Authority| is_name_of_ours(authority.host(), names));
    header && uri.host().is_none_or(|host| is_name_of_ours(host, names))
}

fn is_name_of_ours(host: &str, names: &HashSet<String>) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok() || names.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        let names = HashSet::from(["sandbox".to_owned()]);
        is_ours(&Uri::from_static("/conversations"), &headers, &names)
    }

    #[test]
    fn addresses_localhost_and_allowed_names_are_accepted() {
        for host in [
            "127.0.0.1:4010",
            "[::1]:4010",
            "192.168.0.7",
            "LocalHost",
            "sandbox:80",
        ] {
            assert!(is_accepted(host), "{host}");
        }
    }

    #[test]
    fn other_names_are_rejected() {
        for host in [
            "evil.example:4010",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
        ] {
            assert!(!is_accepted(host), "{host}");
        }
    }

    #[test]
    fn request_must_name_one_host() {
        let names = HashSet::new();
        let mut headers = HeaderMap::new();
        assert!(!is_ours(&Uri::from_static("/"), &headers, &names));
        headers.insert(HOST, "127.0.0.1".parse().unwrap());
        assert!(!is_ours(
            &Uri::from_static("http://evil.example/"),
            &headers,
            &names
        ));
        headers.append(HOST, "localhost".parse().unwrap());
        assert!(!is_ours(&Uri::from_static("/"), &headers, &names));
    }
}
