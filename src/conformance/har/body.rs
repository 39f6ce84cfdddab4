//! The body of a recorded request or response: `postData`, `content`.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use url::form_urlencoded;

use super::headers::Pair;
use super::lenient::{As, Lenient, value};

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
    form: Form,
}

impl Body {
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
        if bytes.is_empty() && !self.form.0.is_empty() {
            let mut form = form_urlencoded::Serializer::new(String::new());
            return Some(form.extend_pairs(self.form.0).finish().into_bytes());
        }
        let size = size.and_then(|size| usize::try_from(size).ok());
        let short = size.is_some_and(|size| bytes.len() < size);
        // Recorders that omit a body write no text or an empty one; recorders that truncate it write its beginning. A
        // text can also be shorter for another reason, such as its charset. It is complete then.
        let cut = short && serde_json::from_slice::<IgnoredAny>(&bytes).is_err();
        (!cut).then_some(bytes)
    }
}

impl Lenient for Body {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "text" => self.text = value(map)?,
            "mimeType" => self.media = value(map)?,
            "size" => self.size = value(map)?,
            "encoding" => self.encoding = value(map)?,
            "params" => self.form = value(map)?,
            _ => return ().member(key, map),
        }
        Ok(())
    }
}

/// The fields of a form, as names and values.
#[derive(Default)]
struct Form(Vec<(String, String)>);

impl Lenient for Form {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<Option<()>, A::Error> {
        let Some(As(pair)) = list.next_element::<As<Pair>>()? else {
            return Ok(None);
        };
        let Pair { name, value } = pair;
        self.0
            .push((name.unwrap_or_default(), value.unwrap_or_default()));
        Ok(Some(()))
    }
}
