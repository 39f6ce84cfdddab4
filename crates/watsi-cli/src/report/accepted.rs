//! The list of what is found today, for `--ignore`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::{Report, Row};
use crate::failure::Failure;

/// Writes the findings or changes that are not ignored to a new file, which is a list of accepted ones once it has reasons.
pub fn write(file: &Path, report: &Report) -> Result<(), Failure> {
    let mut text = "# Accepted by `--ignore`. Each entry needs a reason.\n".to_owned();
    let mut known = BTreeSet::new();
    for (_, row) in report.rows() {
        let entry = entry(row);
        if row.ignored.is_none() && known.insert(entry.clone()) {
            let level = row.effect.level().as_str();
            // A comment: it has one line, whatever the contract contains.
            _ = write!(text, "\n# {level}: {}\n{entry}", row.sentence);
        }
    }
    let created = OpenOptions::new().write(true).create_new(true).open(file);
    let written = created.and_then(|mut created| created.write_all(text.as_bytes()));
    written.map_err(|error| Failure::file(file, &error))
}

/// Returns the entry for a finding, at its place in the exchanges of its operation, or for a change, at its place in the
/// contract.
fn entry(row: &Row) -> String {
    // JSON strings are YAML, whatever they contain.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut entry = format!("- id: {}\n", row.id);
    let place = match &row.pointer {
        None => row.contract_pointer.as_str().to_owned(),
        Some(pointer) => {
            if let Some(operation) = &row.operation {
                entry += &format!("  operation: {}\n", quoted(operation.as_str()));
            }
            without_indices(pointer.as_str())
        }
    };
    entry + &format!("  place: {}\n  reason: \"\"\n", quoted(&place))
}

/// Replaces indices: `/response/body/chats/3/id` becomes `/response/body/chats/*/id`.
pub fn without_indices(pointer: &str) -> String {
    let keys = pointer.split('/').map(|key| {
        let index = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        if index { "*" } else { key }
    });
    keys.collect::<Vec<_>>().join("/")
}
