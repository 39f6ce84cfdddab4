//! Media types, and bodies of them.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// A media type, as a `Content-Type` header has it.
pub(super) struct MediaType {
    pub essence: String,
    pub parameters: Vec<MediaParameter>,
}

#[derive(PartialEq, Eq)]
pub(super) struct MediaParameter {
    pub name: String,
    pub value: String,
}

/// A recorded or received body.
#[derive(Clone, Copy)]
pub(super) struct Payload<'e> {
    pub bytes: &'e [u8],
    /// Whether the bytes are UTF-8, whatever `charset` says, because a recorder has decoded them.
    pub is_text: bool,
}

/// How the body of a media type is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Form,
    Text,
    /// The body is not validated.
    Opaque,
}

impl MediaType {
    pub fn parse(content_type: &[u8]) -> Self {
        let text = String::from_utf8_lossy(content_type);
        let mut parameters = Vec::new();
        for part in text.split(';').skip(1) {
            if let Some((name, value)) = part.split_once('=') {
                parameters.push(MediaParameter {
                    name: name.trim().to_ascii_lowercase(),
                    value: value.trim().trim_matches('"').to_ascii_lowercase(),
                });
            }
        }
        MediaType {
            essence: essence(content_type),
            parameters,
        }
    }

    /// Returns the body in UTF-8.
    pub fn decoded<'e>(&self, payload: Payload<'e>) -> Cow<'e, [u8]> {
        let mut parameters = self.parameters.iter();
        let charset = parameters.find(|parameter| parameter.name == "charset");
        match charset.and_then(|charset| Encoding::for_label(charset.value.as_bytes())) {
            Some(encoding) if encoding != UTF_8 && !payload.is_text => {
                let (text, ..) = encoding.decode(payload.bytes);
                Cow::Owned(text.into_owned().into_bytes())
            }
            _ => Cow::Borrowed(payload.bytes),
        }
    }
}

impl Payload<'_> {
    /// Returns true if the body is still compressed, so that it cannot be validated.
    pub fn is_compressed(self, headers: &HeaderMap) -> bool {
        const MAGIC: [&[u8]; 2] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];
        if MAGIC.iter().any(|magic| self.bytes.starts_with(magic)) {
            return true;
        }
        let encoding = headers.get(CONTENT_ENCODING);
        if encoding.is_none_or(|encoding| encoding == "identity") {
            return false;
        }
        // A recorder that writes compressed bytes as text replaces most of them.
        std::str::from_utf8(self.bytes).map_or(true, |text| {
            self.is_text && text.contains(['\u{fffd}', '\0'])
        })
    }
}

impl<'e> From<&'e [u8]> for Payload<'e> {
    fn from(bytes: &'e [u8]) -> Self {
        Payload {
            bytes,
            is_text: false,
        }
    }
}

/// Returns the media type of a `Content-Type` header, in lower case and without parameters.
pub(super) fn essence(content_type: &[u8]) -> String {
    let mut parts = content_type.split(|byte| *byte == b';');
    let media = parts.next().unwrap_or_default().trim_ascii();
    String::from_utf8_lossy(media).to_ascii_lowercase()
}

pub(super) fn syntax(media_type: &str) -> Syntax {
    match media_type {
        "application/x-www-form-urlencoded" => Syntax::Form,
        json if json == "application/json" || json.ends_with("+json") => Syntax::Json,
        // Their schemas describe an event or an element, not the text.
        "text/event-stream" | "text/xml" => Syntax::Opaque,
        text if text.starts_with("text/") && !text.ends_with("/*") => Syntax::Text,
        _ => Syntax::Opaque,
    }
}
