//! Reads contracts from files and git revisions.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use openapi_conformance::Contract;

use crate::failure::Failure;
use crate::input;
use crate::settings;

/// Reads a contract from a file, or from git if the name is `REVISION:PATH` and there is no such file.
pub fn contract(file: &Path) -> Result<Contract, Failure> {
    match revision(file) {
        Some(name) => settings::parse(file, &show(file, name)?),
        None => settings::contract(file),
    }
}

/// Returns the path of a contract in the repository or on the disk.
pub fn path(file: &Path) -> &Path {
    let path = revision(file).and_then(|name| name.split_once(':'));
    path.map_or(file, |(_, path)| Path::new(path))
}

/// Returns the name of a contract that is read from git.
fn revision(file: &Path) -> Option<&str> {
    let name = file.to_str().filter(|name| is_revision(name))?;
    (!file.exists()).then_some(name)
}

/// Returns whether the name can be a revision. A single letter before the colon is a drive.
fn is_revision(name: &str) -> bool {
    let revision = name.split_once(':').map(|(revision, _)| revision);
    revision.is_some_and(|revision| {
        revision.len() != 1 || !revision.starts_with(|letter: char| letter.is_ascii_alphabetic())
    })
}

fn show(file: &Path, name: &str) -> Result<String, Failure> {
    // git would read it as an option.
    if name.starts_with('-') {
        return Err(Failure::file(file, &"a revision cannot start with `-`"));
    }
    let not_run = |error: io::Error| {
        let reason = format!("no such file, and git cannot be run: {error}");
        Failure::file(file, &reason)
    };
    let mut git = Command::new("git")
        .args(["cat-file", "blob", name])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_run)?;
    let text = git.stdout.take().map(|output| input::bounded(file, output));
    let Some(text) = text.transpose().inspect_err(|_| _ = git.kill())? else {
        return Err(Failure::file(file, &"the output of git cannot be read"));
    };
    let ended = git.wait_with_output().map_err(not_run)?;
    if !ended.status.success() {
        let error = String::from_utf8_lossy(&ended.stderr);
        let reason = format!("no such file or git revision: {}", error.trim());
        return Err(Failure::file(file, &reason));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::is_revision;

    #[test]
    fn a_drive_is_not_a_revision() {
        let revisions = [
            "main:openapi.yaml",
            "HEAD~1:a/b.yaml",
            ":openapi.yaml",
            "-x:y",
        ];
        assert!(revisions.into_iter().all(is_revision));
        let files = [
            "C:\\openapi.yaml",
            "c:openapi.yaml",
            "openapi.yaml",
            "C:/a:b",
        ];
        assert!(!files.into_iter().any(is_revision));
    }
}
