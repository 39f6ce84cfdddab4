//! Contracts are loaded and routed.

use http::{Method, Request, StatusCode};
use openapi_conformance::{Contract, Route};
use serde_json::{Map, Value, json};

use crate::contract::CONTRACT;

#[test]
fn path_is_routed_to_the_operation_of_its_template() {
    let templates = [
        // In alphabetical order, `~` is after `{`.
        "/users/{id}",
        "/users/~me",
        "/files/{id}.json",
        "/a}b{c",
        "/a%20b/%C3%BC",
        "/ä/{p}",
    ];
    let operation = |path: &str| (path.to_owned(), json!({"get": {"operationId": path}}));
    let paths: Map<_, _> = templates.into_iter().map(operation).collect();
    let document = json!({"openapi": "3.1.0", "paths": paths});
    let contract = Contract::parse(&document.to_string()).unwrap();
    for (path, template) in [
        ("/users/7", "/users/{id}"),
        ("/users/~me", "/users/~me"),
        ("/files/7.json", "/files/{id}.json"),
        ("/a}b{c", "/a}b{c"),
        ("/a%20b/%c3%bc", "/a%20b/%C3%BC"),
        ("/%61%20b/%C3%BC", "/a%20b/%C3%BC"),
        ("/%c3%a4/x", "/ä/{p}"),
        // A parameter is a part of one segment, and is not empty.
        ("/users/", "NoPath"),
        ("/users/7/", "NoPath"),
        ("/users/7/8", "NoPath"),
        ("/files/.json", "NoPath"),
        ("/a}b{c-a}b{c", "NoPath"),
        ("/a%2520b/ü", "NoPath"),
        ("/users", "NoPath"),
        ("/users1/7", "NoPath"),
        ("users/7", "NoPath"),
        ("", "NoPath"),
    ] {
        let routed = match contract.route(&Method::GET, path) {
            Route::Operation(operation) => operation.id().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(routed, template, "{path}");
    }
    let put = contract.route(&Method::PUT, "/users/7");
    assert!(matches!(put, Route::NoMethod));
    assert_eq!(contract.methods("/users/7"), [Method::GET]);
}

#[test]
fn variables_of_the_base_url_are_replaced_by_their_defaults() {
    let longest = "v".repeat(1024);
    for default in ["example", &longest] {
        let variables = json!({"host": {"default": default}});
        // The size of the URL times that of the longest default is the limit.
        let path = "p".repeat(1024 - "/{host}/".len());
        let document = json!({
            "openapi": "3.1.0",
            "servers": [{"url": format!("/{{host}}/{path}"), "variables": variables}],
        });
        let contract = Contract::parse(&document.to_string()).unwrap();
        assert_eq!(contract.base_url(), format!("/{default}/{path}"));
    }
}

#[test]
fn example_and_request_body_can_be_references() {
    let text = "
openapi: 3.1.0
paths:
  /a:
    post:
      operationId: a
      requestBody: {$ref: '#/components/requestBodies/A'}
      responses:
        200: {content: {application/json: {examples: &examples {one: {$ref: '#/components/examples/One%20example'}}}}}
        404:
          content:
            application/json:
              schema: {properties: {code: {enum: [LOST]}}}
              examples: {LOST: {$ref: '#/components/examples/Error'}}
components:
  requestBodies: {A: {content: {application/json: {examples: *examples}}}}
  examples:
    One example: {value: 1}
    Error: {value: {code: LOST}}
";
    let contract = Contract::parse(text).unwrap();
    let operation = contract.operation("a").unwrap();
    assert_eq!(contract.request_example(operation), Some(&json!(1)));
    assert_eq!(contract.examples(operation)[0].body, Some(&json!(1)));
    let errors: Vec<_> = contract.errors().collect();
    assert_eq!(errors, [(StatusCode::NOT_FOUND, &json!({"code": "LOST"}))]);
}

#[test]
fn document_of_a_supported_version_is_a_contract() {
    for text in [
        "openapi: 3.0",
        "openapi: 3.1",
        "openapi: 3.2",
        "\u{feff}openapi: 3.0.0",
        "\u{feff}{\"openapi\": \"3.0.0\"}",
    ] {
        assert!(Contract::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn document_that_is_not_a_contract_is_an_error_with_its_reason() {
    const VERSIONS: &str = "only OpenAPI 3.0, 3.1 and 3.2 are supported";
    for (text, expected) in [
        ("openapi: [", "line 1"),
        ("openapi: 3.3", VERSIONS),
        ("openapi: 3.3.0", VERSIONS),
        ("openapi: 2.0", VERSIONS),
        ("swagger: '2.0'", "Swagger 2.0"),
        ("{}", "the key `openapi` is missing"),
        ("[]", "the key `openapi` is missing"),
        ("null", "the key `openapi` is missing"),
        (
            r#"{"openapi": "3.1.0", "info": {"title": "a", "title": "b"}}"#,
            "/info/title: the key is duplicated",
        ),
        (
            "openapi: 3.1.0\ninfo:\n  title: a\n  title: b\n",
            "duplicate mapping key `title`",
        ),
    ] {
        let error = Contract::parse(text).unwrap_err();
        let [reason] = error.reasons() else {
            panic!("{text}: {error}");
        };
        assert!(reason.contains(expected), "{text}: {reason}");
        assert_eq!(reason.contains("Swagger"), text.contains("swagger"));
        // It names no setting of the parser.
        assert!(!reason.contains("Policy"), "{reason}");
    }
}

#[test]
fn every_reference_that_cannot_be_followed_is_an_error_with_its_pointer() {
    let schemas = json!({
        "Missing": {"$ref": "#/components/schemas/Nothing"},
        "File": {"type": "array", "items": {"$ref": "other.yaml#/A"}},
        "Url": {"$ref": "https://example.com/schema.json"},
        "List": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/Nothing"}]}}},
        "components": {"schemas": schemas},
    });
    let error = Contract::parse(&document.to_string()).unwrap_err();
    let mut pointers: Vec<_> = error
        .reasons()
        .iter()
        .map(|reason| reason.split(": ").next().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/components/schemas/File/items/$ref",
            "/components/schemas/Nothing",
            "/components/schemas/Url/$ref",
            "/paths/~1a/get/parameters/0/$ref",
        ]
    );
}

#[test]
fn schema_may_be_referred_to_by_an_anchor_or_an_id() {
    let named = json!({
        "Anchored": {"$anchor": "whole", "type": "integer"},
        "Dynamic": {"$dynamicAnchor": "dynamic", "type": "integer"},
        "Identified": {
            "$id": "https://example.com/schema",
            "type": "integer",
            "properties": {"whole": {"type": "integer"}},
        },
        "Once": {"$anchor": "ambiguous"},
        "Twice": {"$anchor": "ambiguous", "enum": [{"$anchor": "value"}]},
    });
    let contract = |reference: &str| {
        let mut schemas = named.clone();
        schemas["A"] = json!({"$ref": reference});
        let document = json!({"openapi": "3.1.0", "components": {"schemas": schemas}});
        Contract::parse(&document.to_string())
    };
    for reference in [
        "#whole",
        "#dynamic",
        "https://example.com/schema",
        "https://example.com/schema#",
        "https://example.com/schema#/properties/whole",
    ] {
        let contract = contract(reference).unwrap();
        let of = |value: Value| contract.validate_value("/components/schemas/A", &value);
        assert_eq!(of(json!(1)), Some(Vec::new()), "{reference}");
        assert_eq!(
            of(json!("x")).map(|found| found.len()),
            Some(1),
            "{reference}"
        );
    }
    let missing = [
        "#other",
        "#ambiguous",
        "#value",
        "https://example.com/other",
        "https://example.com/schema#/properties/other",
        "https://example.com/schema#other",
    ];
    for reference in missing {
        assert!(contract(reference).is_err(), "{reference}");
    }
}

#[test]
fn operation_has_the_parameters_of_its_path_item_unless_it_replaces_them() {
    let parameter = |name: &str, required: bool| json!({"name": name, "in": "query", "required": required, "schema": {}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {
            // Keys beside the reference are a part of the path item.
            "$ref": "#/components/pathItems/A",
            "parameters": [parameter("p", true), parameter("replaced", true)],
            "post": {"operationId": "create", "parameters": [parameter("replaced", false)]},
        }},
        "components": {"pathItems": {"A": {
            "parameters": [parameter("q", true), parameter("replaced", true)],
            "get": {"operationId": "read", "parameters": [parameter("replaced", false)]},
        }}},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    for id in ["read", "create"] {
        let request = Request::get("/a").body("").unwrap();
        let found = contract.validate_request(contract.operation(id).unwrap(), &request);
        let missing: Vec<_> = found.iter().map(|finding| &*finding.pointer).collect();
        assert_eq!(missing, ["/request/query/q", "/request/query/p"], "{id}");
    }
}

#[test]
fn yaml_has_only_the_booleans_true_and_false() {
    let words = ["y", "n", "yes", "no", "on", "off", "Y", "NO", "On", "OFF"];
    let enumerated = words.join(", ");
    let text = format!(
        "openapi: 3.1.0\ncomponents: {{schemas: {{A: {{enum: [{enumerated}], required: [y]}}, B: {{enum: [true, False]}}}}}}\n"
    );
    let contract = Contract::parse(&text).unwrap();
    assert_eq!(contract.notes(), []);
    for word in words {
        let findings = contract.validate_value("/components/schemas/A", &json!(word));
        assert_eq!(findings.unwrap(), [], "{word}");
    }
    for value in [true, false] {
        let findings = contract.validate_value("/components/schemas/B", &json!(value));
        assert_eq!(findings.unwrap(), [], "{value}");
    }
}

#[test]
fn events_are_those_of_the_document() {
    let ids: Vec<_> = CONTRACT.events().map(|event| event.id()).collect();
    let expected = [
        "contact_created",
        "contact_updated",
        "conversation_created",
        "conversation_updated",
        "message_received",
        "message_status",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn finding_in_a_value_shows_the_name_of_its_contract() {
    let text = r#"{"openapi": "3.1.0", "components": {"schemas": {"A": false}}}"#;
    for (contract, place) in [
        (
            Contract::named("a.yaml", text),
            "(a.yaml#/components/schemas/A)",
        ),
        (Contract::parse(text), "(#/components/schemas/A)"),
    ] {
        let found = contract
            .unwrap()
            .validate_value("/components/schemas/A", &json!(1));
        let shown = found.unwrap()[0].to_string();
        assert!(shown.ends_with(place), "{shown}");
    }
}
