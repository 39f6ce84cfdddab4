//! Accepted findings and changes.

use serde_json::Value;

use crate::command::watsi;
use crate::fixtures::{BOT, CONTRACT};
use crate::written::Directory;

const ACCEPTED: &str = "\
- id: response-property-unknown
  place: /response/body/chats/*/unread
  reason: documented with the next version
";

fn conform(file: &str, format: &str) -> (Option<i32>, String) {
    let arguments = [
        "conform", "--har", BOT, "--ignore", file, "--format", format,
    ];
    let output = watsi(&arguments).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
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
        let (code, shown) = conform(&file, format);
        assert_eq!(code, Some(0), "{format}");
        assert!(shown.contains(part), "{format}: {part}: {shown}");
        assert!(!shown.contains("::warning"), "{shown}");
    }
}

#[test]
fn entry_without_a_place_matches_every_finding_with_its_id() {
    let directory = Directory::new("everywhere");
    let file = directory.write(
        "accepted.yaml",
        "- {id: response-property-unknown, reason: new}",
    );
    assert_eq!(conform(&file, "human").0, Some(0));
    let place = "- {id: response-property-unknown, reason: new, place: /components/schemas/*}";
    let file = directory.write("contract.yaml", place);
    assert_eq!(conform(&file, "human").0, Some(0));
    let other = "- {id: response-property-unknown, reason: new, place: /response/body/*}";
    let file = directory.write("other.yaml", other);
    assert_eq!(conform(&file, "human").0, Some(1));
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
        let (code, shown) = conform(&file, format);
        assert_eq!(code, Some(0), "{format}");
        assert!(shown.contains(&part), "{format}: {part}: {shown}");
        assert!(!shown.contains("event-added"), "{shown}");
    }
    let report: Value = serde_json::from_str(&conform(&file, "json").1).unwrap();
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["line"], 4);
    let log: Value = serde_json::from_str(&conform(&file, "sarif").1).unwrap();
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
            "line 1: unknown id `nonsense`",
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
        ("id: list-order\n", "line 1"),
    ];
    for (text, expected) in cases {
        let file = directory.write("accepted.yaml", text);
        for command in [
            ["conform", "--har", BOT],
            ["diff", "openapi.yaml", "openapi.yaml"],
        ] {
            let output = watsi(&command).args(["--ignore", &file]).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{text}");
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains(expected), "{expected}: {error}");
            assert!(error.starts_with(&format!("error: {file}: ")), "{error}");
            if expected == "line 1" || expected.contains("unknown id") {
                assert!(error.contains("docs/ids.md"), "{error}");
            }
        }
    }
}

#[test]
fn empty_list_ignores_nothing() {
    let directory = Directory::new("empty");
    for text in ["", "[]", "# none yet\n"] {
        let file = directory.write("accepted.yaml", text);
        assert_eq!(conform(&file, "human").0, Some(1), "{text:?}");
    }
}

#[test]
fn ignored_change_does_not_count_for_the_version() {
    let directory = Directory::new("change");
    let edited = CONTRACT.replace("required: [chats, hasMore]", "required: [chats]");
    assert_ne!(edited, CONTRACT);
    let new = directory.write("new.yaml", &edited);
    let json = |arguments: &[&str]| -> (Option<i32>, Value) {
        let mut command = watsi(&["diff", "openapi.yaml", &new, "--format", "json"]);
        let output = command.args(arguments).output().unwrap();
        (
            output.status.code(),
            serde_json::from_slice(&output.stdout).unwrap(),
        )
    };
    let (code, report) = json(&[]);
    assert_eq!(code, Some(1));
    assert_eq!(report["version_bump"], "major");
    let id = report["checks"][0]["findings"][0]["id"].as_str().unwrap();
    let file = directory.write(
        "accepted.yaml",
        &format!("- id: {id}\n  reason: never absent\n"),
    );
    let (code, report) = json(&["--ignore", &file]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(report["version_bump"], "patch");
    assert_eq!(report["ignored"], 1);
}
