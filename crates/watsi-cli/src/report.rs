//! The report of `conform` or `diff`.

mod github;
mod human;
mod junit;
mod level;
mod markdown;
mod note;
mod sarif;

use std::io::{self, Write};

use clap::ValueEnum;
use openapi_conformance::{Change, Contract, Coverage, Finding, Position, Share};
use serde::Serialize;

use crate::terminal::Plain;

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
    /// A changelog in Markdown
    Markdown,
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
    /// Whether everything was read.
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
    #[serde(flatten)]
    pub effect: Effect,
    /// The location in the exchange. A change has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Plain>,
    pub contract_pointer: Plain,
    /// The position of `contract_pointer` in the contract.
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

#[derive(Serialize)]
pub struct Covered {
    pub of: &'static str,
    pub covered: usize,
    pub total: usize,
    pub missing: Vec<Plain>,
}

impl Check {
    /// Returns the first finding that makes the check fail.
    fn failure(&self, fail_on: Level) -> Option<&Row> {
        let mut rows = self.findings.iter();
        rows.find(|row| row.ignored.is_none() && row.effect.level() <= fail_on)
    }
}

impl Row {
    pub fn finding(finding: &Finding, contract: &Contract) -> Self {
        Row {
            id: finding.id,
            effect: Effect::Finding {
                severity: finding.severity.into(),
            },
            pointer: Some(Plain::new(&finding.pointer)),
            contract_pointer: Plain::new(&finding.contract_pointer),
            position: contract.position(&finding.contract_pointer),
            sentence: Plain::new(&finding.sentence),
            count: 1,
            first: None,
            ignored: None,
        }
    }

    pub fn change(change: &Change, effect: Effect, new: &Contract) -> Self {
        Row {
            id: change.id,
            effect,
            pointer: None,
            contract_pointer: Plain::new(&change.pointer),
            position: new.position(&change.pointer),
            sentence: Plain::new(&change.sentence),
            count: 1,
            first: None,
            ignored: None,
        }
    }

    /// Returns the pointer, the sentence and where it was found first, without the severity.
    fn line(&self) -> String {
        let pointer = self.pointer.iter().map(|pointer| format!("{pointer} "));
        let mut line: String = pointer.collect();
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

pub fn covered(coverage: &Coverage<'_>) -> Vec<Covered> {
    let row = |of, share: Share| Covered {
        of,
        covered: share.covered,
        total: share.total(),
        missing: share.missing.iter().map(Plain::new).collect(),
    };
    vec![
        row("operations", coverage.operations()),
        row("status codes", coverage.statuses()),
        row("properties", coverage.properties()),
    ]
}

impl Report {
    /// Returns whether there are findings of this level or a worse one.
    pub fn fails(&self, fail_on: Level) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| check.failure(fail_on).is_some())
    }

    fn rows(&self) -> impl Iterator<Item = (&Check, &Row)> {
        let checks = self.checks.iter();
        checks.flat_map(|check| check.findings.iter().map(move |row| (check, row)))
    }

    pub fn write(&self, format: Format, fail_on: Level) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        match format {
            Format::Human => human::write(self, &mut out, fail_on)?,
            Format::Json => json(&mut out, self)?,
            Format::Junit => junit::write(self, &mut out, fail_on)?,
            Format::Github => github::write(self, &mut out)?,
            Format::Sarif => json(&mut out, &sarif::log(self))?,
            Format::Markdown => markdown::write(self, &mut out)?,
        }
        out.flush()
    }

    /// Returns the place in the contract: `openapi.yaml:LINE:COLUMN#POINTER`, and the id of a finding.
    fn place(&self, row: &Row) -> String {
        let place = place(&self.contract, row.position, &row.contract_pointer);
        match row.effect {
            Effect::Finding { .. } => format!("{place}, {}", row.id),
            Effect::Change { .. } => place,
        }
    }

    /// Returns the number of findings of each level, or the verdict if there are none.
    fn summary(&self) -> String {
        let levels = [
            Level::Breaking,
            Level::Additive,
            Level::Request,
            Level::Client,
            Level::Version,
        ];
        let mut counts = Vec::new();
        for level in levels {
            let count = self
                .rows()
                .filter(|(_, row)| row.ignored.is_none() && row.effect.level() == level)
                .count();
            if count > 0 {
                counts.push(format!("{count} {}", level.as_str()));
            }
        }
        if counts.is_empty() {
            counts.push(self.verdict.as_str().to_owned());
        }
        if self.ignored > 0 {
            counts.push(format!("{} ignored", self.ignored));
        }
        counts.join(", ")
    }
}

fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn place(contract: &Plain, position: Option<Position>, pointer: &Plain) -> String {
    let position = position.map(|position| format!(":{position}"));
    format!("{contract}{}#{pointer}", position.unwrap_or_default())
}
