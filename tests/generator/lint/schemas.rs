//! Schemas: names, types, keywords, objects and open enums.

use serde_json::{Value, json};

use super::{
    CUSTOMER, LIST, PAGE, STATUS, assert_finding, assert_finding_at, assert_finding_without, put,
};
use crate::build::lint::findings;
use crate::contract::CONTRACT;

fn string() -> Value {
    json!({"type": "string", "description": "d"})
}

#[test]
fn schema_names_must_be_upper_camel_case() {
    assert_finding(
        "schema-name-case",
        "/components/schemas/chat_state",
        string(),
    );
}

#[test]
fn schema_names_must_not_be_names_of_the_generated_code() {
    assert_finding("name-reserved", "/components/schemas/Default", string());
}

#[test]
fn schemas_must_have_a_supported_type() {
    let name = format!("{CUSTOMER}/properties/name");
    assert_finding_without("schema-type-missing", &name, "type");
    let pointer = format!("{name}/type");
    assert_finding_at(&name, "schema-type-unsupported", &pointer, json!("null"));
}

#[test]
fn formats_must_be_supported() {
    let pointer = format!("{CUSTOMER}/properties/name/format");
    for format in ["uuid", "int32"] {
        assert_finding("format-unsupported", &pointer, json!(format));
    }
}

#[test]
fn nullable_is_allowed_only_at_properties_and_items() {
    let pointer = format!("{PAGE}/nullable");
    assert_finding("keyword-misplaced", &pointer, json!(true));
}

#[test]
fn keywords_must_apply_to_the_type() {
    let pointer = format!("{PAGE}/pattern");
    assert_finding("keyword-type-mismatch", &pointer, json!("^a$"));
}

#[test]
fn sensitive_values_must_be_redactable() {
    for (schema, value) in [
        (CUSTOMER, json!(true)),
        (STATUS, json!(true)),
        (&format!("{LIST}/parameters/0/schema"), json!(true)),
        (&format!("{CUSTOMER}/properties/name"), json!(false)),
        (&format!("{CUSTOMER}/properties/name"), json!("yes")),
    ] {
        assert_finding("sensitive-invalid", &format!("{schema}/x-sensitive"), value);
    }
}

#[test]
fn objects_with_properties_must_not_allow_additional_properties() {
    let pointer = format!("{PAGE}/additionalProperties");
    assert_finding("additional-properties-unsupported", &pointer, json!(true));
}

#[test]
fn objects_without_properties_must_allow_additional_properties() {
    let pointer = "/components/schemas/WebhookSubscription/additionalProperties";
    assert_finding("additional-properties-unsupported", pointer, json!(false));
}

#[test]
fn maps_of_a_schema_have_no_finding() {
    let mut contract = CONTRACT.clone();
    let pointer = "/components/schemas/WebhookSubscription/additionalProperties";
    put(&mut contract, pointer, json!({"type": "string"}));
    assert_eq!(findings(&contract), []);
}

#[test]
fn a_type_that_is_not_a_string_is_one_finding() {
    let mut contract = CONTRACT.clone();
    let pointer = format!("{CUSTOMER}/properties/phone/type");
    put(&mut contract, &pointer, json!(5));
    let ids: Vec<_> = findings(&contract).iter().map(|it| it.id).collect();
    assert_eq!(ids, ["value-type-mismatch"]);
}

#[test]
fn a_wrapped_reference_must_not_have_a_type() {
    let status = json!({"$ref": STATUS.replacen('/', "#/", 1)});
    let wrapped = json!({"type": "string", "description": "d", "allOf": [status]});
    assert_finding(
        "all-of-unsupported",
        &format!("{CUSTOMER}/properties/extra"),
        wrapped,
    );
}

#[test]
fn objects_with_properties_must_be_components() {
    let object = json!({"type": "object", "description": "d", "properties": {"a": string()}});
    assert_finding(
        "object-inline",
        &format!("{CUSTOMER}/properties/extra"),
        object,
    );
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
fn the_values_of_an_open_enum_must_have_distinct_variants() {
    for (id, values) in [
        ("name-collision", json!(["open", "OPEN"])),
        ("name-reserved", json!(["unknown"])),
        ("enum-value-invalid", json!(["24h"])),
        ("open-enum-invalid", json!([])),
    ] {
        assert_finding_at(STATUS, id, &format!("{STATUS}/x-extensible-enum"), values);
    }
}

#[test]
fn an_open_enum_must_be_a_component() {
    let name = format!("{CUSTOMER}/properties/name");
    let pointer = format!("{name}/x-extensible-enum");
    assert_finding_at(&name, "open-enum-misplaced", &pointer, json!(["a"]));
}
