//! Comparison of contracts: the id, impact, operation and location of every change, in both directions.

mod client;
mod compositions;
mod credentials;
mod edits;
mod equivalent;
mod hostile;
mod keywords;
mod lifecycle;
mod moves;
mod mutations;
mod operations;
mod oracle;
mod schemas;
mod sentences;
mod single_edits;
mod unchanged;
mod vendor;

use std::collections::HashSet;

use openapi_conformance::{Change, Contract, Impact};
use serde_json::{Value, json};

use crate::contract::CONTRACT;

const LIST: &str = "/paths/~1conversations/get";
const SEND: &str = "/paths/~1messages/post";
const LIMIT: &str = "/paths/~1conversations/get/parameters/0";
const STATUS: &str = "/components/schemas/ConversationStatus";
const CONVERSATION: &str = "/components/schemas/Conversation";
const MESSAGE: &str = "/components/schemas/SendMessageRequest";
const RECEIVED: &str = "/x-webhooks/message.received/post";
const RATE_LIMITED: &str = "/components/responses/RateLimited";

/// A JSON pointer and its new value; null removes the value.
type Edit<'a> = (&'a str, Value);

fn edited<P: AsRef<str>>(edits: &[(P, Value)]) -> Value {
    let mut contract = CONTRACT.json().clone();
    for (pointer, value) in edits {
        put(&mut contract, pointer.as_ref(), value.clone());
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
    let changes = old.changes_to(new).into_iter();
    let on_wire = changes.filter(|change| change.impact != Impact::Unaffected);
    described(old, new, on_wire.collect())
}

/// Returns the impact and id of each change on the wire.
#[track_caller]
fn impacts(old: &Contract, new: &Contract) -> Vec<String> {
    let changes = changes(old, new).into_iter();
    let short = |change: String| change.split(' ').take(2).collect::<Vec<_>>().join(" ");
    changes.map(short).collect()
}

/// Returns each change that affects generated clients, but not the wire, as `impact id operation pointer`.
#[track_caller]
fn client_changes(old: &Contract, new: &Contract) -> Vec<String> {
    let on_wire: HashSet<_> = old
        .changes_to(new)
        .into_iter()
        .map(|change| change.id)
        .collect();
    let changes = old.changes_for_generated_clients(new).into_iter();
    let only_for_clients = changes.filter(|change| !on_wire.contains(change.id));
    described(old, new, only_for_clients.collect())
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

/// Asserts the changes on the wire that `edits` make to a contract with the edits of `base`, and those of the way back.
#[track_caller]
fn assert_changes(base: &[Edit], edits: &[Edit], forward: &[&str], backward: &[&str]) {
    let old = parsed(&edited(base));
    let new = parsed(&edited(&[base, edits].concat()));
    assert_eq!(changes(&old, &new), forward);
    assert_eq!(changes(&new, &old), backward, "backward");
}

#[track_caller]
fn assert_unchanged(base: &[Edit], edits: &[Edit]) {
    assert_changes(base, edits, &[], &[]);
}

fn at(parent: &str, tail: &str) -> String {
    format!("{parent}{tail}")
}

fn schema(kind: &str) -> Value {
    json!({"type": kind, "description": "d"})
}

fn parameter(name: &str, place: &str) -> Value {
    json!({
        "name": name, "in": place, "description": "d", "schema": {"type": "string"}, "example": "e"
    })
}

fn required_parameter(name: &str, place: &str) -> Value {
    let mut parameter = parameter(name, place);
    parameter["required"] = json!(true);
    parameter
}

/// Returns the path item of `send_message` with a path parameter.
fn path_with_parameter(name: &str) -> Value {
    let mut item = value_at("/paths/~1messages");
    item["post"]["parameters"] = json!([required_parameter(name, "path")]);
    item
}

fn value_at(pointer: &str) -> Value {
    CONTRACT
        .json()
        .pointer(pointer)
        .expect("pointer exists")
        .clone()
}
