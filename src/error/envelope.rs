//! The error envelope. Properties that do not conform are ignored; the response body still has them.

use reqwest::header::HeaderValue;
use serde_json::Value;

use crate::json;
use crate::types::ErrorCode;

/// The error envelope of a response. See <https://docs.watsi.ai/error-handling>.
///
/// Unlike the contract's `ErrorEnvelope`, every property is optional: an envelope without a message still has a code.
#[derive(Default)]
pub(crate) struct Envelope {
    pub code: Option<ErrorCode>,
    pub message: Option<String>,
    pub details: Option<Value>,
    pub request_id: Option<String>,
    /// Code and request id are not shown.
    hidden: bool,
}

/// The longest body that is searched for an envelope, in bytes: parsed JSON takes many times its length.
const MAX_LENGTH: usize = 64 * 1024;

impl Envelope {
    pub(crate) fn read(body: &[u8]) -> Self {
        if body.len() > MAX_LENGTH {
            return Envelope::default();
        }
        let Ok(mut body) = json::read::<Value>(body) else {
            return Envelope::default();
        };
        let Some(error) = body.get_mut("error").filter(|error| error.is_object()) else {
            return Envelope::default();
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Envelope {
            code: error["code"].as_str().map(ErrorCode::from),
            message: text(&error["message"]),
            request_id: text(&error["request_id"]),
            details: Some(error["details"].take()).filter(|details| !details.is_null()),
            hidden: false,
        }
    }

    /// Hides the code and the request id if either contains the API key.
    pub(crate) fn hide(&mut self, authorization: &HeaderValue) {
        let sent = authorization.as_bytes();
        let key = sent.strip_prefix(b"Bearer ").unwrap_or(sent);
        let code = self.code.as_ref().map(|code| code.as_str());
        self.hidden = [code, self.request_id.as_deref()]
            .into_iter()
            .flatten()
            .any(|text| text.as_bytes().windows(key.len()).any(|part| part == key));
    }

    /// The code, if it looks like one: a response can contain anything in its place.
    pub(crate) fn printable_code(&self) -> Option<&str> {
        let code = self.code.as_ref().filter(|_| !self.hidden)?;
        let known = ErrorCode::KNOWN.contains(code);
        let text = code.as_str();
        let plain = text.len() <= 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        (known || plain).then_some(text)
    }

    /// The request id, if it looks as documented: `req_` and a few letters, digits, dashes or underscores.
    pub(crate) fn printable_request_id(&self) -> Option<&str> {
        let id = self.request_id.as_deref().filter(|_| !self.hidden)?;
        let rest = id.strip_prefix("req_")?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let plain = rest.len() <= 64 && rest.bytes().all(allowed);
        plain.then_some(id)
    }
}
