//! Turns `openapi.yaml` into the client: read, preflight, adapt, generate, finish.

#[path = "build/adapt.rs"]
mod adapt;
#[path = "build/finding.rs"]
mod finding;
#[path = "build/finish.rs"]
mod finish;
#[path = "build/keys.rs"]
mod keys;
#[path = "build/nullable.rs"]
mod nullable;
#[path = "build/open_enum.rs"]
mod open_enum;
#[path = "build/operation_rules.rs"]
mod operation_rules;
#[path = "build/pipeline.rs"]
mod pipeline;
#[path = "build/preflight.rs"]
mod preflight;
#[path = "build/schema_rules.rs"]
mod schema_rules;
#[path = "build/sensitive.rs"]
mod sensitive;
#[path = "build/variants.rs"]
mod variants;
#[path = "build/yaml.rs"]
mod yaml;

use std::path::Path;
use std::{env, fs, process};

const CONTRACT: &str = "openapi.yaml";

fn main() {
    println!("cargo::rerun-if-changed={CONTRACT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if let Err(reasons) = run() {
        for reason in reasons {
            println!("cargo::error={}", reason.replace('\n', " "));
        }
        process::exit(1);
    }
}

fn run() -> Result<(), Vec<String>> {
    let text =
        fs::read_to_string(CONTRACT).map_err(|error| vec![format!("{CONTRACT}: {error}")])?;
    let output = pipeline::run(&text)?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set".to_owned()])?;
    let files = [
        ("client.rs", output.client),
        ("vocabularies.rs", output.vocabularies),
        ("contract.json", output.json),
    ];
    for (name, content) in files {
        let path = Path::new(&out).join(name);
        fs::write(&path, content).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    }
    Ok(())
}
