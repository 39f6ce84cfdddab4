//! SARIF 2.1.0, for code scanning.

use std::collections::HashMap;

use openapi_conformance::{Change, Position};
use serde_json::{Value, json};

use super::{Check, ContractNote, Level, Report, Row, Warning};
use crate::ids;
use crate::terminal::Plain;

/// Returns a log with one run, and one rule for each id that occurs.
pub fn log(report: &Report) -> Value {
    let mut ids: Vec<_> = report.rows().map(|(_, row)| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules: Vec<_> = ids.iter().copied().map(rule).collect();
    let mut fingerprints = HashMap::new();
    let mut results = Vec::new();
    for (check, row) in report.rows() {
        let mut result = result(report, check, row);
        result["ruleIndex"] = json!(ids.binary_search(&row.id).unwrap_or_default());
        result["partialFingerprints"] =
            json!({"place/v1": fingerprint(check, row, &mut fingerprints)});
        results.push(result);
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "watsi",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": concat!("https://docs.rs/", env!("CARGO_PKG_NAME")),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": notifications(report),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {"ignored": report.ignored},
        }],
    })
}

fn rule(id: &str) -> Value {
    let ids = [&ids::of_findings(), Change::ids()].concat();
    let known = ids.into_iter().find(|(known, _)| *known == id);
    let meaning = known.map_or(id, |(_, meaning)| meaning);
    json!({"id": id, "shortDescription": {"text": meaning}})
}

fn result(report: &Report, check: &Check, row: &Row) -> Value {
    let place = physical(report.file(row), row.position);
    let level = match row.effect.level() {
        Level::Breaking => "error",
        _ => "warning",
    };
    let mut result = json!({
        "ruleId": row.id,
        "level": level,
        "message": {"text": format!("{}: {}", check.name, row.line())},
        "locations": [{
            "physicalLocation": place,
            "logicalLocations": [{"fullyQualifiedName": row.contract_pointer}],
        }],
    });
    if let Some(reason) = &row.ignored {
        result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
    }
    result
}

/// Returns the identity of a finding across runs. Line numbers and wording are not part of it, so that a finding stays
/// the same after an edit. Findings with the same place are numbered.
fn fingerprint(check: &Check, row: &Row, known: &mut HashMap<String, usize>) -> String {
    let pointer = row.pointer.as_ref().map_or("", Plain::as_str);
    let place = format!(
        "{} {} {} {pointer}",
        row.id, check.name, row.contract_pointer
    );
    let count = known.entry(place.clone()).or_default();
    *count += 1;
    match *count {
        1 => place,
        count => format!("{place} {count}"),
    }
}

fn notifications(report: &Report) -> Vec<Value> {
    let mut all: Vec<_> = report.contract_notes.iter().map(contract_note).collect();
    for note in &report.notes {
        all.push(json!({"level": "note", "message": {"text": note}}));
    }
    for sentence in report.shortfalls() {
        all.push(json!({"level": "error", "message": {"text": sentence}}));
    }
    all.extend(report.warnings.iter().map(warning));
    all
}

fn contract_note(note: &ContractNote) -> Value {
    json!({
        "level": "note",
        "descriptor": {"id": note.id},
        "message": {"text": note.to_string()},
        "locations": [{
            "physicalLocation": physical(&note.contract, note.position),
            "logicalLocations": [{"fullyQualifiedName": note.pointer}],
        }],
    })
}

fn warning(warning: &Warning) -> Value {
    let mut place = physical(&warning.file, None);
    place["region"] = json!({"startLine": warning.line});
    json!({
        "level": "warning",
        "message": {"text": warning.sentence},
        "locations": [{"physicalLocation": place}],
    })
}

fn physical(file: &Plain, position: Option<Position>) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(file.as_str())}});
    if let Some(Position { line, column, .. }) = position {
        place["region"] = json!({"startLine": line, "startColumn": column});
    }
    place
}

/// Returns a relative URI reference for a file name. A URL stays as it is.
fn uri(file: &str) -> String {
    if file.contains("://") {
        return file.to_owned();
    }
    let mut uri = String::new();
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => uri += &format!("%{other:02X}"),
        }
    }
    uri
}
