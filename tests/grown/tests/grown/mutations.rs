//! An edit of the additions does not go unnoticed: the lint reports it, the generated code changes, or a comparison of the
//! contracts tells what changes for users or servers.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use openapi_conformance::Contract;
use serde_json::Value;

use crate::mutation::{Mutation, assert_noticed};

static TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::parse(TEXT).unwrap());

/// Places at which some values mean the same.
const EQUIVALENT: [&str; 10] = [
    // A request has no read-only properties.
    "/components/schemas/CreateCustomer/allOf/1/properties/id/type",
    "/paths/~1customers~1{customer_id}/patch/requestBody/content/application~1merge-patch+json/schema/properties/id/type",
    "/components/schemas/CreateCustomer/allOf/1/properties/id",
    "/paths/~1customers~1{customer_id}/patch/requestBody/content/application~1merge-patch+json/schema/properties/id",
    // The values of an enum have its type.
    "/paths/~1media/post/requestBody/content/multipart~1form-data/schema/properties/purpose/type",
    // A body of bytes is binary.
    "/paths/~1media~1{media_id}/put/requestBody/content/application~1octet-stream/schema/format",
    // All properties of a schema that is only in requests are write-only.
    "/components/schemas/CreateCustomer/allOf/1/properties/token/writeOnly",
    "/paths/~1customers~1{customer_id}/patch/requestBody/content/application~1merge-patch+json/schema/properties/secret/writeOnly",
    // The other part of the composition allows only one of the values.
    "/components/schemas/CustomerBase/properties/kind/type",
    // The other part of the composition is an object.
    "/webhooks/content.received/post/requestBody/content/application~1json/schema/allOf/1/type",
];

/// Returns true if the place is part of the additions. Nothing but the sandbox reads the examples.
fn is_added(mutation: &Mutation) -> bool {
    static BASE: LazyLock<Contract> = LazyLock::new(|| Contract::parse(grown::OPENAPI).unwrap());
    let parts: Vec<_> = mutation.pointer.split('/').collect();
    let depth = if parts[1] == "components" { 4 } else { 3 };
    let is_example = parts
        .iter()
        .any(|part| ["example", "examples"].contains(part));
    let part = parts.get(..depth).map(|part| part.join("/"));
    let is_equivalent = EQUIVALENT.contains(&mutation.pointer.as_str());
    !is_example && !is_equivalent && part.is_some_and(|part| BASE.json().pointer(&part).is_none())
}

fn is_noticed(contract: &Value, directory: &Path) -> bool {
    let (working, out) = (directory.join("tests/grown"), directory.join("out"));
    fs::create_dir_all(&working).unwrap();
    fs::create_dir_all(&out).unwrap();
    let text = contract.to_string();
    fs::write(directory.join("openapi.yaml"), &text).unwrap();
    fs::write(working.join("additions.yaml"), "{}").unwrap();
    let build = Command::new(include_str!(concat!(env!("OUT_DIR"), "/build-script")))
        .current_dir(working)
        .env("OUT_DIR", &out)
        .output();
    if !build.unwrap().status.success() {
        return true;
    }
    let is_same = |(name, code)| fs::read_to_string(out.join(name)).unwrap() == code;
    if !CODE.into_iter().all(is_same) {
        return true;
    }
    Contract::parse(&text).map_or(true, |mutated| !CONTRACT.changes_to(&mutated).is_empty())
}

const CODE: [(&str, &str); 3] = [
    (
        "types.rs",
        include_str!(concat!(env!("OUT_DIR"), "/types.rs")),
    ),
    (
        "operations.rs",
        include_str!(concat!(env!("OUT_DIR"), "/operations.rs")),
    ),
    (
        "events.rs",
        include_str!(concat!(env!("OUT_DIR"), "/events.rs")),
    ),
];

#[test]
fn mutations_of_the_additions_are_noticed() {
    let contract: Value = serde_json::from_str(TEXT).unwrap();
    assert_noticed(&contract, is_added, is_noticed);
}
