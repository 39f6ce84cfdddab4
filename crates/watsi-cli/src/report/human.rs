//! Human-readable text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Check, Level, Report, Row, Verdict};
use crate::coverage::Covered;

/// The number of changes from which a comparison begins with its result.
const MANY: usize = 50;

pub fn write(report: &Report, out: &mut impl Write, fail_on: Level) -> io::Result<()> {
    let is_large = matches!(report.verdict, Verdict::Diff(_)) && report.rows().count() >= MANY;
    if is_large {
        result(report, out)?;
        let is_breaking =
            |row: &Row| row.ignored.is_none() && row.effect.level() == Level::Breaking;
        checks(report, out, fail_on, is_breaking)?;
        checks(report, out, fail_on, |row| !is_breaking(row))?;
    } else {
        checks(report, out, fail_on, |_| true)?;
    }
    for covered in &report.coverage {
        coverage(out, covered)?;
    }
    for note in &report.contract_notes {
        writeln!(out, "note: {note}")?;
    }
    for note in &report.notes {
        writeln!(out, "note: {note}")?;
    }
    for warning in &report.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    result(report, out)
}

/// Writes the checks with the rows that are listed. A check whose rows are all left out is left out, too.
fn checks(
    report: &Report,
    out: &mut impl Write,
    fail_on: Level,
    is_listed: impl Fn(&Row) -> bool,
) -> io::Result<()> {
    for check in &report.checks {
        let rows: Vec<_> = check.findings.iter().filter(|row| is_listed(row)).collect();
        if rows.is_empty() && !check.findings.is_empty() {
            continue;
        }
        header(out, check, fail_on)?;
        for row in rows {
            let (label, style) = label(row);
            writeln!(out, "      {style}{label:8}{style:#}  {}", row.line())?;
            writeln!(out, "                {}", report.place(row))?;
            if let Some(reason) = &row.ignored {
                writeln!(out, "                reason: {reason}")?;
            }
        }
    }
    Ok(())
}

fn result(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for sentence in report.shortfalls() {
        let style = color(AnsiColor::Red);
        writeln!(out, "{style}FAIL{style:#}  {sentence}")?;
    }
    writeln!(out, "{}: {}", report.subject, report.summary())?;
    if let Verdict::Diff(overall) = &report.verdict {
        for (name, value) in overall.lines() {
            writeln!(out, "{name}: {value}")?;
        }
    }
    Ok(())
}

fn header(out: &mut impl Write, check: &Check, fail_on: Level) -> io::Result<()> {
    let (mark, style) = match &check.skipped {
        _ if check.failure(fail_on).is_some() => ("FAIL", color(AnsiColor::Red)),
        _ if !check.findings.is_empty() => ("note", color(AnsiColor::Yellow)),
        Some(_) => ("skip", color(AnsiColor::Yellow)),
        None => ("ok  ", color(AnsiColor::Green)),
    };
    write!(out, "{style}{mark}{style:#}  {}", check.name)?;
    match &check.skipped {
        Some(reason) => writeln!(out, ": {reason}"),
        None => writeln!(out),
    }
}

fn label(row: &Row) -> (&'static str, Style) {
    match row.effect.level() {
        _ if row.ignored.is_some() => ("ignored", Style::new()),
        Level::Breaking => (Level::Breaking.as_str(), color(AnsiColor::Red)),
        level => (level.as_str(), color(AnsiColor::Yellow)),
    }
}

fn coverage(out: &mut impl Write, covered: &Covered) -> io::Result<()> {
    let Covered {
        of,
        covered,
        total,
        missing,
        ..
    } = covered;
    let names: Vec<_> = missing.iter().map(|name| name.as_str()).collect();
    let without = match names.len() {
        0 => String::new(),
        1..=6 => format!(", without {}", names.join(", ")),
        more => format!(", without {} and {} more", names[..5].join(", "), more - 5),
    };
    writeln!(out, "{of:12}  {covered} of {total}{without}")
}

fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(color.into()))
}
