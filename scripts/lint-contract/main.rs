//! Lints a contract with the rules of the build, in seconds, because the client and its generator are not built.
//!
//! ```text
//! cargo run -q -p lint-contract                    # openapi.yaml
//! cargo run -q -p lint-contract -- another.yaml
//! ```
//!
//! Each finding is a line, `openapi.yaml:12:5: id: reason`. The exit code is 1 if there are findings.

#[path = "../../build/lint/mod.rs"]
#[allow(dead_code, reason = "the generator uses the rest")]
mod lint;
#[path = "../../build/plain/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the generator uses the rest")]
mod plain;
#[path = "../../build/positions.rs"]
mod positions;
#[path = "../../build/yaml.rs"]
mod yaml;

use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let given = env::args().nth(1);
    let path = given.as_deref().unwrap_or("openapi.yaml");
    let lines = lines(path).unwrap_or_else(|reason| vec![format!(" {reason}")]);
    for line in &lines {
        println!("{path}:{line}");
    }
    ExitCode::from(u8::from(!lines.is_empty()))
}

fn lines(path: &str) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let contract = yaml::read(&text)?;
    let positions = positions::Positions::new(&text);
    let findings = plain::plain(&contract).err().unwrap_or_default();
    let lines = findings.iter().map(|finding| positions.describe(finding));
    Ok(lines.collect())
}
