//! Accepted findings and changes.

use std::fs;

use crate::command::{Ended, run};
use crate::fixtures::{BOT, OLD};
use crate::written::Directory;

const ACCEPTED: &str = "\
- id: response-property-unknown
  place: /response/body/chats/*/unread
  reason: documented with the next version
";

fn conform(file: &str, format: &str) -> Ended {
    let ended = run(&[
        "conform", "--har", BOT, "--ignore", file, "--format", format,
    ]);
    assert_eq!(ended.error, "");
    ended
}

#[test]
fn ignored_finding_does_not_fail_and_is_counted_in_every_format() {
    let directory = Directory::new("ignored");
    let file = directory.write("accepted.yaml", ACCEPTED);
    let expected = [
        ("human", "bot.har: conforms, 1 ignored\n"),
        (
            "human",
            "note  list_conversations\n      ignored   /response/body/chats/*/unread",
        ),
        ("human", "reason: documented with the next version\n"),
        ("json", "\"ignored\": 1,"),
        ("json", "\"ignored\": \"documented with the next version\""),
        ("json", "\"verdict\": \"conforms\""),
        ("junit", "<property name=\"ignored\" value=\"1\"/>"),
        ("junit", "failures=\"0\""),
        (
            "junit",
            "ignored (documented with the next version): /response/body",
        ),
        ("github", "bot.har: conforms, 1 ignored\n"),
        (
            "sarif",
            "\"justification\": \"documented with the next version\"",
        ),
    ];
    for (format, part) in expected {
        let ended = conform(&file, format);
        ended.exits(0).shows(part).hides("::warning");
    }
}

#[test]
fn entry_matches_the_findings_with_its_id_operation_and_place() {
    let directory = Directory::new("matching");
    for (more, code) in [
        ("", 0),
        (", operation: list_conversations", 0),
        (", operation: send_message", 1),
        (", place: /components/schemas/*", 0),
        (", place: /*/*/*/*/unread", 0),
        (", place: /response/body/chats/*", 1),
        (", place: /response/body/chats/*/unread/*", 1),
        (", place: /response/body/chats/0*/unread", 1),
    ] {
        let entry = format!("- {{id: response-property-unknown, reason: x{more}}}");
        let file = directory.write("accepted.yaml", &entry);
        let ended = conform(&file, "human");
        assert_eq!(ended.code, Some(code), "{entry}");
    }
}

#[test]
fn list_without_an_entry_for_a_finding_does_not_ignore_it() {
    let directory = Directory::new("empty");
    for text in ["", "[]", "# none yet\n", "- {id: list-order, reason: x}"] {
        let file = directory.write("accepted.yaml", text);
        let ended = conform(&file, "human");
        assert_eq!(ended.code, Some(1), "{text:?}");
    }
}

#[test]
fn entry_that_matches_nothing_is_a_warning_in_every_format() {
    let directory = Directory::new("stale");
    let stale = format!(
        "{ACCEPTED}- id: list-order\n  reason: fixed\n- id: event-added\n  reason: of diff\n"
    );
    let file = directory.write("accepted.yaml", &stale);
    let line = format!("{file}:4: nothing to ignore: `list-order`");
    let escaped = format!("::warning file={file},line=4::nothing to ignore: `list-order`\n");
    for (format, part) in [
        ("human", format!("warning: {line}\n")),
        ("junit", format!("<system-err>warning: {line}</system-err>")),
        ("github", escaped),
    ] {
        let ended = conform(&file, format);
        ended.exits(0).shows(&part).hides("event-added");
    }
    let report = conform(&file, "json").json();
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["line"], 4);
    let log = conform(&file, "sarif").json();
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let notifications = notifications.as_array().unwrap().iter();
    let warnings: Vec<_> = notifications
        .filter(|one| one["level"] == "warning")
        .collect();
    assert_eq!(warnings.len(), 1);
    let region = &warnings[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 4);
}

#[test]
fn invalid_entry_is_an_error_with_its_line() {
    let directory = Directory::new("invalid");
    let cases = [
        (
            "- id: nonsense\n  reason: x\n",
            "line 1: unknown id `nonsense`; docs/ids.md",
        ),
        ("- id: list-order\n", "line 1"),
        (
            "- id: list-order\n  reason: ' '\n",
            "line 2: `reason` is empty",
        ),
        ("- id: list-order\n  reason: x\n  palce: /a\n", "line 3"),
        (
            "- id: list-order\n  reason: x\n  place: a\n",
            "line 3: `place` is not a JSON pointer",
        ),
        ("- reason: x\n", "line 1"),
        ("id: list-order\n", "docs/ids.md"),
    ];
    for (text, expected) in cases {
        let file = directory.write("accepted.yaml", text);
        for command in [["conform", "--har", BOT], ["diff", OLD, "openapi.yaml"]] {
            let ended = run(&[&command[..], &["--ignore", &file]].concat());
            ended.fails(expected).says(&format!("error: {file}: "));
        }
    }
}

#[test]
fn findings_of_today_are_accepted_in_one_step() {
    let finding = "\n- id: response-property-unknown\n  operation: \"list_conversations\"\n  \
                   place: \"/response/body/chats/*/unread\"\n  reason: \"\"\n";
    for (command, entry) in [
        (["conform", "--har", BOT], finding),
        (["diff", OLD, "openapi.yaml"], "\n- id: "),
    ] {
        let directory = Directory::new("baseline");
        let list = directory.file("accepted.yaml");
        let run = |option: &str, list: &str| run(&[&command[..], &[option, list]].concat());
        run("--write-ignore", &list).exits(1);
        let text = fs::read_to_string(&list).unwrap();
        assert!(text.contains(entry), "{text}");
        // Reasons are for people to write.
        run("--ignore", &list).fails("`reason` is empty");
        let with_reasons = directory.write("reasons.yaml", &text.replace("\"\"", "known"));
        run("--ignore", &with_reasons).exits(0);
        let again = run("--write-ignore", &list);
        again.fails("exists").shows("1 additive");
    }
}

#[test]
fn ignored_change_does_not_count_for_the_version() {
    let directory = Directory::new("change");
    let diff = ["diff", "openapi.yaml", OLD, "--format", "json"];
    let ended = run(&diff);
    let report = ended.exits(1).json();
    assert_eq!(report["version_bump"], "major");
    let id = report["checks"][0]["findings"][0]["id"].as_str().unwrap();
    let list = format!("- id: {id}\n  reason: never absent\n");
    let file = directory.write("accepted.yaml", &list);
    let ended = run(&[&diff[..], &["--ignore", &file]].concat());
    let report = ended.exits(0).json();
    assert_eq!(report["version_bump"], "patch");
    assert_eq!(report["ignored"], 1);
}
