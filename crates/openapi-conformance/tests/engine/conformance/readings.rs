//! What a text stands for depends on every alternative of its schema.

use http::{Method, Request};
use openapi_conformance::{Contract, Route};
use serde_json::{Value, json};

use super::parameters::{contract, requested};

/// Asserts whether requests for these URIs conform, with parameters of one operation.
#[track_caller]
fn assert_conforming(path: &str, parameters: Value, cases: &[(&str, bool)]) {
    let contract = contract(path, json!({"parameters": parameters}));
    for (uri, conforms) in cases {
        let found = requested(&contract, uri, &[]);
        assert_eq!(found.is_empty(), *conforms, "{uri}: {found:?}");
    }
}

fn query(schema: Value) -> Value {
    json!([{"name": "p", "in": "query", "schema": schema}])
}

#[test]
fn optional_list_may_have_a_single_item() {
    let list = json!({"type": "array", "items": {"type": "integer"}});
    let schema = json!({"anyOf": [list, {"type": "null"}]});
    let cases = [
        ("/a?p=1", true),
        ("/a?p=1&p=2", true),
        ("/a?p=x", false),
        ("/a?p=1&p=x", false),
    ];
    assert_conforming("/a", query(schema), &cases);
}

#[test]
fn number_is_read_if_one_alternative_allows_it() {
    let schemas = [
        json!({"anyOf": [{"type": "integer"}, {"type": "string", "format": "uuid"}]}),
        json!({"type": ["integer", "string"], "enum": [5, "all"]}),
        json!({"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^@"}]}),
        json!({"oneOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2}]}),
    ];
    for schema in schemas {
        assert_conforming("/a", query(schema), &[("/a?p=5", true), ("/a?p=x", false)]);
    }
}

#[test]
fn text_stays_a_string_if_its_schema_says_so() {
    let digits = json!({"type": "string", "pattern": "^[0-9]{2}$"});
    let cases = [("/a?p=55", true), ("/a?p=5", false)];
    assert_conforming("/a", query(digits), &cases);
    let untyped = json!({"pattern": "^[0-9]{2}$"});
    assert_conforming("/a", query(untyped), &cases);
}

#[test]
fn integer_has_no_space_and_any_size() {
    let cases = [
        ("/a?p=18446744073709551616", true),
        ("/a?p=-170141183460469231731687303715884105728", true),
        ("/a?p=%205", false),
        ("/a?p=5%20", false),
        ("/a?p=+5", false),
        ("/a?p=05", false),
    ];
    assert_conforming("/a", query(json!({"type": "integer"})), &cases);
}

#[test]
fn empty_value_is_valid_if_it_is_allowed() {
    let schema = json!({"type": "string", "enum": ["x"]});
    let allowed = json!([{"name": "p", "in": "query", "allowEmptyValue": true, "schema": schema}]);
    let cases = [("/a?p=", true), ("/a?p", true), ("/a?p=y", false)];
    assert_conforming("/a", allowed, &cases);
    assert_conforming("/a", query(schema), &[("/a?p=", false)]);
}

#[test]
fn encoded_comma_does_not_separate_items() {
    let one = json!({"type": "array", "items": {"type": "string"}, "maxItems": 1});
    let parameters = json!([{"name": "p", "in": "query", "explode": false, "schema": one}]);
    let cases = [("/a?p=a%2Cb", true), ("/a?p=a,b", false)];
    assert_conforming("/a", parameters, &cases);
    let parameters = json!([{"name": "p", "in": "path", "schema": one}]);
    let cases = [("/a/a%2Cb", true), ("/a/a,b", false)];
    assert_conforming("/a/{p}", parameters, &cases);
}

#[test]
fn delimiters_that_urls_must_encode_separate_items_if_they_are_encoded() {
    let integers = json!({"type": "array", "items": {"type": "integer"}, "minItems": 2});
    for (style, uri) in [
        ("pipeDelimited", "/a?p=1%7C2"),
        ("pipeDelimited", "/a?p=1|2"),
        ("spaceDelimited", "/a?p=1%202"),
        ("spaceDelimited", "/a?p=1+2"),
    ] {
        let parameter = json!({"name": "p", "in": "query", "style": style, "explode": false, "schema": integers});
        let uri = uri.replace('|', "%7c");
        assert_conforming("/a", json!([parameter]), &[(&uri, true)]);
    }
}

#[test]
fn style_of_a_path_parameter_has_its_prefix() {
    for schema in [json!({"type": "integer"}), json!({"type": "string"})] {
        for (style, cases) in [
            (
                "label",
                [("/a/.5", true), ("/a/5", false), ("/a/;p=5", false)],
            ),
            (
                "matrix",
                [("/a/;p=5", true), ("/a/5", false), ("/a/;q=5", false)],
            ),
        ] {
            let parameter = json!({"name": "p", "in": "path", "style": style, "schema": schema});
            assert_conforming("/a/{p}", json!([parameter]), &cases);
        }
    }
}

#[test]
fn empty_value_of_a_matrix_has_no_equals_sign() {
    let schema = json!({"type": "string", "maxLength": 1});
    let parameter = json!({"name": "p", "in": "path", "style": "matrix", "schema": schema});
    let cases = [("/a/;p", true), ("/a/;p=", true), ("/a/;pp", false)];
    assert_conforming("/a/{p}", json!([parameter]), &cases);
}

#[test]
fn properties_of_an_object_have_the_types_of_their_schemas() {
    let map = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let patterns = json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}});
    for schema in [map.clone(), patterns, json!({"allOf": [map.clone()]})] {
        let deep = json!([{"name": "f", "in": "query", "style": "deepObject", "schema": schema}]);
        let cases = [
            ("/a?f[x1]=1&f[x2]=2", true),
            ("/a?f%5Bx1%5D=1", true),
            ("/a?f[x1]=b", false),
        ];
        assert_conforming("/a", deep, &cases);
    }
    let lists = json!({"type": "object", "properties": {
        "l": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
    }});
    let deep = json!([{"name": "f", "in": "query", "style": "deepObject", "schema": lists}]);
    let cases = [
        ("/a?f[l]=1&f[l]=2", true),
        ("/a?f[l][]=1&f[l][]=2", true),
        ("/a?f[l]=1", false),
    ];
    assert_conforming("/a", deep, &cases);
    let beside = json!([
        {"name": "a", "in": "query", "schema": {"type": "integer"}},
        {"name": "o", "in": "query", "schema": map},
    ]);
    let cases = [("/a?a=1&x=2&y=3", true), ("/a?a=1&x=b", false)];
    assert_conforming("/a", beside, &cases);
}

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
