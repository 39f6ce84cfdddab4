//! Opens the files that the command reads.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;

/// The maximum size of a contract or a list of ignored findings in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Opens a regular file, or a pipe that the shell passes: `-`, `/dev/stdin`, `/dev/fd/N`. Opening any other pipe or
/// device could block forever.
pub fn open(file: &Path) -> Result<Box<dyn Read>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = fs::metadata(file).and_then(|metadata| {
        if metadata.is_file() || is_passed(file) {
            File::open(file)
        } else {
            Err(io::Error::other("not a regular file"))
        }
    });
    match opened {
        Ok(opened) => Ok(Box::new(opened)),
        Err(error) => Err(Failure::file(file, &error)),
    }
}

fn is_passed(file: &Path) -> bool {
    let directories = ["/dev/fd", "/proc/self/fd"].map(Path::new);
    file == Path::new("/dev/stdin")
        || file
            .parent()
            .is_some_and(|parent| directories.contains(&parent))
}

/// Reads a text of limited size. A regular file that is changed at the same time is an error.
pub fn read(file: &Path) -> Result<String, Failure> {
    let state = || {
        let metadata = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
        Some((metadata.len(), metadata.modified().ok()))
    };
    let before = state();
    let text = bounded(file, open(file)?)?;
    let length = before.map(|(length, _)| length);
    if before != state() || length.is_some_and(|length| length != text.len() as u64) {
        return Err(Failure::file(file, &"changed while it was read"));
    }
    Ok(text)
}

/// Reads a text of limited size that has the name of a file.
pub fn bounded(file: &Path, reader: impl Read) -> Result<String, Failure> {
    let mut text = Vec::new();
    let read = reader.take(LIMIT + 1).read_to_end(&mut text);
    read.map_err(|error| Failure::file(file, &error))?;
    if text.len() as u64 > LIMIT {
        return Err(Failure::file(file, &"larger than 64 MiB"));
    }
    String::from_utf8(text).map_err(|_| Failure::file(file, &"not valid UTF-8"))
}
