//! The report of `conform`, `record` or `diff`.

mod accepted;
mod github;
mod human;
mod junit;
mod level;
mod markdown;
mod note;
mod outputs;
mod sarif;

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::ValueEnum;
use openapi_conformance::{Change, Contract, Finding, Position};
use serde::Serialize;

use crate::args::{Output, ReportFile};
use crate::coverage::Covered;
use crate::failure::Failure;
use crate::terminal::Plain;

pub use accepted::without_indices;
pub use level::{Effect, Level, Overall, Verdict};
pub use note::{ContractNote, Warning};

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
    /// JUnit XML, for CI servers
    Junit,
    /// GitHub Actions annotations
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Markdown: a changelog, or a summary of findings
    Markdown,
    /// Lines `name=value` with the counts, e.g. for $GITHUB_OUTPUT
    Outputs,
}

/// The checks and their findings. All text in it is [`Plain`], because names in a contract or a recording are
/// untrusted input.
#[derive(Serialize)]
pub struct Report {
    /// What was validated: a URL or file names.
    pub subject: Plain,
    /// The file of the contract; for a diff, of the new one.
    pub contract: Plain,
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Whether everything was validated.
    pub complete: bool,
    pub checks: Vec<Check>,
    /// The number of ignored findings.
    pub ignored: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<Covered>,
    /// The parts of the contract that are not validated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contract_notes: Vec<ContractNote>,
    /// Additional remarks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Plain>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// The name of the changes that affect all or several operations.
pub const GENERAL: &str = "several operations";

#[derive(Serialize)]
pub struct Check {
    pub name: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Plain>,
    pub findings: Vec<Row>,
}

/// A finding or a change.
#[derive(Serialize)]
pub struct Row {
    /// The id of the finding or change.
    pub id: &'static str,
    /// The id of the operation, if it concerns one.
    #[serde(skip)]
    pub operation: Option<Plain>,
    #[serde(flatten)]
    pub effect: Effect,
    /// The location in the exchange. A change has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Plain>,
    /// The location in the contract, or in the document of it that `document` names.
    pub contract_pointer: Plain,
    /// The document of the contract, if it is not the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Plain>,
    /// The position of `contract_pointer` in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    pub sentence: Plain,
    /// The number of occurrences.
    pub count: usize,
    /// The first occurrence in a recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Plain>,
    /// Why the finding is ignored, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<Plain>,
}

impl Check {
    /// Returns the first finding that makes the check fail.
    fn failure(&self, fail_on: Level) -> Option<&Row> {
        let mut rows = self.findings.iter();
        rows.find(|row| row.ignored.is_none() && row.effect.level() <= fail_on)
    }
}

impl Row {
    pub fn finding(finding: &Finding, operation: Option<&str>, contract: &Contract) -> Self {
        let effect = Effect::Finding {
            severity: finding.severity.into(),
        };
        Row {
            operation: operation.map(Plain::new),
            pointer: Some(Plain::new(&finding.pointer)),
            ..Row::at(
                contract,
                &finding.contract_pointer,
                finding.id,
                effect,
                &finding.sentence,
            )
        }
    }

    /// The row of a change at a place in its contract, which `document` names if it is not the report's.
    pub fn change(
        change: &Change,
        effect: Effect,
        contract: &Contract,
        document: Option<&Plain>,
    ) -> Self {
        let sentence = &change.sentence;
        let row = Row::at(contract, &change.pointer, change.id, effect, sentence);
        Row {
            operation: change.operation.as_ref().map(Plain::new),
            document: row.document.or_else(|| document.cloned()),
            ..row
        }
    }

    fn at(
        contract: &Contract,
        pointer: &str,
        id: &'static str,
        effect: Effect,
        sentence: &str,
    ) -> Self {
        let location = contract.location(pointer);
        let document = location
            .document
            .filter(|name| Some(name.as_str()) != contract.name());
        Row {
            id,
            operation: None,
            effect,
            pointer: None,
            contract_pointer: Plain::new(location.pointer),
            document: document.map(Plain::new),
            position: contract.position(pointer),
            sentence: Plain::new(sentence),
            count: 1,
            first: None,
            ignored: None,
        }
    }

    /// Returns the pointer, the sentence and where it was found first, without the severity.
    fn line(&self) -> String {
        let mut line = String::new();
        if let Some(pointer) = &self.pointer {
            line += &format!("{pointer} ");
        }
        line += self.sentence.as_str();
        match (self.count, &self.first) {
            (_, None) => {}
            (1, Some(first)) => line += &format!(" ({first})"),
            (count, Some(first)) => line += &format!(" ({count} times, first in {first})"),
        }
        if let Some(impact) = self.effect.worse_for_clients() {
            line += &format!(" ({impact} for generated clients)");
        }
        line
    }
}

impl Report {
    /// Returns whether there are findings of this level or a worse one, or too little was covered.
    pub fn fails(&self, fail_on: Level) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| check.failure(fail_on).is_some()) || self.shortfalls().next().is_some()
    }

    /// Returns a sentence for each kind of coverage that is too low.
    fn shortfalls(&self) -> impl Iterator<Item = String> {
        self.coverage.iter().filter_map(Covered::shortfall)
    }

    /// Writes the report to standard output and to files, and chooses the exit code. It does not depend on whether a
    /// pipe was closed before the end of the output.
    pub fn finish(&mut self, output: &Output, fail_on: Level) -> Result<ExitCode, Failure> {
        self.contract_notes.retain(|note| note.ignored.is_none());
        if output.no_notes {
            self.contract_notes.clear();
            self.notes.clear();
        }
        // A file that cannot be written does not keep the report from being printed.
        let printed = self.write(output.format, &mut anstream::stdout().lock(), fail_on);
        if let Some(file) = &output.write_ignore {
            accepted::write(file, self)?;
        }
        for ReportFile { format, file } in &output.report {
            let mut plain = anstream::StripStream::new(Vec::new());
            self.write(*format, &mut plain, fail_on)?;
            fs::write(file, plain.into_inner()).map_err(|error| Failure::file(file, &error))?;
        }
        match printed {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ if self.fails(fail_on) => Ok(ExitCode::from(1)),
            _ => Ok(ExitCode::SUCCESS),
        }
    }

    pub fn rows(&self) -> impl Iterator<Item = (&Check, &Row)> {
        let checks = self.checks.iter();
        checks.flat_map(|check| check.findings.iter().map(move |row| (check, row)))
    }

    fn write(&self, format: Format, out: &mut impl Write, fail_on: Level) -> io::Result<()> {
        match format {
            Format::Human => human::write(self, out, fail_on)?,
            Format::Json => json(out, self)?,
            Format::Junit => junit::write(self, out, fail_on)?,
            Format::Github => github::write(self, out)?,
            Format::Sarif => json(out, &sarif::log(self))?,
            Format::Markdown => markdown::write(self, out)?,
            Format::Outputs => outputs::write(self, out)?,
        }
        out.flush()
    }

    /// Returns the file of the contract that a row concerns.
    fn file<'r>(&'r self, row: &'r Row) -> &'r Plain {
        row.document.as_ref().unwrap_or(&self.contract)
    }

    /// Returns the place in the contract: `openapi.yaml:LINE:COLUMN#POINTER`, and the id of a finding.
    fn place(&self, row: &Row) -> String {
        let place = place(self.file(row), row.position, &row.contract_pointer);
        match row.effect {
            Effect::Finding { .. } => format!("{place}, {}", row.id),
            Effect::Change { .. } => place,
        }
    }

    /// Returns the number of findings of a level that are not ignored.
    fn count(&self, level: Level) -> usize {
        let counted = |row: &Row| row.ignored.is_none() && row.effect.level() == level;
        self.rows().filter(|(_, row)| counted(row)).count()
    }

    /// Returns the number of findings of each level, or the verdict if there are none.
    fn summary(&self) -> String {
        let mut parts = Vec::new();
        for level in Level::ALL {
            let count = self.count(level);
            if count > 0 {
                parts.push(format!("{count} {}", level.as_str()));
            }
        }
        if parts.is_empty() || !self.complete {
            parts.push(self.verdict.as_str().to_owned());
        } else if self.shortfalls().next().is_some() {
            parts.push(Verdict::COVERAGE.to_owned());
        }
        if self.ignored > 0 {
            parts.push(format!("{} ignored", self.ignored));
        }
        parts.join(", ")
    }
}

fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn place(contract: &Plain, position: Option<Position>, pointer: &Plain) -> String {
    match position {
        Some(position) => format!("{contract}:{position}#{pointer}"),
        None => format!("{contract}#{pointer}"),
    }
}
