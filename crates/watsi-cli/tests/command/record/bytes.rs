//! The target receives what the program sent, byte for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use super::Recording;

/// A target that passes each request on as it was received.
struct Target {
    address: String,
    requests: Receiver<String>,
}

impl Target {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    let mut stream = BufReader::new(stream.unwrap());
                    while let Some(request) = read(&mut stream) {
                        _ = sender.send(request);
                        let response =
                            "HTTP/1.1 200 OK\r\nX-Case: Kept\r\ncontent-length: 0\r\n\r\n";
                        _ = stream.get_mut().write_all(response.as_bytes());
                    }
                });
            }
        });
        Target { address, requests }
    }

    fn record(&self, name: &str) -> Recording {
        Recording::start(&format!("http://{}", self.address), name, &[])
    }
}

/// Reads a request with its body. The chunks of a body are joined.
fn read(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_ascii_lowercase();
    if lower.contains("transfer-encoding: chunked") {
        loop {
            let mut size = String::new();
            stream.read_line(&mut size).ok()?;
            let size = usize::from_str_radix(size.trim().split(';').next().unwrap(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).ok()?;
            head += &String::from_utf8_lossy(&chunk[..size]);
            if size == 0 {
                return Some(head);
            }
        }
    }
    let length = lower.split("content-length: ").nth(1);
    let length = length.map_or(0, |rest| rest.split('\r').next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// Sends a request on a connection of its own, and returns the response.
fn send(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0, "{request:?}");
    }
    head
}

/// Requests with everything that a client for programs would normalize.
fn requests() -> Vec<String> {
    let targets = [
        "/conversations",
        "/conversations/",
        "//conversations",
        "/a//b",
        "/./a",
        "/a/../b",
        "/a/%2e%2e/b",
        "/%7Euser",
        "/~user",
        "/a%2fb",
        "/a%2Fb",
        "/a;v=1",
        "/a|b",
        "/a:b@c",
        "/a'b(c)*!",
        "/%C3%A9",
        "/%zz",
        "/?",
        "/a?",
        "/a?x",
        "/a?x=",
        "/a?=x",
        "/a?x=1&x=2&&",
        "/a?x=a+b%20c",
        "/a?q=%5b%5D[]",
        "/a?q=%22\\{}",
        "/a?a=b?c=d/e",
        "/a?x=%00",
        "/:80",
        "/http://x/",
        "/*",
        "/..;/a",
        "/a??b=?",
        "/{a}?'{}|^`",
    ];
    let headers = [
        "",
        "accept: */*\r\nUser-Agent: Bot/1.0 (x)\r\n",
        "X-MiXed-CaSe: Value  with   spaces\r\nx-empty:\r\n",
        "Cookie: a=b; c=d\r\nAuthorization: Bearer k\r\nX-A: 1\r\nX-A: 2\r\n",
        "Expect: nothing\r\nDate: yesterday\r\nVia: 1.1 x\r\nForwarded: for=1\r\nReferer: /\r\n",
    ];
    let bodies = [
        ("GET", ""),
        ("DELETE", ""),
        ("HEAD", ""),
        ("OPTIONS", ""),
        ("PROPFIND", ""),
        ("POST", "Content-Length: 0\r\n\r\n"),
        (
            "POST",
            "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{ \"a\":1",
        ),
        (
            "PATCH",
            "CONTENT-LENGTH: 3\r\ncontent-type: Text/Plain; Charset=X\r\n\r\nabc",
        ),
        (
            "PUT",
            "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        ),
        ("GET", "content-length: 2\r\n\r\nxy"),
        ("get", ""),
        ("M-SEARCH", "X~!#$%&'*+^`|: 1\r\nX.dot: a\tb\r\n\r\n"),
        (
            "POST",
            "transfer-encoding: Chunked\r\n\r\n00002;a=b;c=\"d\"\r\nab\r\n000\r\n\r\n",
        ),
    ];
    let mut all = Vec::new();
    for (index, target) in targets.into_iter().enumerate() {
        for (offset, more) in headers.into_iter().enumerate() {
            let (method, rest) = bodies[(index + offset) % bodies.len()];
            let rest = if rest.is_empty() { "\r\n" } else { rest };
            all.push(format!(
                "{method} {target} HTTP/1.1\r\nHost: HOST\r\n{more}{rest}"
            ));
        }
    }
    all
}

#[test]
fn target_receives_the_same_bytes_as_without_the_proxy() {
    let target = Target::start();
    let recording = target.record("bytes");
    let proxy = recording.url.strip_prefix("http://").unwrap();
    let requests = requests();
    assert!(requests.len() > 100);
    for request in &requests {
        let direct_response = send(&target.address, &request.replace("HOST", &target.address));
        let direct = target.requests.recv().unwrap();
        let response = send(proxy, &request.replace("HOST", proxy));
        assert!(
            response.starts_with("HTTP/1.1 200"),
            "{request:?} {response}"
        );
        let forwarded = target.requests.recv().unwrap();
        assert_eq!(forwarded, direct);
        assert!(
            direct_response.contains("X-Case: Kept") && response.contains("X-Case: Kept"),
            "{response}"
        );
    }
}

#[test]
fn only_headers_of_the_connection_the_accepted_encoding_and_an_empty_body_differ() {
    let target = Target::start();
    let recording = target.record("differences");
    let proxy = recording.url.strip_prefix("http://").unwrap();
    let host = &target.address;
    for (sent, received) in [
        (
            "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close, X-Own\r\nX-Own: 1\r\nTE: trailers\r\n\
             Keep-Alive: 5\r\nUpgrade: h2c\r\nAccept-Encoding: gzip, br\r\nX-Last: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: HOST\r\nAccept-Encoding: identity\r\nX-Last: 1\r\n\r\n",
        ),
        // One that is empty in chunks has a length.
        (
            "POST / HTTP/1.1\r\nHost: HOST\r\ntransfer-encoding: chunked\r\nX-Last: 1\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: HOST\r\ncontent-length: 0\r\nX-Last: 1\r\n\r\n",
        ),
    ] {
        send(proxy, &sent.replace("HOST", proxy));
        let expected = received.replace("HOST", host);
        assert_eq!(target.requests.recv().unwrap(), expected);
    }
}

#[test]
fn upgrade_is_refused() {
    let target = Target::start();
    let recording = target.record("upgrade");
    let proxy = recording.url.strip_prefix("http://").unwrap();
    let head =
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    assert!(send(proxy, head).starts_with("HTTP/1.1 501"));
    assert!(target.requests.try_recv().is_err());
}
