//! Which entries belong to the API.

use openapi_conformance::har::{HarError, Recording};
use serde_json::json;

use super::{entries, har, listed, read_of, with};
use crate::contract::CONTRACT;

/// Returns whether an entry with this URL belongs to the API, rather than to another server.
#[track_caller]
fn is_validated(url: &str, base_url: Option<&str>) -> bool {
    let read = read_of(har(&[with(listed(), "/request/url", json!(url))]), base_url);
    assert_eq!(read.result, Ok(()), "{url}");
    let validated = read.entries.validated == 1;
    assert!(validated || read.entries.ignored == 1, "{url}");
    validated
}

#[test]
fn default_base_url_is_that_of_the_contract() {
    for url in [
        "https://api.example.com/api/v1/conversations",
        "HTTPS://API.EXAMPLE.COM:443/api/v1/contacts?limit=1#top",
    ] {
        assert!(is_validated(url, None), "{url}");
    }
    for url in [
        "http://api.example.com/api/v1/conversations",
        "https://api.example.com:444/api/v1/conversations",
        "https://api.example.com/api/v10/conversations",
        "https://api.example.com/conversations",
        "https://example.com/api/v1/conversations",
        "wss://api.example.com/api/v1/conversations",
    ] {
        assert!(!is_validated(url, None), "{url}");
    }
}

#[test]
fn documented_paths_on_this_machine_belong_to_the_api() {
    for url in [
        "http://localhost:3000/api/v1/conversations",
        "https://127.0.0.2/api/v1/contacts",
        "http://[::1]:80/conversations",
        "http://localhost/messages",
    ] {
        assert!(is_validated(url, None), "{url}");
    }
}

#[test]
fn other_paths_on_this_machine_do_not_belong_to_the_api() {
    for url in [
        "http://localhost:3000/",
        "http://localhost:3000/assets/index.js",
        "ws://localhost:3000/conversations",
        "http://192.168.0.1/conversations",
    ] {
        assert!(!is_validated(url, None), "{url}");
    }
}

#[test]
fn only_urls_below_a_given_base_url_belong_to_the_api() {
    for base in [
        "http://proxy.example.com/messaging",
        "http://proxy.example.com:80/messaging/",
    ] {
        let base = Some(base);
        assert!(is_validated(
            "http://proxy.example.com:80/messaging/conversations",
            base
        ));
        assert!(is_validated("http://proxy.example.com/messaging", base));
        for url in [
            "http://proxy.example.com/messaging2/conversations",
            "https://proxy.example.com/messaging/conversations",
            "https://api.example.com/api/v1/conversations",
            "http://localhost/conversations",
        ] {
            assert!(!is_validated(url, base), "{url}");
        }
    }
}

#[test]
fn invalid_urls_are_ignored() {
    for url in [
        "",
        "/conversations",
        "{{host}}/x",
        "data:,x",
        "blob:https://api.example.com/api/v1",
    ] {
        assert!(!is_validated(url, None), "{url}");
    }
}

#[test]
fn cors_preflight_is_ignored() {
    let headers = json!([{"name": "access-control-request-method", "value": "GET"}]);
    let entry = with(listed(), "/request/method", json!("OPTIONS"));
    let entry = with(entry, "/request/headers", headers);
    let read = read_of(har(&[entry]), None);
    assert_eq!(read.entries, entries(|count| count.ignored = 1));
}

#[test]
fn other_options_request_is_validated() {
    let read = read_of(
        har(&[with(listed(), "/request/method", json!("OPTIONS"))]),
        None,
    );
    assert_eq!(read.entries, entries(|count| count.validated = 1));
}

#[test]
fn connect_request_is_ignored() {
    let read = read_of(
        har(&[with(listed(), "/request/method", json!("CONNECT"))]),
        None,
    );
    assert_eq!(read.entries, entries(|count| count.ignored = 1));
}

#[test]
fn invalid_base_url_is_an_error_and_hidden() {
    for base in [
        "",
        "localhost:80",
        "ftp://host",
        "https://user:pw@host",
        "https://h/?pw",
    ] {
        let error = Recording::new(&CONTRACT, Some(base)).unwrap_err();
        assert!(matches!(error, HarError::BaseUrl(_)), "{base}");
        assert!(!format!("{error} {error:?}").contains("pw"), "{error}");
    }
}
