//! Schemas: names, types, keywords, objects and open enums.

use serde_json::{Value, json};

use super::{CUSTOMER, PAGE, STATUS, assert_finding, assert_finding_at, findings, put};
use crate::contract::CONTRACT;

fn string() -> Value {
    json!({"type": "string", "description": "d"})
}

#[test]
fn keywords_must_apply_to_the_type() {
    let pointer = format!("{PAGE}/pattern");
    assert_finding("keyword-type-mismatch", &pointer, json!("^a$"));
}

#[test]
fn objects_without_properties_must_allow_additional_properties() {
    let at = "/components/schemas/Closed/additionalProperties";
    let closed = json!({"type": "object", "additionalProperties": false});
    let id = "additional-properties-unsupported";
    assert_finding_at(at, id, "/components/schemas/Closed", closed);
}

#[test]
fn maps_of_a_schema_have_no_finding() {
    let mut contract = CONTRACT.clone();
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    put(&mut contract, "/components/schemas/Names", map);
    assert_eq!(findings(&contract), []);
}

#[test]
fn a_type_that_is_not_a_string_is_one_finding() {
    let mut contract = CONTRACT.clone();
    let pointer = format!("{CUSTOMER}/properties/name/type");
    put(&mut contract, &pointer, json!(5));
    let ids: Vec<_> = findings(&contract).iter().map(|it| it.id).collect();
    assert_eq!(ids, ["value-type-mismatch"]);
}

#[test]
fn properties_must_have_distinct_fields() {
    let at = format!("{CUSTOMER}/properties/name");
    let pointer = format!("{CUSTOMER}/properties/Name");
    assert_finding_at(&at, "name-collision", &pointer, string());
}

#[test]
fn required_properties_must_be_declared() {
    let at = format!("{PAGE}/required/1");
    let required = json!(["chats", "has_more"]);
    let pointer = format!("{PAGE}/required");
    assert_finding_at(&at, "required-property-undeclared", &pointer, required);
}

#[test]
fn names_must_become_names_in_rust() {
    assert_finding("name-invalid", "/components/schemas/2fa", string());
    assert_finding("name-invalid", "/components/schemas/\u{e4}", string());
    assert_finding(
        "name-invalid",
        &format!("{CUSTOMER}/properties/--"),
        string(),
    );
}

#[test]
fn schemas_with_the_same_type_name_collide() {
    let pointer = "/components/schemas/conversation_id";
    assert_finding("name-collision", pointer, string());
}

#[test]
fn schemas_must_have_a_supported_type() {
    let name = format!("{CUSTOMER}/properties/name");
    let bounded = json!({"description": "d", "minLength": 1});
    assert_finding("schema-type-missing", &name, bounded);
    assert_finding_at(
        PAGE,
        "schema-type-missing",
        &format!("{PAGE}/type"),
        Value::Null,
    );
    let pointer = format!("{name}/type");
    for kind in ["null", "text"] {
        assert_finding_at(&name, "schema-type-unsupported", &pointer, json!(kind));
    }
}

#[test]
fn formats_must_belong_to_the_type() {
    let pointer = format!("{CUSTOMER}/properties/name/format");
    assert_finding("format-unsupported", &pointer, json!("int32"));
    let pointer = format!("{PAGE}/properties/hasMore/format");
    assert_finding("format-unsupported", &pointer, json!("date"));
}

#[test]
fn files_are_allowed_only_in_multipart_forms() {
    let pointer = format!("{CUSTOMER}/properties/name/format");
    let at = format!("{CUSTOMER}/properties/name");
    assert_finding_at(&at, "format-unsupported", &pointer, json!("binary"));
}

#[test]
fn phone_numbers_are_sensitive_string_components() {
    for (schema, value) in [
        ("/components/schemas/PhoneNumber".to_owned(), json!(false)),
        ("/components/schemas/CustomerId".to_owned(), json!(true)),
        ("/components/schemas/Customer".to_owned(), json!(true)),
        (format!("{CUSTOMER}/properties/name"), json!(true)),
    ] {
        assert_finding(
            "phone-number-invalid",
            &format!("{schema}/x-phone-number"),
            value,
        );
    }
}

#[test]
fn sensitive_values_must_be_redactable() {
    for (schema, value) in [
        (format!("{PAGE}/properties/chats/items"), json!(true)),
        (format!("{CUSTOMER}/properties/name"), json!(false)),
        (format!("{CUSTOMER}/properties/name"), json!("yes")),
    ] {
        assert_finding("sensitive-invalid", &format!("{schema}/x-sensitive"), value);
    }
}

#[test]
fn the_values_of_an_enum_must_have_distinct_variants() {
    for (id, at, values) in [
        ("name-collision", STATUS, json!(["open", "OPEN"])),
        ("enum-value-invalid", STATUS, json!(["--"])),
        (
            "open-enum-invalid",
            &format!("{STATUS}/x-extensible-enum"),
            json!([]),
        ),
        (
            "open-enum-invalid",
            &format!("{STATUS}/x-extensible-enum"),
            json!(["a", 1]),
        ),
    ] {
        assert_finding_at(at, id, &format!("{STATUS}/x-extensible-enum"), values);
    }
}

#[test]
fn a_property_of_one_direction_must_not_be_in_a_schema_of_both() {
    let send = "/components/schemas/SendMessageRequest";
    let mut contract = CONTRACT.clone();
    put(
        &mut contract,
        &format!("{send}/properties/id"),
        json!({"type": "string", "readOnly": true}),
    );
    assert_eq!(findings(&contract), []);
    let both = format!("{PAGE}/properties/sent");
    put(
        &mut contract,
        &both,
        json!({"$ref": "#/components/schemas/SendMessageRequest"}),
    );
    let found = findings(&contract);
    assert_eq!(found[0].id, "direction-mixed");
    assert_eq!(found[0].pointer, format!("{send}/properties/id"));
}
