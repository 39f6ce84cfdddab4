//! Each option of `conform` and `diff`, and its exit code.

use std::fs;

use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::watsi;
use crate::fixtures::{BOT, CONTRACT, PAGE};
use crate::written::Directory;

struct Ended {
    code: Option<i32>,
    shown: String,
    error: String,
}

fn run(arguments: &[&str]) -> Ended {
    let output = watsi(arguments).output().unwrap();
    Ended {
        code: output.status.code(),
        shown: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn invalid_values_are_errors() {
    for arguments in [
        ["--min-coverage", "101"],
        ["--min-coverage", "-1"],
        ["--min-coverage", "paths=1"],
        ["--report", "markdown"],
        ["--report", "xml=file"],
        ["--report", "json="],
        ["--report", "json=no/such/directory"],
        ["--write-ignore", "no/such/directory"],
        ["--only", "list_conversations"],
        ["--header", "X: y"],
    ] {
        let ended = run(&[&["conform", "--har", BOT], &arguments[..]].concat());
        assert_eq!(ended.code, Some(2), "{arguments:?} {}", ended.error);
    }
    let server = ["conform", "--base-url", "http://127.0.0.1:1"];
    for arguments in [
        ["--header", "X"],
        ["--header", "Host: a"],
        ["--only", "nothing"],
        ["--skip", "/nothing"],
    ] {
        let ended = run(&[&server, &arguments[..], &["--dry-run"]].concat());
        assert_eq!(ended.code, Some(2), "{arguments:?} {}", ended.error);
    }
}

#[test]
fn findings_of_today_are_accepted_in_one_step() {
    let directory = Directory::new("baseline");
    let list = directory.file("accepted.yaml");
    let first = run(&["conform", "--har", BOT, "--write-ignore", &list]);
    assert_eq!(first.code, Some(1));
    let text = fs::read_to_string(&list).unwrap();
    let expected = "\n- id: response-property-unknown\n  operation: \"list_conversations\"\n  place: \"/response/body/chats/*/unread\"\n  reason: \"\"\n";
    assert!(text.contains(expected), "{text}");
    // Reasons are for people to write.
    assert_eq!(
        run(&["conform", "--har", BOT, "--ignore", &list]).code,
        Some(2)
    );
    let with_reasons = directory.write("reasons.yaml", &text.replace("\"\"", "known"));
    assert_eq!(
        run(&["conform", "--har", BOT, "--ignore", &with_reasons]).code,
        Some(0)
    );
    let again = run(&["conform", "--har", BOT, "--write-ignore", &list]);
    assert_eq!(again.code, Some(2));
    assert!(again.error.contains("exists"), "{}", again.error);
    assert!(again.shown.contains("1 additive"), "{}", again.shown);
}

#[test]
fn accepted_findings_of_an_operation_are_still_findings_of_another_one() {
    let directory = Directory::new("baseline-status");
    let schema =
        json!({"type": "object", "required": ["b"], "properties": {"a": {"type": "integer"}}});
    let responses =
        json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
    let contract = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"responses": responses}}, "/b": {"get": {"responses": responses}}},
    });
    let spec = directory.write("contract.json", &contract.to_string());
    let recorded = |path: &str| {
        let entry = |status: u16, content: Value| {
            json!({
                "request": {"method": "GET", "url": format!("https://example.com{path}"), "headers": []},
                "response": {"status": status, "headers": [], "content": content},
            })
        };
        let content = json!({"mimeType": "application/json", "text": "{\"a\": \"\"}"});
        let entries = [entry(500, json!({})), entry(200, content)];
        let har = json!({"log": {"entries": entries}}).to_string();
        directory.write(&format!("{}.har", &path[1..]), &har)
    };
    let conform = |path: &str, option: &str, list: &str| {
        let har = recorded(path);
        let base = "https://example.com";
        let traffic = [
            "conform",
            "--spec",
            &spec,
            "--har",
            &har,
            "--base-url",
            base,
        ];
        run(&[&traffic[..], &[option, list]].concat()).code
    };
    let list = directory.file("accepted.yaml");
    assert_eq!(conform("/a", "--write-ignore", &list), Some(1));
    let text = fs::read_to_string(&list).unwrap();
    let list = directory.write("reasons.yaml", &text.replace("\"\"", "known"));
    assert_eq!(conform("/a", "--ignore", &list), Some(0));
    assert_eq!(conform("/b", "--ignore", &list), Some(1));
}

#[test]
fn changes_of_today_are_accepted_in_one_step() {
    let directory = Directory::new("baseline-diff");
    let old = directory.write(
        "old.yaml",
        &CONTRACT.replace("required: [chats, hasMore]", "required: [chats]"),
    );
    let list = directory.file("accepted.yaml");
    assert_eq!(
        run(&["diff", &old, "openapi.yaml", "--write-ignore", &list]).code,
        Some(1)
    );
    let text = fs::read_to_string(&list).unwrap();
    let with_reasons = directory.write("reasons.yaml", &text.replace("\"\"", "known"));
    assert_eq!(
        run(&["diff", &old, "openapi.yaml", "--ignore", &with_reasons]).code,
        Some(0),
        "{text}"
    );
}

#[test]
fn changes_are_reported_in_other_forms_with_the_same_exit_code() {
    let directory = Directory::new("forms-diff");
    let old = directory.write(
        "old.yaml",
        &CONTRACT.replace("required: [chats, hasMore]", "required: [chats]"),
    );
    let report = format!("json={}", directory.file("diff.json"));
    for more in [
        ["--no-notes"].as_slice(),
        &["--report", &report],
        &["--allow-insecure-http"],
        &["--generated-client"],
    ] {
        let changed = run(&[&["diff", &old, "openapi.yaml"], more].concat());
        assert_eq!(changed.code, Some(1), "{more:?} {}", changed.error);
        let same = run(&[&["diff", "openapi.yaml", "openapi.yaml"], more].concat());
        assert_eq!(same.code, Some(0), "{more:?} {}", same.error);
    }
    let report = fs::read_to_string(directory.file("diff.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&report).unwrap()["impact"],
        "unaffected"
    );
}

#[test]
fn coverage_below_the_minimum_fails_in_every_format() {
    let conform = |minimum: &str, format: &str| {
        run(&[
            "conform",
            "--har",
            BOT,
            "--spec",
            "openapi.yaml",
            "--fail-on",
            "breaking",
            "--min-coverage",
            minimum,
            "--format",
            format,
        ])
    };
    for (minimum, code) in [
        ("0", 0),
        ("100", 1),
        ("operations=0", 0),
        ("operations=100", 1),
        ("100,operations=0,statuses=0,properties=0", 0),
        ("properties=99", 1),
    ] {
        assert_eq!(conform(minimum, "human").code, Some(code), "{minimum}");
    }
    for (format, part) in [
        (
            "human",
            "FAIL  2 of 3 operations are covered (66 %), less than 90 %",
        ),
        ("json", "\"minimum\": 90"),
        ("junit", "<testcase name=\"coverage\" classname=\"watsi\""),
        ("github", "::error title=coverage::2 of 3 operations"),
        ("sarif", "2 of 3 operations are covered"),
        ("markdown", "- **2 of 3 operations are covered"),
    ] {
        let ended = conform("operations=90", format);
        assert_eq!(ended.code, Some(1), "{format}");
        assert!(ended.shown.contains(part), "{format}: {}", ended.shown);
    }
}

#[test]
fn reports_are_written_to_files() {
    let directory = Directory::new("reports");
    let file = |name: &str| directory.file(name);
    let [json, markdown] = [
        format!("json={}", file("a.json")),
        format!("markdown={}", file("a.md")),
    ];
    let ended = run(&[
        "conform", "--har", BOT, "--report", &json, "--report", &markdown,
    ]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.shown.contains("1 additive"), "{}", ended.shown);
    let report: Value = serde_json::from_str(&fs::read_to_string(file("a.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "findings");
    let text = fs::read_to_string(file("a.md")).unwrap();
    assert!(
        text.starts_with("# `bot.har`\n\n**1 additive**\n"),
        "{text}"
    );
}

#[test]
fn notes_are_silenced_or_accepted() {
    let directory = Directory::new("notes");
    let contract = CONTRACT.replace("format: date-time", "format: moment");
    let spec = directory.write("notes.yaml", &contract);
    let conform =
        |more: &[&str]| run(&[&["conform", "--har", PAGE, "--spec", &spec], more].concat());
    let noted = conform(&[]);
    assert!(
        noted
            .shown
            .contains("note: the format `moment` is not validated"),
        "{}",
        noted.shown
    );
    assert!(
        noted.shown.contains("note: validated exchanges"),
        "{}",
        noted.shown
    );
    let silent = conform(&["--no-notes"]);
    assert!(!silent.shown.contains("note: "), "{}", silent.shown);
    assert_eq!(silent.code, noted.code);
    let list = directory.write(
        "accepted.yaml",
        "- {id: format-unsupported, reason: known}\n",
    );
    let accepted = conform(&["--ignore", &list]);
    assert!(!accepted.shown.contains("`moment`"), "{}", accepted.shown);
    assert!(accepted.shown.contains("1 ignored"), "{}", accepted.shown);
}

#[test]
fn wrong_base_url_lists_the_hosts_of_the_recording() {
    let ended = run(&[
        "conform",
        "--har",
        BOT,
        "--base-url",
        "https://wrong.example.com/v1",
    ]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .error
            .contains("no exchange with https://wrong.example.com/v1"),
        "{}",
        ended.error
    );
    assert!(ended.error.contains("127.0.0.1:8090: 4"), "{}", ended.error);
}

/// A contract with this number of operations.
fn contract(count: usize) -> String {
    let path = |index: usize| {
        (
            format!("/{index}"),
            json!({"get": {"operationId": format!("get_{index}")}}),
        )
    };
    let paths: serde_json::Map<_, _> = (0..count).map(path).collect();
    json!({"openapi": "3.1.0", "paths": paths}).to_string()
}

#[test]
fn large_comparison_begins_with_the_counts_and_the_breaking_changes() {
    let directory = Directory::new("large");
    let old = directory.write("old.json", &contract(40));
    let new = contract(120).replace("\"get_0\"}", "\"get_0\", \"deprecated\": true}");
    let new = directory.write("new.json", &new.replace("\"/1\":", "\"/one\":"));
    let ended = run(&["diff", &old, &new]);
    assert_eq!(ended.code, Some(1));
    let lines: Vec<_> = ended.shown.lines().collect();
    assert!(
        lines[0].ends_with("1 breaking, 81 additive"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], "impact: breaking");
    assert!(lines[4].contains("breaking"), "{}", lines[4]);
    assert_eq!(lines[lines.len() - 1], "version bump: major");
}

#[test]
fn annotations_beyond_those_that_github_shows_are_counted() {
    let directory = Directory::new("annotations");
    let old = directory.write("old.json", &contract(40));
    let new = directory.write("new.json", &contract(5));
    let ended = run(&["diff", &old, &new, "--format", "github"]);
    let count = |start: &str| {
        ended
            .shown
            .lines()
            .filter(|line| line.starts_with(start))
            .count()
    };
    assert_eq!(count("::error "), 10);
    assert_eq!(count("error: "), 25);
    assert!(
        ended.shown.contains("; 25 more are in the log"),
        "{}",
        ended.shown
    );
}

#[test]
fn plan_prints_requests_and_sends_none() {
    let ended = run(&["conform", "--base-url", "http://127.0.0.1:1", "--dry-run"]);
    assert_eq!(ended.code, Some(0), "{}", ended.error);
    assert!(
        ended
            .shown
            .contains("list_conversations without parameters\n  GET /conversations\n"),
        "{}",
        ended.shown
    );
    assert!(!ended.shown.contains("POST"), "{}", ended.shown);
    let writes = run(&[
        "conform",
        "--base-url",
        "http://127.0.0.1:1",
        "--dry-run",
        "--send-writes",
    ]);
    assert!(
        writes
            .shown
            .contains("send_message with its example\n  POST /messages\n"),
        "{}",
        writes.shown
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_selected_and_a_failing_one_does_not_hide_the_others() {
    let server = MockServer::start().await;
    let document = json!({
        "openapi": "3.1.0",
        "paths": {
            "/a": {"get": {"operationId": "a", "responses": {"200": {"description": ""}}}},
            "/b": {"get": {"operationId": "b", "responses": {"200": {"description": ""}}}},
        },
    });
    Mock::given(path("/a"))
        .respond_with(ResponseTemplate::new(503))
        .mount(&server)
        .await;
    Mock::given(path("/b"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let directory = Directory::new("selected");
    let spec = directory.write("ab.json", &document.to_string());
    let url = server.uri();
    let conform =
        |more: &[&str]| run(&[&["conform", "--base-url", &url, "--spec", &spec], more].concat());
    let both = conform(&[]);
    assert_eq!(both.code, Some(2));
    assert!(
        both.shown.contains("ok    b without parameters"),
        "{}",
        both.shown
    );
    assert!(both.shown.contains("incomplete"), "{}", both.shown);
    assert_eq!(conform(&["--skip", "/a"]).code, Some(0));
    assert_eq!(
        conform(&["--only", "b", "--header", "X-Team: red"]).code,
        Some(0)
    );
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.last().unwrap().headers["x-team"], "red");
}

#[tokio::test(flavor = "multi_thread")]
async fn server_of_the_contract_is_called_by_default() {
    let server = MockServer::start().await;
    let ok = || ResponseTemplate::new(200);
    Mock::given(path("/v7/a"))
        .respond_with(ok())
        .mount(&server)
        .await;
    let document = |url: &str| {
        let operation = json!({"operationId": "a", "responses": {"200": {"description": ""}}});
        json!({"openapi": "3.1.0", "servers": [{"url": url}], "paths": {"/a": {"get": operation}}})
    };
    let fetched = ok().set_body_json(document("/v7"));
    Mock::given(path("/docs/openapi.json"))
        .respond_with(fetched)
        .mount(&server)
        .await;
    let directory = Directory::new("server");
    let write = |url: &str| directory.write("openapi.json", &document(url).to_string());
    let absolute = write(&format!("{}/v7", server.uri()));
    assert_eq!(run(&["conform", "--spec", &absolute]).code, Some(0));
    let url = format!("{}/docs/openapi.json", server.uri());
    assert_eq!(run(&["conform", "--spec", &url]).code, Some(0));
    for url in ["/v7", "v7", "//v7", ""] {
        let ended = run(&["conform", "--spec", &write(url)]);
        assert_eq!(ended.code, Some(2), "{url}");
        assert!(ended.error.contains("--base-url"), "{}", ended.error);
    }
}

#[test]
fn run_without_any_check_does_not_conform() {
    let directory = Directory::new("nothing");
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let operation = json!({"operationId": "a", "parameters": [id], "responses": {}});
    let document = json!({"openapi": "3.1.0", "paths": {"/a/{id}": {"get": operation}}});
    let spec = directory.write("a.json", &document.to_string());
    let ended = run(&[
        "conform",
        "--base-url",
        "http://127.0.0.1:1",
        "--spec",
        &spec,
    ]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.error.contains("no operation could be checked"),
        "{}",
        ended.error
    );
    assert!(!ended.shown.contains("conforms"), "{}", ended.shown);
}

#[test]
fn incomplete_run_is_an_error_in_reports_for_ci() {
    for (format, part) in [
        ("junit", "errors=\"1\""),
        ("junit", "<error message=\"the run is incomplete\"/>"),
        ("github", "\n::error::http://127.0.0.1:1: incomplete\n"),
    ] {
        let server = ["--base-url", "http://127.0.0.1:1", "--format", format];
        let arguments = [&["conform", "--spec", "openapi.yaml"], &server[..]].concat();
        let mut command = watsi(&arguments);
        let output = command.env("WATSI_API_KEY", "K").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains(part), "{format}: {shown}");
    }
}
