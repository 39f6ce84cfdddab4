//! Parameters in every style, and credentials of every security scheme.

use http::{HeaderName, Request};
use openapi_conformance::{Contract, Severity};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Shown, shown};

/// Returns the contract of one operation, `GET /a/{p}` or `GET /a`.
#[track_caller]
pub fn contract(path: &str, operation: Value) -> Contract {
    let schemes = json!({
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "Basic"},
        "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "incomplete": {"type": "http"},
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": {path: {"get": operation}},
        "components": {"securitySchemes": schemes},
    });
    Contract::parse(&document.to_string()).unwrap()
}

#[track_caller]
pub fn requested(contract: &Contract, uri: &str, headers: &[(&str, &str)]) -> Vec<Shown> {
    let operation = contract.operations().next().unwrap();
    let mut request = Request::get(uri).body("").unwrap();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    shown(&contract.validate_request(operation, &request))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default = "default_path")]
    path: String,
    #[serde(default)]
    parameters: Value,
    #[serde(default)]
    security: Value,
    #[serde(default)]
    headers: Vec<(String, String)>,
    requests: Map<String, Value>,
}

fn default_path() -> String {
    "/a".to_owned()
}

#[test]
fn requests_have_the_listed_findings() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("parameters.yaml")).unwrap();
    for case in cases {
        let mut operation = json!({"parameters": case.parameters, "security": case.security});
        operation
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let contract = contract(&case.path, operation);
        let headers = case
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<_> = headers.collect();
        for (uri, expected) in &case.requests {
            let found: Vec<_> = requested(&contract, uri, &headers)
                .into_iter()
                .map(|(id, severity, pointer)| {
                    assert_eq!(severity, Severity::Request);
                    format!("{id} {}", pointer.trim_start_matches("/request/"))
                })
                .collect();
            assert_eq!(json!(found), *expected, "{}: {uri}", case.name);
        }
    }
}

#[test]
fn parameters_of_every_style_have_the_value_that_the_specification_shows() {
    let styles: Vec<(String, String, bool, String, String)> =
        serde_saphyr::from_str(include_str!("styles.yaml")).unwrap();
    for (location, style, explode, kind, text) in &styles {
        let (value, other) = match kind.as_str() {
            "string" => (json!("blue"), json!("red")),
            "array" => (json!(["blue", "black", "brown"]), json!(["red"])),
            _ => (json!({"R": 100, "G": 200, "B": 150}), json!({"R": 1})),
        };
        let found = |value: &Value| {
            let mut schema = json!({"type": kind, "const": value});
            if kind == "object" {
                let number = json!({"type": "integer"});
                schema["properties"] = json!({"R": number, "G": number, "B": number});
            }
            let parameter = json!({
                "name": "color", "in": location, "style": style, "explode": explode,
                "required": true, "schema": schema,
            });
            let path = if location == "path" {
                "/a/{color}"
            } else {
                "/a"
            };
            let contract = contract(path, json!({"parameters": [parameter]}));
            assert_eq!(contract.notes(), []);
            match location.as_str() {
                "header" => requested(&contract, "/a", &[("color", text)]),
                "cookie" => requested(&contract, "/a", &[("cookie", text)]),
                _ => requested(&contract, text, &[]),
            }
        };
        let shown = format!("{location} {style} {explode} {kind}");
        assert_eq!(found(&value), [], "{shown}");
        let ids: Vec<_> = found(&other).iter().map(|found| found.0).collect();
        assert_eq!(ids, ["request-const-mismatch"], "{shown}");
    }
}

#[test]
fn finding_names_the_type_of_a_text() {
    for (kind, text, named) in [
        ("boolean", "5", "a string"),
        ("integer", "true", "a string"),
        ("integer", "1.5", "a number"),
    ] {
        let parameter = json!({"name": "p", "in": "query", "schema": {"type": kind}});
        let contract = contract("/a", json!({"parameters": [parameter]}));
        let operation = contract.operations().next().unwrap();
        let request = Request::get(format!("/a?p={text}")).body("").unwrap();
        let findings = contract.validate_request(operation, &request);
        let sentence = &findings[0].sentence;
        assert!(sentence.contains(named), "{kind}: {sentence}");
    }
}
