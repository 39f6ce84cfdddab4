//! Deprecation, sunset and the version of the contract.

use std::time::{Duration, SystemTime};

use openapi_conformance::{Change, Contract, Impact};
use serde_json::{Value, json};

use super::parsed;

/// Days after 1970-01-01.
fn day(days: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(days * 24 * 60 * 60)
}

/// 1970-01-11, the tenth day after 1970-01-01.
const SUNSET: &str = "1970-01-11";

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

/// Returns the impact and the id of each change.
fn ids(changes: &[Change]) -> Vec<String> {
    let ids = changes
        .iter()
        .map(|change| format!("{} {}", change.impact, change.id));
    ids.collect()
}

/// Returns the worst impact of removing something with these keys at a time.
fn removal(keys: &Value, removed: &str, now: SystemTime) -> Impact {
    let changes = contract(keys, "").changes_at(&contract(keys, removed), now);
    changes.iter().map(|change| change.impact).min().unwrap()
}

const REMOVED: [&str; 3] = ["operation", "parameter", "property"];

#[test]
fn removal_is_breaking_unless_it_was_deprecated() {
    for removed in REMOVED {
        let removal = |keys: Value| removal(&keys, removed, day(0));
        assert_eq!(removal(json!({})), Impact::Breaking, "{removed}");
        assert_eq!(
            removal(json!({"deprecated": true})),
            Impact::Additive,
            "{removed}"
        );
        let sunset_alone = json!({"x-sunset": "1960-01-01"});
        assert_eq!(removal(sunset_alone), Impact::Breaking, "{removed}");
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
    let changes = old.changes_at(&contract(json!({"b": {}})), day(0));
    assert_eq!(ids(&changes), ["additive deprecated-property-removed"]);
}

#[test]
fn removal_is_breaking_before_the_sunset() {
    for removed in REMOVED {
        let deprecated = |sunset: &str| json!({"deprecated": true, "x-sunset": sunset});
        let at = |sunset: &str, days: u64| removal(&deprecated(sunset), removed, day(days));
        assert_eq!(at(SUNSET, 9), Impact::Breaking, "{removed}");
        assert_eq!(at(SUNSET, 10), Impact::Additive, "{removed}");
        assert_eq!(
            at("1970-01-11T08:00:00Z", 10),
            Impact::Additive,
            "{removed}"
        );
        assert_eq!(at("later", 1000), Impact::Breaking, "{removed}");
    }
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
        let mut ids = ids(&old.changes_to(new));
        ids.sort_unstable();
        ids
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
        for id in ids(&old.changes_to(new)) {
            assert_eq!(id, expected);
        }
        assert_ne!(ids(&old.changes_to(new)), [""; 0], "{expected}");
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

/// Returns whether the version rises less than the changes require.
fn is_too_low(old: (&str, usize), new: (&str, usize)) -> bool {
    let changes = versioned(old.0, old.1).changes_to(&versioned(new.0, new.1));
    changes.iter().any(|change| {
        let is_version = change.id == "version-too-low";
        assert!(!is_version || change.impact == Impact::Unaffected);
        is_version
    })
}

#[test]
fn version_has_to_rise_as_much_as_the_changes_require() {
    let added = |old: &str, new: &str| is_too_low((old, 1), (new, 2));
    let removed = |old: &str, new: &str| is_too_low((old, 2), (new, 1));
    assert!(added("1.2.3", "1.2.3"));
    assert!(added("1.2.3", "1.2.4"));
    assert!(!added("1.2.3", "1.3.0"));
    assert!(!added("1.2.3", "2.0.0"));
    assert!(removed("1.2.3", "1.3.0"));
    assert!(!removed("1.2.3", "2.0.0"));
    assert!(removed("1.2", "1.3"));
    assert!(!removed("v1.2.3-rc.1", "v2.0.0-rc.1"));
    assert!(!is_too_low(("1.2.3", 1), ("1.2.3", 1)));
}

#[test]
fn version_before_1_0_may_break_callers_with_a_minor_version() {
    assert!(!is_too_low(("0.2.3", 2), ("0.3.0", 1)));
    assert!(is_too_low(("0.2.3", 2), ("0.2.4", 1)));
}

#[test]
fn versions_that_are_not_semantic_have_no_rules() {
    for version in ["1", "2026-11-29", "latest", "1.2.3.4"] {
        assert!(!is_too_low((version, 2), (version, 1)), "{version}");
    }
}
