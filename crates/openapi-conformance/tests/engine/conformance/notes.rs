//! Notes on the parts of a contract that are not validated.

use openapi_conformance::{Contract, Note};
use serde_json::{Value, json};

/// Returns the only note on a contract with one operation and these schemas.
#[track_caller]
fn note(path: &str, operation: &Value, schemas: &Value) -> Note {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {path: {"get": operation}},
        "components": {"schemas": schemas},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let [note] = contract.notes() else {
        panic!("{:?}", contract.notes());
    };
    note.clone()
}

#[test]
fn part_of_a_schema_that_is_not_validated_is_a_note() {
    let cases = [
        (
            json!({"unknownKeyword": 1}),
            "keyword-unsupported",
            "`unknownKeyword` is not validated",
        ),
        (
            json!({"minLength": "1"}),
            "keyword-invalid",
            "`minLength` has the wrong type and is ignored",
        ),
        (json!(7), "schema-invalid", "neither"),
        (
            json!({"format": "iban"}),
            "format-unsupported",
            "`iban` is not validated",
        ),
        (
            json!({"pattern": "("}),
            "pattern-unsupported",
            "is not validated",
        ),
    ];
    for (schema, id, sentence) in cases {
        let note = note("/a", &json!({}), &json!({"A": schema}));
        assert_eq!((note.id, note.count), (id, 1));
        let pointer = note.pointer.as_str();
        assert!(pointer.starts_with("/components/schemas/A"), "{note:?}");
        assert!(note.sentence.contains(sentence), "{note:?}");
    }
}

#[test]
fn part_of_an_operation_that_is_not_validated_is_a_note() {
    let content = json!({"image/png": {"schema": {"type": "string"}}});
    let deep = json!({"name": "p", "in": "header", "style": "deepObject", "schema": {}});
    let cases = [
        (
            json!({"requestBody": {"content": content}}),
            "media-type-unsupported",
            "/requestBody/content/image~1png",
            "`image/png` are not validated",
        ),
        (
            json!({"parameters": [deep]}),
            "parameter-unsupported",
            "/parameters/0",
            "`p` is not validated",
        ),
        (
            json!({"security": [{"key": []}]}),
            "security-unsupported",
            "/security/0/key",
            "`key` is not validated",
        ),
        (
            json!({"callbacks": {}}),
            "callback-unsupported",
            "",
            "are not validated",
        ),
        (
            json!({"parameters": [{}]}),
            "part-invalid",
            "/parameters/0",
            "`parameter` is missing",
        ),
    ];
    for (operation, id, place, sentence) in cases {
        let note = note("/a", &operation, &json!({}));
        let pointer = format!("/paths/~1a/get{place}");
        assert_eq!((note.id, note.pointer.as_str()), (id, pointer.as_str()));
        assert!(note.sentence.contains(sentence), "{note:?}");
    }
}

#[test]
fn note_is_shown_with_its_first_place_and_the_number_of_others() {
    let note = |schemas: Value| note("/a", &json!({}), &schemas).to_string();
    let iban = json!({"format": "iban"});
    let one = note(json!({"A": iban}));
    assert!(one.ends_with(" (#/components/schemas/A)"), "{one}");
    let three = note(json!({"A": iban, "B": iban, "C": iban}));
    assert!(
        three.ends_with(" (#/components/schemas/A and 2 more)"),
        "{three}"
    );
}
