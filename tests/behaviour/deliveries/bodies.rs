//! The body is bounded in size and time while it is read.

use std::time::Duration;

use super::*;

/// The default limit of the verifier.
const LIMIT: usize = 1 << 20;

/// Sends the start of a request, keeps the connection open, and returns the status code of the response.
async fn send_start(receiver: Receiver<Handler, MemorySeen>, start: &[u8]) -> u16 {
    let address = serve_receiver(receiver).await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(start).await.unwrap();
    status(connection).await
}

#[tokio::test]
async fn content_length_above_the_limit_is_rejected_before_the_body_is_sent() {
    let start = head(&format!("content-length: {}\r\n", LIMIT + 1));
    let receiver = Script::new([]).receiver();
    assert_eq!(send_start(receiver, start.as_bytes()).await, 413);
}

#[tokio::test]
async fn chunked_body_is_rejected_as_soon_as_it_exceeds_the_limit() {
    let mut start = head("transfer-encoding: chunked\r\n").into_bytes();
    // The last chunk of the body is missing.
    for _ in 0..=LIMIT / 65536 {
        start.extend_from_slice(b"10000\r\n");
        start.extend_from_slice(&[b' '; 65536]);
        start.extend_from_slice(b"\r\n");
    }
    start.truncate(start.len() - 65536);
    let receiver = Script::new([]).receiver();
    assert_eq!(send_start(receiver, &start).await, 413);
}

/// A header with the signature, and a body of the maximum length.
fn longest_delivery() -> (String, String) {
    let event = body("evt_1");
    let body = format!("{event}{}", " ".repeat(LIMIT - event.len()));
    let signature = sign(SECRET, &body);
    (format!("{SIGNATURE_HEADER}: {signature}\r\n"), body)
}

#[tokio::test]
async fn chunked_body_of_the_maximum_length_is_accepted() {
    let (signature, body) = longest_delivery();
    let head = head(&format!("{signature}transfer-encoding: chunked\r\n"));
    let request = format!("{head}100000\r\n{body}\r\n0\r\n\r\n");
    let receiver = Script::new([]).receiver();
    assert_eq!(send_start(receiver, request.as_bytes()).await, 200);
}

#[tokio::test]
async fn content_length_of_the_maximum_is_accepted() {
    let (signature, body) = longest_delivery();
    let request = head(&format!("{signature}content-length: {LIMIT}\r\n")) + &body;
    let receiver = Script::new([]).receiver();
    assert_eq!(send_start(receiver, request.as_bytes()).await, 200);
}

#[tokio::test]
async fn body_that_stalls_is_rejected_with_408() {
    let start = head("content-length: 100\r\n") + "{";
    let receiver = Script::new([]).receiver();
    let receiver = receiver.body_timeout(Duration::from_millis(10));
    assert_eq!(send_start(receiver, start.as_bytes()).await, 408);
}

#[tokio::test]
async fn malformed_chunks_are_rejected_with_400() {
    let start = head("transfer-encoding: chunked\r\n") + "not a length\r\n";
    let receiver = Script::new([]).receiver();
    assert_eq!(send_start(receiver, start.as_bytes()).await, 400);
}
