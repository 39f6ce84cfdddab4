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

fn diff(directory: &Directory, old: &str, new: &str, options: &[&str]) -> String {
    directory.write("old.json", old);
    directory.write("new.json", new);
    let mut command = watsi(&["diff", "old.json", "new.json"]);
    let command = command.args(options).current_dir(directory.path());
    let output = command.output().unwrap();
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
    let options = ["--format", "markdown"];
    insta::assert_snapshot!("markdown", diff(&directory, &old, &new, &options));
    let options = ["--format", "markdown", "--generated-client"];
    let for_clients = diff(&directory, &old, &new, &options);
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
        let shown = diff(&directory, &old, &new, &[]);
        assert!(shown.ends_with(on_wire), "{on_wire}: {shown}");
        let shown = diff(&directory, &old, &new, &["--generated-client"]);
        assert!(shown.ends_with(for_clients), "{for_clients}: {shown}");
    }
}

#[test]
fn json_has_the_impact_on_generated_clients_only_if_it_is_asked_for() {
    let directory = Directory::new("json");
    let (old, new) = (contract(&[("/a", "a", &[])]), contract(&[("/a", "b", &[])]));
    let report = |options: &[&str]| -> Value {
        serde_json::from_str(&diff(&directory, &old, &new, options)).unwrap()
    };
    let on_wire = report(&["--format", "json"]);
    assert_eq!(on_wire["checks"], json!([]));
    assert_eq!(on_wire["impact"], "unaffected");
    assert_eq!(on_wire["version_bump"], "patch");
    assert_eq!(on_wire["generated_client_impact"], Value::Null);
    let for_clients = report(&["--format", "json", "--generated-client"]);
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
fn change_for_generated_clients_only_fails_if_it_is_asked_for_but_not_as_breaking() {
    let directory = Directory::new("client");
    let old = directory.write("old.json", &contract(&[("/a", "a", &[])]));
    let new = directory.write("new.json", &contract(&[("/a", "b", &[])]));
    let cases: [(&[&str], i32); 3] = [
        (&[], 0),
        (&["--generated-client", "--fail-on", "breaking"], 0),
        (&["--generated-client", "--fail-on", "additive"], 1),
    ];
    for (options, expected) in cases {
        let output = watsi(&["diff", &old, &new]).args(options).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{options:?}");
    }
}

#[test]
fn removal_is_breaking_before_the_sunset_and_additive_from_that_day() {
    let directory = Directory::new("sunset");
    let mut old: Value = serde_json::from_str(&contract(&[("/a", "a", &[])])).unwrap();
    old["paths"]["/a"]["get"]["deprecated"] = json!(true);
    old["paths"]["/a"]["get"]["x-sunset"] = json!("2030-06-30");
    let (old, new) = (old.to_string(), contract(&[]));
    for (day, expected) in [("2030-06-29", "breaking"), ("2030-06-30", "additive")] {
        let shown = diff(&directory, &old, &new, &["--day", day]);
        assert!(shown.contains(&format!("impact: {expected}\n")), "{shown}");
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
    let shown = diff(&directory, &old, &new, &[]);
    assert!(shown.contains("1 additive, 1 version"), "{shown}");
    assert!(shown.contains("`1.3.0`"), "{shown}");
    let options = ["diff", "old.json", "new.json", "--fail-on", "breaking"];
    let output = watsi(&options).current_dir(directory.path()).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
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
    let both = diff(&directory, &old, &new, &["--format", "human"]);
    let line = |format: &str, file: &str| {
        format!("note: the format `{format}` is not validated ({file}:1:")
    };
    assert_eq!(both.matches(&line("isbn", "new.json")).count(), 1, "{both}");
    assert_eq!(both.matches(&line("iban", "old.json")).count(), 1, "{both}");
    let same = diff(&directory, &old, &old, &["--format", "human"]);
    assert_eq!(same.matches("note: the format").count(), 1, "{same}");
    let report: Value =
        serde_json::from_str(&diff(&directory, &old, &old, &["--format", "json"])).unwrap();
    let notes = report["contract_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["id"], "format-unsupported");
    assert_eq!(notes[0]["contract"], "new.json");
    let log: Value =
        serde_json::from_str(&diff(&directory, &old, &old, &["--format", "sarif"])).unwrap();
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["descriptor"]["id"], "format-unsupported");
    assert_eq!(notes[0]["level"], "note");
}
