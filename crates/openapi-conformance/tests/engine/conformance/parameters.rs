//! Parameters in every style.

use http::{HeaderName, Method, Request};
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};

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
    let path = uri.split('?').next().unwrap();
    let Route::Operation(operation) = contract.route(&Method::GET, path) else {
        panic!("no operation at {uri}");
    };
    let mut request = Request::get(uri).body("").unwrap();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    shown(&contract.validate_request(operation, &request))
}

/// The examples of the OpenAPI specification: location, style, explode, JSON type and text.
const STYLES: &[(&str, &str, bool, &str, &str)] = &[
    ("path", "simple", false, "string", "/a/blue"),
    ("path", "simple", false, "array", "/a/blue,black,brown"),
    ("path", "simple", true, "array", "/a/blue,black,brown"),
    ("path", "simple", false, "object", "/a/R,100,G,200,B,150"),
    ("path", "simple", true, "object", "/a/R=100,G=200,B=150"),
    ("path", "simple", false, "string", "/a/bl%75e"),
    ("path", "matrix", false, "string", "/a/;color=blue"),
    ("path", "matrix", true, "string", "/a/;color=blue"),
    (
        "path",
        "matrix",
        false,
        "array",
        "/a/;color=blue,black,brown",
    ),
    (
        "path",
        "matrix",
        true,
        "array",
        "/a/;color=blue;color=black;color=brown",
    ),
    (
        "path",
        "matrix",
        false,
        "object",
        "/a/;color=R,100,G,200,B,150",
    ),
    ("path", "matrix", true, "object", "/a/;R=100;G=200;B=150"),
    ("path", "label", false, "string", "/a/.blue"),
    ("path", "label", false, "array", "/a/.blue,black,brown"),
    ("path", "label", true, "array", "/a/.blue.black.brown"),
    ("path", "label", false, "object", "/a/.R,100,G,200,B,150"),
    ("path", "label", true, "object", "/a/.R=100.G=200.B=150"),
    ("query", "form", false, "string", "/a?color=blue"),
    ("query", "form", false, "array", "/a?color=blue,black,brown"),
    (
        "query",
        "form",
        true,
        "array",
        "/a?color=blue&color=black&color=brown",
    ),
    (
        "query",
        "form",
        false,
        "object",
        "/a?color=R,100,G,200,B,150",
    ),
    ("query", "form", true, "object", "/a?R=100&G=200&B=150"),
    (
        "query",
        "spaceDelimited",
        false,
        "array",
        "/a?color=blue%20black%20brown",
    ),
    (
        "query",
        "spaceDelimited",
        true,
        "array",
        "/a?color=blue&color=black&color=brown",
    ),
    (
        "query",
        "spaceDelimited",
        false,
        "object",
        "/a?color=R%20100%20G%20200%20B%20150",
    ),
    (
        "query",
        "pipeDelimited",
        false,
        "array",
        "/a?color=blue%7Cblack%7Cbrown",
    ),
    (
        "query",
        "pipeDelimited",
        true,
        "array",
        "/a?color=blue&color=black&color=brown",
    ),
    (
        "query",
        "pipeDelimited",
        false,
        "object",
        "/a?color=R%7C100%7CG%7C200%7CB%7C150",
    ),
    (
        "query",
        "deepObject",
        true,
        "object",
        "/a?color[R]=100&color[G]=200&color[B]=150",
    ),
    (
        "query",
        "deepObject",
        true,
        "array",
        "/a?color[]=blue&color[]=black&color[]=brown",
    ),
    ("header", "simple", false, "string", "blue"),
    ("header", "simple", false, "array", "blue, black,brown"),
    ("header", "simple", false, "object", "R,100,G,200,B,150"),
    ("header", "simple", true, "object", "R=100,G=200,B=150"),
    ("cookie", "form", false, "string", "color=blue"),
    ("cookie", "form", false, "array", "color=blue,black,brown"),
    (
        "cookie",
        "form",
        true,
        "array",
        "color=blue; color=black; color=brown",
    ),
    ("cookie", "form", true, "object", "R=100; G=200; B=150"),
];

#[test]
fn parameters_of_every_style_have_the_value_that_the_specification_shows() {
    for (location, style, explode, kind, text) in STYLES {
        let (value, other) = match *kind {
            "string" => (json!("blue"), json!("red")),
            "array" => (json!(["blue", "black", "brown"]), json!(["red"])),
            _ => (json!({"R": 100, "G": 200, "B": 150}), json!({"R": 1})),
        };
        let found = |value: &Value| {
            let mut schema = json!({"type": kind, "const": value});
            if *kind == "object" {
                let number = json!({"type": "integer"});
                schema["properties"] = json!({"R": number, "G": number, "B": number});
            }
            let parameter = json!({
                "name": "color", "in": location, "style": style, "explode": explode,
                "required": true, "schema": schema,
            });
            let path = if *location == "path" {
                "/a/{color}"
            } else {
                "/a"
            };
            let contract = contract(path, json!({"parameters": [parameter]}));
            assert_eq!(contract.notes(), []);
            match *location {
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
fn header_with_several_lines_is_one_list() {
    let schema = json!({"type": "array", "const": ["a", "b", "c"]});
    let parameter = json!({"name": "X-List", "in": "header", "schema": schema});
    let contract = contract("/a", json!({"parameters": [parameter]}));
    let lines = [("x-list", "a, b"), ("x-list", "c")];
    assert_eq!(requested(&contract, "/a", &lines), []);
}

#[test]
fn content_parameter_is_json_only_if_its_media_type_is() {
    for (media_type, text) in [("application/json", "%225%22"), ("text/plain", "5")] {
        let content = json!({media_type: {"schema": {"type": "string", "const": "5"}}});
        let parameter = json!({"name": "p", "in": "query", "content": content});
        let contract = contract("/a", json!({"parameters": [parameter]}));
        let found = requested(&contract, &format!("/a?p={text}"), &[]);
        assert_eq!(found, [], "{media_type}");
    }
}

#[test]
fn exploded_object_has_only_names_that_no_other_parameter_has() {
    let others = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let contract = contract(
        "/a",
        json!({
            "security": [{"query": []}],
            "parameters": [
                {"name": "filter", "in": "query", "schema": others},
                {"name": "text", "in": "query", "schema": {"type": "string"}},
            ],
        }),
    );
    assert_eq!(
        requested(&contract, "/a?text=b&other=x&key=k", &[]).len(),
        1
    );
    assert_eq!(requested(&contract, "/a?text=b&key=k", &[]), []);
}

#[test]
fn parameter_of_an_operation_replaces_that_of_its_path() {
    let parameter = |value: &str| json!({"name": "p", "in": "query", "schema": {"type": "string", "const": value}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {
            "parameters": [parameter("path")],
            "get": {"parameters": [parameter("operation")]},
        }},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    assert_eq!(requested(&contract, "/a?p=operation", &[]), []);
}
