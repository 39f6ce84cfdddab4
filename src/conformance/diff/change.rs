//! A change of a contract, as reported to callers of the API.

use std::fmt;

use serde::{Serialize, Serializer};

use super::ids;

/// The effect of a contract change on a program built against the old contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Impact {
    /// The program fails, is rejected, or misreads data once the server follows the new contract.
    Breaking,
    /// The program keeps working. The new contract offers or guarantees more.
    Additive,
}

impl Impact {
    /// Returns the impact as a string: `breaking` or `additive`.
    pub fn as_str(self) -> &'static str {
        match self {
            Impact::Breaking => "breaking",
            Impact::Additive => "additive",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Serializes the impact as in `as_str`.
impl Serialize for Impact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A difference between two contracts that callers can notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The stable id of the kind of change, e.g. `response-property-removed`. `docs/ids.md` lists all ids.
    pub id: &'static str,
    /// The effect on a program built against the old contract.
    pub impact: Impact,
    /// The `operationId` of the affected operation or event. `None` if all or several are affected; for several, the
    /// sentence names the first and counts the rest.
    pub operation: Option<String>,
    /// A JSON pointer (RFC 6901) into the new contract, or into the old one for something that was removed.
    pub pointer: String,
    /// A description of the change, e.g. ``the response's `chats[].status` is removed``.
    pub sentence: String,
}

impl Change {
    /// Returns all ids, each with its meaning.
    pub fn ids() -> &'static [(&'static str, &'static str)] {
        ids::ALL
    }
}

/// Formats the change on one line, e.g. ``breaking: list_conversations: the response's `hasMore` is removed
/// (openapi.yaml#/...)``.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = format!("{}: ", self.impact);
        if let Some(operation) = &self.operation {
            line += &format!("{operation}: ");
        }
        line += &format!("{} (openapi.yaml#{})", self.sentence, self.pointer);
        // A name or pattern in a contract may contain a line break.
        f.write_str(&line.replace(char::is_control, " "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_serialized_with_its_fields() {
        let change = Change {
            id: ids::Id::EventAdded.as_str(),
            impact: Impact::Additive,
            operation: None,
            pointer: "/x-webhooks".to_owned(),
            sentence: "the event is added".to_owned(),
        };
        let expected = serde_json::json!({
            "id": "event-added", "impact": "additive", "operation": null, "pointer": "/x-webhooks",
            "sentence": "the event is added",
        });
        assert_eq!(serde_json::to_value(change).unwrap(), expected);
    }
}
