//! Options of the proxy, and how they end.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::{KEY, Recording, record};
use crate::command::sandbox;
use crate::fixtures::CONTRACT;
use crate::written::Directory;

/// Sends a request with this `Host` header to a port of this machine, and returns the status code.
fn status(port: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let head = format!(
        "GET /conversations HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_machine_and_allowed_hosts_are_served() {
    let sandbox = sandbox().await;
    let more = ["--listen", "0.0.0.0:0", "--allow-host", "Recorder.internal"];
    let mut recording = Recording::start(&sandbox.uri(), "allowed", &more);
    let port = recording.url.rsplit(':').next().unwrap().to_owned();
    assert_eq!(recording.url, format!("http://127.0.0.1:{port}"));
    assert_eq!(
        recording.running.error_line_with("also"),
        format!("also http://Recorder.internal:{port}")
    );
    for host in [
        "recorder.internal",
        "RECORDER.internal:80",
        "LOCALHOST:80",
        "127.0.0.1",
        "127.9.9.9:1",
        "[::1]",
        "[::1]:80",
        "0.0.0.0:1",
    ] {
        assert_eq!(status(&port, host), "200", "{host}");
    }
    for host in [
        "other.internal",
        "recorder.internal.example.com",
        "127.0.0.1.example.com",
        "localhost.example.com",
        "localhost:80:80",
        "localhost@example.com",
        "example.com@localhost",
        "[::1]example.com",
        "[::1].example.com:80",
        "[::1]:example.com",
        "[127.0.0.1]",
        "[[::1]]",
        "::1",
        "10.0.0.1",
        "",
    ] {
        assert_eq!(status(&port, host), "403", "{host}");
    }
    assert_eq!(recording.entries().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_name_the_contract_and_can_be_ignored() {
    let sandbox = sandbox().await;
    let directory = Directory::new("ignored-record");
    let edited = CONTRACT.replace("    hasMore:", "    has_more:");
    let contract = directory.write("strict.yaml", &edited);
    let har = directory.file("traffic.har");
    let list = directory.file("accepted.yaml");
    let run = |more: &[&str]| {
        let more = [&["--spec", &contract, "--force"], more].concat();
        record(&sandbox.uri(), &har, &more, &["conversations"])
    };
    let first = run(&["--write-ignore", &list]);
    first.exits(1).says("\nentry 0").says("strict.yaml#/");
    let text = fs::read_to_string(&list).unwrap();
    assert!(text.contains("- id: response-property-"), "{text}");
    let with_reasons = directory.write("reasons.yaml", &text.replace("\"\"", "known"));
    let second = run(&["--ignore", &with_reasons]);
    second.exits(0).hides("\nentry 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_coverage_fails() {
    let sandbox = sandbox().await;
    let directory = Directory::new("covered-record");
    let spec = directory.write("openapi.yaml", CONTRACT);
    for (minimum, code) in [("operations=33,properties=0", 0), ("operations=100", 1)] {
        let har = directory.file(&format!("{minimum}.har"));
        let more = ["--spec", &spec, "--min-coverage", minimum];
        record(&sandbox.uri(), &har, &more, &["conversations"]).exits(code);
    }
}
