//! The body of a recorded request or response: `postData`, `content`.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::IgnoredAny;
use serde_json::Value;
use url::form_urlencoded;

use super::entry::{integer, string};
use super::exchange::Body;
use super::headers::pairs;

/// Accepts the output of any encoder.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[derive(Default)]
pub(super) struct RecordedBody {
    pub text: Option<String>,
    pub media: Option<String>,
    /// The uncompressed size in bytes; negative if unknown.
    pub size: Option<i64>,
    encoding: Option<String>,
    /// The fields of a form, encoded.
    form: String,
}

impl RecordedBody {
    pub fn read(body: &mut Value) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        if let Some(fields) = body.get("params") {
            form.extend_pairs(pairs(fields));
        }
        RecordedBody {
            text: string(body, "text"),
            media: string(body, "mimeType"),
            size: body.get("size").and_then(integer),
            encoding: string(body, "encoding"),
            form: form.finish(),
        }
    }

    /// Returns the recorded text, the decoded bytes or the encoded form. Returns `None` if it is not the complete body,
    /// which has `size` bytes.
    pub fn complete(self, size: Option<i64>) -> Option<Body> {
        let text = self.text.unwrap_or_default();
        let encoding = self.encoding.unwrap_or_default();
        let body = if encoding.eq_ignore_ascii_case("base64") {
            let mut text = text.into_bytes();
            text.retain(|byte| !byte.is_ascii_whitespace());
            Body::Bytes(BASE64.decode(text).ok()?)
        } else {
            Body::Text(text)
        };
        let bytes = match &body {
            Body::Bytes(bytes) => bytes,
            Body::Text(text) => text.as_bytes(),
        };
        if bytes.is_empty() && !self.form.is_empty() {
            return Some(Body::Text(self.form));
        }
        let expected = size.and_then(|size| usize::try_from(size).ok());
        let is_short = expected.is_some_and(|size| bytes.len() < size);
        // Recorders that omit a body write no text or an empty one; recorders that truncate it write its beginning. A
        // text can also be shorter for another reason, such as its charset. It is complete then.
        let is_cut = is_short && serde_json::from_slice::<IgnoredAny>(bytes).is_err();
        (!is_cut).then_some(body)
    }
}
