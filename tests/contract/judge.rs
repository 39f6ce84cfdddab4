//! The strict reader: judges a payload against a schema of the contract, where a property that is
//! not documented or a value that a vocabulary does not list is a finding.
//!
//! It knows the contract as JSON and nothing of the tests.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// What is wrong with a payload.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// A JSON pointer into the payload.
    pub pointer: String,
    pub reason: String,
}

/// Reads the payloads of one schema.
pub struct Judge(Validator);

impl Judge {
    /// `schema` is any schema of `contract`, a reference for example.
    pub fn new(contract: &Value, schema: &Value) -> Self {
        let components = contract["components"]["schemas"]
            .as_object()
            .expect("it has schemas");
        let convert = |strict| -> Map<String, Value> {
            let schemas = components.iter();
            schemas
                .map(|(name, schema)| (name.clone(), to_json_schema(schema, strict)))
                .collect()
        };
        let mut root = to_json_schema(schema, true);
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        // The parts of a composition may have each other's properties: they are `open`.
        root["components"] = json!({"schemas": convert(true), "open": convert(false)});
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&root);
        Judge(validator.expect("a valid contract makes a valid schema"))
    }

    pub fn findings(&self, payload: &Value) -> Vec<Finding> {
        let errors = self.0.iter_errors(payload);
        errors
            .map(|error| Finding {
                pointer: error.instance_path().to_string(),
                reason: error.to_string(),
            })
            .collect()
    }
}

/// A schema of OpenAPI 3.0 as JSON Schema. A `strict` object has no other properties than it documents.
fn to_json_schema(schema: &Value, strict: bool) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let kind = if strict { "schemas" } else { "open" };
        return json!({"$ref": reference.replace("/schemas/", &format!("/{kind}/"))});
    }
    let mut json = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties =
                    properties.map(|(name, it)| (name.clone(), to_json_schema(it, true)));
                json.insert(key.clone(), properties.collect());
            }
            "items" => {
                json.insert(key.clone(), to_json_schema(value, true));
            }
            "additionalProperties" if value.is_object() => {
                json.insert(key.clone(), to_json_schema(value, true));
            }
            "allOf" => {
                let parts = value.as_array().into_iter().flatten();
                let whole = parts.clone().count() == 1;
                let parts: Vec<_> = parts.map(|part| to_json_schema(part, whole)).collect();
                json.insert(key.clone(), Value::from(parts));
            }
            "x-extensible-enum" => {
                json.insert("enum".to_owned(), value.clone());
            }
            "nullable" => {}
            // OpenAPI 3.0 has the booleans of Draft 4; the contract has none of them yet.
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => {
                panic!("a boolean {key} is not judged")
            }
            _ => {
                json.insert(key.clone(), value.clone());
            }
        }
    }
    let closes = schema.get("properties").is_some() || schema["allOf"].get(1).is_some();
    if strict && closes && schema.get("additionalProperties").is_none() {
        json.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    match schema["nullable"] {
        Value::Bool(true) => json!({"anyOf": [{"type": "null"}, json]}),
        _ => Value::Object(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(schema: Value, payload: Value) -> Vec<String> {
        let contract = json!({"components": {"schemas": {
            "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "data": {"type": "object"}}},
            "Data": {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}},
            "Light": {"type": "string", "x-extensible-enum": ["red"]},
        }}});
        let findings = Judge::new(&contract, &schema).findings(&payload);
        findings
            .into_iter()
            .map(|finding| finding.pointer)
            .collect()
    }

    fn base() -> Value {
        json!({"$ref": "#/components/schemas/Base"})
    }

    fn event() -> Value {
        let data = json!({"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Data"}}});
        json!({"allOf": [base(), data]})
    }

    #[test]
    fn what_is_documented_has_no_finding() {
        assert!(findings(base(), json!({"id": "a", "data": {}})).is_empty());
        assert!(
            findings(
                event(),
                json!({"id": "a", "data": {"at": "2025-03-15T10:30:00Z"}})
            )
            .is_empty()
        );
    }

    #[test]
    fn an_undocumented_property_is_a_finding() {
        assert_eq!(findings(base(), json!({"id": "a", "more": 1})), [""]);
    }

    #[test]
    fn an_undocumented_property_of_a_composition_is_a_finding() {
        assert_eq!(
            findings(event(), json!({"id": "a", "data": {}, "more": 1})),
            [""]
        );
        assert_eq!(
            findings(event(), json!({"id": "a", "data": {"more": 1}})),
            ["/data"]
        );
    }

    #[test]
    fn a_missing_required_property_is_a_finding() {
        assert_eq!(findings(base(), json!({})), [""]);
        assert_eq!(findings(event(), json!({"data": {}})), [""]);
    }

    #[test]
    fn an_unlisted_value_of_a_vocabulary_is_a_finding() {
        let light = json!({"$ref": "#/components/schemas/Light"});
        assert!(findings(light.clone(), json!("red")).is_empty());
        assert_eq!(findings(light, json!("blue")), [""]);
    }

    #[test]
    fn a_format_is_judged() {
        assert_eq!(
            findings(event(), json!({"id": "a", "data": {"at": "yesterday"}})),
            ["/data/at"]
        );
    }

    #[test]
    fn null_is_a_finding_unless_it_is_allowed() {
        let plain = json!({"type": "string"});
        let nullable = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Light"}]});
        assert_eq!(findings(plain, Value::Null), [""]);
        assert!(findings(nullable.clone(), Value::Null).is_empty());
        assert!(findings(nullable.clone(), json!("red")).is_empty());
        assert_eq!(findings(nullable, json!("blue")), [""]);
    }
}
