//! What does not agree with the contract.

use std::fmt;

/// What a finding means for who calls the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The answer is not what the contract says: a wrong type, something required that is missing, an
    /// undocumented status or content type, a broken envelope, a list out of order.
    Breaking,
    /// The answer says more than the contract: an undocumented property, an unlisted value of a
    /// vocabulary. Callers that follow the contract go on.
    Additive,
    /// The request does not conform.
    Request,
}

impl Severity {
    /// The severity as a word: `breaking`, `additive`, `request`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Breaking => "breaking",
            Severity::Additive => "additive",
            Severity::Request => "request",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in an exchange that does not agree with the contract. It holds no value of the exchange but
/// unlisted words of vocabularies and names of undocumented properties.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it means for who calls the API.
    pub severity: Severity,
    /// A JSON pointer (RFC 6901) into the exchange: below `/request` or `/response`, then `status`,
    /// `headers`, `query`, `path` or `body`, as `/response/body/chats/0/id`.
    pub pointer: String,
    /// A JSON pointer into the contract: what the place does not agree with.
    pub contract_pointer: String,
    /// What is wrong, as the rest of a sentence that begins with the place: `is missing`.
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            severity,
            pointer,
            contract_pointer,
            sentence,
        } = self;
        write!(
            f,
            "{severity}: {pointer} {sentence} (openapi.yaml#{contract_pointer})"
        )
    }
}
