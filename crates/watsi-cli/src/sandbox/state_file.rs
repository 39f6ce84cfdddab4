//! The file that keeps the state of a sandbox between runs.

use std::fmt::Display;
use std::fs::{self, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::NamedTempFile;
use watsi_sandbox::Sandbox;

use crate::failure::Failure;

pub struct StateFile {
    path: PathBuf,
    /// The state in the file, or null if there is none.
    saved: Value,
}

impl StateFile {
    /// Loads the state from the file if it exists.
    ///
    /// A file that cannot be written is an error now, not at the end.
    pub fn load(path: PathBuf, sandbox: &Sandbox) -> Result<Self, Failure> {
        let failed = |error: &dyn Display| Failure::file(&path, error);
        // A symbolic link is kept, and the file that it points to is replaced.
        let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let text = match fs::read(&target) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut file = StateFile::new(target);
                file.save(sandbox)?;
                return Ok(file);
            }
            Err(error) => return Err(failed(&error)),
        };
        let state = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        sandbox.import(state).map_err(|error| failed(&error))?;
        new_beside(&target).map_err(|error| failed(&error))?;
        let mut file = StateFile::new(target);
        file.saved = sandbox.export();
        Ok(file)
    }

    fn new(path: PathBuf) -> Self {
        StateFile {
            path,
            saved: Value::Null,
        }
    }

    /// Saves the state if more has changed than the time.
    pub fn save_changes(&mut self, sandbox: &Sandbox) -> Result<(), Failure> {
        let mut state = sandbox.export();
        // The clock of an idle sandbox moves, too.
        let now = std::mem::replace(&mut state["now"], self.saved["now"].clone());
        if state == self.saved {
            return Ok(());
        }
        state["now"] = now;
        self.replace(state)
    }

    /// Saves the state, including the time.
    pub fn save(&mut self, sandbox: &Sandbox) -> Result<(), Failure> {
        self.replace(sandbox.export())
    }

    fn replace(&mut self, state: Value) -> Result<(), Failure> {
        replace(&self.path, &state).map_err(|error| Failure::file(&self.path, &error))?;
        self.saved = state;
        Ok(())
    }
}

/// Replaces the file as a whole, so that it is never half written.
fn replace(path: &Path, state: &Value) -> io::Result<()> {
    let mut new = new_beside(path)?;
    if let Some(permissions) = permissions(path)? {
        new.as_file().set_permissions(permissions)?;
    }
    let mut writer = BufWriter::new(&mut new);
    serde_json::to_writer(&mut writer, state)?;
    writer.flush()?;
    drop(writer);
    new.as_file().sync_all()?;
    new.persist(path)?;
    Ok(())
}

/// Creates a file with a random name in the directory of another one.
fn new_beside(path: &Path) -> io::Result<NamedTempFile> {
    let directory = path
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    NamedTempFile::new_in(directory)
}

/// Returns the permissions of a file if it exists.
fn permissions(path: &Path) -> io::Result<Option<Permissions>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.permissions())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn only_changes_are_saved_before_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start().await;
        sandbox.seed(2);
        let path = directory.path().join("state.json");
        let mut file = StateFile::load(path.clone(), &sandbox).unwrap();
        let read = || -> Value { serde_json::from_slice(&fs::read(&path).unwrap()).unwrap() };
        let first = read();
        // Neither time nor requests are changes.
        sandbox.advance(Duration::from_secs(60));
        let list = sandbox.client().list_conversations();
        list.send().await.unwrap();
        let invalid = sandbox.client().list_conversations().limit(0);
        invalid.send().await.unwrap_err();
        file.save_changes(&sandbox).unwrap();
        assert_eq!(read(), first);
        // A change is saved with its time.
        sandbox.customer_writes("+5491155551234", "Hi");
        file.save_changes(&sandbox).unwrap();
        assert_eq!(read(), sandbox.export());
        sandbox.advance(Duration::from_secs(60));
        file.save(&sandbox).unwrap();
        assert_eq!(read(), sandbox.export());
    }
}
