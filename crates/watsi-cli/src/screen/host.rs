//! Shows hosts of other servers.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use super::{REDACTED, Screen, is_harmless};

/// Returns a host, of whose subdomains only those are shown that consist of common words.
pub fn shown_host(host: &str) -> Cow<'_, str> {
    // The digits of an address would be taken for a phone number.
    if host.parse::<SocketAddr>().is_ok() || host.parse::<IpAddr>().is_ok() {
        return host.into();
    }
    if !is_harmless(host) {
        return REDACTED.into();
    }
    let labels: Vec<_> = host.split('.').collect();
    // The suffix of a country can have a label before it, e.g. in `example.co.uk`.
    let suffix = match labels.as_slice() {
        [.., before, last] if last.len() == 2 && before.len() <= 3 => 2,
        _ => 1,
    };
    let subdomains = labels.len().saturating_sub(suffix + 1);
    let screen = Screen::default();
    let shown: Vec<_> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| {
            if index >= subdomains || screen.is_name(label) {
                label
            } else {
                REDACTED
            }
        })
        .collect();
    shown.join(".").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_shown_without_data() {
        for (host, shown) in [
            ("localhost:8080", "localhost:8080"),
            ("192.168.100.200:8080", "192.168.100.200:8080"),
            ("kazage.io", "kazage.io"),
            ("api.kazage.com:8443", "api.kazage.com:8443"),
            ("api.kazage.co.uk", "api.kazage.co.uk"),
            ("maria-garcia.kazage.com", "REDACTED.kazage.com"),
            ("maria-garcia.abc.com", "REDACTED.abc.com"),
            ("TWFyaWE.api.kazage.co.uk", "REDACTED.api.kazage.co.uk"),
            ("+5491155551234.kazage.com", REDACTED),
        ] {
            assert_eq!(shown_host(host), shown);
        }
    }
}
