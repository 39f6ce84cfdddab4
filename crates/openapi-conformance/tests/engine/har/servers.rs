//! Which entries belong to the API.

use openapi_conformance::Contract;
use openapi_conformance::har::{HarError, Recording};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{har, listed, read, read_of, with};
use crate::contract::CONTRACT;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    base_url: Option<String>,
    servers: Option<Value>,
    #[serde(default = "root")]
    levels: Vec<String>,
    #[serde(default)]
    validated: Vec<String>,
    #[serde(default)]
    ignored: Vec<String>,
}

fn root() -> Vec<String> {
    vec![String::new()]
}

/// Returns a contract with an operation, whose response is an integer, and with servers at this level.
fn contract(level: &str, servers: &Value) -> Contract {
    let content = json!({"application/json": {"schema": {"type": "integer"}}});
    let mut document = json!({
        "openapi": "3.0.3",
        "servers": [{"url": "https://root.example.com"}],
        "paths": {"/a": {"get": {"responses": {"200": {"content": content}}}}},
    });
    document.pointer_mut(level).unwrap()["servers"] = servers.clone();
    Contract::parse(&document.to_string()).unwrap()
}

#[test]
fn entries_belong_to_the_listed_servers() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("servers.yaml")).unwrap();
    for case in &cases {
        for level in &case.levels {
            let servers = case.servers.as_ref();
            let other = servers.map(|servers| contract(level, servers));
            let contract = other.as_ref().unwrap_or(&CONTRACT);
            let assert = |url: &str, is_validated: bool| {
                let name = format!("{}: {level} {url}", case.name);
                let entry = json!({
                    "request": {"method": "GET", "url": url},
                    "response": {"status": 200, "content": {"mimeType": "application/json", "text": "true"}},
                });
                let read = read_of(contract, case.base_url.as_deref(), har(&[entry]).as_bytes());
                assert_eq!(read.result, Ok(()), "{name}");
                assert_eq!(read.entries.validated == 1, is_validated, "{name}");
                assert_eq!(read.entries.ignored == 1, !is_validated, "{name}");
                if is_validated && other.is_some() {
                    let expected = "0 breaking response-type-mismatch /response/body";
                    assert_eq!(read.found, [expected], "{name}");
                }
            };
            case.validated.iter().for_each(|url| assert(url, true));
            case.ignored.iter().for_each(|url| assert(url, false));
        }
    }
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

#[test]
fn ignored_hosts_are_counted() {
    let other = |host: &str| with(listed(), "/request/url", json!(format!("https://{host}/x")));
    let read = read(har(&["a.test", "b.test:8091", "a.test"].map(other)));
    let hosts: Vec<_> = read.entries.ignored_hosts.into_iter().collect();
    assert_eq!(
        hosts,
        [("a.test".to_owned(), 2), ("b.test:8091".to_owned(), 1)]
    );
}
