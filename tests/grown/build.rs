//! Generates the client of openapi.yaml with the additions of additions.yaml.

#[path = "../../build/mod.rs"]
#[allow(dead_code, reason = "the library's build uses the rest")]
mod build;

use std::path::Path;
use std::{env, fs, process};

use serde_json::Value;

fn main() {
    println!("cargo::rerun-if-changed=../../build");
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(reasons) = run() {
        for reason in reasons {
            println!("cargo::error={}", reason.replace('\n', " "));
        }
        process::exit(1);
    }
}

fn run() -> Result<(), Vec<String>> {
    let mut grown = read("../../openapi.yaml")?;
    let additions = read("additions.yaml")?;
    remove_replaced(&mut grown, &additions);
    let mut grown = rename_shared(grown, &additions)?;
    merge(&mut grown, additions.clone());
    remove_unused(&mut grown, &additions);
    let output = build::codegen::run(&format!("{grown:#}"))?;
    let mut files = output.files;
    files.push(("contract.json", output.json));
    // For the tests, which generate code from edited contracts.
    let script = env::current_exe().map_err(|error| vec![error.to_string()])?;
    files.push(("build-script", script.display().to_string()));
    let out = env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?;
    for (name, content) in files {
        let path = Path::new(&out).join(name);
        fs::write(&path, content).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    }
    Ok(())
}

fn read(path: &str) -> Result<Value, Vec<String>> {
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(path).map_err(|error| vec![format!("{path}: {error}")])?;
    build::yaml::read(&text).map_err(|error| vec![format!("{path}: {error}")])
}

/// Removes the paths and operations that the additions have too, so that both contracts can grow.
fn remove_replaced(contract: &mut Value, additions: &Value) {
    let ids: Vec<_> = operations(additions).collect();
    if let Some(paths) = contract["paths"].as_object_mut() {
        paths.retain(|path, item| {
            let ids_of_item = item.as_object().into_iter().flatten();
            let mut ids_of_item =
                ids_of_item.filter_map(|(_, operation)| operation["operationId"].as_str());
            additions["paths"].get(path).is_none() && !ids_of_item.any(|id| ids.contains(&id))
        });
    }
}

/// Gives other names to the contract's components whose names the additions have too: operations refer to them.
fn rename_shared(mut contract: Value, additions: &Value) -> Result<Value, Vec<String>> {
    let mut references = Vec::new();
    for (kind, components) in contract["components"].as_object_mut().into_iter().flatten() {
        let Some(components) = components.as_object_mut() else {
            continue;
        };
        for (name, component) in std::mem::take(components) {
            // The types of the added events are added to those of the contract.
            let is_shared = additions["components"][kind.as_str()].get(&name).is_some();
            if is_shared && name != "EventType" {
                references.push(format!("\"#/components/{kind}/{name}\""));
                components.insert(format!("{name}OfContract"), component);
            } else {
                components.insert(name, component);
            }
        }
    }
    let mut text = contract.to_string();
    for reference in references {
        let renamed = format!("{}OfContract\"", reference.trim_end_matches('"'));
        text = text.replace(&reference, &renamed);
    }
    serde_json::from_str(&text).map_err(|error| vec![error.to_string()])
}

/// Removes the schemas of the replaced operations, to which nothing refers any more.
fn remove_unused(contract: &mut Value, additions: &Value) {
    loop {
        let text = contract.to_string();
        let Some(schemas) = contract["components"]["schemas"].as_object_mut() else {
            return;
        };
        let count = schemas.len();
        schemas.retain(|name, _| {
            let is_added = additions["components"]["schemas"].get(name).is_some();
            is_added || text.contains(&format!("\"#/components/schemas/{name}\""))
        });
        if schemas.len() == count {
            return;
        }
    }
}

/// The ids of a contract's operations.
fn operations(contract: &Value) -> impl Iterator<Item = &str> {
    let items = contract["paths"].as_object().into_iter().flatten();
    items
        .filter_map(|(_, item)| item.as_object())
        .flatten()
        .filter_map(|(_, operation)| operation["operationId"].as_str())
}

/// Adds the members of `part`, and the items of its arrays.
fn merge(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                merge(whole.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(whole), Value::Array(part)) => whole.extend(part),
        (whole, part) => *whole = part,
    }
}
