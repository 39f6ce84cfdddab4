//! Options of the proxy, and how they end.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::{KEY, Recording, get, record};
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
async fn another_address_needs_the_hosts_to_accept() {
    let sandbox = sandbox().await;
    let directory = Directory::new("hosts");
    let har = directory.file("traffic.har");
    let everywhere = ["--listen", "0.0.0.0:0"];
    let refused = record(&sandbox.uri(), &har, &everywhere, &["--version"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains("--allow-host"), "{error}");

    let more = ["--listen", "0.0.0.0:0", "--allow-host", "Recorder.internal"];
    let mut recording = Recording::start(&sandbox.uri(), "allowed", &more);
    let port = recording.url.rsplit(':').next().unwrap().to_owned();
    assert_eq!(recording.url, format!("http://127.0.0.1:{port}"));
    assert_eq!(
        recording.error_line("also"),
        format!("also http://Recorder.internal:{port}")
    );
    for (host, expected) in [
        ("recorder.internal", "200"),
        ("RECORDER.internal:80", "200"),
        ("127.0.0.1", "200"),
        ("0.0.0.0:1", "200"),
        ("other.internal", "403"),
        ("10.0.0.1", "403"),
    ] {
        assert_eq!(status(&port, host), expected, "{host}");
    }
}

#[tokio::test]
async fn insecure_target_must_be_allowed() {
    let directory = Directory::new("insecure");
    let har = directory.file("traffic.har");
    // Not a loopback address, and nothing is sent to it.
    let target = "http://192.0.2.1:9";
    let refused = record(target, &har, &[], &["--version"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains("--allow-insecure-http"), "{error}");
    let allowed = record(target, &har, &["--allow-insecure-http"], &["--version"])
        .output()
        .unwrap();
    assert_eq!(allowed.status.code(), Some(2));
    let error = String::from_utf8(allowed.stderr).unwrap();
    assert!(error.contains("must use WATSI_BASE_URL"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_does_not_conform() {
    let sandbox = sandbox().await;
    sandbox.seed(3);
    let directory = Directory::new("failed");
    let cases: [(&[&str], i32, &str); 3] = [
        (&["conversations"], 0, "conforms"),
        // An unknown subcommand.
        (&["no-such-command"], 2, "incomplete"),
        // Calls another server.
        (&["--version"], 2, "incomplete"),
    ];
    for (index, (command, code, verdict)) in cases.into_iter().enumerate() {
        let har = directory.file(&format!("{index}.har"));
        let output = record(&sandbox.uri(), &har, &["--format", "json"], command)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{command:?} {output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["verdict"], verdict, "{command:?}");
        assert_eq!(report["complete"], verdict == "conforms", "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_name_the_contract_and_can_be_ignored() {
    let sandbox = sandbox().await;
    let directory = Directory::new("ignored-record");
    let contract = directory.write(
        "strict.yaml",
        &CONTRACT.replace("    hasMore:", "    has_more:"),
    );
    let more = ["--spec", contract.as_str(), "--format", "human"];
    let mut recording = Recording::start(&sandbox.uri(), "names", &more);
    assert_eq!(get(recording.url("/conversations")).await.status(), 200);
    let line = recording.error_line("entry 0");
    assert!(line.contains("strict.yaml#/"), "{line}");
    let (code, _) = recording.end("-INT");
    assert_eq!(code, Some(1));

    let har = directory.file("traffic.har");
    let list = directory.file("accepted.yaml");
    let more = ["--spec", &contract, "--write-ignore", &list];
    let first = record(&sandbox.uri(), &har, &more, &["conversations"])
        .output()
        .unwrap();
    assert_eq!(first.status.code(), Some(1), "{first:?}");
    let text = std::fs::read_to_string(&list).unwrap();
    assert!(text.contains("- id: response-property-"), "{text}");
    let with_reasons = directory.write(
        "reasons.yaml",
        &text.replace("reason: \"\"", "reason: known"),
    );
    let more = [
        "--spec",
        contract.as_str(),
        "--force",
        "--ignore",
        &with_reasons,
    ];
    let second = record(&sandbox.uri(), &har, &more, &["conversations"])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(0), "{second:?}");
    let [first, second] = [first, second].map(|output| String::from_utf8(output.stderr).unwrap());
    assert!(first.contains("\nentry 0"), "{first}");
    assert!(!second.contains("\nentry 0"), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_is_reported_in_other_forms_with_the_same_exit_code() {
    let sandbox = sandbox().await;
    let directory = Directory::new("forms-record");
    let file = directory.file("report.json");
    let report = format!("json={file}");
    let cases: [(&[&str], i32); 8] = [
        (&["--no-notes"], 0),
        (&["--report", &report], 0),
        (&["--quiet"], 0),
        (&["--log", "json"], 0),
        (&["--listen", "127.0.0.1:0"], 0),
        (&["--log", "xml"], 2),
        (&["--quiet", "--log", "json"], 2),
        (&["--report", "json"], 2),
    ];
    for (index, (more, code)) in cases.into_iter().enumerate() {
        let har = directory.file(&format!("{index}.har"));
        let recorded = record(&sandbox.uri(), &har, more, &["conversations"])
            .output()
            .unwrap();
        assert_eq!(recorded.status.code(), Some(code), "{more:?} {recorded:?}");
    }
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(report["verdict"], "conforms");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_coverage_fails() {
    let sandbox = sandbox().await;
    let directory = Directory::new("covered-record");
    let spec = directory.write("openapi.yaml", CONTRACT);
    for (minimum, code) in [("operations=33,properties=0", 0), ("operations=100", 1)] {
        let har = directory.file(&format!("{minimum}.har"));
        let more = ["--spec", &spec, "--min-coverage", minimum];
        let recorded = record(&sandbox.uri(), &har, &more, &["conversations"])
            .output()
            .unwrap();
        assert_eq!(recorded.status.code(), Some(code), "{minimum} {recorded:?}");
    }
}
