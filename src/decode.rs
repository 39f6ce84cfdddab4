//! Reads a success into its type; what does not fit keeps everything that came.

use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::call::Received;
use crate::envelope::Envelope;
use crate::error::{Error, ErrorKind, Failed};

pub(crate) fn json<T: DeserializeOwned>(received: Received) -> Result<ResponseValue<T>, Error> {
    let Received {
        call,
        answer,
        authorization,
    } = received;
    match crate::json::read(&answer.body) {
        Ok(value) => Ok(ResponseValue::new(value, answer.status, answer.headers)),
        Err(error) => {
            let path = path_of_failure::<T>(&answer.body);
            let detail = describe(&error);
            // Some servers answer an error with a success.
            let mut envelope = Envelope::read(&answer.body);
            envelope.hide(&authorization);
            let failed = Failed {
                envelope,
                answer: Some(answer),
                json_path: path.filter(|_| error.classify() == Category::Data),
                detail: Some(detail),
                ..Failed::new(ErrorKind::Decode, call)
            };
            Err(Error::from(failed))
        }
    }
}

/// Reads the body once more, keeping track of the place: only failures pay for it.
fn path_of_failure<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let body = crate::json::mended(body);
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

/// A key of the contract; a key of a map can be anything, a phone number for example.
fn printable(key: &str) -> &str {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name = key.starts_with(|first: char| first.is_ascii_alphabetic());
    if plain && name { key } else { "*" }
}

/// serde's own text quotes the value that did not fit; this says the same without it.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
    let what = match error.classify() {
        Category::Eof => "the JSON ends early".to_owned(),
        Category::Syntax | Category::Io => "it is not JSON".to_owned(),
        Category::Data if text.starts_with("missing field `") => text.to_owned(),
        Category::Data => match text.rsplit_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => "a value does not fit".to_owned(),
        },
    };
    // A value that was parsed before has no lines.
    if error.line() == 0 {
        what
    } else {
        format!("{what} ({place})")
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;
    use crate::call::{Answer, Call};

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

    fn failure(body: &'static str) -> Error {
        let answer = Answer {
            status: StatusCode::CREATED,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        };
        let call = Call {
            operation: "create_item",
            attempts: 1,
            safe: false,
        };
        let received = Received {
            call,
            answer,
            authorization: HeaderValue::from_static("Bearer a1b2c3"),
        };
        json::<Page>(received).unwrap_err()
    }

    #[test]
    fn what_does_not_fit_names_its_place() {
        let error = failure(r#"{"items":[{"id":"a","count":1},{"id":"b","count":"+549"}]}"#);
        assert_eq!(error.json_path(), Some("items[1].count"));
        assert_eq!(error.status(), Some(StatusCode::CREATED));
    }

    #[test]
    fn the_place_is_named_as_the_contract_names_it() {
        let error = failure(r#"{"items":[{"id":"a","count":1,"sent_at":""}]}"#);
        assert_eq!(error.json_path(), Some("items[0].sent_at"));
    }

    #[test]
    fn the_place_in_a_map_does_not_show_its_key() {
        let body = Bytes::from_static(br#"{"+5491155551234":"x"}"#);
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body,
        };
        let received = Received {
            call: Call::NONE,
            answer,
            authorization: HeaderValue::from_static("Bearer key"),
        };
        let error = json::<std::collections::HashMap<String, u32>>(received).unwrap_err();
        assert_eq!(error.json_path(), Some("*"));
    }

    #[test]
    fn the_text_does_not_quote_what_came() {
        let error = failure(r#"{"items":[{"id":"a","count":", expected +549"}]}"#);
        assert_eq!(
            error.to_string(),
            "create_item: the answer is not what the contract says, status 201, at items[0].count: \
             expected u32 (line 1 column 45); it may have been processed all the same"
        );
    }

    #[test]
    fn an_error_that_comes_as_a_success_is_read() {
        let error = failure(r#"{"error":{"code":"CONFLICT","request_id":"req_1"}}"#);
        assert_eq!(error.code().unwrap().as_str(), "CONFLICT");
        assert_eq!(error.request_id(), Some("req_1"));
    }

    #[test]
    fn an_error_that_comes_as_a_success_shows_no_key() {
        let error = failure(r#"{"error":{"code":"CONFLICT","request_id":"req_a1b2c3"}}"#);
        assert_eq!(error.request_id(), Some("req_a1b2c3"));
        assert!(!format!("{error} {error:?}").contains("a1b2c3"));
    }

    #[test]
    fn a_missing_field_is_named() {
        assert!(
            failure(r#"{"items":[{"id":"a"}]}"#)
                .to_string()
                .contains("missing field `count`")
        );
    }

    #[test]
    fn text_that_is_not_json_is_said_to_be_none() {
        let error = failure("<html>Bad Gateway</html>");
        assert!(error.to_string().contains("it is not JSON"), "{error}");
        assert_eq!(error.json_path(), None);
        assert_eq!(error.body().unwrap(), "<html>Bad Gateway</html>");
    }

    #[test]
    fn json_that_ends_early_is_said_to_end() {
        assert!(failure("{\"items\":[").to_string().contains("ends early"));
        assert!(failure("").to_string().contains("ends early"));
    }
}
