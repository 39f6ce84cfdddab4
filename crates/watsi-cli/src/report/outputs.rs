//! Lines `name=value`, e.g. for the outputs of a step of GitHub Actions.

use std::io::{self, Write};

use super::{Level, Report, Verdict};

pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for level in Level::ALL {
        writeln!(out, "{}={}", level.as_str(), report.count(level))?;
    }
    writeln!(out, "ignored={}", report.ignored)?;
    match &report.verdict {
        Verdict::Conform { verdict } => writeln!(out, "verdict={verdict}"),
        Verdict::Diff(overall) => {
            writeln!(out, "impact={}", overall.impact)?;
            writeln!(out, "version-bump={}", overall.version_bump.as_str())
        }
    }
}
