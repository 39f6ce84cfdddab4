//! Bodies are forwarded as they were received, whatever their headers announce.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use serde_json::Value;

use super::{Recording, entries};

/// A target that responds to a request for `/N` with the bytes at this index. Returns its URL.
fn target(responses: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        std::thread::scope(|connections| {
            for stream in listener.incoming() {
                let responses = &responses;
                connections.spawn(move || respond(&stream.unwrap(), responses));
            }
        });
    });
    url
}

fn respond(mut stream: &TcpStream, responses: &[String]) {
    let mut request = BufReader::new(stream);
    let mut first = String::new();
    // The proxy may close a connection that it does not use.
    _ = request.read_line(&mut first);
    let mut line = String::new();
    while request.read_line(&mut line).is_ok_and(|length| length > 2) {
        line.clear();
    }
    let index = first
        .split(['/', ' '])
        .nth(2)
        .and_then(|index| index.parse().ok());
    if let Some(response) = index.and_then(|index: usize| responses.get(index)) {
        _ = stream.write_all(response.as_bytes());
        _ = stream.shutdown(Shutdown::Write);
    }
}

/// Sends bytes on a connection of their own, and returns everything that is received. If the request is `cut`, it ends
/// with these bytes even if its headers announce more.
fn exchange(recording: &Recording, request: &str, cut: bool) -> String {
    let address = recording.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    if cut {
        _ = stream.shutdown(Shutdown::Write);
    }
    let mut received = Vec::new();
    // A connection with an invalid request may be reset.
    _ = stream.read_to_end(&mut received);
    String::from_utf8_lossy(&received).into_owned()
}

/// Asserts that a response has at most one framing, and returns its body.
fn body<'r>(method: &str, response: &'r str) -> &'r str {
    let (head, body) = response.split_once("\r\n\r\n").expect(response);
    let head = head.to_ascii_lowercase();
    let mut lengths = head
        .lines()
        .filter_map(|line| line.strip_prefix("content-length: "));
    let length = lengths.next();
    assert_eq!(lengths.next(), None, "{response}");
    assert!(!head.contains("transfer-encoding"), "{response}");
    let has_body = method != "HEAD" && !head.starts_with("http/1.1 304");
    if let Some(length) = length.filter(|_| has_body) {
        assert_eq!(length, body.len().to_string(), "{response}");
    }
    body
}

const FRAMINGS: [&str; 13] = [
    "",
    "content-length: 4\r\n",
    "content-length: 4, 4\r\n",
    "content-length: 3\r\n",
    "content-length: 9\r\n",
    "content-length: +4\r\n",
    "content-length: 99999999999999999999\r\n",
    "content-length:\r\n",
    "transfer-encoding: chunked\r\n",
    "transfer-encoding: gzip, chunked\r\n",
    "transfer-encoding: chunked, identity\r\n",
    "transfer-encoding: identity\r\n",
    "connection: content-length, transfer-encoding, , \"x\"\r\n",
];

const STATUSES: [&str; 8] = [
    "200 OK",
    "204 No Content",
    "205 Reset Content",
    "304 Not Modified",
    "101 Switching Protocols",
    "100 Continue",
    "500 Oops",
    "999 Unknown",
];

fn chunked_or_plain(head: &str) -> &'static str {
    if head.contains("chunked\r\n") {
        "4\r\nbody\r\n0\r\n\r\n"
    } else {
        "body"
    }
}

#[test]
fn every_framing_of_a_response_is_forwarded_or_refused() {
    for status in STATUSES {
        let mut responses = Vec::new();
        for first in FRAMINGS {
            for second in FRAMINGS {
                let head = format!("HTTP/1.1 {status}\r\n{first}{second}connection: close\r\n\r\n");
                let body = chunked_or_plain(&head);
                responses.push(head + body);
            }
        }
        // A recording for each status, because nobody reads its standard error.
        let recording = Recording::start(&target(responses.clone()), &status[..3], &[]);
        for (index, response) in responses.iter().enumerate() {
            for method in ["GET", "HEAD"] {
                let head = "host: 127.0.0.1\r\nconnection: close\r\n\r\n";
                let request = format!("{method} /{index} HTTP/1.1\r\n{head}");
                let received = exchange(&recording, &request, false);
                assert!(
                    received.starts_with("HTTP/1.1 "),
                    "{response:?} {received:?}"
                );
                assert!(!received.contains("PROXY_ERROR"), "{response:?} {received}");
                let body = body(method, &received);
                let is_refused = received.starts_with("HTTP/1.1 502");
                // Only the last transfer coding decides whether a body is chunked.
                let expected = ["", "body", "bod", chunked_or_plain("chunked\r\n")];
                assert!(
                    is_refused || expected.contains(&body),
                    "{response:?} {received}"
                );
            }
        }
        // One entry for each request.
        assert_eq!(recording.entries().len(), 2 * responses.len());
    }
}

#[test]
fn response_with_two_framings_arrives_as_one() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n";
    let response = head.to_owned() + chunked_or_plain("chunked\r\n");
    let recording = Recording::start(&target(vec![response]), "both", &[]);
    let request = "GET /0 HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    let received = exchange(&recording, request, false);
    assert_eq!(body("GET", &received), "body");
}

#[test]
fn every_framing_of_a_request_is_forwarded_or_refused() {
    let response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let recording = Recording::start(&target(vec![response.to_owned()]), "requests", &[]);
    for method in ["GET", "HEAD", "POST", "DELETE"] {
        for first in FRAMINGS {
            for second in FRAMINGS {
                let head =
                    format!("{method} /0 HTTP/1.1\r\nhost: 127.0.0.1\r\n{first}{second}\r\n");
                let request = format!("{head}{}", chunked_or_plain(&head));
                let received = exchange(&recording, &request, true);
                // Half of a body that was announced is never forwarded.
                let is_answered = received.is_empty() || received.starts_with("HTTP/1.1 ");
                assert!(is_answered, "{head:?} {received:?}");
                assert!(!received.contains("PROXY_ERROR"), "{head:?} {received}");
            }
        }
    }
    let sizes = |entry: &Value| entry["request"]["bodySize"].as_u64().unwrap();
    let sizes: Vec<_> = entries(&recording.har).iter().map(sizes).collect();
    assert!(
        sizes.contains(&4) && sizes.iter().all(|size| [0, 3, 4].contains(size)),
        "{sizes:?}"
    );
}
