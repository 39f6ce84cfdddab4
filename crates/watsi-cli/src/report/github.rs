//! GitHub Actions annotations.

use std::io::{self, Write};

use openapi_conformance::Position;

use super::{Level, Report, Verdict};

/// The number of annotations of each kind that GitHub shows for a step.
const MOST: usize = 10;

/// Annotations of one kind. Those that GitHub would not show are lines of the log.
struct Annotations {
    command: &'static str,
    most: usize,
    written: usize,
    left_out: usize,
}

impl Annotations {
    fn new(command: &'static str, most: usize) -> Self {
        Annotations {
            command,
            most,
            written: 0,
            left_out: 0,
        }
    }

    fn write(&mut self, out: &mut impl Write, properties: &str, text: &str) -> io::Result<()> {
        let command = self.command;
        if self.written == self.most {
            self.left_out += 1;
            return writeln!(out, "{command}: {text}");
        }
        self.written += 1;
        let space = if properties.is_empty() { "" } else { " " };
        writeln!(out, "::{command}{space}{properties}::{}", message(text))
    }
}

pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut errors = Annotations::new("error", MOST);
    let mut warnings = Annotations::new("warning", MOST);
    let mut notices = Annotations::new("notice", MOST - 1);
    for sentence in report.shortfalls() {
        errors.write(out, "title=coverage", &sentence)?;
    }
    for (check, row) in report.rows().filter(|(_, row)| row.ignored.is_none()) {
        let level = row.effect.level();
        let annotations = match level {
            Level::Breaking => &mut errors,
            _ => &mut warnings,
        };
        let title = property(&format!("{}: {}", level.as_str(), check.name));
        let file = property(report.file(row).as_str());
        let place = match row.position {
            Some(Position { line, column, .. }) => format!("file={file},line={line},col={column}"),
            None => format!("file={file}"),
        };
        let text = format!("{} ({})", row.line(), report.place(row));
        annotations.write(out, &format!("{place},title={title}"), &text)?;
    }
    for warning in &report.warnings {
        let place = format!(
            "file={},line={}",
            property(warning.file.as_str()),
            warning.line
        );
        warnings.write(out, &place, warning.sentence.as_str())?;
    }
    for note in &report.contract_notes {
        notices.write(out, "", &note.to_string())?;
    }
    for note in &report.notes {
        notices.write(out, "", note.as_str())?;
    }
    let mut summary = format!("{}: {}", report.subject, report.summary());
    if let Verdict::Diff(overall) = &report.verdict {
        for (name, value) in overall.lines() {
            summary += &format!("; {name}: {value}");
        }
    }
    let left_out = errors.left_out + warnings.left_out + notices.left_out;
    if left_out > 0 {
        summary += &format!("; {left_out} more are in the log and in the summary");
    }
    let command = if report.complete { "notice" } else { "error" };
    writeln!(out, "::{command}::{}", message(&summary))
}

/// Escapes the text of an annotation. A report contains no line breaks.
fn message(text: &str) -> String {
    text.replace('%', "%25")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
