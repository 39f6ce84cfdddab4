//! How the client reads each documented response.

use std::fmt::Write;

use serde_json::Value;
use watsi::{Client, Error, ErrorKind, Outcome};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::calls::{Input, Success, call};
use crate::contract::{Answer, OPERATIONS, assert_same};
use crate::requests::client;

/// A server and its client.
pub struct Served {
    server: MockServer,
    client: Client,
}

impl Served {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let client = client(&server);
        Served { server, client }
    }

    /// Calls the operation, which responds with `template`, and returns the result.
    pub async fn outcome(
        &self,
        answer: &Answer,
        template: ResponseTemplate,
    ) -> Result<Success, Error> {
        self.server.reset().await;
        Mock::given(any())
            .respond_with(template)
            .expect(1)
            .mount(&self.server)
            .await;
        let examples = answer.operation.request_examples();
        let body = examples.first().map_or(Value::Null, |it| it.1.clone());
        let input = Input::required(answer.operation, &body);
        call(&self.client, answer.operation.id, &input).await
    }
}

fn template(answer: &Answer) -> ResponseTemplate {
    let template = ResponseTemplate::new(answer.status());
    if answer.schema.is_null() {
        template
    } else {
        template.set_body_json(answer.body)
    }
}

#[tokio::test]
async fn documented_responses_match_their_snapshots() {
    let server = Served::start().await;
    for operation in OPERATIONS.iter() {
        let mut shown = String::new();
        for answer in operation.answers() {
            writeln!(shown, "== {} {}", answer.key, answer.example).unwrap();
            match server.outcome(&answer, template(&answer)).await {
                Ok(success) => writeln!(shown, "{} {}", success.status, success.debug).unwrap(),
                Err(error) => writeln!(shown, "{error}\n{error:?}").unwrap(),
            }
        }
        insta::assert_snapshot!(format!("{}_answers", operation.id), shown);
    }
}

#[tokio::test]
async fn successes_survive_a_round_trip() {
    let server = Served::start().await;
    for answer in OPERATIONS.iter().flat_map(|operation| operation.answers()) {
        if !answer.is_success() {
            continue;
        }
        let what = format!("{} {}", answer.operation.id, answer.example);
        let read = server.outcome(&answer, template(&answer)).await;
        let read = read.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.status, answer.status(), "{what}");
        assert_same(answer.schema, &read.json, answer.body, &what);
    }
}

#[tokio::test]
async fn documented_errors_are_read_completely() {
    let server = Served::start().await;
    for answer in OPERATIONS.iter().flat_map(|operation| operation.answers()) {
        if answer.is_success() {
            continue;
        }
        let what = format!("{} {}", answer.operation.id, answer.example);
        let error = server.outcome(&answer, template(&answer)).await.err();
        let error = error.unwrap_or_else(|| panic!("{what} is a success"));
        let detail = &answer.body["error"];
        assert_eq!(error.kind(), ErrorKind::Status, "{what}");
        assert_eq!(error.operation(), answer.operation.id, "{what}");
        assert_eq!(error.status().unwrap().as_u16(), answer.status(), "{what}");
        assert_eq!(error.code().unwrap().as_str(), detail["code"], "{what}");
        assert_eq!(error.message().unwrap(), detail["message"], "{what}");
        assert_eq!(error.details(), detail.get("details"), "{what}");
        assert_eq!(error.request_id(), detail["request_id"].as_str(), "{what}");
        let rejected = answer.status() < 500;
        assert_eq!(error.outcome() == Outcome::Rejected, rejected, "{what}");
    }
}

#[tokio::test]
async fn undocumented_response_of_create_webhook_is_kept() {
    let server = Served::start().await;
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.id == "create_webhook")
        .unwrap();
    let answer = operation.answers().remove(0);
    let body = serde_json::json!({
        "webhook": {"id": 7, "events": ["message.received"], "secret": null},
        "ratio": 0.5,
    });
    let template = ResponseTemplate::new(201).set_body_json(&body);
    let read = server.outcome(&answer, template).await.unwrap();
    assert_eq!(read.json, body);
    assert_eq!(read.debug, "WebhookSubscription(\n    [redacted],\n)");
}
