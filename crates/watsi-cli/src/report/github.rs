//! GitHub Actions annotations.

use std::io::{self, Write};

use openapi_conformance::Position;

use super::{Level, Report, Verdict};

pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let file = property(report.contract.as_str());
    for (check, row) in report.rows().filter(|(_, row)| row.ignored.is_none()) {
        let level = row.effect.level();
        let command = match level {
            Level::Breaking => "error",
            _ => "warning",
        };
        let title = property(&format!("{}: {}", level.as_str(), check.name));
        let place = match row.position {
            Some(Position { line, column, .. }) => format!("file={file},line={line},col={column}"),
            None => format!("file={file}"),
        };
        let text = message(&format!("{} ({})", row.line(), report.place(row)));
        writeln!(out, "::{command} {place},title={title}::{text}")?;
    }
    for warning in &report.warnings {
        let (file, line) = (property(warning.file.as_str()), warning.line);
        let text = message(warning.sentence.as_str());
        writeln!(out, "::warning file={file},line={line}::{text}")?;
    }
    // GitHub shows only the first ten notices of a step.
    let mut summary = format!("{}: {}", report.subject, report.summary());
    if let Verdict::Diff(overall) = &report.verdict {
        for (name, value) in overall.lines() {
            summary += &format!("; {name}: {value}");
        }
    }
    writeln!(out, "::notice::{}", message(&summary))?;
    for note in &report.contract_notes {
        writeln!(out, "::notice::{}", message(&note.to_string()))?;
    }
    for note in &report.notes {
        writeln!(out, "::notice::{}", message(note.as_str()))?;
    }
    Ok(())
}

/// Escapes the text of an annotation. A report contains no line breaks.
fn message(text: &str) -> String {
    text.replace('%', "%25")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
