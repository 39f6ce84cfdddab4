//! JUnit XML, for CI servers.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::{Check, Level, Report, Row, Verdict};

const CLASS: &str = "watsi";

pub fn write(report: &Report, out: &mut impl Write, fail_on: Level) -> io::Result<()> {
    let mut suite = TestSuite::new(report.subject.as_str());
    suite.add_property(Property::new("ignored", report.ignored.to_string()));
    if let Verdict::Diff(overall) = &report.verdict {
        for (name, value) in overall.lines() {
            suite.add_property(Property::new(name, value));
        }
    }
    for check in &report.checks {
        suite.add_test_case(case(report, check, fail_on));
    }
    for sentence in report.shortfalls() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("coverage");
        status.set_message(sentence);
        let mut case = TestCase::new("coverage", status);
        case.set_classname(CLASS);
        suite.add_test_case(case);
    }
    if !report.complete {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message("the run is incomplete");
        let mut case = TestCase::new("complete", status);
        case.set_classname(CLASS);
        suite.add_test_case(case);
    }
    let mut notes = Vec::new();
    notes.extend(
        report
            .contract_notes
            .iter()
            .map(|note| format!("note: {note}")),
    );
    notes.extend(report.notes.iter().map(|note| format!("note: {note}")));
    if !notes.is_empty() {
        suite.set_system_out(notes.join("\n"));
    }
    let mut warnings = Vec::new();
    warnings.extend(
        report
            .warnings
            .iter()
            .map(|warning| format!("warning: {warning}")),
    );
    if !warnings.is_empty() {
        suite.set_system_err(warnings.join("\n"));
    }
    let mut document = quick_junit::Report::new("watsi");
    document.add_test_suite(suite);
    let text = document.to_string().map_err(io::Error::other)?;
    writeln!(out, "{}", text.trim_end())
}

fn case(report: &Report, check: &Check, fail_on: Level) -> TestCase {
    let rows = check.findings.iter();
    let lines = rows
        .map(|row| line(report, row))
        .collect::<Vec<_>>()
        .join("\n");
    let failure = check.failure(fail_on);
    let status = match (failure, &check.skipped) {
        (Some(row), _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(row.effect.level().as_str());
            status.set_message(row.line());
            status.set_description(lines.as_str());
            status
        }
        (None, Some(reason)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
        (None, None) => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(check.name.as_str(), status);
    if failure.is_none() && !lines.is_empty() {
        case.set_system_out(lines);
    }
    case.set_classname(CLASS);
    case
}

fn line(report: &Report, row: &Row) -> String {
    let text = format!("{} ({})", row.line(), report.place(row));
    match &row.ignored {
        Some(reason) => format!("ignored ({reason}): {text}"),
        None => format!("{}: {text}", row.effect.level().as_str()),
    }
}
