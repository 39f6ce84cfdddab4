//! Options of `conform`, and what its reports contain then.

use std::fs;

use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::command::run;
use crate::fixtures::{BOT, CONTRACT, PAGE, contract, operation};
use crate::servers::{json, serve};
use crate::written::Directory;

/// A port of this machine on which nothing listens.
const NO_SERVER: [&str; 3] = ["conform", "--base-url", "http://127.0.0.1:1"];

#[test]
fn coverage_below_the_minimum_fails_in_every_format() {
    let conform = |minimum: &str, format: &str| {
        let har = ["conform", "--har", BOT, "--spec", "openapi.yaml"];
        let limits = ["--fail-on", "breaking", "--min-coverage", minimum];
        run(&[&har[..], &limits, &["--format", format]].concat())
    };
    for (minimum, code) in [
        ("0", 0),
        ("100", 1),
        ("operations=0", 0),
        ("operations=100", 1),
        ("100,operations=0,statuses=0,properties=0", 0),
        ("properties=99", 1),
    ] {
        conform(minimum, "human").exits(code);
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
        conform("operations=90", format).exits(1).shows(part);
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
    ended.exits(1).shows("1 additive");
    let report: Value = serde_json::from_str(&fs::read_to_string(file("a.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "findings");
    let text = fs::read_to_string(file("a.md")).unwrap();
    assert!(
        text.starts_with("# `bot.har`\n\n**1 additive**\n"),
        "{text}"
    );
}

#[test]
fn parts_that_are_not_validated_are_noted_silenced_or_accepted() {
    let directory = Directory::new("notes");
    let contract = CONTRACT.replace("format: date-time", "format: moment");
    let spec = directory.write("notes.yaml", &contract);
    let conform =
        |more: &[&str]| run(&[&["conform", "--har", PAGE, "--spec", &spec], more].concat());
    let noted = conform(&[]);
    noted.shows("note: validated exchanges");
    let note = "note: the format `moment` is not validated (";
    assert_eq!(noted.shown.matches(note).count(), 1, "{}", noted.shown);
    let report = conform(&["--format", "json"]).json();
    let notes = report["contract_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["id"], "format-unsupported");
    let silent = conform(&["--no-notes"]);
    silent.hides("note: ");
    assert_eq!(silent.code, noted.code);
    let list = directory.write(
        "accepted.yaml",
        "- {id: format-unsupported, reason: known}\n",
    );
    let accepted = conform(&["--ignore", &list]);
    accepted.shows("1 ignored").hides("`moment`");
}

#[test]
fn plan_prints_requests_and_sends_none() {
    let plan = |more: &[&str]| run(&[&NO_SERVER[..], &["--dry-run"], more].concat());
    let reads = plan(&[]);
    reads.exits(0).hides("POST");
    reads.shows("list_conversations without parameters\n  GET /conversations\n");
    let writes = plan(&["--send-writes"]);
    writes.shows("send_message with its example\n  POST /messages\n");
}

/// An operation whose response has no body.
fn empty(id: &str) -> Value {
    json!({"get": {"operationId": id, "responses": {"200": {"description": ""}}}})
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_selected_and_a_failing_one_does_not_hide_the_others() {
    let server = MockServer::start().await;
    serve(&server, "/a", ResponseTemplate::new(503)).await;
    serve(&server, "/b", ResponseTemplate::new(200)).await;
    let directory = Directory::new("selected");
    let contract = contract(json!({"/a": empty("a"), "/b": empty("b")}));
    let spec = directory.write("ab.json", &contract);
    let url = server.uri();
    let conform =
        |more: &[&str]| run(&[&["conform", "--base-url", &url, "--spec", &spec], more].concat());
    let both = conform(&[]);
    both.exits(2).shows("ok    b without parameters");
    both.shows("incomplete");
    conform(&["--skip", "/a"]).exits(0);
    conform(&["--only", "b", "--header", "X-Team: red"]).exits(0);
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.last().unwrap().headers["x-team"], "red");
}

#[tokio::test(flavor = "multi_thread")]
async fn server_of_the_contract_is_called_by_default() {
    let server = MockServer::start().await;
    serve(&server, "/v7/a", ResponseTemplate::new(200)).await;
    let document = |url: &str| json!({"openapi": "3.1.0", "servers": [{"url": url}], "paths": {"/a": empty("a")}});
    serve(&server, "/docs/openapi.json", json(document("/v7"))).await;
    let directory = Directory::new("server");
    let write = |url: &str| directory.write("openapi.json", &document(url).to_string());
    let absolute = write(&format!("{}/v7", server.uri()));
    run(&["conform", "--spec", &absolute]).exits(0);
    let fetched = format!("{}/docs/openapi.json", server.uri());
    run(&["conform", "--spec", &fetched]).exits(0);
    for url in ["/v7", "v7", "//v7", ""] {
        run(&["conform", "--spec", &write(url)]).fails("--base-url");
    }
}

#[test]
fn run_without_any_check_does_not_conform() {
    let directory = Directory::new("nothing");
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let mut operation = operation("a", &json!({}));
    operation["parameters"] = json!([id]);
    let contract = contract(json!({"/a/{id}": {"get": operation}}));
    let spec = directory.write("a.json", &contract);
    let ended = run(&[&NO_SERVER[..], &["--spec", &spec]].concat());
    ended.fails("no operation could be checked");
    ended.hides("conforms");
}
