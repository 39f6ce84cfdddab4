//! Servers, recordings and contracts are validated.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::assert_shown;
use crate::command::{sandbox, watsi, with};

const MITMPROXY: &str = "tests/contract/har/mitmproxy.har";
const PLAYWRIGHT: &str = "tests/contract/har/playwright.har";

/// A file that is there as long as the test is.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, content: &str) -> Self {
        let file = std::env::temp_dir().join(format!("watsi-{}-{name}", std::process::id()));
        fs::write(&file, content).unwrap();
        Written(file)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A recording of one exchange, whose answer is this.
fn recording(name: &str, status: u16, body: &Value) -> Written {
    let headers = json!([{"name": "Authorization", "value": "Bearer sk-very-secret-key"}]);
    let request = json!({"method": "GET", "url": "https://api.watsi.ai/api/v1/conversations", "headers": headers});
    let content = json!({"mimeType": "application/json", "text": body.to_string()});
    let response = json!({"status": status, "headers": [], "content": content});
    let entries = json!([{"request": request, "response": response}]);
    Written::new(name, &json!({"log": {"entries": entries}}).to_string())
}

#[tokio::test]
async fn conforming_server_has_no_findings() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    assert_shown!("conform", with(&sandbox, &["conform"]));
}

#[tokio::test]
async fn verbose_prints_every_request_without_the_api_key() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    let output = with(&sandbox, &["conform", "-v"]).output().unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert_eq!(shown.lines().count(), sandbox.requests().await.len());
    assert!(shown.starts_with("GET /conversations -> 200\n"), "{shown}");
    assert!(
        shown.contains("GET /conversations?limit=many -> 400\n"),
        "{shown}"
    );
    assert!(!shown.contains(sandbox.api_key()), "{shown}");
}

#[tokio::test]
async fn nonconforming_server_has_findings() {
    let sandbox = sandbox().await;
    sandbox.seed(40);
    let page = json!({"chats": [], "hasMore": "no", "next": 1});
    let answer = ResponseTemplate::new(200).set_body_json(page);
    let mock = Mock::given(path("/conversations")).and(query_param("status", "open"));
    mock.respond_with(answer).mount(sandbox.server()).await;
    assert_shown!("conform_findings", with(&sandbox, &["conform"]));
}

#[tokio::test]
async fn message_is_sent_only_with_send_to() {
    let sandbox = sandbox().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    assert!(with(&sandbox, &["conform"]).status().unwrap().success());
    assert_eq!(sandbox.messages().len(), 1);
    let output = with(&sandbox, &["conform", "--send-to", id.as_str()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(sandbox.messages().len(), 2);
}

#[tokio::test]
async fn unusable_server_is_an_error_with_advice() {
    let sandbox = sandbox().await;
    let mut command = with(&sandbox, &["conform"]);
    assert_shown!("conform_key", command.env("WATSI_API_KEY", "another"));
    let mut command = with(&sandbox, &["conform"]);
    assert_shown!(
        "conform_http",
        command.env("WATSI_BASE_URL", "http://example.com")
    );
    let url = "http://127.0.0.1:1";
    assert_shown!(
        "conform_no_server",
        with(&sandbox, &["conform", "--base-url", url])
    );
}

#[test]
fn recordings_are_reported_in_every_format() {
    let recordings = ["conform", "--har", MITMPROXY, "--har", PLAYWRIGHT];
    assert_shown!("har", watsi(&recordings));
    for format in ["json", "junit", "github"] {
        let mut command = watsi(&recordings);
        command.args(["--format", format]);
        match format {
            "json" => assert_shown!("har_json", command),
            "junit" => assert_shown!("har_junit", command),
            _ => assert_shown!("har_github", command),
        }
    }
}

#[test]
fn conforming_recording_has_no_findings() {
    let har = recording(
        "conforming.har",
        200,
        &json!({"chats": [], "hasMore": false}),
    );
    for format in ["human", "json", "junit", "github"] {
        let output = watsi(&["conform", "--har", har.path(), "--format", format])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {output:?}");
    }
}

#[test]
fn findings_of_different_items_are_counted_as_one() {
    let item = json!({"id": 7, "customer": {}, "status": "open", "last_message_at": null});
    let har = recording(
        "list.har",
        200,
        &json!({"chats": [item, item, item], "hasMore": false}),
    );
    let output = watsi(&["conform", "--har", har.path(), "--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = &report["checks"][0]["findings"];
    assert_eq!(findings.as_array().unwrap().len(), 1, "{report}");
    assert_eq!(findings[0]["pointer"], "/response/body/chats/*/id");
    assert_eq!(findings[0]["count"], 3);
}

#[test]
fn unusable_recording_is_an_error_with_advice() {
    let other = Written::new(
        "other.har",
        &fs::read_to_string(format!("../{MITMPROXY}"))
            .unwrap()
            .replace("127.0.0.1", "example.com"),
    );
    let cut = Written::new(
        "cut.har",
        &fs::read_to_string(format!("../{MITMPROXY}")).unwrap()[..2000],
    );
    let cases = [
        ("missing.har", "No such file"),
        (other.path(), "set the recorded server with --base-url URL"),
        (cut.path(), "line"),
        ("Cargo.toml", "not a HAR file"),
    ];
    for (file, expected) in cases {
        let output = watsi(&["conform", "--har", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{file}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.starts_with("error: ") && error.contains(expected),
            "{file}: {error}"
        );
    }
}

#[test]
fn recorded_values_are_not_printed() {
    let item = json!({
        "id": 7, "customer": {"name": 1, "phone": ["+5491155551234"]}, "status": "+5491155551234",
        "last_message_at": "the text of a message",
    });
    let har = recording(
        "secrets.har",
        200,
        &json!({"chats": [item], "hasMore": "the text of a message"}),
    );
    for format in ["human", "json", "junit", "github"] {
        for file in [har.path(), MITMPROXY, PLAYWRIGHT] {
            let output = watsi(&["conform", "--har", file, "--format", format])
                .output()
                .unwrap();
            let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(1));
            for secret in [
                "very-secret",
                "sk-test",
                "5551234",
                "the text",
                "Hello from",
                "Maria",
            ] {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
        }
    }
}

#[test]
fn recording_is_validated_against_the_given_contract() {
    let contract = fs::read_to_string("../openapi.yaml").unwrap();
    let edited = contract.replace(
        "required: [chats, hasMore]",
        "required: [chats, hasMore, total]",
    );
    assert_ne!(edited, contract);
    let property = "      properties:\n        chats:";
    let total = "      properties:\n        total:\n          type: integer\n          description: How many there are.\n        chats:";
    let edited = Written::new("edited.yaml", &edited.replace(property, total));
    let har = recording("edited.har", 200, &json!({"chats": [], "hasMore": false}));
    let output = watsi(&["conform", "--har", har.path(), "--spec", edited.path()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("breaking  /response/body/total is missing"),
        "{shown}"
    );
}

#[test]
fn unsupported_contract_is_an_error() {
    let contract = fs::read_to_string("../openapi.yaml").unwrap();
    let edited = Written::new(
        "unsupported.yaml",
        &contract.replace("required: [chats", "requried: [chats"),
    );
    let output = watsi(&["conform", "--har", MITMPROXY, "--spec", edited.path()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("/components/schemas/ConversationPage/requried: ")
            && error.contains("[key-unknown]"),
        "{error}"
    );
}

#[test]
fn diff_groups_changes_by_operation() {
    let contract = fs::read_to_string("../openapi.yaml").unwrap();
    let edited = contract
        .replace(
            "required: [id, customer, status]",
            "required: [id, customer]",
        )
        .replace(
            "x-extensible-enum: [open, active]",
            "x-extensible-enum: [open, active, closed]",
        );
    let (old, new) = (
        Written::new("old.yaml", &contract),
        Written::new("new.yaml", &edited),
    );
    for (format, name) in [
        ("human", "diff"),
        ("junit", "diff_junit"),
        ("github", "diff_github"),
        ("json", "diff_json"),
    ] {
        let mut command = watsi(&["diff", old.path(), new.path(), "--format", format]);
        let output = command.output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let shown = shown
            .replace(old.path(), "old.yaml")
            .replace(new.path(), "new.yaml");
        assert_eq!(output.status.code(), Some(1));
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r" and \d+ more", " and N more");
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

#[test]
fn diff_of_equal_contracts_is_empty() {
    let output = watsi(&["diff", "openapi.yaml", "openapi.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown, "openapi.yaml -> openapi.yaml: none\n");
}

#[test]
fn only_breaking_ignores_additive_findings() {
    for format in ["human", "json", "junit", "github"] {
        let arguments = [
            "conform",
            "--har",
            MITMPROXY,
            "--only-breaking",
            "--format",
            format,
        ];
        let output = watsi(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("/unread"), "{format}: {shown}");
        assert!(
            !shown.contains("FAIL") && !shown.contains("<failure"),
            "{format}: {shown}"
        );
    }
    let har = recording("breaking.har", 200, &json!({"chats": []}));
    let output = watsi(&["conform", "--har", har.path(), "--only-breaking"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn options_for_servers_are_rejected_for_a_recording() {
    for option in [
        ["--api-key-file", "Cargo.toml"].as_slice(),
        &["--verbose"],
        &["--send-to", "c"],
    ] {
        let mut command = watsi(&["conform", "--har", MITMPROXY]);
        let output = command.args(option).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option:?}");
    }
}

#[tokio::test]
async fn findings_before_a_busy_server_are_reported() {
    let sandbox = sandbox().await;
    let busy = ResponseTemplate::new(503);
    let mock = Mock::given(path("/conversations")).and(query_param("limit", "many"));
    mock.respond_with(busy).mount(sandbox.server()).await;
    let page = json!({"chats": [], "hasMore": false, "next": 1});
    let answer = ResponseTemplate::new(200).set_body_json(page);
    let mock = Mock::given(path("/conversations")).and(query_param("status", "open"));
    mock.respond_with(answer).mount(sandbox.server()).await;
    let output = with(&sandbox, &["conform"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("/response/body/next is not documented"),
        "{shown}"
    );
    assert!(
        shown.contains("note: ended early: the server is busy (503)"),
        "{shown}"
    );
}

#[test]
fn findings_in_a_truncated_recording_are_reported() {
    let whole = fs::read_to_string(format!("../{MITMPROXY}")).unwrap();
    let cut = Written::new("cut.har", &whole[..whole.len() - 100]);
    let output = watsi(&["conform", "--har", cut.path()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("FAIL  list_conversations"), "{shown}");
    assert!(shown.contains("note: ended early: "), "{shown}");
}

#[test]
fn junit_failure_is_the_first_breaking_finding() {
    let har = recording(
        "both.har",
        200,
        &json!({"chats": [], "hasMore": false, "next": 1}),
    );
    let one = fs::read_to_string(har.path()).unwrap();
    let two = one.replace(r#"\"hasMore\":false"#, r#"\"hasMore\":7"#);
    let other = Written::new("other.har", &two);
    let files = ["--har", har.path(), "--har", other.path()];
    let flags = ["--format", "junit", "--only-breaking"];
    let mut command = watsi(&["conform"]);
    let output = command.args(files).args(flags).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains(r#"type="breaking""#), "{shown}");
    assert!(!shown.contains(r#"type="additive""#), "{shown}");
}

#[test]
fn control_characters_in_property_names_are_not_printed() {
    let name = "a\n::error::forged\u{1b}[2J\u{9b}31m";
    let har = recording(
        "names.har",
        200,
        &json!({"chats": [], "hasMore": false, name: 1}),
    );
    for format in ["human", "json", "junit", "github"] {
        let mut command = watsi(&["conform", "--har", har.path(), "--format", format]);
        let output = command.env("NO_COLOR", "1").output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("forged"), "{format}: {shown}");
        assert!(!shown.contains("\n::error::forged"), "{format}: {shown}");
        assert!(!shown.contains(['\u{1b}', '\u{9b}']), "{format}: {shown}");
    }
}

#[test]
fn recording_is_read_from_standard_input() {
    let mut command = watsi(&["conform", "--har", "-"]);
    let output = command
        .stdin(fs::File::open(format!("../{MITMPROXY}")).unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("validated exchanges: 4")
    );
}
