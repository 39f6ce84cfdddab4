//! Generates the client from `openapi.yaml`; without the feature `generate`, checks that the copy in
//! `src/generated/` is up to date.

#[cfg(feature = "generate")]
#[path = "build/mod.rs"]
mod build;

use std::{fs, process};

const CONTRACT: &str = "openapi.yaml";
/// The hash of the contract that `src/generated/` was written from.
const HASH: &str = "contract.hash";

fn main() {
    println!("cargo::rerun-if-changed={CONTRACT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let contract =
        fs::read_to_string(CONTRACT).map_err(|error| vec![format!("{CONTRACT}: {error}")]);
    if let Err(reasons) = contract.and_then(|contract| run(&contract)) {
        for reason in reasons {
            println!("cargo::error={}", reason.replace('\n', " "));
        }
        process::exit(1);
    }
}

#[cfg(feature = "generate")]
fn run(contract: &str) -> Result<(), Vec<String>> {
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set".to_owned()])?;
    let output = build::codegen::run(contract)?;
    let mut files = output.files;
    files.push((HASH, hash(contract)));
    files.push(("contract.json", output.json));
    // For the tests, which generate code from edited contracts.
    let script = std::env::current_exe().map_err(|error| vec![error.to_string()])?;
    files.push(("build-script", script.display().to_string()));
    for (name, content) in files {
        let path = std::path::Path::new(&out).join(name);
        fs::write(&path, content).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    }
    Ok(())
}

#[cfg(not(feature = "generate"))]
fn run(contract: &str) -> Result<(), Vec<String>> {
    let path = format!("src/generated/{HASH}");
    println!("cargo::rerun-if-changed={path}");
    let generated = fs::read_to_string(&path).map_err(|error| vec![format!("{path}: {error}")])?;
    if generated.trim() == hash(contract).trim() {
        return Ok(());
    }
    Err(vec![format!(
        "{CONTRACT} was edited, but src/generated/ was not: turn on the feature `generate`, or run scripts/generate"
    )])
}

/// FNV-1a of the lines, so that line endings do not matter: it notices edits, and needs no dependency.
fn hash(contract: &str) -> String {
    let bytes = contract
        .lines()
        .flat_map(|line| line.bytes().chain([b'\n']));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}\n")
}
