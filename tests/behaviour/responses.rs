//! What a response and its error report.

use reqwest::Method;
use serde::de::DeserializeOwned;
use watsi::{Error, ErrorKind};

use crate::server::{Act, Server, http, in_time};

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Page {
    items: Vec<Item>,
}

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Item {
    id: String,
    count: u32,
    #[serde(default)]
    sent_at: u32,
}

/// Returns the error of a response that cannot be read as `T`.
async fn failure_as<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> Error {
    let server = Server::start([Act::Respond(http(201, &[], body))]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/items");
    in_time(request.send::<T>()).await.unwrap_err()
}

/// Returns the error of a response with an error status.
async fn error_with(body: &str) -> Error {
    let server = Server::start([Act::Respond(http(400, &[], body))]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/items");
    in_time(request.send_bytes()).await.unwrap_err()
}

#[tokio::test]
async fn path_leads_to_the_mismatching_value() {
    let cases = [
        (
            r#"{"items":[{"id":"a","count":1},{"id":"b","count":"+549"}]}"#,
            Some("items[1].count"),
        ),
        (
            r#"{"items":[{"id":"a","count":1,"sent_at":""}]}"#,
            Some("items[0].sent_at"),
        ),
        ("[]", Some(".")),
        ("<html>Bad Gateway</html>", None),
        ("{\"items\":[", None),
    ];
    for (body, path) in cases {
        let error = failure_as::<Page>(body).await;
        assert_eq!(error.json_path(), path, "{body}");
        assert_eq!(error.status().unwrap(), 201);
    }
}

#[tokio::test]
async fn path_does_not_show_the_key_of_a_map() {
    type Map = std::collections::HashMap<String, u32>;
    for body in [r#"{"+5491155551234":"x"}"#, r#"{"5491155551234":"x"}"#] {
        assert_eq!(
            failure_as::<Map>(body).await.json_path(),
            Some("*"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn error_does_not_quote_the_value() {
    let error = failure_as::<Page>(r#"{"items":[{"id":"a","count":", expected +549"}]}"#).await;
    assert!(!format!("{error} {error:?}").contains("549"), "{error}");
}

#[tokio::test]
async fn missing_property_and_position_are_named() {
    let error = failure_as::<Page>("\n{\"items\":[{\"id\":\"a\"}]}").await;
    assert!(error.to_string().contains("`count`"), "{error}");
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[tokio::test]
async fn envelope_in_a_success_is_read() {
    let body = r#"{"error":{"code":"CONFLICT","request_id":"req_1"}}"#;
    let error = failure_as::<Page>(body).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.code().unwrap(), "CONFLICT");
    assert_eq!(error.request_id(), Some("req_1"));
}

#[tokio::test]
async fn long_body_is_not_searched_for_an_envelope() {
    let longest = 64 * 1024;
    for (length, is_found) in [(longest, true), (longest + 1, false)] {
        let envelope = r#"{"error":{"code":"CONFLICT"}}"#;
        let body = envelope.to_owned() + &" ".repeat(length - envelope.len());
        assert_eq!(
            error_with(&body).await.code().is_some(),
            is_found,
            "{length}"
        );
    }
}

#[tokio::test]
async fn code_and_request_id_are_shown_if_they_look_like_one() {
    let (longest, longer) = ("a".repeat(64), "a".repeat(65));
    let cases = [
        ("TEAPOT", "req_0a-b_1".to_owned(), true, true),
        (&"A".repeat(64), format!("req_{longest}"), true, true),
        (&"A".repeat(65), format!("req_{longer}"), false, false),
        ("+5491155551234", "5491155551234".to_owned(), false, false),
        ("hello there", "req_a b".to_owned(), false, false),
        ("sk_live_1", "req_+549".to_owned(), false, false),
    ];
    for (code, id, shows_code, shows_id) in cases {
        let body = serde_json::json!({"error": {"code": code, "request_id": id}});
        let error = error_with(&body.to_string()).await;
        for shown in [error.to_string(), format!("{error:?}")] {
            assert_eq!(shown.contains(code), shows_code, "{code}: {shown}");
            assert_eq!(shown.contains(&id), shows_id, "{id}: {shown}");
        }
    }
}

#[tokio::test]
async fn response_is_its_value_with_status_and_headers() {
    let headers = [("x-request-id", "req_1"), ("set-cookie", "session=secret")];
    let server = Server::start([Act::Respond(http(201, &headers, "7"))]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/items");
    let response = in_time(request.send::<u8>()).await.unwrap();
    assert_eq!((*response, response.status().as_u16()), (7, 201));
    assert_eq!(response.request_id(), Some("req_1"));
    let shown = format!("{response:?}");
    assert!(shown.contains("201") && shown.contains('7'), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
    assert_eq!(response.into_inner(), 7);
}

#[tokio::test]
async fn absent_content_is_none() {
    let server = Server::start([Act::Respond(b"HTTP/1.1 204 No\r\n\r\n".to_vec())]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/items");
    let response = in_time(request.send::<Option<u8>>()).await.unwrap();
    assert_eq!(*response, None);
}
