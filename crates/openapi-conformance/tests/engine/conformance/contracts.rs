//! Contracts are loaded and routed, and edited ones are used for validation.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use openapi_conformance::{Contract, Route, Severity};
use serde_json::{Map, Value, json};

use super::{additive, breaking, in_request, shown};
use crate::contract::CONTRACT;

#[test]
fn route_finds_the_operation_of_a_path() {
    let id = |method: Method, path: &str| match CONTRACT.route(&method, path) {
        Route::Operation(operation) => operation.id().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(id(Method::GET, "/conversations"), "list_conversations");
    assert_eq!(id(Method::PUT, "/conversations"), "NoMethod");
    assert_eq!(id(Method::GET, "/conversations/"), "NoPath");
    assert_eq!(id(Method::GET, "/conversations/1"), "NoPath");
    assert_eq!(id(Method::GET, "/conversations1"), "NoPath");
    assert_eq!(id(Method::GET, "conversations"), "NoPath");
    assert_eq!(id(Method::GET, ""), "NoPath");
    assert_eq!(CONTRACT.methods("/messages"), [Method::POST]);
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
fn literal_segment_takes_precedence_over_a_parameter() {
    let operation = |id: &str| json!({"get": {"operationId": id}});
    let document = json!({
        "openapi": "3.1.0",
        // In alphabetical order, `~` is after `{`.
        "paths": {"/users/{id}": operation("user"), "/users/~me": operation("me")},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let id = |path: &str| match contract.route(&Method::GET, path) {
        Route::Operation(operation) => operation.id().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(id("/users/~me"), "me");
    assert_eq!(id("/users/7"), "user");
}

#[test]
fn example_and_request_body_can_be_references() {
    let mut document = CONTRACT.json().clone();
    let (send, error) = ("/paths/~1messages/post", "/components/responses/NotFound");
    let places = [
        format!("{send}/requestBody/content/application~1json"),
        format!("{send}/responses/2XX/content/application~1json"),
        format!("{error}/content/application~1json"),
    ];
    let mut components = Map::new();
    for (index, place) in places.iter().enumerate() {
        let examples = document.pointer_mut(&format!("{place}/examples")).unwrap();
        for (name, example) in examples.as_object_mut().unwrap() {
            // References are percent-encoded.
            let reference = json!({"$ref": format!("#/components/examples/{name}%20{index}")});
            let component = format!("{name} {index}");
            components.insert(component, std::mem::replace(example, reference));
        }
    }
    document["components"]["examples"] = components.into();
    let body = document
        .pointer_mut(&format!("{send}/requestBody"))
        .unwrap();
    let reference = json!({"$ref": "#/components/requestBodies/Message"});
    let body = std::mem::replace(body, reference);
    document["components"]["requestBodies"] = json!({"Message": body});

    let contract = Contract::parse(&document.to_string()).unwrap();
    let operation = contract.operation("send_message").unwrap();
    let inline = CONTRACT.operation("send_message").unwrap();
    assert!(CONTRACT.request_example(inline).is_some());
    assert_eq!(
        contract.request_example(operation),
        CONTRACT.request_example(inline)
    );
    assert_eq!(contract.examples(operation), CONTRACT.examples(inline));
    let errors: Vec<_> = contract.errors().collect();
    assert_eq!(errors, CONTRACT.errors().collect::<Vec<_>>());
}

/// Returns the contract with an additional operation that has kinds of parameters that no other one has.
fn edited() -> Contract {
    let mut contract = CONTRACT.json().clone();
    let text = json!({"type": "string"});
    let parameter = |name: &str, place: &str, schema: Value| {
        json!({
            "name": name, "in": place, "required": true, "description": "A parameter.",
            "schema": schema, "example": "1",
        })
    };
    contract["paths"]["/edited/{id}"] = json!({
        "parameters": [parameter("id", "path", text.clone())],
        "get": {
            "operationId": "get_edited",
            "summary": "Get", "description": "Gets.", "tags": ["conversations"],
            "externalDocs": {"url": "https://docs.example.com/quickstart"},
            "parameters": [
                parameter("deep", "query", json!({"type": "boolean"})),
                parameter("ratio", "query", json!({"type": "number", "maximum": 1, "exclusiveMaximum": true})),
                parameter("X-Trace", "header", text),
            ],
            "responses": {"204": {"description": "Nothing.", "headers": {"X-Count": {
                "required": true, "description": "A count.",
                "schema": {"type": "integer", "minimum": 1, "maximum": 9},
            }}}},
        },
    });
    Contract::parse(&contract.to_string()).unwrap()
}

#[test]
fn edited_contract_is_used_for_validation() {
    let contract = edited();
    let Route::Operation(operation) = contract.route(&Method::GET, "/edited/7") else {
        panic!("no operation");
    };
    let validate = |uri: &str, trace: bool| {
        let mut request = Request::get(uri).header(AUTHORIZATION, "Bearer key");
        if trace {
            request = request.header("x-trace", "1");
        }
        shown(&contract.validate_request(operation, &request.body("").unwrap()))
    };
    assert_eq!(validate("/?deep=true&ratio=0.5", true), []);
    assert_eq!(
        validate("/?deep=1&ratio=0.5", true),
        in_request("request-type-mismatch", "query/deep")
    );
    assert_eq!(
        validate("/?deep=true&ratio=1", true),
        in_request("request-above-maximum", "query/ratio")
    );
    assert_eq!(
        validate("/?ratio=0", true),
        in_request("request-parameter-missing", "query/deep")
    );
    assert_eq!(
        validate("/?deep=true&ratio=0", false),
        in_request("request-parameter-missing", "headers/x-trace")
    );
}

#[test]
fn headers_and_empty_responses_are_validated() {
    let contract = edited();
    let operation = contract.operation("get_edited").unwrap();
    let invalid = HeaderValue::from_bytes(b"\xff").unwrap();
    let respond = |count: Option<&HeaderValue>, body: &'static str| {
        let mut response = Response::builder().status(204).body(body).unwrap();
        let headers = response.headers_mut();
        headers.extend(count.map(|count| (HeaderName::from_static("x-count"), count.clone())));
        shown(&contract.validate_response(operation, &response))
    };
    let (place, valid) = ("headers/x-count", HeaderValue::from_static("5"));
    assert_eq!(respond(Some(&valid), ""), []);
    assert_eq!(
        respond(Some(&valid), "{}"),
        additive("response-body-undocumented", "body")
    );
    assert_eq!(
        respond(None, ""),
        breaking("response-header-missing", place)
    );
    for (value, id) in [
        (invalid.clone(), "response-header-not-ascii"),
        (HeaderValue::from_static("0"), "response-below-minimum"),
        (HeaderValue::from_static("10"), "response-above-maximum"),
    ] {
        assert_eq!(respond(Some(&value), ""), breaking(id, place));
    }
    let request = Request::get("/?deep=true&ratio=0").header(AUTHORIZATION, "Bearer key");
    let request = request.header("x-trace", invalid).body("").unwrap();
    let found = shown(&contract.validate_request(operation, &request));
    assert_eq!(
        found,
        in_request("request-header-not-ascii", "headers/x-trace")
    );
}

#[track_caller]
fn reasons(document: &Value) -> Vec<String> {
    let error = Contract::parse(&document.to_string()).unwrap_err();
    error.reasons().to_vec()
}

#[test]
fn invalid_yaml_is_an_error_with_its_line() {
    let error = Contract::parse("openapi: [").unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
}

#[test]
fn version_may_be_a_number() {
    for version in ["3.0", "3.1", "3.2"] {
        Contract::parse(&format!("openapi: {version}")).unwrap();
    }
    let error = Contract::parse("openapi: 3.3").unwrap_err();
    assert_eq!(error.reasons().len(), 1);
}

#[test]
fn only_swagger_documents_are_to_be_converted() {
    let is_swagger = |document: Value| reasons(&document)[0].contains("Swagger 2.0");
    assert!(is_swagger(json!({"swagger": "2.0"})));
    assert!(!is_swagger(json!({})));
}

#[test]
fn documents_of_other_versions_and_formats_are_errors() {
    for document in [
        json!({"openapi": "3.3.0", "paths": {}}),
        json!({"openapi": "2.0"}),
        json!({"swagger": "2.0", "paths": {}}),
        json!({}),
        json!([]),
        json!(null),
    ] {
        assert_eq!(reasons(&document).len(), 1, "{document}");
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
    let reasons = reasons(&document);
    let mut pointers: Vec<_> = reasons
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

/// Returns the notes of a contract with these components.
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
fn keys_beside_the_reference_of_a_path_item_are_a_part_of_it() {
    let parameter =
        |name: &str| json!({"name": name, "in": "query", "required": true, "schema": {}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {
            "$ref": "#/components/pathItems/A",
            "parameters": [parameter("p")],
            "post": {"operationId": "create"},
        }},
        "components": {"pathItems": {"A": {
            "parameters": [parameter("q")],
            "get": {"operationId": "read"},
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

fn notes(schemas: &Value) -> Vec<String> {
    let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let notes = contract.notes().iter();
    notes
        .map(|note| format!("{} {}", note.id, note.pointer))
        .collect()
}

#[test]
fn schema_that_refers_to_itself_endlessly_is_noted_where_the_circle_closes() {
    let reference = json!({"$ref": "#/components/schemas/Loop"});
    let looping = json!({"$ref": "#/components/schemas/Loop", "allOf": [{"type": "string"}]});
    let schemas = json!({"First": reference, "Loop": looping});
    assert_eq!(notes(&schemas), ["schema-endless /components/schemas/Loop"]);
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let schemas = json!({"Loop": {keyword: [{"$ref": "#/components/schemas/Loop"}]}});
        let note = format!("schema-endless /components/schemas/Loop/{keyword}/0");
        assert_eq!(notes(&schemas), [note]);
    }
    let negated = json!({"Loop": {"not": {"$ref": "#/components/schemas/Loop"}}});
    assert_eq!(
        notes(&negated),
        ["schema-endless /components/schemas/Loop/not"]
    );
    let list = json!({"List": {"items": {"$ref": "#/components/schemas/List"}}});
    assert_eq!(notes(&list), [""; 0]);
}

#[test]
fn endless_schema_is_validated_without_the_reference_that_closes_the_circle() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {},
        "components": {"schemas": {
            "Base": {
                "type": "object",
                "properties": {"kind": {"type": "string"}},
                "oneOf": [{"$ref": "#/components/schemas/Sub"}],
            },
            "Sub": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["size"]}]},
        }},
    });
    let contract = Contract::parse(&document.to_string()).unwrap();
    let ids = |value: &Value| -> Vec<&str> {
        let findings = contract
            .validate_value("/components/schemas/Base", value)
            .unwrap();
        let findings = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Breaking);
        findings.map(|finding| finding.id).collect()
    };
    assert_eq!(ids(&json!({"kind": "a", "size": 1})), [""; 0]);
    assert_ne!(ids(&json!({"kind": 1, "size": 1})), [""; 0]);
    assert_ne!(ids(&json!({"kind": "a"})), [""; 0]);
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
fn duplicate_key_is_an_error() {
    for text in [
        r#"{"openapi": "3.1.0", "info": {"title": "a", "title": "b"}}"#,
        "openapi: 3.1.0\ninfo:\n  title: a\n  title: b\n",
    ] {
        let error = Contract::parse(text).unwrap_err().to_string();
        assert!(
            error.contains("title") && error.contains("duplicate"),
            "{error}"
        );
        assert!(!error.contains("Policy"), "{error}");
    }
}

#[test]
fn finding_shows_the_name_of_its_contract() {
    let text = r#"{"openapi": "3.1.0", "components": {"schemas": {"A": false}}}"#;
    for (contract, place) in [
        (
            Contract::named("pets.yaml", text),
            "(pets.yaml#/components/schemas/A)",
        ),
        (Contract::parse(text), "(#/components/schemas/A)"),
    ] {
        let findings = contract
            .unwrap()
            .validate_value("/components/schemas/A", &json!(1));
        let shown = findings.unwrap()[0].to_string();
        assert!(shown.ends_with(place), "{shown}");
    }
}
