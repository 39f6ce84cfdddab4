//! Names in contracts and recordings cannot command a terminal, a CI server or a browser.

use serde_json::{Value, json};

use crate::command::run;
use crate::fixtures;
use crate::sarif::validate;
use crate::written::Directory;

/// What a terminal, a line-based parser, XML, a GitHub runner or Markdown would act on.
const NAMES: [&str; 14] = [
    "\n::error::forged",
    "::error::forged",
    "##[error]forged",
    "\r\nforged: 1",
    "\u{1b}[2Jforged",
    "\u{0}\u{7}\u{8}forged",
    "\u{7f}\u{85}\u{9b}31mforged",
    "\u{2028}\u{2029}forged",
    "\u{202e}\u{2066}\u{200f}forged",
    "\u{feff}\u{fffe}\u{ffff}forged",
    "]]><failure/>forged",
    "%0A::error::forged%0D",
    "`|<img src=x>``[forged](http://x)`",
    "a,b=c:line=1 forged",
];

fn contract(name: &str, is_new: bool) -> String {
    let object = json!({
        "type": "object",
        "required": [name],
        "properties": {name: {"type": if is_new { "string" } else { "integer" }, "format": name}},
    });
    let content = json!({"application/json": {"schema": object}});
    let responses = json!({"200": {"description": name, "content": content}});
    let parameter =
        json!({"name": name, "in": "query", "schema": {"type": "string", "enum": [name]}});
    let mut operation = json!({"operationId": name, "responses": responses});
    if is_new {
        operation["parameters"] = json!([parameter]);
    }
    let unused =
        json!({"operationId": format!("{name}2"), "responses": {"200": {"description": ""}}});
    let path = format!("/{}", name.replace(['{', '}'], ""));
    json!({
        "openapi": "3.0.3",
        "info": {"title": name, "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": {"/a": {"get": operation}, path: {"get": unused}},
    })
    .to_string()
}

fn recording(name: &str) -> String {
    let body = json!({name: {}, format!("{name}3"): 1}).to_string();
    let url = format!("https://example.com/a?{}=1", name.replace('\n', "%0A"));
    let request = json!({"method": "GET", "url": url, "headers": [{"name": name, "value": name}]});
    let content = json!({"mimeType": "application/json", "text": body});
    let response = json!({"status": 200, "headers": [], "content": content});
    json!({"log": {"entries": [{"request": request, "response": response}, {}]}}).to_string()
}

fn is_harmful(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn assert_harmless(name: &str, format: &str, shown: &str) {
    let place = format!("{name:?} in {format}: {shown}");
    assert!(!shown.contains(is_harmful), "{place}");
    assert!(!shown.contains("##["), "{place}");
    for line in shown.lines().map(str::trim_start) {
        assert!(!line.starts_with("forged"), "{place}");
        let is_command = line.starts_with("::");
        assert_eq!(is_command, format == "github", "{place}");
        if is_command {
            let level = line
                .trim_start_matches(':')
                .split([' ', ':'])
                .next()
                .unwrap();
            assert!(["error", "warning", "notice"].contains(&level), "{place}");
            assert!(!line.contains("%0"), "{place}");
        }
    }
    match format {
        "json" => drop(serde_json::from_str::<Value>(shown).unwrap()),
        "sarif" => drop(validate(shown)),
        "junit" => {
            let report = quick_junit::Report::deserialize_from_str(shown).unwrap();
            assert_eq!(
                shown.matches("<failure").count(),
                report.failures,
                "{place}"
            );
        }
        "markdown" => assert_markdown(&place, shown),
        _ => {}
    }
}

/// Checks that nothing but code contains HTML, links or tables.
fn assert_markdown(place: &str, shown: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(shown, Options::all()) {
        let is_plain = match &event {
            Event::Start(tag) => matches!(
                tag,
                Tag::Heading { .. } | Tag::List(_) | Tag::Item | Tag::Paragraph | Tag::Strong
            ),
            event => !matches!(event, Event::Html(_) | Event::InlineHtml(_)),
        };
        assert!(is_plain, "{event:?}: {place}");
    }
}

#[test]
fn names_are_harmless_in_every_format() {
    let directory = Directory::new("hostile");
    for name in NAMES {
        let old = directory.write("old.json", &contract(name, false));
        let new = directory.write("new.json", &contract(name, true));
        let har = directory.write("recording.har", &recording(name));
        let conform = ["conform", "--har", &har, "--spec", &new];
        let diff = ["diff", &old, &new];
        let formats = ["human", "json", "junit", "github", "sarif"];
        let runs = formats.map(|format| (conform.as_slice(), format));
        let diffs = formats.into_iter().chain(["markdown"]);
        let diffs = diffs.map(|format| (diff.as_slice(), format));
        for (arguments, format) in runs.into_iter().chain(diffs) {
            let ended = run(&[arguments, &["--format", format]].concat());
            assert_eq!(ended.error, "");
            ended.exits(1).shows("forged");
            assert_harmless(name, format, &ended.shown);
        }
    }
}

#[test]
fn names_are_harmless_in_errors() {
    let directory = Directory::new("errors");
    for name in NAMES {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let operation = fixtures::operation("a", &reference);
        let contract = fixtures::contract(json!({"/a": {"get": operation}}));
        let file = directory.write("contract.json", &contract);
        let list = json!([{"id": name, "reason": "x"}]).to_string();
        let list = directory.write("list.json", &list);
        for arguments in [
            ["diff", &file, "openapi.yaml"].as_slice(),
            &["diff", "openapi.yaml", "openapi.yaml", "--ignore", &list],
            &[
                "diff",
                &format!("x:{}", name.replace('\0', "")),
                "openapi.yaml",
            ],
            &["conform", "--har", &name.replace('\0', "")],
        ] {
            let ended = run(arguments);
            ended.exits(2);
            assert_harmless(name, "error", &ended.error);
        }
    }
}
