//! SARIF 2.1.0, for code scanning.

use serde_json::{Value, json};
use watsi::conformance::{Change, Finding, Position, Severity};

use crate::report::{Check, Report, Row};

/// Returns a log with one run, and one rule for each id that occurs.
pub fn log(report: &Report) -> Value {
    let mut ids: Vec<_> = report.rows().map(|(_, row)| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules: Vec<_> = ids.iter().copied().map(rule).collect();
    let results = report.rows().map(|(check, row)| {
        let mut result = result(report, check, row);
        result["ruleIndex"] = json!(ids.binary_search(&row.id).unwrap_or_default());
        result
    });
    let results: Vec<_> = results.collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "watsi",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(id: &str) -> Value {
    let ids = Finding::ids().iter().chain(Change::ids());
    let meaning = ids.into_iter().find(|(known, _)| *known == id);
    let meaning = meaning.map_or(id, |(_, meaning)| *meaning);
    json!({"id": id, "shortDescription": {"text": meaning}})
}

fn result(report: &Report, check: &Check, row: &Row) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(&report.contract)}});
    if let Some(Position { line, column, .. }) = row.position {
        place["region"] = json!({"startLine": line, "startColumn": column});
    }
    let level = match row.severity {
        Severity::Breaking => "error",
        _ => "warning",
    };
    json!({
        "ruleId": row.id,
        "level": level,
        "message": {"text": format!("{}: {}", check.name, row.line())},
        "locations": [{
            "physicalLocation": place,
            "logicalLocations": [{"fullyQualifiedName": row.contract_pointer}],
        }],
        // Line numbers and wording are not part of it, so that a finding stays the same after an edit.
        "partialFingerprints": {
            "place/v1": format!("{} {} {} {}", row.id, check.name, row.contract_pointer, row.pointer),
        },
    })
}

/// Returns a relative URI reference for a file name.
fn uri(file: &str) -> String {
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
