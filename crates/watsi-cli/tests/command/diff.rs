//! Changelogs, impacts, and parts of contracts that are not compared.

use serde_json::{Value, json};

use crate::command::watsi;
use crate::written::Directory;

/// A contract with these operations, each with properties of its response.
fn contract(operations: &[(&str, &str, &[&str])]) -> String {
    let mut paths = json!({});
    for (path, id, properties) in operations {
        let properties = properties.iter();
        let properties: serde_json::Map<_, _> = properties
            .map(|name| ((*name).to_owned(), json!({"type": "string"})))
            .collect();
        let schema = json!({"type": "object", "properties": properties});
        let content = json!({"application/json": {"schema": schema}});
        let responses = json!({"200": {"description": "", "content": content}});
        paths[path] = json!({"get": {"operationId": id, "responses": responses}});
    }
    let info = json!({"title": "", "version": "1"});
    json!({"openapi": "3.0.3", "info": info, "paths": paths}).to_string()
}

fn diff(directory: &Directory, old: &str, new: &str, format: &str) -> String {
    directory.write("old.json", old);
    directory.write("new.json", new);
    let mut command = watsi(&["diff", "old.json", "new.json", "--format", format]);
    let output = command.current_dir(directory.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn markdown_groups_changes_by_impact_and_operation() {
    let directory = Directory::new("markdown");
    let old = contract(&[
        ("/a", "a_b", &["x|y", "z"]),
        ("/b", "b", &["x"]),
        ("/c", "c", &[]),
    ]);
    let new = contract(&[
        ("/a", "a_b", &["z", "new"]),
        ("/b", "b", &["x", "y"]),
        ("/c", "d", &[]),
    ]);
    insta::assert_snapshot!("markdown", diff(&directory, &old, &new, "markdown"));
}

#[test]
fn impact_and_version_bump_name_both_sides_only_if_they_differ() {
    let directory = Directory::new("impact");
    let old = contract(&[("/a", "a", &["x"])]);
    let cases = [
        (
            contract(&[("/a", "a", &[])]),
            "impact: breaking\nversion bump: major\n",
        ),
        (
            contract(&[("/a", "a", &["x", "y"])]),
            "impact: additive\nversion bump: minor\n",
        ),
        (old.clone(), "impact: unaffected\nversion bump: patch\n"),
        (
            contract(&[("/a", "b", &["x"])]),
            "impact: unaffected on the wire, breaking for the Rust client\n\
             version bump: patch on the wire, major for the Rust client\n",
        ),
    ];
    for (new, expected) in cases {
        let shown = diff(&directory, &old, &new, "human");
        assert!(shown.ends_with(expected), "{expected}: {shown}");
    }
}

#[test]
fn json_has_both_impacts_and_no_severity() {
    let directory = Directory::new("json");
    let (old, new) = (contract(&[("/a", "a", &[])]), contract(&[("/a", "b", &[])]));
    let report: Value = serde_json::from_str(&diff(&directory, &old, &new, "json")).unwrap();
    let change = &report["checks"][0]["findings"][0];
    assert_eq!(change["id"], "operation-id-changed");
    assert_eq!(change["impact"], "unaffected");
    assert_eq!(change["client_impact"], "breaking");
    assert_eq!(change["severity"], Value::Null);
    assert_eq!(report["impact"], "unaffected");
    assert_eq!(report["client_impact"], "breaking");
    assert_eq!(report["version_bump"], "patch");
    assert_eq!(report["client_version_bump"], "major");
}

#[test]
fn change_for_the_client_only_does_not_fail_as_breaking() {
    let directory = Directory::new("client");
    let old = directory.write("old.json", &contract(&[("/a", "a", &[])]));
    let new = directory.write("new.json", &contract(&[("/a", "b", &[])]));
    for (fail_on, expected) in [("breaking", 0), ("additive", 1)] {
        let output = watsi(&["diff", &old, &new, "--fail-on", fail_on])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(expected), "{fail_on}");
    }
}

#[test]
fn markdown_is_a_format_of_diff_only() {
    let output = watsi(&["conform", "--format", "markdown"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("invalid value 'markdown'"), "{error}");
}

#[test]
fn parts_that_are_not_validated_are_noted_once() {
    let directory = Directory::new("notes");
    let plain = contract(&[("/a", "a", &["x"])]);
    let with_format = |format: &str| {
        let schema = json!({"type": "string", "format": format}).to_string();
        plain.replace(r#"{"type":"string"}"#, &schema)
    };
    let (old, new) = (with_format("iban"), with_format("isbn"));
    assert_ne!(old, plain);
    let both = diff(&directory, &old, &new, "human");
    let line = |format: &str, file: &str| {
        format!("note: the format `{format}` is not validated ({file}:1:")
    };
    assert_eq!(both.matches(&line("isbn", "new.json")).count(), 1, "{both}");
    assert_eq!(both.matches(&line("iban", "old.json")).count(), 1, "{both}");
    let same = diff(&directory, &old, &old, "human");
    assert_eq!(same.matches("note: the format").count(), 1, "{same}");
    let report: Value = serde_json::from_str(&diff(&directory, &old, &old, "json")).unwrap();
    let notes = report["contract_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["id"], "format-unsupported");
    assert_eq!(notes[0]["contract"], "new.json");
    let log: Value = serde_json::from_str(&diff(&directory, &old, &old, "sarif")).unwrap();
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["descriptor"]["id"], "format-unsupported");
    assert_eq!(notes[0]["level"], "note");
}
