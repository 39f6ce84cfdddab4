//! A table of faults. Each is met by a `GET` and by `POST /messages`: with which result, and how many
//! requests arrived. The server processes a message at most once, whatever happens.

use std::time::Duration;

use watsi::{Client, Error, ErrorKind, Outcome};

use crate::server::{Act, Server, builder, http, list, quick, send};

const PAGE: &str = r#"{"chats":[],"hasMore":false}"#;
const SENT: &str = r#"{"message":{"id":"msg_1","conversation_id":"chat_1","body":"x","direction":"outbound","status":"sent","created_at":"2025-03-15T10:35:00.000Z"}}"#;

/// What a call ends in.
struct Expected {
    kind: ErrorKind,
    status: Option<u16>,
    body: Option<&'static str>,
    /// How many requests the server reads whole of a `GET`; of a `POST` it is at most one.
    gets: usize,
    post_outcome: Outcome,
}

fn broken(status: Option<u16>, body: Option<&'static str>) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Interrupted, Outcome::Unknown);
    Expected {
        kind,
        status,
        body,
        gets: 3,
        post_outcome,
    }
}

fn undecodable(body: &'static str) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Decode, Outcome::Unknown);
    Expected {
        kind,
        status: Some(200),
        body: Some(body),
        gets: 1,
        post_outcome,
    }
}

#[track_caller]
fn assert_expected(error: &Error, expected: &Expected) {
    assert_eq!(error.kind(), expected.kind, "{error:?}");
    assert_eq!(
        error.status().map(|it| it.as_u16()),
        expected.status,
        "{error:?}"
    );
    if let Some(body) = expected.body {
        assert_eq!(
            String::from_utf8_lossy(error.response_body().unwrap()),
            body
        );
    }
}

async fn assert_fault(act: Act, expected: Expected, change: impl Fn(&Server) -> Client) {
    let server = Server::start([act.clone()]).await;
    let error = list(&change(&server)).await.unwrap_err();
    assert_expected(&error, &expected);
    assert_eq!(
        error.is_retryable(),
        matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Timeout)
    );
    let has_source = std::error::Error::source(&error).is_some();
    assert_eq!(has_source, error.kind() == ErrorKind::Interrupted);
    assert_eq!(server.requests().len(), expected.gets, "requests of a GET");

    let server = Server::start([act]).await;
    let error = send(&change(&server)).await.unwrap_err();
    assert_expected(&error, &expected);
    assert_eq!(error.outcome(), expected.post_outcome, "{error:?}");
    assert_eq!(error.attempts(), 1, "{error:?}");
    assert!(!error.is_retryable(), "{error:?}");
    assert!(
        server.requests().len() <= 1,
        "the message was processed more than once"
    );
}

async fn assert_default(act: Act, expected: Expected) {
    assert_fault(act, expected, |server| server.builder().build().unwrap()).await;
}

/// The call's deadline, not a wait of the test, ends what the server does not.
async fn assert_impatient(act: Act, expected: Expected) {
    let impatient = |server: &Server| {
        server
            .builder()
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap()
    };
    assert_fault(act, expected, impatient).await;
}

#[tokio::test]
async fn refused_connection_is_a_connect_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(&url).build().unwrap();
    for error in [
        list(&client).await.unwrap_err(),
        send(&client).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.attempts(), 3);
        assert!(error.is_connect() && error.is_retryable());
    }
}

#[tokio::test]
async fn unresolved_host_name_is_a_connect_error() {
    struct NoName;
    impl reqwest::dns::Resolve for NoName {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err("no such name".into()) })
        }
    }
    let http_client = reqwest::Client::builder()
        .dns_resolver(NoName)
        .no_proxy()
        .build()
        .unwrap();
    let client = builder("https://api.invalid")
        .http_client(http_client)
        .build()
        .unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.attempts(), 3);
    // An HTTP client of the user's may have followed a redirect to such a name.
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn failed_tls_handshake_is_a_connect_error() {
    let server = Server::start([Act::Answer(http(200, &[], PAGE))]).await;
    let url = server.url.replace("http://", "https://");
    // The server takes the handshake for a request that never ends.
    let client = builder(&url)
        .connect_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    for error in [
        list(&client).await.unwrap_err(),
        send(&client).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(error.is_connect() && error.is_timeout());
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn reset_before_the_request_was_read() {
    let expected = Expected {
        gets: 0,
        ..broken(None, None)
    };
    assert_default(Act::ResetUnread, expected).await;
}

#[tokio::test]
async fn reset_after_the_request_was_read() {
    assert_default(Act::Reset, broken(None, None)).await;
}

#[tokio::test]
async fn connection_closed_without_a_response() {
    assert_default(Act::Close, broken(None, None)).await;
}

#[tokio::test]
async fn connection_closed_in_the_head() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-".to_vec());
    assert_default(act, broken(None, None)).await;
}

#[tokio::test]
async fn response_that_is_not_http() {
    assert_default(
        Act::Answer(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
        broken(None, None),
    )
    .await;
}

#[tokio::test]
async fn truncated_body_keeps_status_and_partial_body() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"chats\":".to_vec());
    assert_default(act, broken(Some(200), Some("{\"chats\":"))).await;
}

#[tokio::test]
async fn truncated_chunked_body_keeps_status_and_partial_body() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let act = Act::Answer(format!("{head}9\r\n{{\"chats\":\r\n").into_bytes());
    assert_default(act, broken(Some(200), Some("{\"chats\":"))).await;
}

#[tokio::test]
async fn short_content_length_truncates_the_json() {
    let act = Act::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"chats\":[]}".to_vec());
    assert_default(act, undecodable("{\"chats\":")).await;
}

#[tokio::test]
async fn invalid_utf_8_is_a_decode_error() {
    let mut answer = http(200, &[], "{\"chats\":[],\"hasMore\":\"?\"}");
    let place = answer.iter().rposition(|byte| *byte == b'?').unwrap();
    answer[place] = 0xff;
    assert_default(
        Act::Answer(answer),
        undecodable("{\"chats\":[],\"hasMore\":\"\u{fffd}\"}"),
    )
    .await;
}

#[tokio::test]
async fn unpaired_surrogate_does_not_fail_a_page() {
    let page = r#"{"chats":[{"id":"a","customer":{"name":"Ana \ud83d"},"status":"open"}],"hasMore":false}"#;
    let server = Server::start([Act::Answer(http(200, &[], page))]).await;
    let page = list(&server.builder().build().unwrap()).await.unwrap();
    assert_eq!(page.chats[0].customer.name.as_deref(), Some("Ana \u{fffd}"));
}

#[tokio::test]
async fn html_success_is_a_decode_error() {
    assert_default(Act::Answer(http(200, &[], "<html>")), undecodable("<html>")).await;
}

#[tokio::test]
async fn empty_success_is_a_decode_error() {
    assert_default(Act::Answer(http(200, &[], "")), undecodable("")).await;
}

#[tokio::test]
async fn no_content_is_a_decode_error() {
    let act = Act::Answer(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    assert_default(
        act,
        Expected {
            status: Some(204),
            ..undecodable("")
        },
    )
    .await;
}

#[tokio::test]
async fn content_type_of_valid_json_is_ignored() {
    let answer = |body| Act::Answer(http(200, &[("content-type", "text/html")], body));
    let server = Server::start([answer(PAGE), answer(SENT)]).await;
    let client = server.builder().build().unwrap();
    list(&client).await.unwrap();
    send(&client).await.unwrap();
}

fn too_large() -> Expected {
    Expected {
        kind: ErrorKind::TooLarge,
        status: Some(200),
        body: None,
        gets: 1,
        post_outcome: Outcome::Unknown,
    }
}

#[tokio::test]
async fn body_is_truncated_at_the_limit() {
    let limited = |server: &Server| server.builder().response_body_limit(10).build().unwrap();
    let expected = Expected {
        body: Some("{\"chats\":["),
        ..too_large()
    };
    assert_fault(Act::Answer(http(200, &[], PAGE)), expected, limited).await;
}

#[tokio::test]
async fn body_as_long_as_the_limit_is_read() {
    let server = Server::start([Act::Answer(http(200, &[], PAGE))]).await;
    list(
        &server
            .builder()
            .response_body_limit(PAGE.len())
            .build()
            .unwrap(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn endless_body_is_truncated_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096)).into_bytes();
    let limited = |server: &Server| {
        server
            .builder()
            .response_body_limit(1 << 20)
            .build()
            .unwrap()
    };
    assert_fault(Act::AnswerWithoutEnd(head, chunk), too_large(), limited).await;
}

#[tokio::test]
async fn error_with_an_endless_body_keeps_its_status() {
    let head = b"HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let act = Act::AnswerWithoutEnd(head, b"1\r\nx\r\n".to_vec());
    let limited = |server: &Server| server.builder().response_body_limit(3).build().unwrap();
    let expected = Expected {
        kind: ErrorKind::Status,
        status: Some(403),
        body: Some("xxx"),
        gets: 1,
        post_outcome: Outcome::Rejected,
    };
    assert_fault(act, expected, limited).await;
}

#[tokio::test]
async fn decompressed_body_is_truncated_at_the_limit() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..16 {
        packer.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let packed = packer.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    let act = Act::Answer([head.into_bytes(), packed].concat());
    let unpacking = |server: &Server| {
        let http_client = reqwest::Client::builder()
            .gzip(true)
            .no_proxy()
            .build()
            .unwrap();
        server
            .builder()
            .http_client(http_client)
            .response_body_limit(1 << 20)
            .build()
            .unwrap()
    };
    assert_fault(act, too_large(), unpacking).await;
}

#[tokio::test]
async fn compression_is_not_requested() {
    let server = Server::start([Act::Answer(http(200, &[], PAGE))]).await;
    list(&server.builder().build().unwrap()).await.unwrap();
    assert!(
        !server.requests()[0]
            .to_lowercase()
            .contains("accept-encoding")
    );
}

fn late(status: Option<u16>, body: Option<&'static str>) -> Expected {
    let (kind, post_outcome) = (ErrorKind::Timeout, Outcome::Unknown);
    Expected {
        kind,
        status,
        body,
        gets: 1,
        post_outcome,
    }
}

#[tokio::test]
async fn missing_response_ends_at_the_deadline() {
    assert_impatient(Act::AnswerAndStay(Vec::new()), late(None, None)).await;
}

#[tokio::test]
async fn unfinished_head_ends_at_the_deadline() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 200 OK\r\ncontent-".to_vec());
    assert_impatient(act, late(None, None)).await;
}

#[tokio::test]
async fn unfinished_body_ends_at_the_deadline_and_is_kept() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec());
    assert_impatient(act, late(Some(200), Some("{"))).await;
}

#[tokio::test]
async fn error_with_an_unfinished_body_keeps_its_status() {
    let act = Act::AnswerAndStay(b"HTTP/1.1 404 No\r\ncontent-length: 100\r\n\r\n<h1>".to_vec());
    let expected = Expected {
        kind: ErrorKind::Status,
        status: Some(404),
        body: Some("<h1>"),
        gets: 1,
        post_outcome: Outcome::Rejected,
    };
    assert_impatient(act, expected).await;
}

/// An HTTP client of the user's has timeouts of its own.
#[tokio::test]
async fn timeout_of_a_custom_http_client_is_a_timeout() {
    let body = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    for (head, status) in [(Vec::new(), None), (body, Some(200))] {
        let server = Server::start([Act::AnswerAndStay(head)]).await;
        let http_client = reqwest::Client::builder().no_proxy();
        let http_client = http_client
            .timeout(Duration::from_millis(500))
            .build()
            .unwrap();
        let client = server.builder().http_client(http_client).build().unwrap();
        let error = list(&client).await.unwrap_err();
        assert_expected(&error, &late(status, None));
        assert!(error.is_timeout());
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn retries_share_one_deadline() {
    let hang = Act::AnswerAndStay(Vec::new());
    let server = Server::start([Act::Reset, hang]).await;
    let client = server
        .builder()
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.attempts(), 2);
    assert!(error.is_timeout() && error.is_retryable());
}

/// The statuses of the contract's errors, and 408, which a proxy answers.
const STATUSES: [u16; 11] = [400, 401, 403, 404, 405, 408, 409, 429, 500, 502, 503];

#[tokio::test]
async fn every_error_keeps_its_status_and_body() {
    let envelope = r#"{"error":{"code":"CONFLICT","message":"m","request_id":"req_1"}}"#;
    let server = Server::start([Act::Close]).await;
    let client = server.builder().build().unwrap();
    for status in STATUSES {
        for body in [
            envelope,
            "<html><h1>Bad Gateway</h1></html>",
            "",
            "{\"error\":",
        ] {
            let passing = matches!(status, 408 | 429 | 500 | 502 | 503);
            let answer = http(status, &[("x-from", "test")], body);
            server.now(Act::Answer(answer.clone()));
            let error = list(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Status);
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.response_body().unwrap(), body);
            assert_eq!(error.headers().unwrap()["x-from"], "test");
            assert_eq!(error.request_id().is_some(), body == envelope);
            let advised = error.to_string().contains("response_body()");
            assert_eq!(
                advised,
                body != envelope && !matches!(status, 401 | 403 | 404 | 429)
            );
            assert_eq!(error.is_rate_limited(), status == 429);
            assert_eq!(error.is_unauthorized(), status == 401);
            assert_eq!(error.is_retryable(), passing);
            assert_eq!(
                server.requests().len(),
                if passing { 3 } else { 1 },
                "{status}"
            );

            server.now(Act::Answer(answer));
            let error = send(&client).await.unwrap_err();
            let refused = status < 500 && status != 408;
            assert_eq!(error.response_body().unwrap(), body);
            assert_eq!(error.outcome() == Outcome::Rejected, refused, "{status}");
            assert_eq!(error.is_retryable(), status == 429, "{status}");
            assert_eq!(
                server.requests().len(),
                if status == 429 { 3 } else { 1 },
                "{status}"
            );
        }
    }
}

#[tokio::test]
async fn retries_get_after_a_reset_and_503() {
    let failing = [Act::Reset, Act::Answer(http(503, &[], ""))];
    let server = Server::start(
        failing
            .into_iter()
            .chain([Act::Answer(http(200, &[], PAGE))]),
    )
    .await;
    list(&server.builder().build().unwrap()).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn retries_post_after_429() {
    let limited = Act::Answer(http(429, &[("retry-after", "0")], ""));
    let server = Server::start([limited, Act::Answer(http(200, &[], SENT))]).await;
    send(&server.builder().build().unwrap()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn retry_policy_limits_the_attempts() {
    let server = Server::start([Act::Answer(http(503, &[], ""))]).await;
    let never = watsi::RetryPolicy::never();
    list(&server.builder().retry(never).build().unwrap())
        .await
        .unwrap_err();
    assert_eq!(server.requests().len(), 1);
    let server = Server::start([Act::Answer(http(503, &[], ""))]).await;
    list(
        &server
            .builder()
            .retry(quick().max_retries(5))
            .build()
            .unwrap(),
    )
    .await
    .unwrap_err();
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn every_attempt_sends_the_same_request() {
    let server = Server::start([Act::Answer(http(503, &[], ""))]).await;
    list(&server.builder().build().unwrap()).await.unwrap_err();
    let requests = server.requests();
    assert!(
        requests.iter().all(|request| *request == requests[0]),
        "{requests:#?}"
    );
}
