//! The hash of the contract, by which a build without the generator notices an edit.
//!
//! Apart from the generated code, since every mutant of the contract has another hash.

use crate::contract::built;
use crate::generated::assert_up_to_date;

#[test]
fn the_hash_is_that_of_the_contract() {
    assert_up_to_date("contract.hash", &built!("contract.hash"));
}
