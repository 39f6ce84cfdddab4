//! Decodes the body of a successful response; an error keeps everything that was received.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use super::body::Call;
use super::response::{RawResponse, Response};
use crate::error::{Error, ErrorKind};

/// Decodes the body; an empty one is `null`.
pub(crate) fn json<T: DeserializeOwned>(
    response: RawResponse,
    call: Call,
) -> Result<Response<T>, Error> {
    let body: &[u8] = match response.body.as_ref() {
        b"" => b"null",
        body => body,
    };
    match crate::json::read(body) {
        Ok(value) => Ok(Response::new(value, response.status, response.headers)),
        Err(_) if response.body.is_empty() => Err(Error::new(ErrorKind::Decode, call)
            .with_detail("the body is empty")
            .with_response(response)),
        Err(error) => {
            let path = path_of_failure::<T>(body).filter(|_| error.classify() == Category::Data);
            Err(Error::new(ErrorKind::Decode, call)
                .with_detail(describe(&error))
                .with_json_path(path)
                .with_response(response))
        }
    }
}

/// Returns the body as it is.
#[allow(dead_code, reason = "the contract decides which media types there are")]
pub(crate) fn bytes(response: RawResponse, _: Call) -> Result<Response<Bytes>, Error> {
    Ok(Response::new(
        response.body,
        response.status,
        response.headers,
    ))
}

/// Returns the body as text, which is UTF-8.
#[allow(dead_code, reason = "the contract decides which media types there are")]
pub(crate) fn text(response: RawResponse, call: Call) -> Result<Response<String>, Error> {
    match std::str::from_utf8(&response.body) {
        Ok(text) => {
            let text = text.to_owned();
            Ok(Response::new(text, response.status, response.headers))
        }
        Err(_) => Err(Error::new(ErrorKind::Decode, call)
            .with_detail("the body is not valid UTF-8")
            .with_response(response)),
    }
}

/// Ignores the body.
#[allow(
    dead_code,
    reason = "the contract decides whether a response has content"
)]
pub(crate) fn nothing(response: RawResponse) -> Response<()> {
    Response::new((), response.status, response.headers)
}

/// Decodes the body again, this time with the path to each value: only failures pay for that.
fn path_of_failure<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let body = crate::json::replace_lone_surrogates(body);
    let mut json = serde_json::Deserializer::from_slice(&body);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let mut path = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => path += &format!("[{index}]"),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                let dot = if path.is_empty() { "" } else { "." };
                path += &format!("{dot}{}", printable(key));
            }
            Segment::Unknown => path += ".?",
        }
    }
    Some(if path.is_empty() {
        ".".to_owned()
    } else {
        path
    })
}

/// A property of the contract, or `*`: the key of a map can be anything, e.g. a phone number.
fn printable(key: &str) -> &str {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = key.starts_with(|first: char| first.is_ascii_alphabetic());
    if plain && name { key } else { "*" }
}

/// Describes an error without the value, which serde quotes.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
    let what = match error.classify() {
        Category::Eof => "unexpected end of JSON".to_owned(),
        Category::Syntax | Category::Io => "not valid JSON".to_owned(),
        Category::Data if text.starts_with("missing field `") => {
            text.replace("missing field", "missing property")
        }
        Category::Data => match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => "unexpected value".to_owned(),
        },
    };
    // A value that was parsed before has no position.
    if error.line() == 0 {
        what
    } else {
        format!("{what} ({place})")
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Page {
        items: Vec<Item>,
    }

    #[derive(serde::Deserialize, Debug)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Item {
        id: String,
        count: u32,
        #[serde(default)]
        sent_at: u32,
    }

    fn failure_as<T: DeserializeOwned>(body: &'static str) -> Error {
        let response = RawResponse {
            status: StatusCode::CREATED,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        };
        let call = Call {
            operation: "create_item",
            attempts: 1,
            safe: false,
        };
        json::<T>(response, call).err().unwrap()
    }

    fn failure(body: &'static str) -> Error {
        failure_as::<Page>(body)
    }

    #[test]
    fn the_path_leads_to_the_mismatching_value() {
        let error = failure(r#"{"items":[{"id":"a","count":1},{"id":"b","count":"+549"}]}"#);
        assert_eq!(error.json_path(), Some("items[1].count"));
        assert_eq!(error.status(), Some(StatusCode::CREATED));
    }

    #[test]
    fn the_path_has_the_names_of_the_contract() {
        let error = failure(r#"{"items":[{"id":"a","count":1,"sent_at":""}]}"#);
        assert_eq!(error.json_path(), Some("items[0].sent_at"));
    }

    #[test]
    fn the_path_does_not_show_the_key_of_a_map() {
        type Map = std::collections::HashMap<String, u32>;
        for body in [r#"{"+5491155551234":"x"}"#, r#"{"5491155551234":"x"}"#] {
            assert_eq!(failure_as::<Map>(body).json_path(), Some("*"), "{body}");
        }
    }

    #[test]
    fn the_error_does_not_quote_the_value() {
        let error = failure(r#"{"items":[{"id":"a","count":", expected +549"}]}"#);
        assert!(!format!("{error} {error:?}").contains("549"), "{error}");
    }

    #[test]
    fn an_error_envelope_in_a_success_is_read() {
        let error = failure(r#"{"error":{"code":"CONFLICT","request_id":"req_1"}}"#);
        assert_eq!(error.code().unwrap(), "CONFLICT");
        assert_eq!(error.request_id(), Some("req_1"));
    }

    #[test]
    fn a_missing_property_is_named() {
        let error = failure(r#"{"items":[{"id":"a"}]}"#);
        assert!(error.to_string().contains("`count`"), "{error}");
    }

    #[test]
    fn invalid_json_has_no_path_and_keeps_its_body() {
        let error = failure("<html>Bad Gateway</html>");
        assert_eq!(error.json_path(), None);
        assert_eq!(error.response_body().unwrap(), "<html>Bad Gateway</html>");
    }

    #[test]
    fn the_position_is_shown_unless_the_value_was_parsed_before() {
        let parsed = serde_json::from_str::<Page>("\n  5").unwrap_err();
        assert!(
            describe(&parsed).contains("line 2"),
            "{}",
            describe(&parsed)
        );
        let converted = serde_json::from_value::<Page>(5.into()).unwrap_err();
        assert!(
            !describe(&converted).contains("line"),
            "{}",
            describe(&converted)
        );
    }

    #[test]
    fn truncated_json_has_no_path() {
        assert_eq!(failure("{\"items\":[").json_path(), None);
    }

    #[test]
    fn an_empty_body_is_null() {
        assert_eq!(failure("").json_path(), None);
        let response = RawResponse {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        assert_eq!(*json::<Option<u8>>(response, Call::NONE).unwrap(), None);
    }
}
