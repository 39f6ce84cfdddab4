//! The hash of the contract, by which a build without the generator notices an edit.
//!
//! Apart from the generated code, since every mutant of the contract has another hash.

use crate::contract::built;
use crate::generated::assert_up_to_date;

#[test]
fn stored_hash_is_up_to_date() {
    assert_up_to_date("contract.hash", &built!("contract.hash"));
}
