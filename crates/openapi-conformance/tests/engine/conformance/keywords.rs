//! Keywords are validated, or a note tells that they are not.

use openapi_conformance::{Contract, Finding};
use serde_json::{Value, json};

/// Returns a contract with the schema `A`.
#[track_caller]
fn contract(version: &str, schema: &Value) -> Contract {
    let schemas = json!({"A": schema});
    let document = json!({"openapi": version, "paths": {}, "components": {"schemas": schemas}});
    Contract::parse(&document.to_string()).unwrap()
}

#[track_caller]
fn findings(schema: &Value, value: &Value) -> Vec<Finding> {
    let contract = contract("3.1.0", schema);
    assert_eq!(contract.notes(), [], "{schema}");
    let findings = contract.validate_value("/components/schemas/A", value);
    findings.unwrap()
}

#[track_caller]
fn ids(schema: &Value, value: &Value) -> Vec<&'static str> {
    let findings = findings(schema, value);
    findings.iter().map(|finding| finding.id).collect()
}

/// Asserts that a keyword has no effect but a note.
#[track_caller]
fn assert_noted(version: &str, schema: &Value, id: &str) {
    let contract = contract(version, schema);
    let [note] = contract.notes() else {
        panic!("{schema}: {:?}", contract.notes());
    };
    assert_eq!((note.id, note.count), (id, 1), "{schema}");
    assert_eq!(note.pointer, "/components/schemas/A", "{schema}");
    for value in [json!(7), json!("")] {
        let findings = contract.validate_value("/components/schemas/A", &value);
        assert_eq!(findings.unwrap(), [], "{schema} {value}");
    }
}

#[test]
fn keyword_with_an_invalid_value_is_a_note() {
    for (version, schema) in [
        ("3.0.0", json!({"type": ["boolean"]})),
        ("3.0.0", json!({"type": "null"})),
        ("3.1.0", json!({"type": ["boolean", "unknown"]})),
        ("3.1.0", json!({"multipleOf": 0})),
        ("3.1.0", json!({"multipleOf": -2})),
        ("3.1.0", json!({"minLength": 1.5})),
        ("3.1.0", json!({"maxLength": -1.0})),
        ("3.1.0", json!({"minLength": "1"})),
    ] {
        assert_noted(version, &schema, "keyword-invalid");
    }
}

#[test]
fn unknown_keyword_and_one_of_the_other_version_is_a_note() {
    for (version, schema) in [
        ("3.0.0", json!({"const": true})),
        ("3.1.0", json!({"nullable": false})),
        ("3.1.0", json!({"minimun": 10})),
    ] {
        assert_noted(version, &schema, "keyword-unsupported");
    }
}

#[test]
fn length_limits_are_inclusive() {
    let schema = json!({"minLength": 2, "maxLength": 3});
    for (value, expected) in [
        ("\u{e9}", Some("response-string-too-short")),
        ("\u{e9}\u{e9}", None),
        ("\u{e9}\u{e9}\u{e9}", None),
        ("\u{e9}\u{e9}\u{e9}\u{e9}", Some("response-string-too-long")),
    ] {
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(ids(&schema, &json!(value)), expected, "{value}");
    }
}

#[test]
fn limit_may_be_written_with_a_fraction_of_zero() {
    let schema = json!({"minLength": 2.0});
    assert_eq!(ids(&schema, &json!("a")), ["response-string-too-short"]);
    assert_eq!(ids(&schema, &json!("ab")), [""; 0]);
}

#[test]
fn number_beyond_its_format_is_breaking() {
    let (below, above) = ("response-below-minimum", "response-above-maximum");
    for (format, value, expected) in [
        ("int32", json!(i64::from(i32::MIN) - 1), Some(below)),
        ("int32", json!(i32::MIN), None),
        ("int32", json!(i32::MAX), None),
        ("int32", json!(i64::from(i32::MAX) + 1), Some(above)),
        ("int64", json!(i64::MIN), None),
        ("int64", json!(7), None),
        ("int64", json!(i64::MAX), None),
        ("int64", json!(i64::MAX.unsigned_abs() + 1), Some(above)),
        ("float", json!(-1e39), Some(below)),
        ("float", json!(f64::from(f32::MIN)), None),
        ("float", json!(f64::from(f32::MAX)), None),
        ("float", json!(1e39), Some(above)),
        ("double", json!(1e300), None),
    ] {
        let expected: Vec<_> = expected.into_iter().collect();
        let schema = json!({"format": format});
        assert_eq!(ids(&schema, &value), expected, "{format} {value}");
    }
}

#[test]
fn unknown_value_of_an_open_enum_is_shown_if_it_is_an_identifier() {
    let schema = json!({"x-extensible-enum": ["known"]});
    let (longest, long) = ("x".repeat(40), "x".repeat(41));
    for (value, shown) in [
        ("introduced_later", true),
        ("v1.2-beta_34", true),
        (&longest, true),
        ("a12345", false),
        ("1a", false),
        ("two words", false),
        ("ana@example.com", false),
        (&long, false),
    ] {
        let findings = findings(&schema, &json!(value));
        let [finding] = &findings[..] else {
            panic!("{value}: {findings:#?}");
        };
        assert_eq!(finding.id, "response-enum-value-unknown", "{value}");
        assert_eq!(finding.to_string().contains(value), shown, "{finding}");
    }
}
