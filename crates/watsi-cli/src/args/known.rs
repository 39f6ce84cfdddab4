//! Values that the contract lists. Others are accepted, because the API may have more.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use watsi::types::{ConversationStatus, EventType};

/// Accepts every string, and completes the listed ones in a shell.
#[derive(Clone)]
pub struct Known(Vec<&'static str>);

pub fn event_types() -> Known {
    Known(EventType::KNOWN.iter().map(EventType::as_str).collect())
}

pub fn statuses() -> Known {
    Known(
        ConversationStatus::KNOWN
            .iter()
            .map(ConversationStatus::as_str)
            .collect(),
    )
}

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

/// Returns a warning about values that are not listed, e.g. `event type`, if there are any.
pub fn warning<'v>(
    known: &Known,
    what: &str,
    values: impl IntoIterator<Item = &'v String>,
) -> Option<String> {
    let unlisted: Vec<_> = values
        .into_iter()
        .filter(|value| !known.0.contains(&value.as_str()))
        .map(|value| format!("`{value}`"))
        .collect();
    let plural = if unlisted.len() == 1 { "" } else { "s" };
    let listed = known.0.join(", ");
    (!unlisted.is_empty()).then(|| {
        let unlisted = unlisted.join(", ");
        format!("warning: unknown {what}{plural} {unlisted}; the contract lists {listed}")
    })
}
