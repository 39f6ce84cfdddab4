//! Webhook deliveries among the requests to other servers.

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use serde_json::{Value, json};

use super::har;

fn contract() -> Contract {
    let event = |id: &str, properties: Value| {
        let schema = json!({"type": "object", "required": ["data"], "properties": properties});
        let content = json!({"application/json": {"schema": schema}});
        json!({"post": {"operationId": id, "requestBody": {"required": true, "content": content}}})
    };
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {},
        "webhooks": {
            "pet.created": event("created", json!({"type": {}, "data": {}})),
            "pet.sold": event("sold", json!({"kind": {"const": "sale"}, "data": {}})),
        },
    });
    Contract::parse(&document.to_string()).unwrap()
}

/// Returns the findings of a request to another server, each with its operation, or `None` if the request is ignored.
fn found(request: Value, base_url: Option<&str>) -> Option<Vec<String>> {
    let contract = contract();
    let mut recording = Recording::new(&contract, base_url).unwrap();
    let mut found = Vec::new();
    let entry = json!({"request": request, "response": {"status": 200}});
    let read = recording.read(har(&[entry]).as_bytes(), |one| {
        let operation = one.operation.map_or("", |operation| operation.id());
        found.push(format!("{operation} {}", one.finding.id));
    });
    assert_eq!(read, Ok(()));
    let entries = recording.entries();
    assert_eq!(entries.validated + entries.ignored, 1);
    (entries.validated == 1).then_some(found)
}

fn delivery(method: &str, header: &str, body: &Value) -> Value {
    json!({
        "method": method,
        "url": "https://shop.example.net/hooks",
        "headers": [{"name": "X-Event", "value": header}],
        "postData": {"mimeType": "application/json", "text": body.to_string()},
    })
}

#[test]
fn request_that_names_a_documented_event_is_validated_as_its_delivery() {
    let cases = [
        ("", json!({"type": "pet.created", "data": {}}), vec![]),
        (
            "",
            json!({"type": "pet.created"}),
            vec!["created request-property-missing"],
        ),
        (
            "pet.created",
            json!({"type": 1}),
            vec!["created request-property-missing"],
        ),
        (
            "",
            json!({"kind": "sale"}),
            vec!["sold request-property-missing"],
        ),
    ];
    for (header, body, expected) in cases {
        let findings = found(delivery("POST", header, &body), None);
        let findings = findings.unwrap_or_else(|| panic!("{body} is ignored"));
        assert_eq!(findings, expected, "{header} {body}");
    }
}

#[test]
fn request_that_names_no_documented_event_is_ignored() {
    let created = json!({"type": "pet.created"});
    let cases = [
        delivery("POST", "", &json!({"type": "pet.lost"})),
        delivery("POST", "", &json!({"kind": "gift"})),
        delivery("POST", "", &json!(["pet.created"])),
        delivery("PUT", "", &created),
        json!({"method": "POST", "url": "https://shop.example.net/hooks"}),
    ];
    for request in cases {
        assert_eq!(found(request.clone(), None), None, "{request}");
    }
    let base_url = Some("https://api.example.com");
    assert_eq!(found(delivery("POST", "", &created), base_url), None);
}
