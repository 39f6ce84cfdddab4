//! The file that keeps the state of a sandbox between runs.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use watsi_sandbox::Sandbox;

use crate::failure::Failure;

pub struct StateFile {
    path: PathBuf,
    saved: Value,
}

impl StateFile {
    /// Loads the state from the file if it exists. Returns whether it does.
    pub fn load(path: PathBuf, sandbox: &Sandbox) -> Result<(Self, bool), Failure> {
        let exists = match fs::read(&path) {
            Ok(text) => {
                let state = serde_json::from_slice(&text);
                let state = state.map_err(|error| Failure::file(&path, &error))?;
                let imported = sandbox.import(state);
                imported.map_err(|error| Failure::file(&path, &error))?;
                true
            }
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(Failure::file(&path, &error)),
        };
        let mut file = StateFile {
            path,
            saved: Value::Null,
        };
        // A file that cannot be written is an error now, not at the end.
        file.save(sandbox)?;
        Ok((file, exists))
    }

    /// Saves the state if it has changed.
    pub fn save(&mut self, sandbox: &Sandbox) -> Result<(), Failure> {
        let state = sandbox.export();
        if state != self.saved {
            replace(&self.path, &state).map_err(|error| Failure::file(&self.path, &error))?;
            self.saved = state;
        }
        Ok(())
    }
}

/// Replaces the file as a whole, so that it is never half written.
fn replace(path: &Path, state: &Value) -> io::Result<()> {
    // A symbolic link is kept, and the file that it points to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    let mut file = File::create(&new)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    serde_json::to_writer(&mut file, state)?;
    file.flush()?;
    file.sync_all()?;
    fs::rename(new, path)
}
