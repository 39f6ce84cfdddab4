//! Deprecation, sunset and the version of the contract.

use std::time::{Duration, SystemTime};

use openapi_conformance::{Contract, Impact};
use serde_json::{Value, json};

use super::{assert_client_impacts, impacts, parsed};
use crate::ids;

/// Days after 1970-01-01.
fn day(days: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(days * 24 * 60 * 60)
}

/// Returns a contract with an operation, a parameter and a property of a request and a response, each with these keys,
/// or without one of them.
fn contract(keys: &Value, removed: &str) -> Contract {
    let with = |mut value: Value| {
        for (key, keyword) in keys.as_object().unwrap() {
            value[key] = keyword.clone();
        }
        value
    };
    let text = json!({"type": "string"});
    let mut object = json!({"type": "object", "properties": {"a": with(text.clone()), "b": text}});
    if removed == "property" {
        object["properties"].as_object_mut().unwrap().remove("a");
    }
    let content = json!({"application/json": {"schema": object}});
    let parameter = with(json!({"name": "q", "in": "query", "schema": text}));
    let parameters = if removed == "parameter" {
        json!([])
    } else {
        json!([parameter])
    };
    let mut paths = json!({
        "/gone": {"get": with(json!({"responses": {"204": {"description": "d"}}}))},
        "/kept": {"post": {
            "parameters": parameters,
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "d", "content": content}},
        }},
    });
    if removed == "operation" {
        paths.as_object_mut().unwrap().remove("/gone");
    }
    parsed(&json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}))
}

#[test]
fn removal_is_breaking_unless_it_was_deprecated_and_after_its_sunset() {
    let sunset = |sunset: &str| json!({"deprecated": true, "x-sunset": sunset});
    for (keys, days, expected) in [
        (json!({}), 0, Impact::Breaking),
        (json!({"deprecated": true}), 0, Impact::Additive),
        (json!({"x-sunset": "1960-01-01"}), 0, Impact::Breaking),
        (sunset("1970-01-11"), 9, Impact::Breaking),
        (sunset("1970-01-11"), 10, Impact::Additive),
        (sunset("1970-01-11T08:00:00Z"), 10, Impact::Additive),
        (sunset("later"), 1000, Impact::Breaking),
    ] {
        for removed in ["operation", "parameter", "property"] {
            let (old, new) = (contract(&keys, ""), contract(&keys, removed));
            assert_client_impacts(&old, &new);
            let changes = old.changes_at(&new, day(days));
            ids::assert_impacts(&ids::ON_WIRE, &changes);
            let worst = changes.iter().map(|change| change.impact).min();
            assert_eq!(worst, Some(expected), "{removed}: {keys} on day {days}");
        }
    }
}

#[test]
fn property_is_deprecated_if_the_component_that_it_refers_to_is() {
    let contract = |properties: Value| {
        let schema = json!({"type": "object", "properties": properties});
        let content = json!({"application/json": {"schema": schema}});
        parsed(&json!({
            "openapi": "3.1.0",
            "paths": {"/x": {"get": {"responses": {"200": {"description": "d", "content": content}}}}},
            "components": {"schemas": {"Old": {"type": "string", "deprecated": true}}},
        }))
    };
    let old = contract(json!({"a": {"$ref": "#/components/schemas/Old"}, "b": {}}));
    let new = contract(json!({"b": {}}));
    let expected = ["additive deprecated-property-removed"];
    assert_eq!(impacts(&old, &new), expected);
}

#[test]
fn deprecation_is_additive_in_both_directions() {
    let (plain, deprecated) = (
        contract(&json!({}), ""),
        contract(&json!({"deprecated": true}), ""),
    );
    let expected = |verb: &str| {
        let things = ["parameter", "property", "property", "operation"];
        let mut expected = things.map(|thing| format!("additive {thing}-{verb}"));
        expected.sort_unstable();
        expected
    };
    let sorted = |old: &Contract, new: &Contract| {
        let mut impacts = impacts(old, new);
        impacts.sort_unstable();
        impacts
    };
    assert_eq!(sorted(&plain, &deprecated), expected("deprecated"));
    assert_eq!(sorted(&deprecated, &plain), expected("reactivated"));
}

#[test]
fn earlier_and_removed_sunsets_are_breaking_and_later_and_added_ones_additive() {
    let of = |sunset: Option<&str>| {
        let mut keys = json!({"deprecated": true});
        if let Some(sunset) = sunset {
            keys["x-sunset"] = json!(sunset);
        }
        contract(&keys, "")
    };
    let (none, early, late) = (of(None), of(Some("2030-01-01")), of(Some("2031-01-01")));
    let cases = [
        (&none, &early, "additive sunset-added"),
        (&early, &late, "additive sunset-postponed"),
        (&late, &early, "breaking sunset-advanced"),
        (&early, &none, "breaking sunset-removed"),
    ];
    for (old, new, expected) in cases {
        assert_eq!(impacts(old, new), [expected; 4]);
    }
}

/// Returns a contract with a version and this number of operations.
fn versioned(version: &str, operations: usize) -> Contract {
    let mut paths = json!({});
    for index in 0..operations {
        paths[format!("/{index}")] = json!({"get": {"responses": {"204": {"description": "d"}}}});
    }
    parsed(&json!({"openapi": "3.1.0", "info": {"title": "t", "version": version}, "paths": paths}))
}

#[test]
fn version_has_to_rise_as_much_as_the_changes_require() {
    let [unchanged, added, removed] = [(1, 1), (1, 2), (2, 1)];
    for (old, new, operations, is_too_low) in [
        ("1.2.3", "1.2.3", unchanged, false),
        ("1.2.3", "1.2.3", added, true),
        ("1.2.3", "1.2.4", added, true),
        ("1.2.3", "1.3.0", added, false),
        ("1.2.3", "2.0.0", added, false),
        ("1.2.3", "1.3.0", removed, true),
        ("1.2.3", "2.0.0", removed, false),
        ("1.2", "1.3", removed, true),
        ("v1.2.3-rc.1", "v2.0.0-rc.1", removed, false),
        // Before 1.0, a minor version may break callers.
        ("0.2.3", "0.3.0", removed, false),
        ("0.2.3", "0.2.4", removed, true),
        // Versions that are not semantic have no rules.
        ("1", "1", removed, false),
        ("2026-11-29", "2026-11-29", removed, false),
        ("latest", "latest", removed, false),
        ("1.2.3.4", "1.2.3.4", removed, false),
    ] {
        let (before, after) = operations;
        let changes = versioned(old, before).changes_to(&versioned(new, after));
        ids::assert_impacts(&ids::ON_WIRE, &changes);
        let mut changes = changes.iter();
        let too_low = changes.find(|change| change.id == "version-too-low");
        let found = too_low.map(|change| change.impact);
        let expected = is_too_low.then_some(Impact::Unaffected);
        assert_eq!(found, expected, "{old} -> {new}, {operations:?}");
    }
}
