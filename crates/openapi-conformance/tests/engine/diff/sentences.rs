//! The text of a change. Other tests compare ids.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::equivalent::contract;
use super::parsed;

#[test]
fn change_names_the_contract_that_its_pointer_refers_to() {
    let document = |parameters: Value| {
        json!({"openapi": "3.1.0", "paths": {"/x": {"get": {"parameters": parameters}}}})
            .to_string()
    };
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let both = document(json!([parameter("a"), parameter("b")]));
    let one = document(json!([parameter("b")]));
    let shown = |old: &str, new: &str| {
        let old = Contract::named("old.yaml", old).unwrap();
        let changes = old.changes_to(&Contract::named("new.yaml", new).unwrap());
        (changes[0].is_in_old(), changes[0].to_string())
    };
    let place = "yaml#/paths/~1x/get/parameters/0)";
    let (is_in_old, text) = shown(&both, &one);
    assert!(
        is_in_old && text.ends_with(&format!("(old.{place}")),
        "{text}"
    );
    let (is_in_old, text) = shown(&one, &both);
    assert!(
        !is_in_old && text.ends_with(&format!("(new.{place}")),
        "{text}"
    );
}

#[test]
fn schemas_are_described_by_their_keywords() {
    let text = json!({"type": "string"});
    let any = json!({"anyOf": [text, {"$ref": "#/components/schemas/A"}, {"type": "integer"}]});
    let object =
        |additional: Value| json!({"properties": {"a": {}}, "additionalProperties": additional});
    let cases = [
        (json!({}), text.clone(), "any value"),
        (text.clone(), json!(false), "no value"),
        (
            text.clone(),
            json!({"type": "integer"}),
            "an integer instead of a string",
        ),
        (
            any.clone(),
            json!({"anyOf": [text, {"type": "integer"}]}),
            "less: A",
        ),
        (
            any,
            json!({"anyOf": [text, {"$ref": "#/components/schemas/A"}]}),
            "less: an inline schema",
        ),
        (
            json!({"type": "integer"}),
            json!({"type": "integer", "multipleOf": 3}),
            "now has the factor `3`",
        ),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), " `b`"),
        (object(json!(true)), object(json!(false)), "more limited"),
        (object(json!(false)), object(json!(true)), "less limited"),
    ];
    let components = json!({"A": {"type": "object"}});
    for (old, new, text) in cases {
        let of = |schema: &Value| contract("3.1.0", schema, &components);
        let changes = of(&old).changes_to(&of(&new));
        assert!(!changes.is_empty(), "{old} -> {new}");
        for change in changes {
            assert!(change.sentence.contains(text), "{change}");
        }
    }
}

#[test]
fn credentials_are_described_by_their_scopes_or_once_by_their_url() {
    let contract = |url: &str, scopes: &[&str]| {
        let get = json!({"get": {"security": [{"o": scopes}]}});
        let flows = json!({"clientCredentials": {"tokenUrl": url, "scopes": {"r": "d"}}});
        parsed(&json!({
            "openapi": "3.1.0",
            "paths": {"/x": get, "/y": get},
            "components": {"securitySchemes": {"o": {"type": "oauth2", "flows": flows}}},
        }))
    };
    let old = contract("https://a/t", &["r"]);
    let changes = old.changes_to(&contract("https://a/t", &[]));
    let sentence = &changes[0].sentence;
    assert!(
        sentence.contains("`o`") && !sentence.contains("scope"),
        "{sentence}"
    );
    // The URL is not one of an operation.
    let changes = old.changes_to(&contract("https://b/t", &["r"]));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].operation, None);
}
