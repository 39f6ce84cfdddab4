//! Changes of OAuth scopes, flows and URLs.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::{changes, parsed};

/// Returns a contract with an operation that needs these credentials, and a scheme with this client credentials flow.
fn contract(security: Value, flow: Value) -> Contract {
    let operation = json!({
        "operationId": "x", "security": security, "responses": {"204": {"description": "d"}},
    });
    parsed(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": operation}},
        "components": {"securitySchemes": {
            "o": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        }},
    }))
}

fn flow(url: &str, scopes: &[&str]) -> Value {
    let scopes = scopes.iter().map(|scope| ((*scope).to_owned(), json!("d")));
    json!({"tokenUrl": url, "scopes": Value::Object(scopes.collect())})
}

#[track_caller]
fn assert_ids(old: &Contract, new: &Contract, expected: &[&str]) {
    let changes = changes(old, new).into_iter();
    let ids = changes.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    assert_eq!(ids.collect::<Vec<_>>(), expected);
}

#[test]
fn more_scopes_are_breaking_and_fewer_additive() {
    let of = |security: Value| contract(security, flow("https://a/t", &["r", "w"]));
    let read = of(json!([{"o": ["r"]}]));
    let write = of(json!([{"o": ["w"]}]));
    let both = of(json!([{"o": ["r", "w"]}]));
    let either = of(json!([{"o": ["r"]}, {"o": ["w"]}]));
    assert_ids(&read, &both, &["breaking credentials-changed"]);
    assert_ids(&both, &read, &["additive credentials-added"]);
    assert_ids(&read, &write, &["breaking credentials-changed"]);
    assert_ids(&read, &either, &["additive credentials-added"]);
}

#[test]
fn changed_url_of_credentials_is_breaking_if_they_are_used() {
    let of = |security: Value, url: &str| contract(security, flow(url, &["r"]));
    let used = json!([{"o": ["r"]}]);
    let (old, new) = (of(used.clone(), "https://a/t"), of(used, "https://b/t"));
    assert_ids(&old, &new, &["breaking credentials-url-changed"]);
    let (old, new) = (of(json!([]), "https://a/t"), of(json!([]), "https://b/t"));
    assert_ids(&old, &new, &[]);
}

#[test]
fn removed_scopes_and_flows_are_breaking_and_added_ones_additive() {
    let used = json!([{"o": ["r"]}]);
    let of = |scopes: &[&str]| contract(used.clone(), flow("https://a/t", scopes));
    let (one, two) = (of(&["r"]), of(&["r", "w"]));
    assert_ids(&two, &one, &["breaking oauth-scope-removed"]);
    assert_ids(&one, &two, &["additive oauth-scope-added"]);
    let mut more = one.json().clone();
    more["components"]["securitySchemes"]["o"]["flows"]["password"] = flow("https://a/t", &[]);
    let more = parsed(&more);
    assert_ids(&one, &more, &["additive oauth-flow-added"]);
    assert_ids(&more, &one, &["breaking oauth-flow-removed"]);
}

#[test]
fn changed_url_is_reported_once_for_all_operations() {
    let of = |url: &str| {
        let mut contract = contract(json!([{"o": ["r"]}]), flow(url, &["r"]))
            .json()
            .clone();
        contract["paths"]["/y"] = contract["paths"]["/x"].clone();
        parsed(&contract)
    };
    let changes = of("https://a/t").changes_to(&of("https://b/t"));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].operation, None);
}

#[test]
fn credentials_without_scopes_are_named_alone() {
    let of = |scopes: Value| contract(json!([{"o": scopes}]), flow("https://a/t", &["r"]));
    let changes = of(json!(["r"])).changes_to(&of(json!([])));
    let sentence = &changes[0].sentence;
    assert!(
        sentence.contains("`o`") && !sentence.contains("scope"),
        "{sentence}"
    );
}
