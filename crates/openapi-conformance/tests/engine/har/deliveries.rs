//! Webhook deliveries among the requests to other servers.

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use serde::Deserialize;
use serde_json::{Value, json};

use super::har;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    contract: Value,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    name: String,
    base_url: Option<String>,
    #[serde(default = "post")]
    method: String,
    /// The value of a header.
    #[serde(default)]
    event: String,
    body: Option<Value>,
    found: Option<Vec<String>>,
}

fn post() -> String {
    "POST".to_owned()
}

#[test]
fn request_that_names_a_documented_event_is_validated_as_its_delivery() {
    let table: Table = serde_saphyr::from_str(include_str!("deliveries.yaml")).unwrap();
    let contract = Contract::parse(&table.contract.to_string()).unwrap();
    for case in table.requests {
        let data = |body: &Value| json!({"mimeType": "application/json", "text": body.to_string()});
        let request = json!({
            "method": case.method,
            "url": "https://shop.example.net/hooks",
            "headers": [{"name": "X-Event", "value": case.event}],
            "postData": case.body.as_ref().map(data),
        });
        let entry = json!({"request": request, "response": {"status": 200}});
        let mut recording = Recording::new(&contract, case.base_url.as_deref()).unwrap();
        let mut found = Vec::new();
        let read = recording.read(har(&[entry]).as_bytes(), |one| {
            let operation = one.operation.map_or("", |operation| operation.id());
            found.push(format!("{operation} {}", one.finding.id));
        });
        assert_eq!(read, Ok(()), "{}", case.name);
        let entries = recording.entries();
        assert_eq!(entries.validated + entries.ignored, 1, "{}", case.name);
        let found = (entries.validated == 1).then_some(found);
        assert_eq!(found, case.found, "{}: {request}", case.name);
    }
}
