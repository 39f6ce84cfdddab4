//! Human-readable text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Check, Covered, Level, Report, Row, Verdict};

pub fn write(report: &Report, out: &mut impl Write, fail_on: Level) -> io::Result<()> {
    for check in &report.checks {
        header(out, check, fail_on)?;
        for row in &check.findings {
            let (label, style) = label(row);
            writeln!(out, "      {style}{label:8}{style:#}  {}", row.line())?;
            writeln!(out, "                {}", report.place(row))?;
            if let Some(reason) = &row.ignored {
                writeln!(out, "                reason: {reason}")?;
            }
        }
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
    writeln!(out, "{}: {}", report.subject, report.summary())?;
    if let Verdict::Diff(overall) = &report.verdict {
        let [impact, bump] = overall
            .lines()
            .map(|(name, value)| format!("{name}: {value}"));
        writeln!(out, "{impact}\n{bump}")?;
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
    let reason = check.skipped.as_ref();
    let reason = reason.map(|reason| format!(": {reason}"));
    let reason = reason.unwrap_or_default();
    writeln!(out, "{style}{mark}{style:#}  {}{reason}", check.name)
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
    } = covered;
    let names: Vec<_> = missing.iter().map(|name| name.as_str()).collect();
    let missing = match names.len() {
        0 => String::new(),
        1..=6 => format!(", without {}", names.join(", ")),
        more => format!(", without {} and {} more", names[..5].join(", "), more - 5),
    };
    writeln!(out, "{of:12}  {covered} of {total}{missing}")
}

fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(color.into()))
}
