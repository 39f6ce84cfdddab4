//! Other contracts, and their differences.

use serde_json::{Value, json};

use super::recording;
use crate::command::watsi;
use crate::fixtures::{BOT, CONTRACT};
use crate::written::Written;

#[test]
fn recording_is_validated_against_the_given_contract() {
    let contract = CONTRACT;
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
    let contract = CONTRACT;
    let page = "'#/components/schemas/ConversationPage'";
    let edited = Written::new(
        "unsupported.yaml",
        &contract.replace(page, "'other.yaml#/ConversationPage'"),
    );
    let output = watsi(&["conform", "--har", BOT, "--spec", edited.path()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    let pointer = "/paths/~1conversations/get/responses/2XX/content/application~1json/schema/$ref";
    assert!(error.contains(pointer), "{error}");
}

#[test]
fn diff_groups_changes_by_operation() {
    let contract = CONTRACT;
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
        Written::new("old.yaml", contract),
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
        // Edits of the contract move its lines.
        settings.add_filter(r"\.yaml:\d+:\d+#", ".yaml:LINE:COLUMN#");
        settings.add_filter(r"line=\d+,col=\d+", "line=LINE,col=COLUMN");
        settings.add_filter(r#""(line|column)": \d+"#, r#""$1": 1"#);
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
    assert_eq!(
        shown,
        "openapi.yaml -> openapi.yaml: no changes\nimpact: unaffected\nversion bump: patch\n"
    );
}

#[test]
fn parts_of_the_contract_that_are_not_validated_are_noted() {
    let contract = CONTRACT;
    let edited = contract.replacen("format: date-time", "format: moon-phase", 1);
    assert_ne!(edited, contract);
    let edited = Written::new("noted.yaml", &edited);
    let arguments = ["conform", "--har", BOT, "--spec", edited.path()];
    let output = watsi(&arguments).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let note = "note: the format `moon-phase` is not validated (";
    assert_eq!(shown.matches(note).count(), 1, "{shown}");
    let output = watsi(&arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes = report["contract_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["id"], "format-unsupported");
    assert_eq!(notes[0]["count"], 1);
}
