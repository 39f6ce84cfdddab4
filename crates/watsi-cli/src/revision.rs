//! Reads contracts from git revisions.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::input;

/// A file in a git revision.
#[derive(Clone, Copy)]
pub struct Revision<'n> {
    revision: &'n str,
    path: &'n str,
}

/// Returns the revision that a contract is read from, if its name is `REVISION:PATH` and there is no such file.
pub fn of(file: &Path) -> Option<Revision<'_>> {
    let name = file.to_str().filter(|name| is_revision(name))?;
    let (revision, path) = name.split_once(':')?;
    (!file.exists()).then_some(Revision { revision, path })
}

impl<'n> Revision<'n> {
    /// Returns the path of the file in the repository.
    pub fn path(self) -> &'n str {
        self.path
    }

    /// Reads a file of the revision.
    pub fn read(self, path: &str) -> Result<String, Failure> {
        let name = format!("{}:{path}", self.revision);
        show(Path::new(&name), &name)
    }
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
