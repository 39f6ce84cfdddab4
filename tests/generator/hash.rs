//! The hash of the contract, which detects an edit in builds without the generator.
//!
//! Separate from the generated code, because every mutant of the contract has another hash.

use crate::contract::built;
use crate::generated::assert_up_to_date;

#[test]
fn stored_hash_is_up_to_date() {
    assert_up_to_date("contract.hash", &built!("contract.hash"));
}
