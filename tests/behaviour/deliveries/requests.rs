//! Status codes.

use super::*;

#[tokio::test]
async fn delivery_without_a_valid_signature_is_rejected_with_401() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver()).await;
    let body = body("evt_1");
    for signature in ["", "malformed", &sign("another", &body)] {
        assert_eq!(send(address, &body, signature).await, 401, "{signature}");
    }
    assert!(script.runs().is_empty());
}

#[tokio::test]
async fn signed_body_that_is_not_an_event_is_rejected_with_400() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver()).await;
    for body in ["", "{}", "<html>"] {
        let status = send(address, body, &sign(SECRET, body)).await;
        assert_eq!(status, 400, "{body}");
    }
    assert!(script.runs().is_empty());
}

#[tokio::test]
async fn other_methods_are_rejected_with_405_and_the_allowed_method() {
    let address = serve_receiver(Script::new([]).receiver()).await;
    for method in ["GET", "HEAD", "PUT", "OPTIONS"] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = head("content-length: 0\r\n").replace("POST", method);
        connection.write_all(request.as_bytes()).await.unwrap();
        let response = response(connection).await;
        assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
        assert!(response.contains("\r\nallow: POST\r\n"), "{response}");
    }
}
