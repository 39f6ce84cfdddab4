//! What makes a report fail, and where it is written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::coverage::Minimum;
use crate::report::Level;

pub use crate::report::Format;

/// The report of findings or changes.
#[derive(Args)]
pub struct Output {
    /// Accept the findings, changes and notes listed in this YAML file, each with a reason
    #[arg(long, value_name = "FILE")]
    pub ignore: Option<PathBuf>,
    /// Write the findings or changes to this file, as a list for --ignore without reasons
    #[arg(long, value_name = "FILE")]
    pub write_ignore: Option<PathBuf>,
    /// Leave out notes about parts of the contract that are not validated, and about the recording
    #[arg(long)]
    pub no_notes: bool,
    /// Format of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Also write the report in this format to a file, e.g. `markdown=summary.md` (may be repeated)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub report: Vec<ReportFile>,
}

/// A copy of the report in another format.
#[derive(Clone)]
pub struct ReportFile {
    pub format: Format,
    pub file: PathBuf,
}

fn report_file(text: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("not FORMAT=FILE".to_owned());
    };
    Ok(ReportFile {
        format: Format::from_str(format, false)?,
        file: PathBuf::from(file),
    })
}

/// When findings and coverage fail.
#[derive(Args)]
pub struct Limits {
    /// Exit with 1 only for findings of this severity or a worse one; the others are still printed
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t)]
    pub fail_on: FailOn,
    /// Exit with 1 if less than this percentage is covered: of operations, status codes and properties each, or of one
    /// of them, e.g. `operations=80,properties=50`
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub min_coverage: Vec<Minimum>,
}

/// The least severe findings that fail.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum FailOn {
    /// Only breaking findings
    Breaking,
    /// Breaking and additive findings
    Additive,
    /// All findings, also those in requests
    #[default]
    Request,
}

impl From<FailOn> for Level {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Breaking => Level::Breaking,
            FailOn::Additive => Level::Additive,
            FailOn::Request => Level::Request,
        }
    }
}

/// The least severe changes that fail.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum FailOnChange {
    /// Only changes that are breaking on the wire
    Breaking,
    /// All changes, and a version that rises too little
    #[default]
    Additive,
}

impl From<FailOnChange> for Level {
    fn from(fail_on: FailOnChange) -> Self {
        match fail_on {
            FailOnChange::Breaking => Level::Breaking,
            FailOnChange::Additive => Level::Version,
        }
    }
}
