//! The formats of reports, and what makes a report fail.

use clap::ValueEnum;

use crate::report::{Format, Level};

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ConformFormat {
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
}

impl From<ConformFormat> for Format {
    fn from(format: ConformFormat) -> Self {
        match format {
            ConformFormat::Human => Format::Human,
            ConformFormat::Json => Format::Json,
            ConformFormat::Junit => Format::Junit,
            ConformFormat::Github => Format::Github,
            ConformFormat::Sarif => Format::Sarif,
        }
    }
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub enum DiffFormat {
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

impl From<DiffFormat> for Format {
    fn from(format: DiffFormat) -> Self {
        match format {
            DiffFormat::Human => Format::Human,
            DiffFormat::Json => Format::Json,
            DiffFormat::Junit => Format::Junit,
            DiffFormat::Github => Format::Github,
            DiffFormat::Sarif => Format::Sarif,
            DiffFormat::Markdown => Format::Markdown,
        }
    }
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
    /// All changes, also those that affect only the Rust client
    #[default]
    Additive,
}

impl From<FailOnChange> for Level {
    fn from(fail_on: FailOnChange) -> Self {
        match fail_on {
            FailOnChange::Breaking => Level::Breaking,
            FailOnChange::Additive => Level::Unaffected,
        }
    }
}
