//! An edit of the contract does not go unnoticed: the lint reports it, the generated code changes, or a test fails.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::contract::{CONTRACT, built};
use crate::mutation::assert_noticed;

/// Returns true if the build script refuses the contract, or if the code or the result of a test changes.
fn is_noticed(contract: &Value, directory: &Path) -> bool {
    fs::write(directory.join("openapi.yaml"), contract.to_string()).unwrap();
    let script = include_str!(concat!(env!("OUT_DIR"), "/build-script"));
    let build = Command::new(script)
        .current_dir(directory)
        .env("OUT_DIR", directory)
        .output();
    if !build.unwrap().status.success() {
        return true;
    }
    // A test of the generator compares them with src/generated/.
    let code = [
        ("types.rs", built!("types.rs")),
        ("operations.rs", built!("operations.rs")),
        ("events.rs", built!("events.rs")),
    ];
    let is_same = |(name, code)| fs::read_to_string(directory.join(name)).unwrap() == code;
    if !code.into_iter().all(is_same) {
        return true;
    }
    // Most mutations fail one of the tests that are not slow.
    let slow = "tolerance::";
    let suites: [&[&str]; 2] = [&["--skip", "mutations::", "--skip", slow], &[slow]];
    let fails = |tests: &[&str]| {
        let suite = Command::new(env::current_exe().unwrap())
            .args(tests)
            .args(["--test-threads", "1"])
            .env("WATSI_MUTANT", directory)
            .env("INSTA_UPDATE", "no")
            .env("INSTA_WORKSPACE_ROOT", env!("CARGO_MANIFEST_DIR"))
            .env("RUST_BACKTRACE", "0")
            .output();
        !suite.unwrap().status.success()
    };
    suites.into_iter().any(fails)
}

#[test]
fn mutations_of_the_contract_are_noticed() {
    assert_noticed(&CONTRACT, |_| true, is_noticed);
}
