//! Adapts a copy of the contract for the generator, by removing what the generator cannot use. Each removal names the
//! code that handles it instead.

use serde_json::{Map, Value, json};

use super::lint::nullable;

/// `minimum: 1` would prevent `.limit(20)` from compiling, `pattern` would compile a regex engine into the client, a
/// `default` would be sent, and the others are ignored. The server alone validates them.
const BOUNDS: [&str; 6] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "default",
    "pattern",
];

/// Examples are only for the tests. They may contain anything and are not part of the contract's grammar.
const EXAMPLES: [&str; 2] = ["example", "examples"];

/// Properties whose keys are names chosen by the contract, not OpenAPI keywords.
const NAMED: [&str; 6] = [
    "paths",
    "schemas",
    "parameters",
    "properties",
    "headers",
    "content",
];

/// Returns the contract for the generator.
pub fn lower(contract: &Value) -> Value {
    let mut copy = contract.clone();
    if let Some(root) = copy.as_object_mut() {
        // `http::transport` authenticates every call.
        root.remove("security");
        // Events are delivered to the user's server; `watsi::webhook` parses them.
        root.remove("x-webhooks");
    }
    if let Some(Value::Object(components)) = copy.get_mut("components") {
        components.remove("securitySchemes");
        // Only error responses are shared; `watsi::Error` reads their bodies.
        components.remove("responses");
    }
    for operation in operations(&mut copy) {
        if let Some(responses) = operation["responses"].as_object_mut() {
            // Every response that is not a success is returned as is, and becomes a `watsi::Error`.
            responses.retain(|status, _| status.starts_with('2'));
        }
    }
    for_each_object(&mut copy, &mut |object| {
        for key in BOUNDS.iter().chain(&EXAMPLES) {
            object.remove(*key);
        }
        // The server rejects undocumented properties in a request. With `additionalProperties: false`, the generated
        // type would reject them when deserializing, too.
        if object.get("additionalProperties") == Some(&Value::Bool(false)) {
            object.remove("additionalProperties");
        }
        null_beside_reference(object);
        keep_absence(object);
    });
    copy
}

fn operations(contract: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = contract.get_mut("paths").and_then(Value::as_object_mut);
    items
        .into_iter()
        .flatten()
        .filter_map(|(_, item)| item.as_object_mut())
        .flatten()
        .map(|(_, operation)| operation)
        .filter(|operation| operation.get("responses").is_some())
}

/// Rewrites a nullable reference to the form for which the generator emits an `Option`.
fn null_beside_reference(schema: &mut Map<String, Value>) {
    let any = schema.get("anyOf").cloned();
    let wrapped = any.map(|any| json!({"anyOf": any}));
    if let Some(reference) = wrapped.as_ref().and_then(nullable::reference) {
        schema.remove("anyOf");
        schema.insert("allOf".to_owned(), json!([{"$ref": reference}]));
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}

/// Makes an optional array or map an `Option`, like every other optional property. Otherwise the generated type could
/// not tell an empty one from an absent one.
fn keep_absence(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, property) in properties {
        let optional = !required
            .as_array()
            .is_some_and(|names| names.iter().any(|required| required == name));
        let kind = property.get("type").and_then(Value::as_str);
        if optional && matches!(kind, Some("array" | "object")) {
            property["nullable"] = Value::Bool(true);
        }
    }
}

/// Calls `change` with every object whose keys are OpenAPI keywords.
fn for_each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            for (key, child) in object {
                match child {
                    Value::Object(named) if NAMED.contains(&key.as_str()) => {
                        named
                            .values_mut()
                            .for_each(|child| for_each_object(child, change));
                    }
                    child => for_each_object(child, change),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| for_each_object(item, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nullable_reference_is_rewritten_for_the_generator() {
        let reference = json!({"$ref": "#/components/schemas/Id"});
        let nothing = json!({"type": "string", "nullable": true, "enum": [null]});
        let page = json!({"properties": {"id": {"anyOf": [reference, nothing]}}});
        let contract = json!({"components": {"schemas": {"Page": page}}});
        assert_eq!(
            lower(&contract)["components"]["schemas"]["Page"]["properties"]["id"],
            json!({"allOf": [reference], "nullable": true})
        );
    }

    #[test]
    fn only_success_responses_are_kept() {
        let contract = json!({"paths": {"/a": {"get": {"responses": {
            "2XX": {"description": "ok"}, "404": {"description": "no"}, "5XX": {"description": "no"}
        }}}}});
        assert_eq!(
            lower(&contract)["paths"]["/a"]["get"]["responses"],
            json!({"2XX": {"description": "ok"}})
        );
    }

    #[test]
    fn bounds_and_defaults_are_removed() {
        let limit = json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 20});
        let contract = json!({"components": {"schemas": {"Limit": limit}}});
        assert_eq!(
            lower(&contract)["components"]["schemas"]["Limit"],
            json!({"type": "integer"})
        );
    }

    #[test]
    fn additional_properties_are_not_forbidden() {
        let closed = json!({"type": "object", "additionalProperties": false});
        let open = json!({"type": "object", "additionalProperties": true});
        let schemas = json!({"Closed": closed, "Open": open});
        let lowered = lower(&json!({"components": {"schemas": schemas}}));
        let expected = json!({"Closed": {"type": "object"}, "Open": open});
        assert_eq!(lowered["components"]["schemas"], expected);
    }

    #[test]
    fn patterns_are_removed() {
        let url = json!({"type": "string", "pattern": "^https://"});
        let contract = json!({"components": {"schemas": {"Url": url}}});
        assert_eq!(
            lower(&contract)["components"]["schemas"]["Url"],
            json!({"type": "string"})
        );
    }

    #[test]
    fn a_property_may_have_the_name_of_a_bound() {
        let schema = json!({"type": "object", "properties": {"default": {"type": "string"}}});
        let contract = json!({"components": {"schemas": {"Setting": schema}}});
        assert_eq!(lower(&contract), contract);
    }

    #[test]
    fn security_and_events_are_removed() {
        let contract = json!({
            "security": [{"apiKey": []}],
            "x-webhooks": {},
            "components": {"securitySchemes": {}, "responses": {}, "schemas": {}}
        });
        assert_eq!(lower(&contract), json!({"components": {"schemas": {}}}));
    }

    #[test]
    fn an_optional_list_or_map_can_be_absent() {
        let contract = json!({"components": {"schemas": {"Page": {
            "type": "object",
            "required": ["items"],
            "properties": {
                "items": {"type": "array"},
                "more": {"type": "array"},
                "details": {"type": "object"},
                "name": {"type": "string"},
            }
        }}}});
        let lowered = lower(&contract);
        let properties = &lowered["components"]["schemas"]["Page"]["properties"];
        assert_eq!(
            *properties,
            json!({
                "items": {"type": "array"},
                "more": {"type": "array", "nullable": true},
                "details": {"type": "object", "nullable": true},
                "name": {"type": "string"},
            })
        );
    }
}
