//! Compositions of schemas are validated, and the findings explain the alternative that is meant.

use openapi_conformance::{Contract, Finding, Severity};
use serde_json::{Value, json};

/// Returns the findings in a value of the schema `A`.
#[track_caller]
fn findings(schemas: &Value, value: &Value) -> Vec<Finding> {
    let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    contract
        .validate_value("/components/schemas/A", value)
        .unwrap()
}

/// Asserts the ids of the findings in a value of a schema, and where in the schema each rule is.
#[track_caller]
fn assert_found(schema: &Value, value: &Value, expected: &[(&str, &str)]) {
    let findings = findings(&json!({"A": schema}), value);
    let found = findings.iter().map(|finding| {
        let rule = finding
            .contract_pointer
            .strip_prefix("/components/schemas/A");
        (finding.id, rule.unwrap())
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "{schema} {value}");
}

#[test]
fn undocumented_property_is_a_finding_of_the_schema_that_lists_the_others() {
    let reference = "#/components/schemas/B";
    for (schema, pointer) in [
        (json!({"$ref": reference}), "/components/schemas/B"),
        (
            json!({"$ref": reference, "title": "A"}),
            "/components/schemas/B",
        ),
        (
            json!({"$ref": reference, "x-internal": true}),
            "/components/schemas/B",
        ),
        (
            json!({"$ref": reference, "properties": {"b": {}}}),
            "/components/schemas/A",
        ),
        (
            json!({"allOf": [{"$ref": reference}]}),
            "/components/schemas/B",
        ),
        (
            json!({"type": "object", "allOf": [{"$ref": reference}]}),
            "/components/schemas/A",
        ),
    ] {
        let schemas = json!({"A": schema, "B": {"properties": {"a": {}}}});
        let findings = findings(&schemas, &json!({"x": 1}));
        let [finding] = &findings[..] else {
            panic!("{schema}: {findings:#?}");
        };
        assert_eq!(finding.id, "response-property-unknown");
        assert_eq!(finding.contract_pointer, pointer, "{schema}");
    }
}

#[test]
fn wrong_type_is_reported_by_one_part_of_a_composition() {
    let schema = json!({"allOf": [{"type": "object"}, {"type": "object"}]});
    let expected = [("response-type-mismatch", "/allOf/0")];
    assert_found(&schema, &json!(7), &expected);
    let alternative = json!({"allOf": [{"type": "object"}, {"minProperties": 1}]});
    let optional = json!({"anyOf": [alternative, {"type": "null"}]});
    let schema = json!({"allOf": [optional, {"type": "object"}]});
    let expected = [("response-type-mismatch", "/allOf/0/anyOf/0/allOf/0")];
    assert_found(&schema, &json!(7), &expected);
}

#[test]
fn every_part_of_a_composition_reports_other_mismatches() {
    let property = json!({"properties": {"a": {"type": "string"}}});
    assert_found(
        &json!({"allOf": [property, {"required": ["b"]}]}),
        &json!({"a": 1}),
        &[
            ("response-type-mismatch", "/allOf/0/properties/a"),
            ("response-property-missing", "/allOf/1/required"),
        ],
    );
    assert_found(
        &json!({"allOf": [{"minLength": 2}, {"pattern": "b"}]}),
        &json!("a"),
        &[
            ("response-string-too-short", "/allOf/0"),
            ("response-pattern-mismatch", "/allOf/1"),
        ],
    );
}

#[test]
fn matching_alternative_documents_its_properties() {
    let alternative = json!({"properties": {"a": {}}});
    let listed = json!({"properties": {"b": {}}, "anyOf": [alternative]});
    assert_found(&listed, &json!({"a": 1}), &[]);
    let open = json!({"properties": {"b": {}}, "anyOf": [{"additionalProperties": true}]});
    assert_found(&open, &json!({"x": 1}), &[]);
    let only = json!({"anyOf": [alternative]});
    assert_found(
        &only,
        &json!({"x": 1}),
        &[("response-property-unknown", "")],
    );
}

#[test]
fn matching_alternative_with_the_fewest_findings_is_reported() {
    let known = json!({"x-extensible-enum": ["a"]});
    for alternatives in [json!([known, {}]), json!([{}, known])] {
        assert_found(&json!({"anyOf": alternatives}), &json!("b"), &[]);
    }
    assert_found(
        &json!({"anyOf": [known, known]}),
        &json!("b"),
        &[("response-enum-value-unknown", "/anyOf/0")],
    );
}

#[test]
fn mismatch_is_explained_for_the_only_alternative_besides_null() {
    for nothing in [json!({"type": "null"}), json!({"enum": [null]})] {
        let schema = json!({"anyOf": [{"type": "string"}, nothing]});
        let expected = [("response-type-mismatch", "/anyOf/0")];
        assert_found(&schema, &json!(7), &expected);
    }
}

#[test]
fn mismatch_is_explained_for_the_only_alternative_whose_type_or_constant_fits() {
    let kind = |keyword: &str, value: Value| json!({"kind": {keyword: value}});
    for (first, second) in [
        (json!({"type": "object"}), json!({"type": "array"})),
        (
            json!({"properties": kind("const", json!("a"))}),
            json!({"properties": kind("const", json!("b"))}),
        ),
        (
            json!({"properties": kind("enum", json!(["a"]))}),
            json!({"properties": kind("enum", json!(["b"]))}),
        ),
    ] {
        let (mut first, mut second) = (first, second);
        first["minProperties"] = json!(2);
        second["minProperties"] = json!(2);
        let value = json!({"kind": "a"});
        for (alternatives, rule) in [
            ([&first, &second], "/anyOf/0"),
            ([&second, &first], "/anyOf/1"),
        ] {
            let expected = [("response-properties-too-few", rule)];
            assert_found(&json!({"anyOf": alternatives}), &value, &expected);
        }
    }
}

fn pets(discriminator: Value) -> Value {
    let pet = |property: &str| {
        json!({
            "type": "object",
            "required": ["kind", property],
            "properties": {"kind": {"type": "string"}, property: {"type": "integer"}},
        })
    };
    let references =
        ["Cat", "Dog"].map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    json!({
        "A": {"oneOf": references, "discriminator": discriminator},
        "Cat": pet("meow"), "Dog": pet("bark"), "Plant": {"type": "object"},
    })
}

#[test]
fn value_of_a_discriminator_that_maps_to_nothing_is_a_finding() {
    let cat = "#/components/schemas/Cat";
    for (discriminator, kind, expected) in [
        (json!({"propertyName": "kind"}), "Cat", None),
        (
            json!({"propertyName": "kind"}),
            "Fish",
            Some("response-one-of-mismatch"),
        ),
        (
            json!({"propertyName": "kind", "mapping": {"c": cat}}),
            "c",
            None,
        ),
        (
            json!({"propertyName": "kind", "mapping": {"c": cat}}),
            "Cat",
            None,
        ),
        (
            json!({"propertyName": "kind", "mapping": {"c": cat}}),
            "d",
            Some("response-one-of-mismatch"),
        ),
    ] {
        let value = json!({"kind": kind, "meow": 1});
        let findings = findings(&pets(discriminator.clone()), &value);
        let ids: Vec<_> = findings.iter().map(|finding| finding.id).collect();
        assert_eq!(ids, Vec::from_iter(expected), "{discriminator} {kind}");
    }
}

#[test]
fn discriminator_of_alternatives_without_names_maps_nothing() {
    let schema = json!({
        "oneOf": [{"required": ["kind"]}, {"type": "integer"}],
        "discriminator": {"propertyName": "kind"},
    });
    assert_found(&schema, &json!({"kind": "any"}), &[]);
}

#[test]
fn finding_names_the_closest_alternative_and_its_problem() {
    let schemas = json!({
        "A": {"anyOf": [{"$ref": "#/components/schemas/B"}, {"$ref": "#/components/schemas/C"}]},
        "B": {"required": ["a", "b", "c"]},
        "C": {"required": ["d"]},
    });
    let findings = findings(&schemas, &json!({}));
    assert_eq!(findings.len(), 1);
    let sentence = &findings[0].sentence;
    assert!(
        sentence.contains("#/components/schemas/C, but /d is missing"),
        "{sentence}"
    );
}

#[test]
fn documented_values_are_part_of_the_finding() {
    let schemas = json!({"A": {"enum": ["a", 1]}});
    let sentence = &findings(&schemas, &json!("hidden"))[0].sentence;
    assert!(
        sentence.contains(r#"`"a"`, `1`"#) && !sentence.contains("hidden"),
        "{sentence}"
    );
    let many: Vec<_> = (0..10_000).collect();
    let sentence = &findings(&json!({"A": {"enum": many}}), &json!("a"))[0].sentence;
    assert!(
        sentence.len() < 500 && sentence.contains("more"),
        "{sentence}"
    );
}

#[test]
fn required_property_may_be_read_only_in_another_part() {
    let parts = json!([{"required": ["id"]}, {"properties": {"id": {"readOnly": true}}}]);
    let content = json!({"application/json": {"schema": {"allOf": parts}}});
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"post": {
        "operationId": "post",
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
    }}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("post").unwrap();
    let request = http::Request::post("/a").header("content-type", "application/json");
    let request = request.body("{}").unwrap();
    assert_eq!(contract.validate_request(operation, &request), []);
    let response = http::Response::builder().header("content-type", "application/json");
    let found = contract.validate_response(operation, &response.body("{}").unwrap());
    assert_eq!(found.len(), 1);
}

#[test]
fn write_only_property_of_a_response_is_additive() {
    let secret = json!({"properties": {"secret": {"writeOnly": true}, "id": {"readOnly": true}}});
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/A"}}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {
            "operationId": "post",
            "requestBody": {"content": content},
            "responses": {"200": {"content": content}},
        }}},
        "components": {"schemas": {"A": secret}},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("post").unwrap();
    let body = r#"{"secret": "x", "id": "y"}"#;
    let request = http::Request::post("/a").header("content-type", "application/json");
    let request = request.body(body).unwrap();
    assert_eq!(contract.validate_request(operation, &request), []);
    let response = http::Response::builder().header("content-type", "application/json");
    let found = contract.validate_response(operation, &response.body(body).unwrap());
    let [finding] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(finding.id, "response-property-write-only");
    assert_eq!(finding.severity, Severity::Additive);
    assert_eq!(finding.pointer, "/response/body/secret");
    assert_eq!(
        finding.contract_pointer,
        "/components/schemas/A/properties/secret"
    );
}

#[test]
fn integer_beyond_64_bits_is_an_integer() {
    for version in ["3.0.3", "3.1.0"] {
        let document =
            json!({"openapi": version, "components": {"schemas": {"A": {"type": "integer"}}}});
        let contract = Contract::parse(&document.to_string()).unwrap();
        for (text, is_integer) in [
            ("18446744073709551616", true),
            ("-1e30", true),
            ("1.5", false),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            let findings = contract
                .validate_value("/components/schemas/A", &value)
                .unwrap();
            assert_eq!(findings.is_empty(), is_integer, "{version} {text}");
        }
    }
}
