//! The JSON-Schema-Test-Suite: draft 2020-12 is the schema language of OpenAPI 3.1, and draft 4 is close to that of
//! OpenAPI 3.0.
//!
//! The environment variable `JSON_SCHEMA_TEST_SUITE` names the directory that contains `draft4` and `draft2020-12`. The
//! tests say so if it is not set.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use openapi_conformance::{Contract, Severity};
use serde_json::{Value, json};

/// The formats that the crate validates.
const FORMATS: [&str; 14] = [
    "date-time",
    "date",
    "duration",
    "ecmascript-regex",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "json-pointer",
    "regex",
    "time",
    "uri-reference",
    "uri",
    "uuid",
];

/// What came of the tests of one draft.
#[derive(Default)]
struct Outcome {
    right: usize,
    wrong: Vec<String>,
    /// The number of tests that were skipped, by file and reason.
    skipped: BTreeMap<String, usize>,
}

fn directory(draft: &str) -> Option<PathBuf> {
    let Some(suite) = std::env::var_os("JSON_SCHEMA_TEST_SUITE") else {
        eprintln!("not run: JSON_SCHEMA_TEST_SUITE is not set");
        return None;
    };
    Some(Path::new(&suite).join(draft))
}

/// Lets references lead to the schema where it is in the contract.
fn moved(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => keywords
            .iter()
            .map(|(name, value)| match value.as_str() {
                Some(target) if name == "$ref" && (target == "#" || target.starts_with("#/")) => {
                    let target = format!("#/components/schemas/A{}", &target[1..]);
                    (name.clone(), Value::from(target))
                }
                _ if matches!(&**name, "enum" | "const" | "default") => {
                    (name.clone(), value.clone())
                }
                _ => (name.clone(), moved(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(moved).collect(),
        other => other.clone(),
    }
}

/// Returns the contract with a schema, or the reason that its tests are skipped.
fn contract(version: &str, schema: &Value) -> Result<Contract, String> {
    let document = json!({"openapi": version, "components": {"schemas": {"A": moved(schema)}}});
    let contract = Contract::parse(&document.to_string()).map_err(|_| "not a contract")?;
    match contract.notes().first() {
        Some(note) => Err(note.sentence.clone()),
        None => Ok(contract),
    }
}

fn run(file: &Path, version: &str, outcome: &mut Outcome) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let groups: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    for group in groups.as_array().unwrap() {
        let tests = group["tests"].as_array().unwrap();
        let contract = match contract(version, &group["schema"]) {
            Ok(contract) => contract,
            Err(reason) => {
                let skipped = outcome.skipped.entry(format!("{name}: {reason}"));
                *skipped.or_default() += tests.len();
                continue;
            }
        };
        for test in tests {
            let findings = contract.validate_value("/components/schemas/A", &test["data"]);
            let mut findings = findings.unwrap().into_iter();
            let is_valid = findings.all(|finding| finding.severity == Severity::Additive);
            if test["valid"] == is_valid {
                outcome.right += 1;
            } else {
                let (group, test) = (&group["description"], &test["description"]);
                outcome.wrong.push(format!("{name}: {group}: {test}"));
            }
        }
    }
}

/// Runs the files of a directory. The skipped tests must be those that are listed, or fewer.
fn assert_right(draft: &str, version: &str, listed: &str) {
    let Some(directory) = directory(draft) else {
        return;
    };
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // Its tests are those of validators that do not validate formats.
        .filter(|file| file.is_file() && !file.ends_with("format.json"))
        .collect();
    files.sort();
    let formats = FORMATS.map(|format| directory.join(format!("optional/format/{format}.json")));
    files.extend(formats.into_iter().filter(|file| file.exists()));
    let mut outcome = Outcome::default();
    for file in &files {
        run(file, version, &mut outcome);
    }
    let skipped: usize = outcome.skipped.values().sum();
    println!("{draft}: {} right, {skipped} skipped", outcome.right);
    assert_eq!(outcome.wrong, [""; 0]);
    let mut unlisted = Vec::new();
    for (reason, count) in &outcome.skipped {
        let line = listed
            .lines()
            .find_map(|line| line.strip_suffix(reason)?.trim().parse().ok());
        if line.is_none_or(|most: usize| *count > most) {
            unlisted.push(format!("{count} {reason}"));
        }
    }
    assert_eq!(unlisted, [""; 0]);
}

#[test]
fn draft_2020_12_is_validated_as_openapi_3_1() {
    let skipped = include_str!("suite/draft2020-12.txt");
    assert_right("draft2020-12", "3.1.0", skipped);
}

#[test]
fn draft_4_is_validated_as_openapi_3_0() {
    assert_right("draft4", "3.0.3", include_str!("suite/draft4.txt"));
}
