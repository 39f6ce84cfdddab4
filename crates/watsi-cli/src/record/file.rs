//! A HAR file that is valid after every entry.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem;
use std::path::{Path, PathBuf};

use serde_json::json;

const TAIL: &[u8] = b"\n]}}\n";

/// The maximum size of an entry that is appended in place. If a process is killed during a larger write, only a part of
/// it may be written.
const IN_PLACE: usize = 64 * 1024;

pub struct HarFile {
    path: PathBuf,
    file: File,
    /// The position of the tail.
    end: u64,
    is_empty: bool,
    spare: Option<Spare>,
}

/// Another file with the first entries of the recording. The next large entry is added to it, and it replaces the
/// recording, which becomes the spare file. So each entry is written at most twice.
struct Spare {
    path: PathBuf,
    file: File,
    /// The end of the entries that it has.
    end: u64,
}

/// Returns the text before the first entry.
fn head() -> Vec<u8> {
    let creator = json!({"name": "watsi record", "version": env!("CARGO_PKG_VERSION")});
    let comment = "API keys and sensitive values are replaced by placeholders";
    format!(
        r#"{{"log": {{"version": "1.2", "creator": {creator}, "comment": "{comment}", "entries": ["#
    )
    .into_bytes()
}

impl HarFile {
    /// Creates a recording without entries. An existing file is replaced only with `force`.
    pub fn create(path: &Path, force: bool) -> io::Result<Self> {
        if !force && fs::symlink_metadata(path).is_ok() {
            let message = "the file exists; use --force to overwrite it";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        // A device or a directory must not be replaced, also not through a link.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(io::Error::other("not a regular file"));
        }
        let mut text = head();
        let end = text.len() as u64;
        text.extend_from_slice(TAIL);
        let temporary = temporary(path, 0);
        let mut file = File::create_new(&temporary)?;
        let filled = file.write_all(&text);
        filled
            .and_then(|()| fs::rename(&temporary, path))
            .inspect_err(|_| _ = fs::remove_file(&temporary))?;
        Ok(HarFile {
            path: path.to_owned(),
            file,
            end,
            is_empty: true,
            spare: None,
        })
    }

    /// Appends an entry. Between two calls, the file is a valid recording.
    pub fn add(&mut self, entry: &[u8]) -> io::Result<()> {
        let mut text = Vec::with_capacity(entry.len() + 2 + TAIL.len());
        text.extend_from_slice(if self.is_empty { b"\n" } else { b",\n" });
        text.extend_from_slice(entry);
        let length = text.len() as u64;
        text.extend_from_slice(TAIL);
        if text.len() > IN_PLACE {
            self.add_large(&text)?;
        } else if let Err(error) = write(&mut self.file, self.end, &text) {
            // The earlier entries remain readable, e.g. on a full disk.
            self.file.set_len(self.end)?;
            write(&mut self.file, self.end, TAIL)?;
            return Err(error);
        }
        self.end += length;
        self.is_empty = false;
        Ok(())
    }

    fn add_large(&mut self, text: &[u8]) -> io::Result<()> {
        let mut spare = match self.spare.take() {
            Some(spare) => spare,
            None => {
                let path = temporary(&self.path, 0);
                let file = File::create_new(&path)?;
                Spare { path, file, end: 0 }
            }
        };
        let written = self.update(&mut spare, text);
        written.inspect_err(|_| _ = fs::remove_file(&spare.path))?;
        let mut other = temporary(&self.path, 0);
        if spare.path == other {
            other = temporary(&self.path, 1);
        }
        // Not every file system has hard links. Without them, the next large entry needs a new copy.
        let is_linked = fs::hard_link(&self.path, &other).is_ok();
        fs::rename(&spare.path, &self.path)?;
        let replaced = Spare {
            path: other,
            file: mem::replace(&mut self.file, spare.file),
            end: self.end,
        };
        self.spare = is_linked.then_some(replaced);
        Ok(())
    }

    /// Adds the entries that the spare file lacks, and a new one.
    fn update(&self, spare: &mut Spare, text: &[u8]) -> io::Result<()> {
        let mut missing = File::open(&self.path)?;
        missing.seek(SeekFrom::Start(spare.end))?;
        spare.file.seek(SeekFrom::Start(spare.end))?;
        io::copy(&mut missing.take(self.end - spare.end), &mut spare.file)?;
        write(&mut spare.file, self.end, text)
    }
}

impl Drop for HarFile {
    fn drop(&mut self) {
        if let Some(spare) = &self.spare {
            _ = fs::remove_file(&spare.path);
        }
    }
}

/// Writes at the end of the entries. The old tail is overwritten, and the new one is part of the same write.
fn write(file: &mut File, end: u64, text: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(end))?;
    file.write_all(text)
}

fn temporary(path: &Path, number: u8) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{}.{number}.tmp", std::process::id()));
    name.into()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn entries_of_any_size_are_appended() {
        let directory = std::env::temp_dir().join(format!("watsi-har-{}", std::process::id()));
        fs::create_dir(&directory).unwrap();
        let path = directory.join("traffic.har");
        let mut file = HarFile::create(&path, false).unwrap();
        let sizes = [0, IN_PLACE, 1, 2 * IN_PLACE, 3 * IN_PLACE, 2, 5, IN_PLACE];
        for (index, size) in sizes.into_iter().enumerate() {
            let entry = Value::from("x".repeat(size)).to_string();
            file.add(entry.as_bytes()).unwrap();
            let har: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let entries = har["log"]["entries"].as_array().unwrap();
            let lengths: Vec<_> = entries
                .iter()
                .map(|entry| entry.as_str().unwrap().len())
                .collect();
            assert_eq!(lengths, sizes[..=index]);
        }
        drop(file);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        fs::remove_dir_all(&directory).unwrap();
    }
}
