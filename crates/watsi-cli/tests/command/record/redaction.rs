//! What is not written to a recording.

use std::fs;

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{KEY, Recording, body, conform, entries, get, http, record};
use crate::command::{sandbox, watsi};
use crate::written::Directory;

const PHONE: &str = "+5491155551234";
const TEXT: &str = "Is my order 48291 ready?";

#[tokio::test]
async fn recording_of_a_command_conforms_and_contains_no_secrets() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let directory = Directory::new("secrets");
    let har = directory.file("traffic.har");
    let output = record(&sandbox.uri(), &har, &[], &["send", id.as_str(), TEXT])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = record(&sandbox.uri(), &har, &["--force"], &["conversations"])
        .output()
        .unwrap();
    let list = entries(&har);
    assert_eq!(list.len(), 1);
    assert!(list[0]["request"].get("postData").is_none(), "{list:?}");
    let chat = &body(&list[0]["response"]["content"])["chats"][0];
    assert_eq!(chat["id"], id.as_str());
    assert_eq!(chat["customer"]["phone"], "+0000000000000");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.ends_with(&format!("{har}: conforms\n")), "{report}");

    let output = record(
        &sandbox.uri(),
        &har,
        &["--force"],
        &["send", id.as_str(), TEXT],
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let sent = &entries(&har)[0];
    let message = body(&sent["request"]["postData"]);
    assert_eq!(message["body"], "Xx xx xxxxx 00000 xxxxx?");
    let received = body(&sent["response"]["content"]);
    assert_eq!(received["message"]["body"], message["body"]);
    assert_eq!(received["message"]["conversation_id"], id.as_str());
    let text = fs::read_to_string(&har).unwrap();
    for secret in [KEY, PHONE, &PHONE[1..], TEXT, "48291"] {
        assert!(!text.contains(secret), "{secret}");
        let shown = [output.stdout.as_slice(), &output.stderr].concat();
        let shown = String::from_utf8(shown).unwrap();
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(text.contains("Bearer REDACTED"));
    assert_eq!(conform(&har, &sandbox.uri()).status.code(), Some(0));
}

#[tokio::test]
async fn api_key_is_redacted_even_if_it_is_short_or_unknown() {
    let sandbox = sandbox().await;
    let recording = Recording::start(&sandbox.uri(), "short", &[]);
    let url = recording.url("/conversations");
    for (sent, recorded) in [
        ("Bearer k-12", "Bearer REDACTED"),
        ("Basic azoxMg==", "Basic REDACTED"),
        ("k-12 k-13", "REDACTED"),
    ] {
        let request = http().get(&url).header("authorization", sent);
        assert_eq!(request.send().await.unwrap().status(), 401);
        let entry = recording.entries().pop().unwrap();
        let headers = entry["request"]["headers"].as_array().unwrap();
        let expected = json!({"name": "authorization", "value": recorded});
        assert!(headers.contains(&expected), "{headers:?}");
    }
}

#[tokio::test]
async fn secret_of_a_subscription_is_redacted() {
    let sandbox = sandbox().await;
    let recording = Recording::start(&sandbox.uri(), "webhook", &[]);
    let subscription = json!({"url": "https://example.com/hook", "events": ["message.received"]});
    let request = http().post(recording.url("/webhooks")).bearer_auth(KEY);
    let response = request.json(&subscription).send().await.unwrap();
    assert!(
        response
            .text()
            .await
            .unwrap()
            .contains(sandbox.webhook_secret())
    );
    let text = fs::read_to_string(&recording.har).unwrap();
    assert!(!text.contains(sandbox.webhook_secret()), "{text}");
    let entry = &recording.entries()[0];
    assert_eq!(body(&entry["request"]["postData"]), subscription);
    assert_eq!(
        conform(&recording.har, &sandbox.uri()).status.code(),
        Some(0)
    );
}

/// A contract with every place for credentials, and sensitive values with formats.
fn contract() -> Value {
    let sensitive = |mut schema: Value| {
        schema["x-sensitive"] = json!(true);
        schema
    };
    let user = json!({"type": "object", "required": ["id"], "properties": {
        "id": sensitive(json!({"type": "string", "format": "uuid"})),
        "born": sensitive(json!({"type": "string", "format": "date-time"})),
        "site": sensitive(json!({"type": "string", "format": "uri", "pattern": "^https://"})),
        "phone": sensitive(json!({"type": "string", "pattern": "^\\+[1-9][0-9]+$"})),
        "age": sensitive(json!({"type": "integer", "minimum": 18})),
        "plan": {"type": "string"},
        "code": sensitive(json!({"type": "string", "pattern": "^CUST-[0-9]{4}$", "example": "CUST-0001"})),
        "notes": {"type": "object", "additionalProperties": {"type": "string"}},
        "manager": {"$ref": "#/components/schemas/User"},
    }});
    let ok = json!({"description": "", "content": {"application/json": {
        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
    }}});
    let id = json!({"name": "id", "in": "path", "required": true, "schema": sensitive(json!({"type": "string"}))});
    json!({
        "openapi": "3.0.3", "info": {"title": "", "version": ""},
        "security": [{"header": [], "query": [], "cookie": []}],
        "paths": {"/users/{id}": {"parameters": [id], "get": {
            "operationId": "users",
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}},
                {"name": "X-Key", "in": "header", "schema": {"type": "string"}}],
            "responses": {"200": ok},
        }}},
        "components": {
            "schemas": {"User": user},
            "securitySchemes": {
                "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "query": {"type": "apiKey", "in": "query", "name": "token"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    })
}

#[cfg(unix)]
#[tokio::test]
async fn every_credential_and_sensitive_value_of_the_contract_is_redacted() {
    let directory = Directory::new("contract");
    let spec = directory.file("openapi.json");
    fs::write(&spec, contract().to_string()).unwrap();
    let user = json!({
        "id": "7d44a2c9-2f0d-4f53-9a6f-41c7a1b0c6de", "born": "1984-03-15T10:30:00Z",
        "site": "https://maria.example/garcia", "phone": PHONE, "age": 41, "plan": "premium",
        "code": "CUST-4711", "notes": {"likes": "Maria likes tea"},
        "email": "maria@garcia.example", "+5491155559999": 5_491_155_558_888_u64,
        "manager": {"id": "8d44a2c9-2f0d-4f53-9a6f-41c7a1b0c6de", "plan": "echo cookie-secret"},
    });
    let again = json!({"id": user["id"], "manager": null});
    let response = ResponseTemplate::new(200)
        .set_body_json(json!([user, again]))
        .insert_header("set-cookie", "session=next-secret")
        .insert_header("x-customer", "Maria");
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(response)
        .mount(&server)
        .await;
    let mut recording = Recording::start(&server.uri(), "contract-proxy", &["--spec", &spec]);
    let url = recording.url("/users/+5491155557777?limit=2&token=query-secret&name=garcia");
    let request = http().get(url).header("x-key", "k-12");
    let request = request.header("cookie", "session=cookie-secret; other=de-1");
    let response = request
        .header("x-trace", "trace-secret")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-customer"], "Maria");
    assert_eq!(response.json::<Value>().await.unwrap()[0], user);

    let text = fs::read_to_string(&recording.har).unwrap();
    for secret in [
        "k-12",
        "query-secret",
        "cookie-secret",
        "de-1",
        "next-secret",
        "trace-secret",
        "aria",
        "garcia",
        "54911",
        "7d44a2c9",
        "1984",
        "4711",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let entry = &recording.entries()[0];
    let redacted = format!(
        "{}/users/+0000000000002?limit=2&token=REDACTED&name=xxxxxx",
        server.uri()
    );
    assert_eq!(entry["request"]["url"], redacted);
    let headers = entry["request"]["headers"].as_array().unwrap();
    let cookie = json!({"name": "cookie", "value": "session=REDACTED; REDACTED=REDACTED"});
    assert!(headers.contains(&cookie), "{headers:?}");
    let users = body(&entry["response"]["content"]);
    assert_eq!(users[0]["code"], "CUST-0000");
    assert_eq!(users[0]["plan"], "premium");
    assert_eq!(users[0]["manager"]["plan"], "xxxx xxxxxx-xxxxxx");
    assert_eq!(users[0]["age"], 18);
    assert_eq!(users[0]["id"], users[1]["id"]);
    assert_ne!(users[0]["id"], users[0]["manager"]["id"]);

    // The recording has the findings of the traffic: undocumented properties, and null for an object.
    let (code, report) = recording.end("-INT");
    assert_eq!(code, Some(1));
    let target = server.uri();
    let arguments = ["conform", "--har", &recording.har, "--base-url", &target];
    let output = watsi(&arguments).args(["--spec", &spec]).output().unwrap();
    let ids = |report: &str| -> Vec<String> {
        let lines = report
            .lines()
            .filter(|line| line.contains("/response/body"));
        lines
            .map(|line| {
                line.trim()
                    .replace(|letter: char| letter.is_ascii_digit(), "")
            })
            .collect()
    };
    let found = ids(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(found.len(), 3, "{report}");
    assert_eq!(found, ids(&report));
}

#[cfg(unix)]
#[tokio::test]
async fn bodies_that_are_not_json_are_left_out() {
    let server = MockServer::start().await;
    let page = "<p>Maria Garcia</p>";
    let response = ResponseTemplate::new(502).set_body_raw(page, "text/html");
    Mock::given(any())
        .respond_with(response)
        .mount(&server)
        .await;
    let mut recording = Recording::start(&server.uri(), "html", &[]);
    let response = get(recording.url("/conversations")).await;
    assert_eq!(response.text().await.unwrap(), page);
    let content = recording.entries()[0]["response"]["content"].clone();
    assert_eq!(
        content,
        json!({"mimeType": "text/html", "size": page.len()})
    );
    let (code, report) = recording.end("-INT");
    assert_eq!(code, Some(1));
    assert!(
        report.contains("/response/headers/content-type"),
        "{report}"
    );
}
