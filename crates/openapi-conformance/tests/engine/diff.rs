//! Comparison of contracts: the id, impact, operation and location of every change, in both directions.

mod client;
mod compositions;
mod equivalent;
mod hostile;
mod lifecycle;
mod mutations;
mod oracle;
mod schemas;
mod sentences;
mod single_edits;
mod tables;
mod vendor;

use std::collections::HashSet;
use std::time::SystemTime;

use openapi_conformance::{Change, Contract};
use serde_json::Value;

use crate::contract::CONTRACT;
use crate::ids;

/// Returns the edited contract. A value `{"$copy": pointer}` is a value of the original.
fn edited<P: AsRef<str>>(edits: &[(P, Value)]) -> Value {
    let mut contract = CONTRACT.json().clone();
    for (pointer, value) in edits {
        let copied = value["$copy"].as_str().map(value_at);
        let value = copied.unwrap_or_else(|| value.clone());
        put(&mut contract, pointer.as_ref(), value);
    }
    contract
}

/// Sets the value at a pointer, or removes it if the new value is null. Appends to an array if the last token is `-`.
#[track_caller]
fn put(contract: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let Some(parent) = contract.pointer_mut(parent) else {
        panic!("no {parent}");
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match parent {
        Value::Object(object) if value.is_null() => drop(object.remove(&key).expect("no such key")),
        Value::Object(object) => drop(object.insert(key, value)),
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => panic!("the parent of {pointer} is not an object or array"),
    }
}

#[track_caller]
fn parsed(contract: &Value) -> Contract {
    Contract::parse(&contract.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns each change on the wire as `impact id operation pointer`. The operation is `-` if there is not exactly one.
#[track_caller]
fn changes(old: &Contract, new: &Contract) -> Vec<String> {
    let mut changes = old.changes_to(new);
    ids::assert_impacts(&ids::ON_WIRE, &changes);
    changes.retain(|change| change.id != "version-too-low");
    described(old, new, changes)
}

/// Returns the impact and id of each change on the wire.
#[track_caller]
fn impacts(old: &Contract, new: &Contract) -> Vec<String> {
    assert_client_impacts(old, new);
    let changes = changes(old, new).into_iter();
    let short = |change: String| change.split(' ').take(2).collect::<Vec<_>>().join(" ");
    changes.map(short).collect()
}

/// Asserts that the changes that affect generated clients are those that the documentation names, with their impacts.
#[track_caller]
fn assert_client_impacts(old: &Contract, new: &Contract) {
    let changes = old.changes_for_generated_clients(new);
    ids::assert_impacts(&ids::ON_CLIENTS, &changes);
    let found: HashSet<_> = changes.iter().map(|change| change.id).collect();
    // No sunset has passed for programs that exist.
    for change in old.changes_at(new, SystemTime::UNIX_EPOCH) {
        let affects_clients = ids::ON_CLIENTS.contains_key(change.id);
        assert_eq!(found.contains(change.id), affects_clients, "{change}");
    }
}

/// Returns each change that affects generated clients, but not the wire, as `impact id operation pointer`.
#[track_caller]
fn client_changes(old: &Contract, new: &Contract) -> Vec<String> {
    let on_wire: HashSet<_> = old
        .changes_to(new)
        .into_iter()
        .map(|change| change.id)
        .collect();
    let mut changes = old.changes_for_generated_clients(new);
    changes.retain(|change| !on_wire.contains(change.id));
    described(old, new, changes)
}

#[track_caller]
fn described(old: &Contract, new: &Contract, changes: Vec<Change>) -> Vec<String> {
    let lines = changes.into_iter().map(|change| {
        let exists = |contract: &Contract| contract.json().pointer(&change.pointer).is_some();
        let removed = change.id.ends_with("-removed");
        assert!(exists(new) || removed && exists(old), "{change}");
        let operation = change.operation.as_deref().unwrap_or("-");
        format!(
            "{} {} {operation} {}",
            change.impact, change.id, change.pointer
        )
    });
    lines.collect()
}

fn value_at(pointer: &str) -> Value {
    CONTRACT
        .json()
        .pointer(pointer)
        .expect("pointer exists")
        .clone()
}
