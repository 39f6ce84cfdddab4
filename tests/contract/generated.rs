//! The generated code in `src/generated/` is what the build writes.

use std::fs;
use std::path::Path;

use crate::contract::built;

#[test]
fn the_checked_in_code_is_what_the_build_writes() {
    let built = [
        ("contract.hash", built!("contract.hash")),
        ("types.rs", built!("types.rs")),
        ("operations.rs", built!("operations.rs")),
        ("events.rs", built!("events.rs")),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    for (name, built) in built {
        let checked_in = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            checked_in.lines().eq(built.lines()),
            "src/generated/{name} is not up to date: run scripts/generate"
        );
    }
}
