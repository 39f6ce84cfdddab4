//! How the client reads each documented response.

use serde_json::{Map, Value, json};
use watsi::{Client, Error, ErrorKind, Outcome};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::calls::{Input, Success, call};
use crate::contract::{DocumentedResponse, OPERATIONS, assert_same, resolve};
use crate::exchange;
use crate::requests::{at_example_path, client};

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
        documented: &DocumentedResponse,
        template: ResponseTemplate,
    ) -> Result<Success, Error> {
        self.server.reset().await;
        let operation = documented.operation;
        Mock::given(method(operation.method.as_str()))
            .and(at_example_path(operation))
            .respond_with(template)
            .expect(1)
            .mount(&self.server)
            .await;
        let examples = operation.request_examples();
        let body = examples.first().map_or(&Value::Null, |(_, body)| body);
        let input = Input::required(operation, body);
        call(&self.client, operation.id, &input).await
    }
}

fn template(documented: &DocumentedResponse) -> ResponseTemplate {
    let template = ResponseTemplate::new(documented.status());
    match documented.media_type {
        None => template,
        Some(media_type) => {
            let body = exchange::written(media_type, documented.body);
            template.set_body_raw(body, media_type)
        }
    }
}

#[tokio::test]
async fn documented_responses_match_their_snapshots() {
    let server = Served::start().await;
    for operation in OPERATIONS.iter() {
        let mut shown = Map::new();
        for documented in operation.documented_responses() {
            let read = match server.outcome(&documented, template(&documented)).await {
                Ok(success) => {
                    json!({"status": success.status, "value": success.json.unwrap_or_default()})
                }
                Err(error) => json!({
                    "status": error.status().map(|status| status.as_u16()),
                    "code": error.code(),
                    "message": error.message(),
                    "details": error.details(),
                    "request_id": error.request_id(),
                    "outcome": format!("{:?}", error.outcome()),
                    "display": error.to_string(),
                }),
            };
            shown.insert(format!("{} {}", documented.key, documented.example), read);
        }
        insta::assert_json_snapshot!(format!("{}_responses", operation.id), shown);
    }
}

#[tokio::test]
async fn successes_survive_a_round_trip() {
    let server = Served::start().await;
    for documented in OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses())
    {
        if !documented.is_success() {
            continue;
        }
        let what = format!("{} {}", documented.operation.id, documented.example);
        let read = server.outcome(&documented, template(&documented)).await;
        let read = read.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.status, documented.status(), "{what}");
        if let Some(json) = read.json {
            assert_same(documented.schema, &json, documented.body, &what);
        }
    }
}

#[tokio::test]
async fn documented_errors_are_read_completely() {
    let server = Served::start().await;
    for documented in OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses())
    {
        if documented.is_success() {
            continue;
        }
        let what = format!("{} {}", documented.operation.id, documented.example);
        let error = server
            .outcome(&documented, template(&documented))
            .await
            .err();
        let error = error.unwrap_or_else(|| panic!("{what} is a success"));
        let detail = &documented.body["error"];
        assert_eq!(error.kind(), ErrorKind::Status, "{what}");
        assert_eq!(error.operation(), documented.operation.id, "{what}");
        assert_eq!(
            error.status().unwrap().as_u16(),
            documented.status(),
            "{what}"
        );
        let code = error.code().map(|code| code.as_str());
        assert_eq!(code, detail["code"].as_str(), "{what}");
        assert_eq!(error.message(), detail["message"].as_str(), "{what}");
        assert_eq!(error.details(), detail.get("details"), "{what}");
        assert_eq!(error.request_id(), detail["request_id"].as_str(), "{what}");
        // A request may have been processed before a 408 or 304.
        let rejected = matches!(documented.status(), 400..=407 | 409..=499);
        assert_eq!(error.outcome() == Outcome::Rejected, rejected, "{what}");
    }
}

#[tokio::test]
async fn response_without_documented_properties_is_kept_and_hidden() {
    let server = Served::start().await;
    let all = OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses());
    for documented in all.filter(DocumentedResponse::has_value) {
        let schema = resolve(documented.schema);
        let is_free_form = schema.get("properties").is_none() && schema["type"] == "object";
        if !is_free_form || schema["x-sensitive"] != true {
            continue;
        }
        let body = json!({
            "webhook": {"id": 7, "events": ["message.received"], "secret": null},
            "ratio": 0.5,
        });
        let template = ResponseTemplate::new(201).set_body_json(&body);
        let read = server.outcome(&documented, template).await.unwrap();
        assert_eq!(read.json, Some(body));
        assert!(
            read.debug.ends_with("(\n    [redacted],\n)"),
            "{}",
            read.debug
        );
    }
}
