//! Properties that hold for every input: fuzz targets, and quick tests of the same properties.

mod framing;
mod redaction;

pub use framing::framing;
pub use redaction::redaction;
