//! Keywords of schemas whose changes are not the same in both directions.

use serde_json::{Value, json};

use super::equivalent::contract;
use super::impacts;

/// Returns the impact and id of each change on the wire.
#[track_caller]
pub fn ids(old: &Value, new: &Value) -> Vec<String> {
    let components = json!({});
    impacts(
        &contract("3.1.0", old, &components),
        &contract("3.1.0", new, &components),
    )
}

#[test]
fn additional_properties_of_a_response_are_ignored_by_clients() {
    let object = |additional: bool| json!({"type": "object", "properties": {"a": {}}, "additionalProperties": additional});
    let disallowed = [
        "breaking request-additional-properties-disallowed",
        "additive response-additional-properties-disallowed",
    ];
    assert_eq!(ids(&object(true), &object(false)), disallowed);
    let allowed = [
        "additive request-additional-properties-allowed",
        "additive response-additional-properties-allowed",
    ];
    assert_eq!(ids(&object(false), &object(true)), allowed);
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

#[test]
fn int32_is_a_pair_of_bounds_and_int64_none() {
    let format = |format: &str| json!({"type": "integer", "format": format});
    for wider in [json!({"type": "integer"}), format("int64")] {
        assert_eq!(
            ids(&wider, &format("int32")),
            [
                "breaking request-minimum-raised",
                "breaking request-maximum-lowered",
                "additive response-minimum-raised",
                "additive response-maximum-lowered",
            ],
            "{wider}"
        );
    }
    assert_eq!(ids(&json!({"type": "integer"}), &format("int64")), [""; 0]);
    assert_eq!(ids(&format("int64"), &json!({"type": "integer"})), [""; 0]);
}

#[test]
fn map_with_a_named_property_is_still_a_map() {
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let mut named = map.clone();
    named["properties"] = json!({"a": {"type": "string"}});
    let added = [
        "additive request-property-added",
        "additive response-property-added",
    ];
    assert_eq!(ids(&map, &named), added);
}
