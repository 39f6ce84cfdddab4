//! Edits of a contract, each of which a suite should notice.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

use serde_json::{Value, json};

/// So many mutations are tried, unless the variable `WATSI_MUTATIONS` is `all`.
const SAMPLE: usize = 30;

/// Keys for people. The linters check that they are there.
const PROSE: [&str; 4] = ["description", "summary", "externalDocs", "tags"];

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// A change of one place of the contract.
pub struct Mutation {
    pub pointer: String,
    edit: Edit,
}

#[derive(Debug)]
enum Edit {
    Drop,
    Rename(String),
    Set(Value),
    /// Appends to an array.
    Append(String),
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.pointer, self.edit)
    }
}

impl Mutation {
    /// Returns true if no test can notice it.
    fn is_equivalent(&self, contract: &Value) -> bool {
        let Mutation { pointer, edit } = self;
        let in_example = ["/value/", "/example/"]
            .iter()
            .any(|part| pointer.contains(part))
            || pointer.ends_with("/example");
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let is_opaque = key == "example" || key.ends_with("id") || key.ends_with("Id");
        let is_prose = ["body", "from", "message", "name", "phone"].contains(&key);
        let is_free_form = pointer.contains("/details/");
        match edit {
            // A null in an example is the same as an absent property.
            Edit::Drop => {
                let is_null = contract.pointer(pointer) == Some(&Value::Null);
                key == "example" || is_free_form || in_example && is_null
            }
            Edit::Set(value) => {
                let is_same = contract.pointer(pointer) == Some(value);
                is_same || in_example && (is_opaque || is_prose || is_free_form)
            }
            Edit::Rename(_) => in_example && is_free_form,
            Edit::Append(_) => false,
        }
    }

    fn apply(&self, contract: &Value) -> Value {
        let mut contract = contract.clone();
        let (parent, key) = self.pointer.rsplit_once('/').unwrap_or_default();
        let key = key.replace("~1", "/").replace("~0", "~");
        let parent = contract.pointer_mut(parent).unwrap();
        match &self.edit {
            Edit::Drop => drop(take(parent, &key)),
            Edit::Rename(name) => parent[name] = take(parent, &key),
            Edit::Set(value) => match parent {
                Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
                object => object[&key] = value.clone(),
            },
            Edit::Append(value) => parent[&key].as_array_mut().unwrap().push(json!(value)),
        }
        contract
    }
}

fn take(parent: &mut Value, key: &str) -> Value {
    match parent {
        Value::Object(object) => object.remove(key).unwrap(),
        Value::Array(items) => items.remove(key.parse().unwrap()),
        _ => unreachable!("only objects and arrays have children"),
    }
}

/// Collects the mutations of a contract.
struct Mutations<'c> {
    contract: &'c Value,
    found: Vec<Mutation>,
}

impl Mutations<'_> {
    fn add(&mut self, pointer: &str, edit: Edit) {
        let pointer = pointer.to_owned();
        self.found.push(Mutation { pointer, edit });
    }

    fn walk(&mut self, path: &[&str], pointer: &str, value: &Value) {
        let last = path.last().copied().unwrap_or_default();
        match value {
            Value::Object(object) => {
                for (key, child) in object {
                    let place = format!("{pointer}/{}", escape(key));
                    let are_names =
                        ["properties", "schemas", "parameters", "responses"].contains(&last);
                    let is_name = are_names || path.contains(&"value");
                    if PROSE.contains(&key.as_str()) && !is_name {
                        continue;
                    }
                    self.add(&place, Edit::Drop);
                    self.add(&place, Edit::Rename(format!("{key}x")));
                    if last == "responses" && path[0] != "components" {
                        self.add(&place, Edit::Rename("418".to_owned()));
                    }
                    if path.len() == 2 && ["get", "post"].contains(&key.as_str()) {
                        self.add(&place, Edit::Rename("put".to_owned()));
                    }
                    self.walk(&[path, &[key]].concat(), &place, child);
                }
                self.additions(pointer, last, value);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let place = format!("{pointer}/{index}");
                    self.add(&place, Edit::Drop);
                    self.walk(&[path, &[last]].concat(), &place, item);
                }
                if last == "x-extensible-enum" {
                    self.add(pointer, Edit::Append("one_more".to_owned()));
                }
            }
            Value::Bool(flag) => self.add(pointer, Edit::Set(json!(!flag))),
            Value::Null => self.add(pointer, Edit::Set(json!("x"))),
            Value::Number(number) => {
                let number = number.as_i64().unwrap_or_default();
                self.add(pointer, Edit::Set(json!(number - 1)));
                self.add(pointer, Edit::Set(json!(number + 1)));
            }
            Value::String(text) => self.texts(pointer, last, text),
        }
    }

    fn texts(&mut self, pointer: &str, key: &str, text: &str) {
        let mut others: Vec<String> = Vec::new();
        match key {
            "type" if TYPES.contains(&text) => others.extend(TYPES.map(str::to_owned)),
            "$ref" => {
                let (section, _) = text.rsplit_once('/').unwrap();
                let components = self
                    .contract
                    .pointer(&section[1..])
                    .unwrap()
                    .as_object()
                    .unwrap();
                others.extend(components.keys().map(|name| format!("{section}/{name}")));
            }
            "in" => others.extend(["query", "header", "path", "cookie"].map(str::to_owned)),
            _ => others.push(format!("{text}x")),
        }
        for other in others.into_iter().filter(|other| other != text) {
            self.add(pointer, Edit::Set(json!(other)));
        }
    }

    /// What a schema, a parameter or an operation does not state.
    fn additions(&mut self, pointer: &str, last: &str, value: &Value) {
        let set = |key: &str, value: Value| (format!("{pointer}/{key}"), Edit::Set(value));
        let mut edits = Vec::new();
        let properties = value["properties"].as_object();
        if let Some(properties) = properties
            && last != "properties"
            && !pointer.contains("/examples/")
        {
            for (name, property) in properties {
                match value["required"].as_array() {
                    None => edits.push(set("required", json!([name]))),
                    Some(names) if names.contains(&json!(name)) => {}
                    Some(_) => {
                        edits.push((format!("{pointer}/required"), Edit::Append(name.clone())));
                    }
                }
                if let Some(kind) = property["type"].as_str() {
                    let key = format!("properties/{name}/type");
                    edits.push(set(&key, json!([kind, "null"])));
                }
                if property.get("$ref").is_none() && property.get("x-sensitive").is_none() {
                    edits.push(set(&format!("properties/{name}/x-sensitive"), json!(true)));
                }
            }
            if value.get("additionalProperties").is_none() {
                edits.push(set("additionalProperties", json!(false)));
            }
        }
        if value["in"].is_string() && value.get("required").is_none() {
            edits.push(set("required", json!(true)));
        }
        if value["operationId"].is_string() {
            edits.push(set("security", json!([])));
            edits.push(set("responses/418", json!({"description": "d"})));
        }
        for (pointer, edit) in edits {
            self.add(&pointer, edit);
        }
    }
}

/// Returns a key as a part of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Asserts that `is_noticed` is true for the mutations of a contract whose places are `wanted`. It gets the contract, and
/// a directory of its own.
pub fn assert_noticed(
    contract: &Value,
    wanted: impl Fn(&Mutation) -> bool,
    is_noticed: impl Fn(&Value, &Path) -> bool + Sync,
) {
    let mut mutations = Mutations {
        contract,
        found: Vec::new(),
    };
    mutations.walk(&[], "", contract);
    let mut tried = mutations.found;
    tried.retain(|mutation| !mutation.is_equivalent(contract) && wanted(mutation));
    if env::var("WATSI_MUTATIONS").is_ok_and(|value| value == "all") {
        println!("{} mutations", tried.len());
    } else {
        let step = tried.len().div_ceil(SAMPLE);
        tried = tried.into_iter().step_by(step).collect();
    }
    let next = AtomicUsize::new(0);
    let unnoticed = || {
        let directory = tempfile::tempdir().unwrap();
        let mut unnoticed = Vec::new();
        while let Some(mutation) = tried.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !is_noticed(&mutation.apply(contract), directory.path()) {
                unnoticed.push(mutation.to_string());
            }
        }
        unnoticed
    };
    let unnoticed: Vec<_> = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, Into::into);
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(unnoticed)).collect();
        let ended = running.into_iter().map(|thread| thread.join().unwrap());
        ended.flatten().collect()
    });
    assert_eq!(unnoticed, Vec::<String>::new(), "of {}", tried.len());
}
