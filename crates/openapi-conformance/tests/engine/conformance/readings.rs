//! What a text stands for depends on every alternative of its schema.

use http::{Method, Request};
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};

#[test]
fn encoded_characters_of_a_path_are_those_that_they_encode() {
    let document = json!({"openapi": "3.0.3", "paths": {
        "/a%20b/%C3%BC": {"get": {"operationId": "encoded"}},
        "/ä/{p}": {"get": {"operationId": "plain"}},
    }});
    let contract = Contract::parse(&document.to_string()).unwrap();
    for (path, id) in [
        ("/a%20b/%c3%bc", "encoded"),
        ("/a%20b/%C3%BC", "encoded"),
        ("/%61%20b/%c3%bc", "encoded"),
        ("/%c3%a4/x", "plain"),
    ] {
        let Route::Operation(operation) = contract.route(&Method::GET, path) else {
            panic!("{path}");
        };
        assert_eq!(operation.id(), id);
    }
    assert!(matches!(
        contract.route(&Method::GET, "/a%2520b/ü"),
        Route::NoPath
    ));
}

/// Asserts whether forms conform to a schema and its encoding.
#[track_caller]
fn assert_forms(schema: &Value, encoding: &Value, cases: &[(&str, bool)]) {
    let media_type = "application/x-www-form-urlencoded";
    let content = json!({media_type: {"schema": schema, "encoding": encoding}});
    let document = json!({"openapi": "3.0.3", "paths": {"/a": {"post": {
        "operationId": "post", "requestBody": {"content": content},
    }}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("post").unwrap();
    for (body, conforms) in cases {
        let request = Request::post("/a").header("content-type", media_type);
        let found = contract.validate_request(operation, &request.body(*body).unwrap());
        assert_eq!(found.is_empty(), *conforms, "{body}: {found:?}");
    }
}

#[test]
fn fields_of_a_form_have_the_types_of_their_properties() {
    let schema = json!({"type": "object", "properties": {
        "a": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        "l": {"type": "array", "items": {"type": "integer"}},
    }, "additionalProperties": {"type": "integer"}});
    let cases = [
        ("a=5&l=1&l=2&other=3", true),
        ("a=true&l=1", true),
        ("a=x", false),
        ("l=x", false),
        ("other=x", false),
        ("a=1&a=2", false),
    ];
    assert_forms(&schema, &json!({}), &cases);
}

#[test]
fn object_in_a_form_has_brackets_or_is_json() {
    let schema = json!({"type": "object", "properties": {
        "metadata": {"type": "object", "properties": {"k": {"type": "integer"}}, "required": ["k"]},
    }, "additionalProperties": false});
    let cases = [
        ("metadata[k]=1", true),
        ("metadata%5Bk%5D=1", true),
        ("metadata=%7B%22k%22%3A1%7D", true),
        ("metadata[k]=x", false),
        ("metadata[other]=1", false),
        ("metadata=%7B%22k%22%3A%22x%22%7D", false),
    ];
    assert_forms(&schema, &json!({}), &cases);
    let deep = json!({"metadata": {"style": "deepObject", "explode": true}});
    assert_forms(
        &schema,
        &deep,
        &[("metadata[k]=1", true), ("metadata[k]=x", false)],
    );
    let exploded = json!({"metadata": {"style": "form", "explode": true}});
    assert_forms(&schema, &exploded, &[("k=1", true), ("k=x", false)]);
    let json = json!({"metadata": {"contentType": "application/json"}});
    let cases = [("metadata=%7B%22k%22%3A1%7D", true), ("metadata=x", false)];
    assert_forms(&schema, &json, &cases);
}

#[test]
fn list_in_a_form_is_separated_as_its_encoding_says() {
    let schema = json!({"type": "object", "properties": {
        "l": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
    }});
    for (style, bodies) in [
        ("form", ["l=1,2", "l=1%2C2"]),
        ("pipeDelimited", ["l=1|2", "l=1%7C2"]),
        ("spaceDelimited", ["l=1+2", "l=1%202"]),
    ] {
        let encoding = json!({"l": {"style": style, "explode": false}});
        for body in bodies {
            assert_forms(&schema, &encoding, &[(body, true), ("l=1", false)]);
        }
    }
}
