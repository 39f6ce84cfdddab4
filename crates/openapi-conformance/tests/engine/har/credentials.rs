//! A missing API key is a finding only if the recording contains API keys.

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use serde_json::{Value, json};

use super::{MITMPROXY, Shown, entries, har, in_request, listed, read, with};
use crate::contract::CONTRACT;

fn missing(entry: usize) -> Shown {
    in_request(
        entry,
        "request-authorization-missing",
        "headers/authorization",
    )
}

fn without_key() -> Value {
    with(listed(), "/request/headers", json!([]))
}

#[test]
fn recording_without_credentialss_has_no_findings() {
    let read = read(har(&[without_key(), without_key()]));
    assert_eq!(read.found, []);
    let expected = entries(|count| {
        count.validated = 2;
        count.without_credentials = 2;
    });
    assert_eq!(read.entries, expected);
}

#[test]
fn missing_api_key_is_found_if_another_entry_has_one() {
    let read = read(har(&[without_key(), listed(), without_key()]));
    assert_eq!(read.found, [missing(0), missing(2)]);
}

#[test]
fn api_key_for_another_server_does_not_count() {
    let other = with(listed(), "/request/url", json!("https://example.com/"));
    assert_eq!(read(har(&[without_key(), other])).found, []);
}

#[test]
fn api_key_in_an_entry_without_a_response_counts() {
    let without_response = with(listed(), "/response", json!(null));
    assert_eq!(
        read(har(&[without_key(), without_response])).found,
        [missing(0)]
    );
}

#[test]
fn api_key_in_another_file_does_not_count() {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    for one in [without_key(), listed(), without_key()] {
        let read = recording.read(har(&[one]).as_bytes(), |found| panic!("{found}"));
        read.unwrap();
    }
}

#[test]
fn authorization_without_a_bearer_token_is_found() {
    let headers = json!([{"name": "authorization", "value": "Basic c2s="}]);
    let found = read(har(&[with(listed(), "/request/headers", headers)])).found;
    let id = "request-authorization-invalid";
    assert_eq!(found, [in_request(0, id, "headers/authorization")]);
}

#[test]
fn number_of_deferred_findings_is_bounded() {
    let mut all = vec![without_key(); 10_001];
    all.push(listed());
    let read = read(har(&all));
    assert_eq!(read.found.len(), 10_000);
    assert_eq!(read.entries.without_credentials, 10_001);
}

#[test]
fn recording_without_secrets_has_the_same_findings() {
    let mut har: Value = serde_json::from_str(MITMPROXY).unwrap();
    for entry in har["log"]["entries"].as_array_mut().unwrap() {
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        headers.retain(|header| header["name"] != "authorization");
    }
    let stripped = read(har.to_string());
    assert_eq!(stripped.entries.without_credentials, 4);
    assert_eq!(stripped.found, read(MITMPROXY).found);
}

/// Returns the ids of the findings in entries of an operation with this security, and how many have no credentials.
fn with_security(
    security: &Value,
    parameters: &Value,
    headers: &[Value],
) -> (Vec<&'static str>, usize) {
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": {
            "security": security, "parameters": parameters, "responses": {"200": {"description": ""}},
        }}},
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let mut recording = Recording::new(&contract, None).unwrap();
    let entries: Vec<_> = headers
        .iter()
        .map(|headers| json!({
            "request": {"method": "GET", "url": "https://api.example.com/a", "headers": headers},
            "response": {"status": 200, "content": {"size": 0}, "bodySize": 0},
        }))
        .collect();
    let mut ids = Vec::new();
    let read = recording.read(har(&entries).as_bytes(), |found| ids.push(found.finding.id));
    assert_eq!(read, Ok(()));
    (ids, recording.entries().without_credentials)
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

#[test]
fn credentials_of_every_scheme_count() {
    let (none, bearer) = (json!([]), json!([header("authorization", "Bearer t")]));
    for (security, present) in [
        (json!([{"key": []}]), json!([header("x-key", "k")])),
        (json!([{"session": []}]), json!([header("cookie", "sid=1")])),
        (json!([{"bearer": []}]), bearer.clone()),
    ] {
        let found = with_security(&security, &json!([]), &[none.clone(), none.clone()]);
        assert_eq!(found, (vec![], 2), "{security}");
        let missing = vec!["request-authorization-missing"];
        let found = with_security(&security, &json!([]), &[none.clone(), present]);
        assert_eq!(found, (missing, 1), "{security}");
    }
    for optional in [json!([]), json!([{"key": []}, {}])] {
        assert_eq!(
            with_security(&optional, &json!([]), std::slice::from_ref(&none)),
            (vec![], 0)
        );
    }
}

#[test]
fn both_schemes_of_an_alternative_are_needed() {
    let security = json!([{"key": [], "bearer": []}]);
    let (key, bearer) = (header("x-key", "k"), header("authorization", "Bearer t"));
    let missing = vec!["request-authorization-missing"];
    for one in [&key, &bearer] {
        assert_eq!(
            with_security(&security, &json!([]), &[json!([one])]),
            (missing.clone(), 0)
        );
    }
    assert_eq!(
        with_security(&security, &json!([]), &[json!([key, bearer])]),
        (vec![], 0)
    );
}

#[test]
fn missing_cookie_is_found_only_if_cookies_are_recorded() {
    let cookie = json!([{"name": "theme", "in": "cookie", "required": true, "schema": {}}]);
    let none = json!([]);
    assert_eq!(
        with_security(&none, &cookie, std::slice::from_ref(&none)),
        (vec![], 0)
    );
    let other = json!([header("cookie", "other=1")]);
    let found = with_security(&none, &cookie, &[none.clone(), other]);
    assert_eq!(found.0, ["request-parameter-missing"; 2]);
}
