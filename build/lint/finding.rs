//! Findings of the lint: a location in the contract and the problem there.

/// The id of a rule, a JSON pointer (RFC 6901) into the contract, and why the build rejects the value there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub id: &'static str,
    pub pointer: String,
    pub reason: String,
}
