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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_read_completely() {
        let envelope = Envelope::read(
            br#"{"error":{"code":"CONFLICT","message":"m","details":{"a":1},"request_id":"req_1"}}"#,
        );
        assert_eq!(envelope.code, Some(ErrorCode::Conflict));
        assert_eq!(envelope.message.as_deref(), Some("m"));
        assert_eq!(envelope.details, Some(serde_json::json!({"a": 1})));
        assert_eq!(envelope.request_id.as_deref(), Some("req_1"));
    }

    #[test]
    fn a_long_body_is_not_searched() {
        let padding = " ".repeat(MAX_LENGTH);
        let body = format!(r#"{{"error":{{"code":"CONFLICT"}}}}{padding}"#);
        assert!(Envelope::read(body.as_bytes()).code.is_none());
        assert!(
            Envelope::read(&body.as_bytes()[..MAX_LENGTH])
                .code
                .is_some()
        );
    }

    #[test]
    fn valid_properties_of_an_invalid_envelope_are_kept() {
        let envelope = Envelope::read(br#"{"error":{"code":"TEAPOT","message":7,"details":[1]}}"#);
        assert_eq!(envelope.code.unwrap().as_str(), "TEAPOT");
        assert_eq!(envelope.message, None);
        assert_eq!(envelope.details, Some(serde_json::json!([1])));
    }

    #[test]
    fn a_body_of_another_shape_has_no_envelope() {
        for body in [
            &b""[..],
            b"<html>",
            b"[]",
            b"\"error\"",
            b"{\"error\":\"x\"}",
            b"\xff",
        ] {
            assert!(Envelope::read(body).code.is_none());
        }
    }

    #[test]
    fn a_code_of_another_form_is_not_printed() {
        for code in ["+5491155551234", "hello there", "sk_live_1"] {
            let envelope = Envelope {
                code: Some(code.into()),
                ..Envelope::default()
            };
            assert_eq!(envelope.printable_code(), None);
        }
    }

    fn printed(code: &str, id: &str) -> (bool, bool) {
        let envelope = Envelope {
            code: Some(code.into()),
            request_id: Some(id.to_owned()),
            ..Envelope::default()
        };
        (
            envelope.printable_code().is_some(),
            envelope.printable_request_id().is_some(),
        )
    }

    #[test]
    fn an_unknown_code_of_the_usual_form_is_printed() {
        assert_eq!(printed("TEAPOT", "req_1"), (true, true));
        assert_eq!(
            printed(&"A".repeat(64), &format!("req_{}", "a".repeat(64))),
            (true, true)
        );
    }

    #[test]
    fn a_long_code_and_request_id_are_not_printed() {
        assert_eq!(
            printed(&"A".repeat(65), &format!("req_{}", "a".repeat(65))),
            (false, false)
        );
    }

    #[test]
    fn a_request_id_of_another_form_is_not_printed() {
        for id in ["5491155551234", "req_a b", "req_+549"] {
            assert_eq!(printed("TEAPOT", id), (true, false), "{id}");
        }
    }

    #[test]
    fn a_request_id_with_dashes_and_underscores_is_printed() {
        assert_eq!(printed("TEAPOT", "req_0a-b_1"), (true, true));
    }
}
