//! A change of a contract, as the one who calls the API is told of it.

use std::fmt;

/// What a change of the contract does to a program that was built with the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Impact {
    /// It fails, is refused, or reads something wrong when the server follows the new contract.
    Breaking,
    /// It goes on, and the new contract offers or promises more.
    Additive,
}

impl Impact {
    /// The impact as a word: `breaking`, `additive`.
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

/// A difference between two contracts that callers can notice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What it does to a program that was built with the old contract.
    pub impact: Impact,
    /// The `operationId` of the operation or event that it concerns. `None` where it concerns all, or
    /// several: then the sentence says which is the first, and how many follow.
    pub operation: Option<String>,
    /// A JSON pointer (RFC 6901) into the new contract; of what was removed, into the old one.
    pub pointer: String,
    /// What is different: ``the answer's `chats[].status` is removed``.
    pub sentence: String,
}

/// One line: ``breaking: list_conversations: the answer's `hasMore` is removed (openapi.yaml#/...)``.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = format!("{}: ", self.impact);
        if let Some(operation) = &self.operation {
            line += &format!("{operation}: ");
        }
        line += &format!("{} (openapi.yaml#{})", self.sentence, self.pointer);
        // A name or a pattern of a contract may hold a line break.
        f.write_str(&line.replace(char::is_control, " "))
    }
}
