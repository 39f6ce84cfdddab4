//! Which entries belong to the API.

use openapi_conformance::Contract;
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

/// Returns whether a response to `GET URL` is validated, with these servers of the contract, the path or the operation.
fn is_documented(level: &str, servers: &serde_json::Value, url: &str) -> bool {
    let content = json!({"application/json": {"schema": {"type": "integer"}}});
    let mut document = json!({
        "openapi": "3.0.3",
        "servers": [{"url": "https://root.example.com"}],
        "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}},
    });
    document.pointer_mut(level).unwrap()["servers"] = servers.clone();
    let contract = Contract::parse(&document.to_string()).unwrap();
    let mut recording = Recording::new(&contract, None).unwrap();
    let entry = json!({
        "request": {"method": "GET", "url": url},
        "response": {"status": 200, "content": {"mimeType": "application/json", "text": "true"}},
    });
    let mut ids = Vec::new();
    let read = recording.read(har(&[entry]).as_bytes(), |found| ids.push(found.finding.id));
    assert_eq!(read, Ok(()));
    let is_validated = ids == ["response-type-mismatch"];
    let hosts = &recording.entries().ignored_hosts;
    assert_ne!(
        is_validated,
        hosts.values().sum::<usize>() == 1,
        "{url}: {ids:?} {hosts:?}"
    );
    is_validated
}

#[test]
fn servers_of_the_contract_a_path_and_an_operation_count() {
    let servers =
        json!([{"url": "https://a.example.com/v1"}, {"url": "https://b.example.com/v2/"}]);
    for level in ["", "/paths/~1a", "/paths/~1a/get"] {
        for url in ["https://a.example.com/v1/a", "https://b.example.com/v2/a"] {
            assert!(is_documented(level, &servers, url), "{level} {url}");
        }
        for url in [
            "https://a.example.com/v2/a",
            "https://c.example.com/v1/a",
            "http://a.example.com/v1/a",
        ] {
            assert!(!is_documented(level, &servers, url), "{level} {url}");
        }
    }
}

#[test]
fn variables_of_a_server_have_each_of_their_values() {
    let servers = json!([{
        "url": "https://{region}.example.com:{port}/{base}",
        "variables": {
            "region": {"default": "eu", "enum": ["eu", "us"]},
            "port": {"default": "8443", "enum": ["8443", "443"]},
            "base": {"default": "v2"},
        },
    }]);
    for url in [
        "https://eu.example.com:8443/v2/a",
        "https://us.example.com/v2/a",
        "https://us.example.com:443/v3/a",
    ] {
        assert!(is_documented("", &servers, url), "{url}");
    }
    for url in [
        "https://asia.example.com/v2/a",
        "https://eu.example.com:80/v2/a",
        "https://euxexample.com:8443/v2/a",
    ] {
        assert!(!is_documented("", &servers, url), "{url}");
    }
    let origin = json!([{
        "url": "{origin}/v1",
        "variables": {"origin": {"default": "https://api.example.com"}},
    }]);
    assert!(is_documented("", &origin, "https://api.example.com/v1/a"));
}

#[test]
fn relative_server_is_on_this_machine() {
    for server in ["/v1", "/v1/", "v1"] {
        let servers = json!([{"url": server}]);
        assert!(is_documented("", &servers, "http://localhost:3000/v1/a"));
        assert!(!is_documented("", &servers, "https://example.com/v1/a"));
    }
}

#[test]
fn ignored_hosts_are_counted() {
    let other = |host: &str| with(listed(), "/request/url", json!(format!("https://{host}/x")));
    let read = read_of(
        har(&[other("a.test"), other("b.test"), other("a.test")]),
        None,
    );
    let hosts: Vec<_> = read.entries.ignored_hosts.into_iter().collect();
    assert_eq!(hosts, [("a.test".to_owned(), 2), ("b.test".to_owned(), 1)]);
}
