//! The formats of reports, and what makes a report fail.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::report::Level;

pub use crate::report::Format;

/// Returns a parser of the formats that are not only for changes.
pub fn findings_format() -> impl TypedValueParser<Value = Format> {
    let names = Format::value_variants()
        .iter()
        .filter(|format| **format != Format::Markdown)
        .filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(names).try_map(|name| Format::from_str(&name, false))
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
