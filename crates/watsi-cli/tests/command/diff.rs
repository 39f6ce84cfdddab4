//! Changelogs, impacts, and parts of contracts that are not compared.

use serde_json::{Value, json};

use crate::assert_shown;
use crate::command::{Ended, end, run, watsi};
use crate::fixtures::{self, CONTRACT, operation};
use crate::written::Directory;

/// A contract with these operations, each with properties of its response.
fn contract(operations: &[(&str, &str, &[&str])]) -> String {
    let mut paths = json!({});
    for (path, id, properties) in operations {
        let mut schema = json!({"type": "object", "properties": {}});
        for property in *properties {
            schema["properties"][property] = json!({"type": "string"});
        }
        paths[path] = json!({"get": operation(id, &schema)});
    }
    fixtures::contract(paths)
}

fn diff(directory: &Directory, old: &str, new: &str, options: &[&str]) -> Ended {
    directory.write("old.json", old);
    directory.write("new.json", new);
    let mut command = watsi(&["diff", "old.json", "new.json"]);
    let ended = end(command.args(options).current_dir(directory.path()));
    assert_eq!(ended.error, "");
    ended
}

#[test]
fn changes_are_grouped_by_operation_in_every_format() {
    let directory = Directory::new("groups");
    let id = "required: [id, customer, status]";
    let status = "x-extensible-enum: [open, active]";
    let edited = CONTRACT
        .replace(id, "required: [id, customer]")
        .replace(status, "x-extensible-enum: [open, active, closed]");
    directory.write("old.yaml", CONTRACT);
    directory.write("new.yaml", &edited);
    let diff = |format: &str| {
        let mut command = watsi(&["diff", "old.yaml", "new.yaml", "--format", format]);
        command.current_dir(directory.path());
        command
    };
    assert_shown!("diff", diff("human"));
    assert_shown!("diff_junit", diff("junit"));
    assert_shown!("diff_github", diff("github"));
    assert_shown!("diff_json", diff("json"));
}

#[test]
fn diff_of_equal_contracts_is_empty() {
    let ended = run(&["diff", "openapi.yaml", "openapi.yaml"]);
    ended.exits(0);
    assert_eq!(
        ended.shown,
        "openapi.yaml -> openapi.yaml: no changes\nimpact: unaffected\nversion bump: patch\n"
    );
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
    let markdown = |more: &[&str]| {
        let options = [&["--format", "markdown"], more].concat();
        diff(&directory, &old, &new, &options).shown
    };
    insta::assert_snapshot!("markdown", markdown(&[]));
    let for_clients = markdown(&["--generated-client"]);
    insta::assert_snapshot!("markdown_generated_client", for_clients);
}

#[test]
fn impact_and_version_bump_name_generated_clients_only_if_they_are_asked_for() {
    let directory = Directory::new("impact");
    let old = contract(&[("/a", "a", &["x"])]);
    let cases = [
        (
            contract(&[("/a", "a", &[])]),
            "impact: breaking\nversion bump: major\n",
            "impact: breaking\nversion bump: major\n",
        ),
        (
            contract(&[("/a", "a", &["x", "y"])]),
            "impact: additive\nversion bump: minor\n",
            "impact: additive\nversion bump: minor\n",
        ),
        (
            contract(&[("/a", "b", &["x"])]),
            "impact: unaffected\nversion bump: patch\n",
            "impact: unaffected on the wire, breaking for generated clients\n\
             version bump: patch on the wire, major for generated clients\n",
        ),
    ];
    for (new, on_wire, for_clients) in cases {
        let Ended { shown, .. } = diff(&directory, &old, &new, &[]);
        assert!(shown.ends_with(on_wire), "{on_wire}: {shown}");
        let Ended { shown, .. } = diff(&directory, &old, &new, &["--generated-client"]);
        assert!(shown.ends_with(for_clients), "{for_clients}: {shown}");
    }
}

#[test]
fn change_for_generated_clients_is_reported_and_fails_only_if_it_is_asked_for() {
    let directory = Directory::new("client");
    let (old, new) = (contract(&[("/a", "a", &[])]), contract(&[("/a", "b", &[])]));
    let report = |code: i32, options: &[&str]| {
        let options = [&["--format", "json"], options].concat();
        diff(&directory, &old, &new, &options).exits(code).json()
    };
    let on_wire = report(0, &[]);
    assert_eq!(on_wire["checks"], json!([]));
    assert_eq!(on_wire["impact"], "unaffected");
    assert_eq!(on_wire["version_bump"], "patch");
    assert_eq!(on_wire["generated_client_impact"], Value::Null);
    report(0, &["--generated-client", "--fail-on", "breaking"]);
    let for_clients = report(1, &["--generated-client", "--fail-on", "additive"]);
    let change = &for_clients["checks"][0]["findings"][0];
    assert_eq!(change["id"], "operation-id-changed");
    assert_eq!(change["impact"], "unaffected");
    assert_eq!(change["generated_client_impact"], "breaking");
    assert_eq!(change["severity"], Value::Null);
    assert_eq!(for_clients["impact"], "unaffected");
    assert_eq!(for_clients["generated_client_impact"], "breaking");
    assert_eq!(for_clients["version_bump"], "patch");
    assert_eq!(for_clients["generated_client_version_bump"], "major");
}

#[test]
fn removal_is_breaking_before_the_sunset_and_additive_from_that_day() {
    let directory = Directory::new("sunset");
    let mut old: Value = serde_json::from_str(&contract(&[("/a", "a", &[])])).unwrap();
    old["paths"]["/a"]["get"]["deprecated"] = json!(true);
    old["paths"]["/a"]["get"]["x-sunset"] = json!("2030-06-30");
    let (old, new) = (old.to_string(), contract(&[]));
    for (day, expected) in [("2030-06-29", "breaking"), ("2030-06-30", "additive")] {
        let ended = diff(&directory, &old, &new, &["--day", day]);
        ended.shows(&format!("impact: {expected}\n"));
    }
}

#[test]
fn version_that_rises_too_little_is_shown_but_is_not_breaking() {
    let directory = Directory::new("version");
    let versioned = |operations: &[(&str, &str, &[&str])], version: &str| {
        let contract = contract(operations);
        contract.replace(r#""version":"1""#, &format!(r#""version":"{version}""#))
    };
    let old = versioned(&[("/a", "a", &[])], "1.2.3");
    let new = versioned(&[("/a", "a", &[]), ("/b", "b", &[])], "1.2.4");
    let ended = diff(&directory, &old, &new, &["--fail-on", "breaking"]);
    ended.exits(0).shows("1 additive, 1 version");
    ended.shows("`1.3.0`");
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
    let both = diff(&directory, &old, &new, &[]).shown;
    for (format, file) in [("isbn", "new.json"), ("iban", "old.json")] {
        let line = format!("note: the format `{format}` is not validated ({file}:1:");
        assert_eq!(both.matches(&line).count(), 1, "{both}");
    }
    let same = |format: &str| diff(&directory, &old, &old, &["--format", format]);
    let shown = same("human").shown;
    assert_eq!(shown.matches("note: the format").count(), 1, "{shown}");
    let report = same("json").json();
    let notes = report["contract_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["id"], "format-unsupported");
    assert_eq!(notes[0]["contract"], "new.json");
    let log = same("sarif").json();
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["descriptor"]["id"], "format-unsupported");
    assert_eq!(notes[0]["level"], "note");
}
