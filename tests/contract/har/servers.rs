//! Which entries are of the API.

use serde_json::json;
use watsi::conformance::Contract;
use watsi::conformance::har::{HarError, Recording};

use super::{entries, har, listed, read_of, with};

/// Whether an entry with this URL is of the API; it is of another server otherwise.
#[track_caller]
fn is_judged(url: &str, base_url: Option<&str>) -> bool {
    let read = read_of(har(&[with(listed(), "/request/url", json!(url))]), base_url);
    assert_eq!(read.result, Ok(()), "{url}");
    let judged = read.entries.judged == 1;
    let other = entries(|it| it.others = 1);
    assert!(judged || read.entries == other, "{url}");
    judged
}

#[test]
fn without_a_base_url_it_is_the_contracts() {
    for url in [
        "https://api.watsi.ai/api/v1/conversations",
        "HTTPS://API.WATSI.AI:443/api/v1/contacts?limit=1#top",
    ] {
        assert!(is_judged(url, None), "{url}");
    }
    for url in [
        "http://api.watsi.ai/api/v1/conversations",
        "https://api.watsi.ai:444/api/v1/conversations",
        "https://api.watsi.ai/api/v10/conversations",
        "https://api.watsi.ai/conversations",
        "https://watsi.ai/api/v1/conversations",
        "wss://api.watsi.ai/api/v1/conversations",
    ] {
        assert!(!is_judged(url, None), "{url}");
    }
}

#[test]
fn without_a_base_url_a_copy_on_this_machine_is_of_the_api() {
    for url in [
        "http://localhost:3000/api/v1/conversations",
        "https://127.0.0.2/api/v1/contacts",
        "http://[::1]:80/conversations",
        "http://localhost/messages",
    ] {
        assert!(is_judged(url, None), "{url}");
    }
}

#[test]
fn a_page_on_this_machine_is_not_of_the_api() {
    for url in [
        "http://localhost:3000/",
        "http://localhost:3000/assets/index.js",
        "ws://localhost:3000/conversations",
        "http://192.168.0.1/conversations",
    ] {
        assert!(!is_judged(url, None), "{url}");
    }
}

#[test]
fn with_a_base_url_nothing_else_is_of_the_api() {
    for base in [
        "http://proxy.example.com/watsi",
        "http://proxy.example.com:80/watsi/",
    ] {
        let base = Some(base);
        assert!(is_judged(
            "http://proxy.example.com:80/watsi/conversations",
            base
        ));
        assert!(is_judged("http://proxy.example.com/watsi", base));
        for url in [
            "http://proxy.example.com/watsi2/conversations",
            "https://proxy.example.com/watsi/conversations",
            "https://api.watsi.ai/api/v1/conversations",
            "http://localhost/conversations",
        ] {
            assert!(!is_judged(url, base), "{url}");
        }
    }
}

#[test]
fn what_is_no_url_of_a_server_is_passed_over() {
    for url in [
        "",
        "/conversations",
        "{{host}}/x",
        "data:,x",
        "blob:https://api.watsi.ai/api/v1",
    ] {
        assert!(!is_judged(url, None), "{url}");
    }
}

#[test]
fn a_preflight_is_the_browsers() {
    let headers = json!([{"name": "access-control-request-method", "value": "GET"}]);
    let entry = with(listed(), "/request/method", json!("OPTIONS"));
    let entry = with(entry, "/request/headers", headers);
    let read = read_of(har(&[entry]), None);
    assert_eq!(read.entries, entries(|it| it.others = 1));
}

#[test]
fn options_of_the_program_itself_are_judged() {
    let read = read_of(
        har(&[with(listed(), "/request/method", json!("OPTIONS"))]),
        None,
    );
    assert_eq!(read.entries, entries(|it| it.judged = 1));
}

#[test]
fn a_tunnel_is_the_proxys() {
    let read = read_of(
        har(&[with(listed(), "/request/method", json!("CONNECT"))]),
        None,
    );
    assert_eq!(read.entries, entries(|it| it.others = 1));
}

#[test]
fn a_base_url_that_cannot_be_used_is_invalid_signature_and_not_shown() {
    for base in [
        "",
        "localhost:80",
        "ftp://host",
        "https://user:pw@host",
        "https://h/?pw",
    ] {
        let error = Recording::new(Contract::embedded(), Some(base)).unwrap_err();
        assert!(matches!(error, HarError::BaseUrl(_)), "{base}");
        assert!(!format!("{error} {error:?}").contains("pw"), "{error}");
    }
}
