//! Keywords and compositions of schemas are validated, and the findings explain the alternative that is meant.

use openapi_conformance::{Contract, Finding, Severity};
use serde::Deserialize;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    openapi: Option<String>,
    #[serde(default)]
    schema: Value,
    #[serde(default)]
    schemas: Value,
    #[serde(default)]
    notes: Vec<String>,
    values: Vec<Vec<Value>>,
}

#[test]
fn values_have_the_listed_findings() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("values.yaml")).unwrap();
    for case in cases {
        let name = &case.name;
        let schemas = if case.schemas.is_null() {
            json!({"A": case.schema})
        } else {
            case.schemas
        };
        let version = case.openapi.as_deref().unwrap_or("3.1.0");
        let document = json!({"openapi": version, "paths": {}, "components": {"schemas": schemas}});
        let contract = Contract::parse(&document.to_string()).unwrap();
        let notes = contract.notes().iter();
        let notes: Vec<_> = notes
            .map(|note| format!("{} {}", note.id, note.pointer))
            .collect();
        assert_eq!(notes, case.notes, "{name}");
        for row in &case.values {
            let findings = contract
                .validate_value("/components/schemas/A", &row[0])
                .unwrap();
            let found: Vec<_> = findings
                .iter()
                .map(|finding| {
                    let pointer = &finding.contract_pointer;
                    let rule = pointer
                        .strip_prefix("/components/schemas/A")
                        .unwrap_or(pointer);
                    format!("{} {rule}", finding.id).trim_end().to_owned()
                })
                .collect();
            assert_eq!(found, row[1..], "{name}: {schemas} {}", row[0]);
        }
    }
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

/// Returns the findings in a JSON body with a schema: in a request, and in a response.
fn posted(schema: &Value, body: &str) -> [Vec<Finding>; 2] {
    let content = json!({"application/json": {"schema": schema}});
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"post": {
        "operationId": "post",
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
    }}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("post").unwrap();
    let request = http::Request::post("/a").header("content-type", "application/json");
    let response = http::Response::builder().header("content-type", "application/json");
    [
        contract.validate_request(operation, &request.body(body).unwrap()),
        contract.validate_response(operation, &response.body(body).unwrap()),
    ]
}

#[test]
fn required_property_may_be_read_only_in_another_part() {
    let parts = json!([{"required": ["id"]}, {"properties": {"id": {"readOnly": true}}}]);
    let [request, response] = posted(&json!({"allOf": parts}), "{}");
    assert_eq!(request, []);
    assert_eq!(response.len(), 1);
}

#[test]
fn write_only_property_of_a_response_is_additive() {
    let schema = json!({"properties": {"secret": {"writeOnly": true}, "id": {"readOnly": true}}});
    let [request, response] = posted(&schema, r#"{"secret": "x", "id": "y"}"#);
    assert_eq!(request, []);
    let [finding] = &response[..] else {
        panic!("{response:?}");
    };
    assert_eq!(finding.id, "response-property-write-only");
    assert_eq!(finding.severity, Severity::Additive);
    assert_eq!(finding.pointer, "/response/body/secret");
    let place = finding.contract_pointer.as_str();
    assert!(place.ends_with("/schema/properties/secret"), "{place}");
}

#[test]
fn unknown_value_of_an_open_enum_is_shown_if_it_is_an_identifier() {
    let schema = json!({"x-extensible-enum": ["known"]});
    let (longest, long) = ("x".repeat(40), "x".repeat(41));
    for (value, shown) in [
        ("introduced_later", true),
        ("v1.2-beta_34", true),
        (&longest, true),
        ("a12345", false),
        ("1a", false),
        ("two words", false),
        ("ana@example.com", false),
        (&long, false),
    ] {
        let findings = findings(&json!({"A": schema}), &json!(value));
        let [finding] = &findings[..] else {
            panic!("{value}: {findings:#?}");
        };
        assert_eq!(finding.id, "response-enum-value-unknown", "{value}");
        assert_eq!(finding.to_string().contains(value), shown, "{finding}");
    }
}
