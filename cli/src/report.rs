//! Prints findings for people or programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use watsi::conformance::{Contract, Coverage, Finding, Position, Severity, Share};

use crate::args::ReportFormat;
use crate::sarif;
use crate::terminal::plain;

/// The checks and their findings.
#[derive(Serialize)]
pub struct Report {
    /// What was validated: a URL or file names.
    pub subject: String,
    /// The file of the contract; for a diff, of the new one.
    pub contract: String,
    /// `conforms` or `findings`; for a diff, the impact.
    pub verdict: String,
    pub checks: Vec<Check>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<Covered>,
    /// Additional remarks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub struct Check {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    pub findings: Vec<Row>,
}

#[derive(Serialize)]
pub struct Row {
    /// The id of the finding or change.
    pub id: &'static str,
    pub severity: Severity,
    /// The location in the exchange; empty for a change.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    pub contract_pointer: String,
    /// The position of `contract_pointer` in the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    pub sentence: String,
    /// The number of occurrences.
    pub count: usize,
    /// The first occurrence in a recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
}

#[derive(Serialize)]
pub struct Covered {
    pub of: &'static str,
    pub shown: usize,
    pub total: usize,
    pub missing: Vec<String>,
}

impl Check {
    /// Returns the first finding that makes the check fail.
    fn failure(&self, fail_on: Severity) -> Option<&Row> {
        let mut rows = self.findings.iter();
        rows.find(|row| row.severity <= fail_on)
    }
}

impl Row {
    pub fn line(&self) -> String {
        let place = match (self.count, &self.first) {
            (_, None) => String::new(),
            (1, Some(first)) => format!(" ({first})"),
            (count, Some(first)) => format!(" ({count} times, first in {first})"),
        };
        let line = format!("{} {}{place}", self.pointer, self.sentence);
        line.trim_start().to_owned()
    }
}

impl Row {
    pub fn new(finding: Finding, contract: &Contract) -> Self {
        Row {
            position: contract.position(&finding.contract_pointer),
            id: finding.id,
            severity: finding.severity,
            // Names of properties and parameters are untrusted input.
            pointer: plain(&finding.pointer),
            contract_pointer: plain(&finding.contract_pointer),
            sentence: plain(&finding.sentence),
            count: 1,
            first: None,
        }
    }
}

pub fn covered(coverage: &Coverage<'_>) -> Vec<Covered> {
    let row = |of, share: Share| Covered {
        of,
        shown: share.covered,
        total: share.total(),
        missing: share.missing,
    };
    vec![
        row("operations", coverage.operations()),
        row("statuses", coverage.statuses()),
        row("properties", coverage.properties()),
    ]
}

impl Report {
    /// Returns whether there are findings of this severity or a worse one.
    pub fn fails(&self, fail_on: Severity) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| check.failure(fail_on).is_some())
    }

    pub fn rows(&self) -> impl Iterator<Item = (&Check, &Row)> {
        let checks = self.checks.iter();
        checks.flat_map(|check| check.findings.iter().map(move |row| (check, row)))
    }

    pub fn write(&self, format: ReportFormat, fail_on: Severity) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        match format {
            ReportFormat::Human => self.human(&mut out, fail_on)?,
            ReportFormat::Json => {
                serde_json::to_writer_pretty(&mut out, self)?;
                writeln!(out)?;
            }
            ReportFormat::Junit => self.junit(&mut out, fail_on)?,
            ReportFormat::Github => self.github(&mut out)?,
            ReportFormat::Sarif => {
                serde_json::to_writer_pretty(&mut out, &sarif::log(self))?;
                writeln!(out)?;
            }
        }
        out.flush()
    }

    fn human(&self, out: &mut impl Write, fail_on: Severity) -> io::Result<()> {
        for check in &self.checks {
            let (mark, style) = match &check.skipped {
                _ if check.failure(fail_on).is_some() => ("FAIL", color(AnsiColor::Red)),
                _ if !check.findings.is_empty() => ("note", color(AnsiColor::Yellow)),
                Some(_) => ("skip", color(AnsiColor::Yellow)),
                None => ("ok  ", color(AnsiColor::Green)),
            };
            let reason = check
                .skipped
                .as_ref()
                .map(|reason| format!(": {reason}"))
                .unwrap_or_default();
            writeln!(out, "{style}{mark}{style:#}  {}{reason}", check.name)?;
            for row in &check.findings {
                let style = severity(row.severity);
                writeln!(
                    out,
                    "      {style}{:8}{style:#}  {}",
                    row.severity,
                    row.line()
                )?;
                writeln!(out, "                {}", self.place(row))?;
            }
        }
        for covered in &self.coverage {
            let Covered {
                of,
                shown,
                total,
                missing,
            } = covered;
            let missing = match missing.len() {
                0 => String::new(),
                1..=6 => format!(", without {}", missing.join(", ")),
                more => format!(
                    ", without {} and {} more",
                    missing[..5].join(", "),
                    more - 5
                ),
            };
            writeln!(out, "{of:10}  {shown} of {total}{missing}")?;
        }
        for note in &self.notes {
            writeln!(out, "note: {note}")?;
        }
        writeln!(out, "{}: {}", self.subject, self.summary())
    }

    /// Returns the place in the contract: `openapi.yaml:LINE:COLUMN#POINTER`.
    fn place(&self, row: &Row) -> String {
        let position = row.position.map(|position| format!(":{position}"));
        let position = position.unwrap_or_default();
        format!("{}{position}#{}", self.contract, row.contract_pointer)
    }

    fn summary(&self) -> String {
        let counts = [Severity::Breaking, Severity::Additive, Severity::Request]
            .into_iter()
            .filter_map(|severity| {
                let count = self
                    .rows()
                    .filter(|(_, row)| row.severity == severity)
                    .count();
                (count > 0).then(|| format!("{count} {severity}"))
            });
        let counts: Vec<_> = counts.collect();
        match counts.is_empty() {
            true => self.verdict.clone(),
            false => counts.join(", "),
        }
    }

    fn junit(&self, out: &mut impl Write, fail_on: Severity) -> io::Result<()> {
        let mut suite = TestSuite::new(self.subject.as_str());
        for check in &self.checks {
            let lines = check
                .findings
                .iter()
                .map(|row| format!("{}: {} ({})", row.severity, row.line(), self.place(row)));
            let lines = lines.collect::<Vec<_>>().join("\n");
            let failure = check.failure(fail_on);
            let status = match (failure, &check.skipped) {
                (Some(row), _) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_type(row.severity.as_str());
                    status.set_message(row.line());
                    status.set_description(lines.as_str());
                    status
                }
                (None, Some(why)) => {
                    let mut status = TestCaseStatus::skipped();
                    status.set_message(why.as_str());
                    status
                }
                (None, None) => TestCaseStatus::success(),
            };
            let mut case = TestCase::new(check.name.as_str(), status);
            if failure.is_none() && !lines.is_empty() {
                case.set_system_out(lines);
            }
            case.set_classname("watsi");
            suite.add_test_case(case);
        }
        let mut report = quick_junit::Report::new("watsi");
        report.add_test_suite(suite);
        let text = report.to_string().map_err(io::Error::other)?;
        writeln!(out, "{}", text.trim_end())
    }

    fn github(&self, out: &mut impl Write) -> io::Result<()> {
        let plain = |text: &str| {
            let text = text.replace('%', "%25");
            text.replace('\r', "%0D").replace('\n', "%0A")
        };
        let title = |text: &str| plain(text).replace(':', "%3A").replace(',', "%2C");
        for (check, row) in self.rows() {
            let level = if row.severity == Severity::Breaking {
                "error"
            } else {
                "warning"
            };
            let name = title(&format!("{}: {}", row.severity, check.name));
            let file = title(&self.contract);
            let place = match row.position {
                Some(Position { line, column, .. }) => {
                    format!("file={file},line={line},col={column}")
                }
                None => format!("file={file}"),
            };
            let text = format!("{} ({})", row.line(), self.place(row));
            writeln!(out, "::{level} {place},title={name}::{}", plain(&text))?;
        }
        writeln!(
            out,
            "::notice::{}",
            plain(&format!("{}: {}", self.subject, self.summary()))
        )
    }
}

fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(color.into()))
}

fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Breaking => color(AnsiColor::Red),
        _ => color(AnsiColor::Yellow),
    }
}
