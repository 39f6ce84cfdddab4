//! Parameters, headers, bodies, media types and callbacks.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::{ADDITIVE, BREAKING, NONE, assert_impact, operation, text, whole};

fn parameter(keys: &Value) -> Contract {
    let mut parameter = json!({"name": "q", "in": "query"});
    for (key, value) in keys.as_object().unwrap() {
        parameter[key] = value.clone();
    }
    operation(&json!({"parameters": [parameter]}))
}

#[test]
fn defaults_behind_references_and_compositions_are_compared() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let composed = |name: &str| json!({"allOf": [{"minimum": 1}, reference(name)]});
    for (old, new) in [
        (reference("Size"), reference("LargeSize")),
        (composed("Size"), composed("LargeSize")),
    ] {
        let edit = format!("{old} -> {new}");
        let of = |schema: &Value| parameter(&json!({"schema": schema}));
        assert_impact(&of(&old), &of(&new), BREAKING, &edit);
    }
}

#[test]
fn path_parameters_that_are_not_in_the_path_are_compared_by_name() {
    let of = |name: &str, schema: Value| {
        parameter(&json!({"name": name, "in": "path", "required": true, "schema": schema}))
    };
    let old = of("id", text());
    assert_impact(&old, &of("id", text()), NONE, "the same parameter");
    assert_impact(&old, &of("id", whole()), BREAKING, "a type changes");
    assert_impact(&old, &of("name", text()), BREAKING, "a name changes");
}

#[test]
fn parameters_are_compared_as_text() {
    let array = |items: Value| json!({"type": "array", "items": items});
    let boolean = json!({"type": "boolean"});
    let either = json!({"anyOf": [whole(), text()]});
    let cases = [
        (whole(), text(), ADDITIVE),
        (text(), whole(), BREAKING),
        (boolean.clone(), text(), ADDITIVE),
        (boolean, whole(), BREAKING),
        (whole(), json!({"type": "string", "enum": ["1"]}), BREAKING),
        (json!({"type": "integer", "minimum": 1}), text(), ADDITIVE),
        (json!({"type": "string", "enum": ["a"]}), text(), ADDITIVE),
        (either.clone(), text(), NONE),
        (text(), either, NONE),
        (text(), json!({"type": ["integer", "string"]}), NONE),
        (array(whole()), array(text()), ADDITIVE),
        (array(text()), array(whole()), BREAKING),
        (text(), array(text()), ADDITIVE),
        (array(text()), text(), BREAKING),
        (whole(), array(text()), ADDITIVE),
        (text(), array(whole()), BREAKING),
        (
            text(),
            json!({"type": "array", "items": text(), "minItems": 2}),
            BREAKING,
        ),
    ];
    for (old, new, expected) in cases {
        for place in ["query", "cookie"] {
            let edit = format!("{place}: {old} -> {new}");
            let of = |schema: &Value| parameter(&json!({"in": place, "schema": schema}));
            assert_impact(&of(&old), &of(&new), expected, &edit);
        }
    }
    let separated = parameter(&json!({"schema": array(text()), "explode": false}));
    let single = parameter(&json!({"schema": text()}));
    assert_impact(
        &single,
        &separated,
        BREAKING,
        "an array that is separated by commas",
    );
    let encoded =
        |schema: Value| parameter(&json!({"content": {"application/json": {"schema": schema}}}));
    assert_impact(
        &encoded(whole()),
        &encoded(text()),
        BREAKING,
        "a parameter as JSON",
    );
}

#[test]
fn response_headers_are_compared_as_text() {
    let of = |schema: Value| {
        let headers = json!({"X-Count": {"schema": schema}});
        operation(&json!({"responses": {"204": {"description": "d", "headers": headers}}}))
    };
    assert_impact(
        &of(text()),
        &of(whole()),
        ADDITIVE,
        "a string becomes an integer",
    );
    assert_impact(
        &of(whole()),
        &of(text()),
        BREAKING,
        "an integer becomes a string",
    );
}

#[test]
fn added_and_removed_bodies_are_judged_by_whether_they_are_required() {
    let body = |required: bool| json!({"required": required, "content": {"application/json": {}}});
    let of = |body: Value| operation(&json!({"requestBody": body}));
    let none = operation(&json!({}));
    assert_impact(&none, &of(body(false)), ADDITIVE, "an optional body");
    assert_impact(&none, &of(body(true)), BREAKING, "a required body");
    assert_impact(
        &none,
        &of(json!({"required": true})),
        BREAKING,
        "one without content",
    );
    assert_impact(
        &of(body(false)),
        &none,
        BREAKING,
        "an optional body is removed",
    );
    assert_impact(&none, &of(json!({})), NONE, "a body without a meaning");
    let required = of(json!({"required": true}));
    assert_impact(&required, &of(json!({})), ADDITIVE, "it becomes optional");
}

#[test]
fn media_types_and_ranges_are_compared_by_what_they_include() {
    let content = |types: &[&str]| -> Value {
        let media = types.iter().map(|name| ((*name).to_owned(), json!({})));
        Value::Object(media.collect())
    };
    let request = |types: &[&str]| operation(&json!({"requestBody": {"content": content(types)}}));
    let response = |types: &[&str]| {
        operation(&json!({"responses": {"200": {"description": "d", "content": content(types)}}}))
    };
    let (specific, range) = (["application/json"], ["*/*"]);
    assert_impact(&request(&specific), &request(&range), ADDITIVE, "a range");
    assert_impact(
        &request(&range),
        &request(&specific),
        BREAKING,
        "a type of the range",
    );
    assert_impact(&response(&specific), &response(&range), BREAKING, "a range");
    let both = ["application/json", "text/plain"];
    assert_impact(
        &response(&both),
        &response(&specific),
        BREAKING,
        "one goes away",
    );
}

#[test]
fn encodings_of_forms_are_compared() {
    let of = |encoding: Value| {
        let media = json!({"schema": {"type": "object"}, "encoding": encoding});
        operation(&json!({"requestBody": {"content": {"multipart/form-data": media}}}))
    };
    let none = of(json!({}));
    let changed = [
        json!({"f": {"contentType": "image/png"}}),
        json!({"f": {"explode": false}}),
        json!({"f": {"style": "pipeDelimited"}}),
    ];
    for encoding in changed {
        assert_impact(
            &none,
            &of(encoding.clone()),
            BREAKING,
            &encoding.to_string(),
        );
    }
    let defaults = json!({"f": {"style": "form", "explode": true}});
    assert_impact(&none, &of(defaults), NONE, "the defaults");
}

#[test]
fn forms_and_plain_text_are_compared_as_text() {
    let of = |media_type: &str, schema: Value| {
        let content = json!({media_type: {"schema": schema}});
        operation(&json!({"requestBody": {"content": content}}))
    };
    let form = |kind: &str| {
        let object = json!({"type": "object", "properties": {"a": {"type": kind}}});
        of("application/x-www-form-urlencoded", object)
    };
    assert_impact(&form("integer"), &form("string"), ADDITIVE, "a form");
    let plain = |kind: &str| of("text/plain", json!({"type": kind}));
    assert_impact(&plain("integer"), &plain("string"), ADDITIVE, "plain text");
    let encoded = |kind: &str| of("application/json", json!({"type": kind}));
    assert_impact(&encoded("integer"), &encoded("string"), BREAKING, "JSON");
}

#[test]
fn callbacks_are_compared_as_events() {
    let of = |properties: Value, status: &str| {
        let schema = json!({"type": "object", "properties": properties});
        let content = json!({"application/json": {"schema": schema}});
        let post = json!({"requestBody": {"content": content}, "responses": {status: {"description": "d"}}});
        operation(&json!({"callbacks": {"event": {"{$request.body#/url}": {"post": post}}}}))
    };
    let (none, one) = (operation(&json!({})), of(json!({"m": text()}), "204"));
    assert_impact(&none, &one, ADDITIVE, "a callback is added");
    assert_impact(&one, &none, BREAKING, "a callback is removed");
    assert_impact(
        &one,
        &of(json!({"m": whole()}), "204"),
        BREAKING,
        "a type changes",
    );
    assert_impact(
        &one,
        &of(json!({"m": text(), "n": {}}), "204"),
        ADDITIVE,
        "a property is added",
    );
    assert_impact(
        &one,
        &of(json!({"m": text()}), "200"),
        BREAKING,
        "the response changes",
    );
}
