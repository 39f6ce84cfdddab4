//! Generates the client of openapi.yaml with the additions of additions.yaml.

#[path = "../../build/mod.rs"]
#[allow(dead_code, reason = "the library's build uses the rest")]
mod build;

use std::path::Path;
use std::{env, fs, process};

use serde_json::Value;

const CONTRACTS: [&str; 2] = ["../../openapi.yaml", "additions.yaml"];

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
    let mut grown = Value::Null;
    for path in CONTRACTS {
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(path).map_err(|error| vec![format!("{path}: {error}")])?;
        let part = build::yaml::read(&text).map_err(|error| vec![format!("{path}: {error}")])?;
        merge(&mut grown, part);
    }
    let output = build::codegen::run(&format!("{grown:#}"))?;
    let mut files = output.files;
    files.push(("contract.json", output.json));
    let out = env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?;
    for (name, content) in files {
        let path = Path::new(&out).join(name);
        fs::write(&path, content).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    }
    Ok(())
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
