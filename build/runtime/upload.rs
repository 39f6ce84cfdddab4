//! Uploads: files, and the `multipart/form-data` bodies that contain them.

use std::fmt::{self, Write};

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use reqwest::Body;
use serde::Serialize;
use serde_json::Value;

use super::written::plain_text;

/// A file to upload: its content, and optionally its name and media type.
///
/// The content is bytes in memory, or a stream. A request with a stream is sent once, because a stream cannot be read
/// again: it is not retried.
///
/// ```
/// use watsi::types::Upload;
///
/// let image = Upload::new(vec![0x89, 0x50]).file_name("photo.png").media_type("image/png");
/// ```
pub struct Upload {
    content: Content,
    file_name: Option<String>,
    media_type: Option<String>,
}

enum Content {
    Bytes(Bytes),
    Stream(Chunks),
}

type Chunks = stream::BoxStream<'static, Result<Bytes, std::io::Error>>;

impl Upload {
    /// Creates an upload from bytes in memory.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Upload {
            content: Content::Bytes(content.into()),
            file_name: None,
            media_type: None,
        }
    }

    /// Creates an upload from a stream of chunks, e.g. of a file. The request ends with an error if the stream does.
    pub fn stream<S>(content: S) -> Self
    where
        S: Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
    {
        Upload {
            content: Content::Stream(content.boxed()),
            file_name: None,
            media_type: None,
        }
    }

    /// Sets the file name, which is sent in a form.
    #[must_use]
    pub fn file_name(mut self, value: impl Into<String>) -> Self {
        self.file_name = Some(value.into());
        self
    }

    /// Sets the media type, e.g. `image/png`.
    #[must_use]
    pub fn media_type(mut self, value: impl Into<String>) -> Self {
        self.media_type = Some(value.into());
        self
    }

    pub(crate) fn media_type_or<'m>(&'m self, other: &'m str) -> &'m str {
        self.media_type.as_deref().unwrap_or(other)
    }

    pub(crate) fn into_body(self) -> Body {
        match self.content {
            Content::Bytes(bytes) => Body::from(bytes),
            Content::Stream(chunks) => Body::wrap_stream(chunks),
        }
    }
}

impl<B: Into<Bytes>> From<B> for Upload {
    fn from(content: B) -> Self {
        Upload::new(content)
    }
}

// Without the file name and the content, which may be personal.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// The parts of a `multipart/form-data` body (RFC 7578).
pub(crate) struct Form {
    boundary: String,
    parts: Vec<Content>,
    written: String,
}

impl Form {
    pub(crate) fn new() -> Self {
        Form {
            // Long and random, so that no content contains it.
            boundary: format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..)),
            parts: Vec::new(),
            written: String::new(),
        }
    }

    /// Adds a value: a scalar as text, an array as one part for each item, and an object as JSON.
    pub(crate) fn value(&mut self, name: &str, value: &impl Serialize) -> Result<(), String> {
        let value = serde_json::to_value(value).map_err(|error| error.to_string())?;
        self.json(name, &value);
        Ok(())
    }

    fn json(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Array(items) => items.iter().for_each(|item| self.json(name, item)),
            Value::Object(_) => self.part(name, None, Some("application/json"), value.to_string()),
            scalar => self.part(name, None, None, plain_text(scalar)),
        }
    }

    /// Adds a file.
    pub(crate) fn file(&mut self, name: &str, file: Upload) {
        let file_name = file.file_name.as_deref().unwrap_or("file");
        let media_type = file
            .media_type
            .as_deref()
            .unwrap_or("application/octet-stream");
        self.header(name, Some(file_name), Some(media_type));
        self.flush();
        self.parts.push(file.content);
        self.written.push_str("\r\n");
    }

    fn part(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        media_type: Option<&str>,
        text: String,
    ) {
        self.header(name, file_name, media_type);
        self.written += &text;
        self.written += "\r\n";
    }

    fn header(&mut self, name: &str, file_name: Option<&str>, media_type: Option<&str>) {
        let _ = write!(self.written, "--{}\r\n", self.boundary);
        let _ = write!(
            self.written,
            "Content-Disposition: form-data; name=\"{}\"",
            quoted(name)
        );
        if let Some(file_name) = file_name {
            let _ = write!(self.written, "; filename=\"{}\"", quoted(file_name));
        }
        self.written += "\r\n";
        if let Some(media_type) = media_type {
            // A line break would start another header.
            let media_type = media_type.replace(['\r', '\n'], "");
            let _ = write!(self.written, "Content-Type: {media_type}\r\n");
        }
        self.written += "\r\n";
    }

    fn flush(&mut self) {
        let written = std::mem::take(&mut self.written);
        self.parts.push(Content::Bytes(Bytes::from(written)));
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(crate) fn into_body(mut self) -> Body {
        let _ = write!(self.written, "--{}--\r\n", self.boundary);
        self.flush();
        let in_memory = self
            .parts
            .iter()
            .all(|part| matches!(part, Content::Bytes(_)));
        if in_memory {
            let mut body = Vec::new();
            for part in self.parts {
                if let Content::Bytes(bytes) = part {
                    body.extend_from_slice(&bytes);
                }
            }
            return Body::from(body);
        }
        let parts = stream::iter(self.parts).map(|part| match part {
            Content::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
            Content::Stream(chunks) => chunks,
        });
        Body::wrap_stream(parts.flatten().into_stream())
    }
}

/// A name in a header, escaped as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
