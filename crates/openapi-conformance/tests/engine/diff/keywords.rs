//! Each keyword of a schema in both directions: its ids in a request and in a response.

use serde_json::{Value, json};

use super::changes;
use super::equivalent::contract;

/// Returns the impact and id of each change on the wire.
#[track_caller]
pub fn ids(old: &Value, new: &Value) -> Vec<String> {
    let components = json!({});
    let old = contract("3.1.0", old, &components);
    let new = contract("3.1.0", new, &components);
    let lines = changes(&old, &new).into_iter();
    lines
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

/// Asserts the ids of a restriction, which is breaking in a request, and of its removal, which is breaking in a
/// response.
#[track_caller]
pub fn assert_narrower(old: Value, new: Value, [narrower, wider]: [&str; 2]) {
    assert_eq!(
        ids(&old, &new),
        [
            format!("breaking request-{narrower}"),
            format!("additive response-{narrower}")
        ],
        "{old} -> {new}"
    );
    assert_eq!(
        ids(&new, &old),
        [
            format!("additive request-{wider}"),
            format!("breaking response-{wider}")
        ],
        "{new} -> {old}"
    );
}

/// Asserts a change that is breaking in both directions, in requests and responses.
#[track_caller]
pub fn assert_different(old: Value, new: Value, id: &str) {
    let expected = [format!("breaking {id}"), format!("breaking {id}")];
    assert_eq!(ids(&old, &new), expected, "{old} -> {new}");
    assert_eq!(ids(&new, &old), expected, "{new} -> {old}");
}

#[test]
fn closed_enum() {
    let names = ["closed-enum-added", "closed-enum-removed"];
    let values = |values: Value| json!({"type": "string", "enum": values});
    assert_narrower(json!({"type": "string"}), values(json!(["a"])), names);
    let names = ["closed-enum-value-removed", "closed-enum-value-added"];
    assert_narrower(values(json!(["a", "b"])), values(json!(["a"])), names);
    assert_narrower(values(json!(["a", "b"])), json!({"const": "b"}), names);
    let numbers = json!({"type": "integer", "enum": [1, 2]});
    assert_narrower(numbers, json!({"const": 1.0}), names);
}

#[test]
fn lengths_and_sizes() {
    let names = ["length-narrowed", "length-widened"];
    let text = json!({"type": "string"});
    assert_narrower(
        text.clone(),
        json!({"type": "string", "minLength": 1}),
        names,
    );
    assert_narrower(text, json!({"type": "string", "maxLength": 9}), names);
    let names = ["size-narrowed", "size-widened"];
    let array = json!({"type": "array", "maxItems": 9});
    assert_narrower(
        array.clone(),
        json!({"type": "array", "maxItems": 8}),
        names,
    );
    let both = json!({"type": "array", "maxItems": 9, "minItems": 1});
    assert_narrower(array, both, names);
    let object = json!({"type": "object"});
    assert_narrower(
        object.clone(),
        json!({"type": "object", "minProperties": 1}),
        names,
    );
    assert_narrower(object, json!({"type": "object", "maxProperties": 1}), names);
}

#[test]
fn unique_items() {
    let names = ["unique-items-added", "unique-items-removed"];
    let unique = json!({"type": "array", "uniqueItems": true});
    assert_narrower(json!({"type": "array"}), unique, names);
}

#[test]
fn multiple_of() {
    let names = ["multiple-of-narrowed", "multiple-of-widened"];
    let factor = |factor: f64| json!({"type": "number", "multipleOf": factor});
    assert_narrower(json!({"type": "number"}), factor(0.1), names);
    assert_narrower(factor(0.1), factor(0.3), names);
    assert_different(factor(2.0), factor(3.0), "multiple-of-changed");
}

#[test]
fn formats_of_strings() {
    let format = |format: &str| json!({"type": "string", "format": format});
    let all = [
        "date-time",
        "date",
        "time",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "uuid",
        "json-pointer",
        "regex",
        "byte",
    ];
    for name in all {
        let names = ["format-added", "format-removed"];
        assert_narrower(json!({"type": "string"}), format(name), names);
        if name != "uuid" {
            assert_different(format(name), format("uuid"), "format-changed");
        }
    }
}

#[test]
fn bounds_beyond_the_precision_of_floats() {
    let names = ["maximum-lowered", "maximum-raised"];
    let maximum = |maximum: i64| json!({"type": "integer", "maximum": maximum});
    let (old, new) = (9_007_199_254_740_993, 9_007_199_254_740_992);
    assert_narrower(maximum(old), maximum(new), names);
}

#[test]
fn types() {
    let names = ["type-narrowed", "type-widened"];
    let text = json!({"type": "string"});
    assert_narrower(json!({}), json!({"type": ["string", "null"]}), names);
    assert_narrower(json!({"type": ["string", "integer"]}), text.clone(), names);
    assert_different(text, json!({"type": "integer"}), "type-changed");
}

#[test]
fn tuples() {
    let names = ["type-narrowed", "type-widened"];
    let tuple = |items: Value| json!({"type": "array", "prefixItems": items});
    let number = tuple(json!([{"type": "string"}, {"type": "number"}]));
    let integer = tuple(json!([{"type": "string"}, {"type": "integer"}]));
    assert_narrower(number.clone(), integer, names);
    let mut closed = number.clone();
    closed["items"] = json!(false);
    assert_narrower(number, closed, names);
}

#[test]
fn additional_properties() {
    let names = [
        "additional-properties-disallowed",
        "additional-properties-allowed",
    ];
    let object = |additional: Value| {
        json!({
            "type": "object", "properties": {"a": {"type": "string"}},
            "additionalProperties": additional,
        })
    };
    let (open, closed) = (object(json!(true)), object(json!(false)));
    let id = |name: &str, impacts: [&str; 2]| {
        let [request, response] = impacts;
        [
            format!("{request} request-{name}"),
            format!("{response} response-{name}"),
        ]
    };
    // A client ignores additional properties of a response.
    assert_eq!(ids(&open, &closed), id(names[0], ["breaking", "additive"]));
    assert_eq!(ids(&closed, &open), id(names[1], ["additive", "additive"]));
    let names = ["properties-restricted", "properties-unrestricted"];
    assert_narrower(open, object(json!({"type": "string"})), names);
    let names = ["type-narrowed", "type-widened"];
    assert_narrower(
        object(json!({"type": "number"})),
        object(json!({"type": "integer"})),
        names,
    );
}

#[test]
fn alternatives() {
    let names = ["alternative-removed", "alternative-added"];
    let a = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let b = json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}});
    let c = json!({"type": "integer"});
    assert_narrower(json!({"oneOf": [a, b, c]}), json!({"oneOf": [c, a]}), names);
    assert_narrower(json!({"anyOf": [a, b]}), b.clone(), names);
    let mut changed = b.clone();
    changed["properties"]["b"]["minLength"] = json!(1);
    let names = ["length-narrowed", "length-widened"];
    assert_narrower(
        json!({"anyOf": [a, b]}),
        json!({"anyOf": [changed, a]}),
        names,
    );
    let names = ["condition-added", "condition-removed"];
    assert_narrower(json!({"anyOf": [a, b]}), json!({"oneOf": [a, b]}), names);
}

#[test]
fn conditions() {
    let names = ["condition-added", "condition-removed"];
    let text = json!({"type": "string"});
    let cases = [
        json!({"not": {"const": "a"}}),
        json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        json!({"contains": text}),
        json!({"patternProperties": {"^a": text}}),
        json!({"propertyNames": {"maxLength": 3}}),
        json!({"dependentRequired": {"a": ["b"]}}),
        json!({"dependentSchemas": {"a": {"required": ["b"]}}}),
    ];
    for case in cases {
        assert_narrower(json!({}), case, names);
    }
    let not = |value: &str| json!({"not": {"properties": {"a": {"const": value}}}});
    assert_different(not("a"), not("b"), "schema-changed");
    let contains = |minimum: u64| json!({"contains": text, "minContains": minimum});
    assert_narrower(contains(1), contains(2), names);
    assert_eq!(ids(&contains(1), &json!({"contains": text})), [""; 0]);
}

#[test]
fn read_only_property_is_removed_from_requests_and_write_only_one_from_responses() {
    for required in [json!([]), json!(["a"])] {
        let object = |property: Value| json!({"type": "object", "required": required, "properties": {"a": property}});
        assert_eq!(
            ids(&object(json!({})), &object(json!({"readOnly": true}))),
            ["breaking request-property-removed"]
        );
        assert_eq!(
            ids(&object(json!({})), &object(json!({"writeOnly": true}))),
            ["breaking response-property-removed"]
        );
    }
}
