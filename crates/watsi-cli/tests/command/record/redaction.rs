//! What is not written to a recording.

use std::fs;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{KEY, Recording, body, conform, entries, get, record};
use crate::command::{run, sandbox};
use crate::running::http;
use crate::servers::{self, serving};
use crate::written::Directory;

const PHONE: &str = "+5491155551234";
const TEXT: &str = "Is my order 48291 ready?";

#[tokio::test]
async fn recording_of_a_command_conforms_and_contains_no_secrets() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let directory = Directory::new("secrets");
    let har = directory.file("traffic.har");
    let target = sandbox.uri();
    let listed = record(&target, &har, &[], &["conversations"]);
    listed.exits(0).shows(&format!("{har}: conforms\n"));
    let list = entries(&har);
    assert_eq!(list.len(), 1);
    assert!(list[0]["request"].get("postData").is_none(), "{list:?}");
    let chat = &body(&list[0]["response"]["content"])["chats"][0];
    assert_eq!(chat["id"], id.as_str());
    assert_eq!(chat["customer"]["phone"], "+0000000000000");

    let send = ["send", id.as_str(), TEXT];
    let sent = record(&target, &har, &["--force"], &send);
    sent.exits(0);
    let entry = &entries(&har)[0];
    let message = body(&entry["request"]["postData"]);
    assert_eq!(message["body"], "Xx xx xxxxx 00000 xxxxx?");
    let received = body(&entry["response"]["content"]);
    assert_eq!(received["message"]["body"], message["body"]);
    assert_eq!(received["message"]["conversation_id"], id.as_str());
    let text = fs::read_to_string(&har).unwrap();
    for secret in [KEY, PHONE, &PHONE[1..], TEXT, "48291"] {
        assert!(!text.contains(secret), "{secret}");
        sent.hides(secret);
    }
    assert!(text.contains("Bearer REDACTED"));
    conform(&har, &target).exits(0);
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
        ("k-12", "REDACTED"),
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
    let received = response.text().await.unwrap();
    assert!(received.contains(sandbox.webhook_secret()), "{received}");
    let text = fs::read_to_string(&recording.har).unwrap();
    assert!(!text.contains(sandbox.webhook_secret()), "{text}");
    let entry = &recording.entries()[0];
    assert_eq!(body(&entry["request"]["postData"]), subscription);
    conform(&recording.har, &sandbox.uri()).exits(0);
}

#[cfg(unix)]
#[tokio::test]
async fn every_credential_and_sensitive_value_of_the_contract_is_redacted() {
    let directory = Directory::new("contract");
    let spec = directory.write("users.yaml", include_str!("users.yaml"));
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
    let server = serving(response).await;
    let mut recording = Recording::start(&server.uri(), "contract-proxy", &["--spec", &spec]);
    let url = recording.url("/users/+5491155557777?limit=2&token=query-secret&name=garcia");
    let request = http().get(url).header("x-key", "k-12");
    let request = request.header("cookie", "session=cookie-secret; other=de-1;flag");
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
    let cookie =
        json!({"name": "cookie", "value": "session=REDACTED; REDACTED=REDACTED; REDACTED"});
    assert!(headers.contains(&cookie), "{headers:?}");
    let users = body(&entry["response"]["content"]);
    assert_eq!(users[0]["code"], "CUST-0000");
    assert_eq!(users[0]["plan"], "premium");
    assert_eq!(users[0]["manager"]["plan"], "xxxx xxxxxx-xxxxxx");
    assert_eq!(users[0]["age"], 18);
    assert_eq!(users[0]["id"], users[1]["id"]);
    assert_ne!(users[0]["id"], users[0]["manager"]["id"]);

    // The recording has the findings of the traffic: undocumented properties, and null for an object.
    let (code, report) = recording.running.end("-INT");
    assert_eq!(code, Some(1));
    let target = server.uri();
    let har = ["--har", &recording.har, "--base-url", &target];
    let ended = run(&[&["conform", "--spec", &spec], &har[..]].concat());
    let findings = |report: &str| -> Vec<String> {
        let lines = report.lines().map(str::trim);
        let of_body = lines.filter(|line| line.contains("/response/body"));
        of_body
            .map(|line| line.replace(|letter: char| letter.is_ascii_digit(), ""))
            .collect()
    };
    assert_eq!(findings(&report).len(), 3, "{report}");
    assert_eq!(findings(&ended.shown), findings(&report));
}

#[tokio::test]
async fn values_at_kept_pointers_are_shown() {
    let directory = Directory::new("keep");
    let spec = directory.write("pets.yaml", include_str!("pets.yaml"));
    let pet = json!({
        "id": 4, "name": "Rex", "status": "sold", "seen": "2020-01-02T03:04:05Z", "nickname": "dog", "secret": "x1y2",
        "pin": "4711", "Maria": 1,
    });
    let server = serving(servers::json(json!([pet]))).await;
    let mut options = vec!["--spec", &spec];
    for kept in [
        "/paths/~1pets/get/parameters/0",
        "/components/schemas/Pet",
        "/components/schemas/Pet/properties/name",
        "/components/schemas/Pet/properties/secret",
        "/components/schemas/Pet/properties/pin",
    ] {
        options.extend(["--keep", kept]);
    }
    let recording = Recording::start(&server.uri(), "kept", &options);
    let url = recording.url("/pets?limit=4&status=secret");
    http().get(url).send().await.unwrap();
    let entry = &recording.entries()[0];
    let url = format!("{}/pets?limit=4&status=xxxxxx", server.uri());
    assert_eq!(entry["request"]["url"], url);
    let expected = json!({
        "id": 1, "name": "Rex", "status": "sold", "seen": "2020-01-02T03:04:05Z", "nickname": "xxx", "secret": "x0x0",
        "pin": "0000", "Maria": 0,
    });
    assert_eq!(body(&entry["response"]["content"])[0], expected);
}

#[cfg(unix)]
#[tokio::test]
async fn bodies_that_are_not_json_are_left_out() {
    let page = "<p>Maria Garcia</p>";
    let server = serving(ResponseTemplate::new(502).set_body_raw(page, "text/html")).await;
    let mut recording = Recording::start(&server.uri(), "html", &[]);
    let response = get(recording.url("/conversations")).await;
    assert_eq!(response.text().await.unwrap(), page);
    let content = recording.entries()[0]["response"]["content"].clone();
    assert_eq!(
        content,
        json!({"mimeType": "text/html", "size": page.len()})
    );
    let (code, report) = recording.running.end("-INT");
    assert_eq!(code, Some(1));
    assert!(
        report.contains("/response/headers/content-type"),
        "{report}"
    );
}
