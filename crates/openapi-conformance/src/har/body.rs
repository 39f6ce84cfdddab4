//! The body of a recorded request or response: `postData`, `content`.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::IgnoredAny;
use serde_json::Value;
use url::form_urlencoded;

use super::entry::{integer, string};
use super::headers::pairs;

/// Accepts the output of any encoder.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[derive(Default)]
pub(super) struct Body {
    pub text: Option<String>,
    pub media: Option<String>,
    /// The uncompressed size in bytes; negative if unknown.
    pub size: Option<i64>,
    encoding: Option<String>,
    /// The fields of a form, encoded.
    form: String,
}

impl Body {
    pub fn read(body: &mut Value) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        if let Some(fields) = body.get("params") {
            form.extend_pairs(pairs(fields));
        }
        Body {
            text: string(body, "text"),
            media: string(body, "mimeType"),
            size: body.get("size").and_then(integer),
            encoding: string(body, "encoding"),
            form: form.finish(),
        }
    }

    /// Returns the recorded bytes: the decoded text, or the encoded form. Returns `None` if they are not the complete
    /// body, which has `size` bytes.
    pub fn bytes(self, size: Option<i64>) -> Option<Vec<u8>> {
        let text = self.text.unwrap_or_default().into_bytes();
        let encoding = self.encoding.unwrap_or_default();
        let bytes = if encoding.eq_ignore_ascii_case("base64") {
            let text: Vec<u8> = text
                .into_iter()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            BASE64.decode(text).ok()?
        } else {
            text
        };
        if bytes.is_empty() && !self.form.is_empty() {
            return Some(self.form.into_bytes());
        }
        let size = size.and_then(|size| usize::try_from(size).ok());
        let short = size.is_some_and(|size| bytes.len() < size);
        // Recorders that omit a body write no text or an empty one; recorders that truncate it write its beginning. A
        // text can also be shorter for another reason, such as its charset. It is complete then.
        let cut = short && serde_json::from_slice::<IgnoredAny>(&bytes).is_err();
        (!cut).then_some(bytes)
    }
}
