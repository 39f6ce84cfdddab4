//! Pairs of schemas, and how they relate, in requests and responses.

use openapi_conformance::{Contract, Impact};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{assert_client_impacts, impacts, parsed};
use crate::ids;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    relation: Option<Relation>,
    #[serde(default)]
    ids: Vec<String>,
    request: Option<String>,
    response: Option<String>,
    pairs: Vec<[Value; 2]>,
}

fn cases() -> Vec<Case> {
    serde_saphyr::from_str(include_str!("schemas.yaml")).unwrap()
}

/// Returns the pairs of schemas of a single type that are a change in both directions.
pub fn changed() -> Vec<[Value; 2]> {
    let is_changed = |relation| matches!(relation, Relation::Narrower | Relation::Different);
    let mut cases = cases();
    cases.retain(|case| case.relation.is_some_and(is_changed));
    let mut pairs: Vec<_> = cases.into_iter().flat_map(|case| case.pairs).collect();
    pairs.retain(|pair| pair.iter().all(|schema| schema["type"].is_string()));
    pairs
}

/// The components of the schemas.
pub fn components() -> Value {
    json!({
        "A": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "a": {}}},
        "B": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string"}, "b": {}}},
        "ReadOnly": {"type": "string", "readOnly": true},
    })
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Relation {
    Narrower,
    Different,
    Equivalent,
}

#[derive(Clone, Copy)]
enum Direction {
    Request,
    Response,
}

impl Direction {
    /// Returns a contract that has the schema only in this direction.
    fn contract(self, schema: &Value) -> Contract {
        let content = json!({"application/json": {"schema": schema}});
        let mut operation = json!({"responses": {"200": {"description": "d"}}});
        match self {
            Self::Request => {
                operation["requestBody"] = json!({"required": true, "content": content})
            }
            Self::Response => operation["responses"]["200"]["content"] = content,
        }
        parsed(&json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/x": {"post": operation}},
            "components": {"schemas": components()},
        }))
    }

    #[track_caller]
    fn assert_impact(self, old: &Value, new: &Value, expected: &str, name: &str) {
        let contracts = [old, new].map(|schema| self.contract(schema));
        let [old_contract, new_contract] = &contracts;
        assert_client_impacts(old_contract, new_contract);
        let changes = old_contract.changes_to(new_contract);
        ids::assert_impacts(&ids::ON_WIRE, &changes);
        let worst = changes.iter().map(|change| change.impact).min();
        let worst = worst.unwrap_or(Impact::Unaffected);
        assert_eq!(worst.to_string(), expected, "{name}: {old} -> {new}");
    }

    #[track_caller]
    fn assert_change(self, old: &Value, new: &Value, expected: &str, name: &str) {
        let changes = impacts(&self.contract(old), &self.contract(new));
        assert_eq!(changes, [expected], "{name}: {old} -> {new}");
    }
}

impl Case {
    #[track_caller]
    fn assert_narrower(&self, wide: &Value, narrow: &Value) {
        let [request, response] = [Direction::Request, Direction::Response];
        for (direction, old, new, impact) in [
            (request, wide, narrow, "breaking"),
            (request, narrow, wide, "additive"),
            (response, wide, narrow, "additive"),
            (response, narrow, wide, "breaking"),
        ] {
            direction.assert_impact(old, new, impact, &self.name);
        }
        if let [narrower, wider] = self.ids.as_slice() {
            for (direction, old, new, change) in [
                (
                    request,
                    wide,
                    narrow,
                    format!("breaking request-{narrower}"),
                ),
                (request, narrow, wide, format!("additive request-{wider}")),
                (
                    response,
                    wide,
                    narrow,
                    format!("additive response-{narrower}"),
                ),
                (response, narrow, wide, format!("breaking response-{wider}")),
            ] {
                direction.assert_change(old, new, &change, &self.name);
            }
        }
    }

    /// Asserts the same impact everywhere, in both directions.
    #[track_caller]
    fn assert_everywhere(&self, one: &Value, other: &Value, impact: &str) {
        for (old, new) in [(one, other), (other, one)] {
            for direction in [Direction::Request, Direction::Response] {
                direction.assert_impact(old, new, impact, &self.name);
                for id in &self.ids {
                    direction.assert_change(old, new, &format!("{impact} {id}"), &self.name);
                }
            }
        }
    }
}

#[test]
fn schemas_relate_as_listed() {
    for case in &cases() {
        for [old, new] in &case.pairs {
            match case.relation {
                Some(Relation::Narrower) => case.assert_narrower(old, new),
                Some(Relation::Different) => case.assert_everywhere(old, new, "breaking"),
                Some(Relation::Equivalent) => case.assert_everywhere(old, new, "unaffected"),
                None => {}
            }
            if let Some(impact) = &case.request {
                Direction::Request.assert_impact(old, new, impact, &case.name);
            }
            if let Some(impact) = &case.response {
                Direction::Response.assert_impact(old, new, impact, &case.name);
            }
        }
    }
}
