//! The worst impact of an edit, for many edits of each kind of schema, and of other parts of an exchange.

mod exchange;

use openapi_conformance::{Contract, Impact};
use serde_json::{Value, json};

use super::parsed;

const NONE: Impact = Impact::Unaffected;
const ADDITIVE: Impact = Impact::Additive;
const BREAKING: Impact = Impact::Breaking;

#[track_caller]
fn assert_impact(old: &Contract, new: &Contract, expected: Impact, edit: &str) {
    let changes = old.changes_to(new);
    let worst = changes.iter().map(|change| change.impact).min();
    let worst = worst.unwrap_or(Impact::Unaffected);
    assert_eq!(worst, expected, "{edit}: {changes:#?}");
}

/// Returns a contract whose only operation has these keys.
fn operation(keys: &Value) -> Contract {
    let mut operation = json!({"responses": {"204": {"description": "d"}}});
    for (key, value) in keys.as_object().unwrap() {
        operation[key] = value.clone();
    }
    document(json!({"/x": {"post": operation}}))
}

fn document(paths: Value) -> Contract {
    parsed(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": {
            "A": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "a": {}}},
            "B": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "b": {}}},
            "ReadOnly": {"type": "string", "readOnly": true},
            "Size": {"type": "integer", "default": 10},
            "LargeSize": {"type": "integer", "default": 20},
        }},
    }))
}

fn request(schema: &Value) -> Contract {
    let content = json!({"application/json": {"schema": schema}});
    operation(&json!({"requestBody": {"required": true, "content": content}}))
}

fn response(schema: &Value) -> Contract {
    let content = json!({"application/json": {"schema": schema}});
    operation(&json!({"responses": {"200": {"description": "d", "content": content}}}))
}

#[track_caller]
fn assert_in_request(old: &Value, new: &Value, expected: Impact) {
    let edit = format!("in a request, {old} -> {new}");
    assert_impact(&request(old), &request(new), expected, &edit);
}

#[track_caller]
fn assert_in_response(old: &Value, new: &Value, expected: Impact) {
    let edit = format!("in a response, {old} -> {new}");
    assert_impact(&response(old), &response(new), expected, &edit);
}

/// Asserts that a schema allows less than another one, in both directions of the edit and of the data.
#[track_caller]
fn assert_narrower(all: Vec<[Value; 2]>) {
    for [wide, narrow] in all {
        assert_in_request(&wide, &narrow, BREAKING);
        assert_in_request(&narrow, &wide, ADDITIVE);
        assert_in_response(&wide, &narrow, ADDITIVE);
        assert_in_response(&narrow, &wide, BREAKING);
    }
}

#[track_caller]
fn assert_different(all: Vec<[Value; 2]>) {
    for [one, other] in all {
        for (old, new) in [(&one, &other), (&other, &one)] {
            assert_in_request(old, new, BREAKING);
            assert_in_response(old, new, BREAKING);
        }
    }
}

/// Asserts that two schemas mean the same.
#[track_caller]
fn assert_equal(all: Vec<[Value; 2]>) {
    for [one, other] in all {
        for (old, new) in [(&one, &other), (&other, &one)] {
            assert_in_request(old, new, NONE);
            assert_in_response(old, new, NONE);
        }
    }
}

fn text() -> Value {
    json!({"type": "string"})
}

fn whole() -> Value {
    json!({"type": "integer"})
}

/// Returns an object with the optional properties `a`, `b` and `c`, and these keywords.
fn object(keywords: &Value) -> Value {
    let mut object = json!({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}});
    for (key, value) in keywords.as_object().unwrap() {
        object[key] = value.clone();
    }
    object
}

fn array(keywords: &Value) -> Value {
    let mut array = json!({"type": "array", "items": {"type": "string"}});
    for (key, value) in keywords.as_object().unwrap() {
        array[key] = value.clone();
    }
    array
}

#[test]
fn conditions_are_narrower_if_they_exclude_more() {
    let then = |required: Value| json!({"if": {"required": ["a"]}, "then": {"required": required}});
    assert_narrower(vec![
        [text(), json!({"type": "string", "not": {"const": "a"}})],
        [
            json!({"type": ["string", "null"]}),
            json!({"type": ["string", "null"], "not": {"const": null}}),
        ],
        [json!({}), json!({"not": {"type": "null"}})],
        [
            json!({"type": "string", "not": {"enum": ["a"]}}),
            json!({"type": "string", "not": {"enum": ["a", "b"]}}),
        ],
        [
            json!({"type": "object", "properties": {"a": {}}}),
            json!({"type": "object", "properties": {"a": {}}, "not": {"required": ["z"]}}),
        ],
        [object(&json!({})), object(&then(json!(["b"])))],
        [
            object(&then(json!(["b"]))),
            object(&then(json!(["b", "c"]))),
        ],
        [
            array(&json!({})),
            array(&json!({"contains": {"const": "x"}})),
        ],
        [
            array(&json!({"contains": {"const": "x"}})),
            array(&json!({"contains": {"const": "x"}, "minContains": 2})),
        ],
        [
            array(&json!({"contains": {"const": "x"}})),
            array(&json!({"contains": {"const": "x"}, "maxContains": 2})),
        ],
        [
            array(&json!({"contains": text()})),
            array(&json!({"contains": {"type": "string", "minLength": 1}})),
        ],
        [
            object(&json!({})),
            object(&json!({"propertyNames": {"maxLength": 5}})),
        ],
        [
            object(&json!({"propertyNames": {"maxLength": 5}})),
            object(&json!({"propertyNames": {"maxLength": 4}})),
        ],
        [
            object(&json!({})),
            object(&json!({"patternProperties": {"^x-": text()}})),
        ],
        [
            object(&json!({"patternProperties": {"^x-": {"type": "number"}}})),
            object(&json!({"patternProperties": {"^x-": whole()}})),
        ],
        [
            object(&json!({"additionalProperties": false, "patternProperties": {"^x-": text()}})),
            object(&json!({"additionalProperties": false})),
        ],
        [
            object(&json!({})),
            object(&json!({"dependentRequired": {"a": ["b"]}})),
        ],
        [
            object(&json!({"dependentRequired": {"a": ["b"]}})),
            object(&json!({"dependentRequired": {"a": ["c", "b"]}})),
        ],
        [
            object(&json!({})),
            object(&json!({"dependentSchemas": {"a": {"required": ["b"]}}})),
        ],
        [
            json!({"type": "array", "prefixItems": [text()]}),
            json!({"type": "array", "prefixItems": [text()], "unevaluatedItems": false}),
        ],
        [
            object(&json!({})),
            object(&json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]})),
        ],
    ]);
}

#[test]
fn closed_enums_are_narrower_than_what_accepts_their_values() {
    let listed = json!({"enum": ["a", "bc", null]});
    assert_narrower(vec![
        [
            json!({"type": ["string", "null"], "maxLength": 2}),
            listed.clone(),
        ],
        [
            json!({"anyOf": [whole(), {"type": ["string", "null"], "minLength": 1}]}),
            listed.clone(),
        ],
        [
            json!({"enum": [1, 2, "a"]}),
            json!({"type": "integer", "minimum": 1, "enum": [1, 2]}),
        ],
    ]);
    assert_different(vec![
        [
            json!({"type": ["string", "null"], "maxLength": 1}),
            listed.clone(),
        ],
        [json!({"type": "string", "maxLength": 2}), listed],
    ]);
}

#[test]
fn conditions_that_exclude_something_else_are_different() {
    assert_different(vec![
        [
            json!({"type": "string", "not": {"const": "a"}}),
            json!({"type": "string", "not": {"const": "b"}}),
        ],
        [
            array(&json!({"contains": {"const": "a"}})),
            array(&json!({"contains": {"const": "b"}})),
        ],
        [
            object(&json!({"dependentRequired": {"a": ["b"]}})),
            object(&json!({"dependentRequired": {"a": ["c"]}})),
        ],
        [
            object(&json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}})),
            object(&json!({"if": {"required": ["c"]}, "then": {"required": ["b"]}})),
        ],
    ]);
}

#[test]
fn conditions_that_exclude_nothing_are_ignored() {
    assert_equal(vec![
        [text(), json!({"type": "string", "not": false})],
        [
            text(),
            json!({"type": "string", "not": {"type": "integer"}}),
        ],
        [
            object(&json!({})),
            object(&json!({"if": {"required": ["a"]}})),
        ],
        [
            array(&json!({})),
            array(&json!({"contains": {"const": "x"}, "minContains": 0})),
        ],
        [
            object(&json!({})),
            object(&json!({"propertyNames": {"type": "string"}})),
        ],
        [
            object(&json!({})),
            object(&json!({"propertyNames": {"pattern": ".*"}})),
        ],
        [
            object(&json!({})),
            object(&json!({"patternProperties": {"^x-": {}}})),
        ],
        [
            object(&json!({})),
            object(&json!({"dependentRequired": {"a": []}})),
        ],
        [
            object(&json!({})),
            object(&json!({"dependentSchemas": {"a": {}}})),
        ],
        [
            array(&json!({})),
            array(&json!({"unevaluatedItems": false})),
        ],
        [text(), json!({"type": "string", "minLength": 0})],
        [whole(), json!({"type": "integer", "multipleOf": 1})],
        [whole(), json!({"type": "number", "multipleOf": 1})],
        [json!({"type": "boolean"}), json!({"enum": [true, false]})],
    ]);
}

#[test]
fn patterns_that_match_everything_are_ignored() {
    for pattern in [
        "", ".*", "^.*$", "^", "$", "^.*", ".*$", "(.*)", "^(.*)$", "^(?:.*)$", r"[\s\S]*",
    ] {
        assert_equal(vec![[
            text(),
            json!({"type": "string", "pattern": pattern}),
        ]]);
    }
    for pattern in [".+", "^a", "(?=a)", "(.*)(b)"] {
        assert_narrower(vec![[
            text(),
            json!({"type": "string", "pattern": pattern}),
        ]]);
    }
}

#[test]
fn unions_are_compared_by_what_they_allow() {
    let (a, b) = (
        json!({"$ref": "#/components/schemas/A"}),
        json!({"$ref": "#/components/schemas/B"}),
    );
    let constants =
        |values: &[&str]| -> Value { values.iter().map(|value| json!({"const": value})).collect() };
    assert_equal(vec![
        [
            json!({"type": ["string", "integer"]}),
            json!({"anyOf": [text(), whole()]}),
        ],
        [
            json!({"type": ["string", "integer"], "maxLength": 5}),
            json!({"oneOf": [whole(), {"type": "string", "maxLength": 5}]}),
        ],
        [
            json!({"type": ["string", "integer", "boolean"]}),
            json!({"anyOf": [{"type": ["string", "integer"]}, {"type": "boolean"}]}),
        ],
        [
            json!({"anyOf": [text(), whole()]}),
            json!({"anyOf": [text(), whole(), whole()]}),
        ],
        [
            json!({"anyOf": [text(), {"type": "number"}]}),
            json!({"anyOf": [text(), {"type": "number"}, whole()]}),
        ],
        [
            json!({"enum": ["a", "b"]}),
            json!({"anyOf": constants(&["b", "a"])}),
        ],
        [
            json!({"enum": ["a", "b"]}),
            json!({"oneOf": constants(&["a", "b"])}),
        ],
        [json!({"anyOf": [text(), {}]}), json!({})],
        [
            json!({"type": "object", "anyOf": [a, b]}),
            json!({"anyOf": [a, b]}),
        ],
    ]);
    assert_narrower(vec![
        [json!({"anyOf": [text(), whole()]}), text()],
        [
            json!({"oneOf": [text(), whole()]}),
            json!({"type": "string", "enum": ["a", "b"]}),
        ],
        [
            json!({"anyOf": [{"type": "number"}, text()]}),
            json!({"anyOf": [whole(), text()]}),
        ],
        [
            json!({"anyOf": [text(), whole()]}),
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, whole()]}),
        ],
        [
            json!({"enum": ["a", "b", "c"]}),
            json!({"oneOf": constants(&["a", "b"])}),
        ],
        [json!({}), json!({"anyOf": [text(), whole()]})],
        [json!({"oneOf": [a, b]}), json!({"oneOf": [a]})],
    ]);
}

#[test]
fn alternatives_beside_other_keywords_are_compared_by_what_they_allow() {
    let required = |name: &str| json!({"required": [name]});
    let groups = |all: Value| json!({"allOf": all});
    let (ab, bc) = (
        json!({"anyOf": [required("a"), required("b")]}),
        json!({"anyOf": [required("b"), required("c")]}),
    );
    let plain = object(&json!({}));
    assert_equal(vec![
        [
            groups(json!([plain, ab, bc])),
            groups(json!([bc, plain, ab])),
        ],
        [
            groups(json!([plain, ab])),
            groups(json!([plain, ab, {"anyOf": [{}, text()]}])),
        ],
    ]);
    assert_narrower(vec![
        [groups(json!([plain, ab])), groups(json!([plain, ab, bc]))],
        [groups(json!([plain])), groups(json!([plain, ab]))],
    ]);
}

#[test]
fn exclusive_alternatives_reject_what_several_include() {
    let required = |names: &[&str]| object(&json!({"required": names}));
    let exclusive = json!({"oneOf": [required(&["a"]), required(&["b"])]});
    let any = json!({"anyOf": [required(&["a"]), required(&["b"])]});
    let both = required(&["a", "b"]);
    assert_different(vec![[both.clone(), exclusive.clone()]]);
    assert_narrower(vec![
        [any, both.clone()],
        [both.clone(), json!({"allOf": [both, exclusive]})],
    ]);
}

#[test]
fn schemas_that_refer_to_themselves_endlessly_are_compared_without_that_reference() {
    let document = |kind: &str| {
        let base = json!({
            "type": "object",
            "properties": {"k": {"type": kind}},
            "oneOf": [{"$ref": "#/components/schemas/Sub"}],
        });
        let sub = json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object"}]});
        let content =
            json!({"application/json": {"schema": {"$ref": "#/components/schemas/Base"}}});
        parsed(&json!({
            "openapi": "3.1.0",
            "paths": {"/x": {"get": {"responses": {"200": {"description": "d", "content": content}}}}},
            "components": {"schemas": {"Base": base, "Sub": sub}},
        }))
    };
    assert_impact(
        &document("string"),
        &document("string"),
        NONE,
        "the same contract",
    );
    assert_impact(
        &document("string"),
        &document("integer"),
        BREAKING,
        "a type changes",
    );
}

fn discriminated(mapping: Value) -> Value {
    let (a, b) = (
        json!({"$ref": "#/components/schemas/A"}),
        json!({"$ref": "#/components/schemas/B"}),
    );
    json!({"oneOf": [a, b], "discriminator": {"propertyName": "k", "mapping": mapping}})
}

#[test]
fn discriminators_are_compared_by_what_their_values_stand_for() {
    let (a, b) = ("#/components/schemas/A", "#/components/schemas/B");
    let plain = discriminated(json!({"a": a, "b": b}));
    let mut other_property = plain.clone();
    other_property["discriminator"]["propertyName"] = json!("kind");
    assert_different(vec![
        [plain.clone(), discriminated(json!({"x": a, "b": b}))],
        [plain.clone(), discriminated(json!({"a": b, "b": a}))],
        [plain.clone(), other_property],
    ]);
    let mut without = plain.clone();
    without.as_object_mut().unwrap().remove("discriminator");
    assert_narrower(vec![
        [
            discriminated(json!({"a": a, "b": b, "x": a})),
            plain.clone(),
        ],
        [without, discriminated(json!({}))],
    ]);
    assert_equal(vec![
        [
            discriminated(json!({})),
            discriminated(json!({"A": a, "B": b})),
        ],
        [plain, discriminated(json!({"a": "A", "b": "B"}))],
    ]);
}

#[test]
fn contents_of_strings_are_compared() {
    let content = |keyword: &str, value: Value| json!({"type": "string", keyword: value});
    assert_narrower(vec![[text(), content("contentEncoding", json!("base64"))]]);
    assert_different(vec![
        [
            content("contentEncoding", json!("base64")),
            content("contentEncoding", json!("base32")),
        ],
        [
            content("contentMediaType", json!("image/png")),
            content("contentMediaType", json!("image/jpeg")),
        ],
        [
            content("contentSchema", text()),
            content("contentSchema", whole()),
        ],
    ]);
}

#[test]
fn property_of_one_direction_is_not_a_part_of_the_other() {
    let with = |property: Value| json!({"type": "object", "properties": {"s": property, "t": {}}});
    let without = json!({"type": "object", "properties": {"t": {}}});
    let read_only = |kind: &str| with(json!({"type": kind, "readOnly": true}));
    let write_only = |kind: &str| with(json!({"type": kind, "writeOnly": true}));
    assert_in_request(&read_only("string"), &read_only("integer"), NONE);
    assert_in_response(&read_only("string"), &read_only("integer"), BREAKING);
    assert_in_response(&write_only("string"), &write_only("integer"), NONE);
    assert_in_request(&write_only("string"), &write_only("integer"), BREAKING);
    assert_in_request(&read_only("string"), &without, NONE);
    assert_in_response(&write_only("string"), &without, NONE);
    assert_in_request(&with(text()), &read_only("string"), BREAKING);
    assert_in_request(&read_only("string"), &with(text()), ADDITIVE);
    assert_in_response(&with(text()), &write_only("string"), BREAKING);
    assert_in_response(&write_only("string"), &with(text()), ADDITIVE);
    assert_in_response(&with(text()), &read_only("string"), NONE);
    let referred = with(json!({"$ref": "#/components/schemas/ReadOnly"}));
    assert_in_request(&with(text()), &referred, BREAKING);
    let required = |property: Value| json!({"allOf": [with(property), {"required": ["s"]}]});
    let hidden = json!({"type": "string", "readOnly": true});
    assert_in_request(&with(hidden.clone()), &required(hidden), NONE);
    // The object has no other properties.
    let only = |property: Value| json!({"type": "object", "properties": {"s": property}});
    assert_in_request(
        &only(text()),
        &only(json!({"type": "string", "readOnly": true})),
        BREAKING,
    );
    let hidden = only(json!({"type": "string", "writeOnly": true}));
    assert_in_response(&hidden, &json!({"type": "object"}), NONE);
}

#[test]
fn defaults_of_optional_properties_are_compared() {
    let with = |default: Value| {
        let mut property = text();
        if !default.is_null() {
            property["default"] = default;
        }
        json!({"type": "object", "properties": {"o": {"type": "object", "properties": {"s": property}}}})
    };
    let (none, a, b) = (with(Value::Null), with(json!("a")), with(json!("b")));
    assert_in_request(&a, &b, BREAKING);
    assert_in_request(&a, &none, BREAKING);
    assert_in_request(&none, &a, ADDITIVE);
    assert_in_response(&a, &b, ADDITIVE);
    let untyped =
        |default: &str| json!({"type": "object", "properties": {"s": {"default": default}}});
    assert_in_request(&untyped("a"), &untyped("b"), BREAKING);
}
