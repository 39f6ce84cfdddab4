//! Reports for code scanning.

use std::collections::HashSet;

use serde_json::Value;

use crate::command::run;
use crate::fixtures::{BOT, CONTRACT};
use crate::written::Directory;

/// Returns a report after validating it against the schema of SARIF 2.1.0.
fn sarif(arguments: &[&str]) -> Value {
    validate(&run(&[arguments, &["--format", "sarif"]].concat()).shown)
}

pub fn validate(log: &str) -> Value {
    let log = serde_json::from_str(log).unwrap();
    let schema = include_str!("schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // The official pattern is not a valid regular expression. Reports have no `language`.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&log)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0], "{log}");
    log
}

#[test]
fn finding_is_a_result_at_its_line() {
    let log = sarif(&["conform", "--har", BOT]);
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "response-property-unknown");
    assert_eq!(
        rule["shortDescription"]["text"],
        "A property is not documented."
    );
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "response-property-unknown");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(result["level"], "warning");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "openapi.yaml");
    let line = watsi::OPENAPI
        .lines()
        .position(|line| line == "    Conversation:");
    assert_eq!(place["region"]["startLine"], line.unwrap() + 1);
}

#[test]
fn report_without_findings_is_valid() {
    let log = sarif(&["diff", "openapi.yaml", "openapi.yaml"]);
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn changes_at_the_same_place_have_different_fingerprints() {
    let directory = Directory::new("fingerprints");
    // A parameter and a response share the schema.
    let status = "x-extensible-enum: [open, active]";
    let new = CONTRACT.replace(status, "x-extensible-enum: [open, active, closed]");
    let new = directory.write("new.yaml", &new);
    let log = sarif(&["diff", "openapi.yaml", &new]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fingerprints = results
        .iter()
        .map(|result| result["partialFingerprints"]["place/v1"].as_str().unwrap());
    let fingerprints: Vec<_> = fingerprints.collect();
    let unique: HashSet<_> = fingerprints.iter().collect();
    assert_eq!(fingerprints.len(), 2);
    assert_eq!(unique.len(), 2, "{fingerprints:?}");
}
