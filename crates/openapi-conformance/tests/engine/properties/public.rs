//! Properties of the public API that hold for every input. Each function panics if its property does not hold.
//! The fuzz targets include this file and `hidden.rs`.

use std::sync::LazyLock;

use openapi_conformance::Contract;
use openapi_conformance::har::Recording;

use super::hidden::assert_hidden;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    Contract::parse(include_str!("../../messaging.yaml")).expect("the contract is valid")
});

/// Reading a recording either reaches its end or returns an error, and no finding shows a phone number.
pub fn recording(har: &[u8]) {
    let mut recording = Recording::new(&CONTRACT, None).expect("it needs no URL");
    let mut shown = String::new();
    let read = recording.read(har, |found| {
        let finding = &found.finding;
        shown += &format!("{} {} {found:?}\n", finding.sentence, finding.pointer);
    });
    if let Err(error) = read {
        shown += &error.to_string();
    }
    shown += &format!("{recording:?}");
    assert_hidden(har, &shown);
}

/// A contract is either rejected with reasons, or everything can be validated against it.
pub fn contract(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    match Contract::parse(text) {
        Err(error) => assert!(!error.reasons().is_empty()),
        Ok(contract) => {
            assert!(contract.changes_to(&contract).is_empty());
            let empty = http::Response::new(Vec::new());
            for operation in contract.operations() {
                let _ = contract.validate_response(operation, &empty);
            }
            let _ = contract.changes_to(&CONTRACT);
        }
    }
}
