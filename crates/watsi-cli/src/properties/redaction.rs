//! Nothing that is planted in an exchange, in any spelling, is in its entry of a recording or in a finding.

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use openapi_conformance::Contract;
use openapi_conformance::har::Recording;
use serde_json::{Map, Value, json};
use watsi::reqwest::Url;

use crate::record::exchange::{Exchange, Message, Response};
use crate::record::redact::Redactor;
use crate::screen::Screen;

const TARGET: &str = "https://api.example.com/v1";

/// The API key. The others are a phone number in two forms, and texts.
const KEY: &str = "sk+live/a\"b\\c=Zq9";
const PHONES: [&str; 2] = ["5491155551234", "+54 911 5555-1234"];
const TEXTS: [&str; 4] = [
    "Xzebra Qyodel",
    "gekabo.lutiso@example.com",
    "sobogo-rutipo",
    "budokoXzlutiso135",
];

/// A contract, and what it shows.
struct Fixture {
    contract: Contract,
    screen: Screen,
}

static FIXTURES: LazyLock<[Fixture; 2]> = LazyLock::new(|| {
    let of_client = Contract::named("openapi.yaml", watsi::OPENAPI).expect("it is valid");
    let mut unmarked = of_client.json().clone();
    remove_marks(&mut unmarked);
    let unmarked = Contract::named("unmarked.yaml", &unmarked.to_string()).expect("it is valid");
    [of_client, unmarked].map(|contract| Fixture {
        screen: Screen::new(&contract),
        contract,
    })
});

fn remove_marks(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("x-sensitive");
            object.values_mut().for_each(remove_marks);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_marks),
        _ => {}
    }
}

fn hex(text: &str, before: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{before}{byte:02x}");
        hex
    })
}

/// Returns a text in one of the spellings.
fn spelled(text: &str, spelling: u8) -> String {
    let upper_hex = |text: &str, before: &str| {
        hex(text, "")
            .to_uppercase()
            .as_bytes()
            .chunks(2)
            .fold(String::new(), |all, pair| {
                all + before + &String::from_utf8_lossy(pair)
            })
    };
    match spelling % 13 {
        0 => text.to_owned(),
        1 => hex(text, "%"),
        2 => upper_hex(text, "%"),
        3 => hex(text, "%25"),
        4 => hex(text, "\\u00"),
        5 => upper_hex(text, "\\u00"),
        6 => Value::from(text).to_string().trim_matches('"').to_owned(),
        7 => BASE64_STANDARD_NO_PAD.encode(text),
        8 => BASE64_URL_SAFE_NO_PAD.encode(text),
        9 => BASE64_STANDARD_NO_PAD.encode(format!("\r{text}")),
        10 => BASE64_URL_SAFE_NO_PAD.encode(format!("\u{1}\r{text}")),
        11 => hex(text, ""),
        _ => upper_hex(text, ""),
    }
}

/// Returns all spellings to look for. Those in Base64 have only the letters that do not depend on what surrounds them.
fn spellings(text: &str) -> Vec<String> {
    let mut all: Vec<_> = (0..13).map(|spelling| spelled(text, spelling)).collect();
    for text in [text.to_owned(), format!("\0{text}"), format!("\0\0{text}")] {
        for engine in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&text);
            let end = encoded.len() - 2;
            all.push(encoded[4.min(end)..end].to_owned());
        }
    }
    let escaped: Vec<_> = all
        .iter()
        .map(|text| {
            Value::from(text.as_str())
                .to_string()
                .trim_matches('"')
                .to_owned()
        })
        .collect();
    all.extend(escaped);
    all
}

static SPELLINGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = [KEY, PHONES[0], "911 5555-1234"]
        .into_iter()
        .chain(TEXTS.iter().flat_map(|text| text.split(' ')));
    let mut all: Vec<_> = texts.flat_map(spellings).collect();
    all.retain(|text| text.len() >= 6);
    all.sort();
    all.dedup();
    all
});

/// What surrounds a planted secret.
const SURROUNDINGS: [&str; 16] = [
    "",
    "",
    "x ",
    "id.",
    "wamid.",
    "a/b/",
    "\"",
    "{\"k\":\"",
    "%",
    "%2",
    "AAA",
    "HBgN",
    "=",
    "\\",
    "?q=",
    "&",
];

/// A text to plant, and where.
struct Plant {
    text: String,
    is_key: bool,
    is_personal_text: bool,
}

impl Plant {
    fn new(bytes: &[u8; 6]) -> Self {
        let [what, first, second, before, after, _] = *bytes;
        let text = match what % 7 {
            0 => KEY,
            1 => PHONES[0],
            2 => PHONES[1],
            text => TEXTS[usize::from(text) - 3],
        };
        let is_personal_text = what % 7 >= 3;
        let mut spelled_text = spelled(text, first);
        if !is_personal_text {
            spelled_text = spelled(&spelled_text, second);
            let [before, after] =
                [before, after].map(|index| SURROUNDINGS[usize::from(index) % 16]);
            spelled_text = format!("{before}{spelled_text}{after}");
        }
        Plant {
            text: spelled_text,
            is_key: what % 7 == 0,
            is_personal_text,
        }
    }
}

/// The parts of an exchange before it is built.
struct Draft {
    method: Method,
    url: String,
    request: HeaderMap,
    response: HeaderMap,
    sent: Value,
    received: Value,
    form: Option<String>,
}

fn add_header(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}

const PROPERTIES: [&str; 14] = [
    "body",
    "conversation_id",
    "id",
    "status",
    "name",
    "phone",
    "url",
    "events",
    "last_message_at",
    "hasMore",
    "code",
    "message",
    "request_id",
    "note",
];

const OPERATIONS: [&str; 4] = ["/conversations", "/messages", "/webhooks", "/other"];

impl Draft {
    fn new(which: u8) -> Self {
        let method = if which & 4 == 0 {
            Method::GET
        } else {
            Method::POST
        };
        let path = OPERATIONS[usize::from(which) % 4];
        let mut request = HeaderMap::new();
        add_header(&mut request, "authorization", &format!("Bearer {KEY}"));
        add_header(&mut request, "content-type", "application/json");
        let response = HeaderMap::from_iter([(
            "content-type".parse().expect("valid"),
            HeaderValue::from_static("application/json"),
        )]);
        Draft {
            method,
            url: format!("{TARGET}{path}?"),
            request,
            response,
            sent: json!({"events": []}),
            received: json!({"chats": [{"customer": {}}], "error": {}, "message": {}}),
            form: None,
        }
    }

    fn add(&mut self, plant: &Plant, place: u8, which: u8) {
        let Plant {
            text,
            is_key,
            is_personal_text,
        } = plant;
        let property = PROPERTIES[usize::from(which) % PROPERTIES.len()];
        // A programmer chooses these, so that a text in them is not personal.
        let chosen = ["user-agent", "server", "content-language", "accept"];
        match place % 20 {
            0 if !is_personal_text => {
                add_header(&mut self.request, chosen[usize::from(which) % 4], text)
            }
            1 if !is_personal_text => {
                add_header(&mut self.response, chosen[usize::from(which) % 4], text)
            }
            2 => add_header(&mut self.request, "x-request-id", text),
            3 => add_header(&mut self.response, "etag", text),
            4 => add_header(&mut self.request, text, "1"),
            5 => add_header(&mut self.response, text, "1"),
            6 => {
                self.url = self
                    .url
                    .replacen('?', &format!("/{}?", text.replace(['?', '#'], "")), 1)
            }
            7 => self.url += &format!("&status={}", text.replace('#', "")),
            8 => self.url += &format!("&limit={}", text.replace('#', "")),
            9 => self.url += &format!("&{}=1", text.replace('#', "")),
            10 => self.url += &format!("&status[{}]=1", text.replace('#', "")),
            11 => self.form = Some(format!("{text}={text}&password={KEY}")),
            12 => {
                self.form = Some(format!(
                    "--x\r\ncontent-disposition: form-data; name=\"{text}\"\r\n\r\n{text}\r\n--x--"
                ))
            }
            13 if *is_key => add_header(
                &mut self.request,
                "cookie",
                &format!("session={text}; {text}=1"),
            ),
            14 => add_header(&mut self.request, "cookie", &format!("{text}=1")),
            15 => self.sent[property] = text.as_str().into(),
            16 => {
                let object = ["customer", "error", "message"][usize::from(which) % 3];
                let value = json!({property: text, "list": [text]});
                if object == "customer" {
                    self.received["chats"][0]["customer"] = value;
                } else {
                    self.received[object] = value;
                }
            }
            17 => {
                let name = Map::from_iter([(text.clone(), Value::from(1))]);
                self.sent[property] = Value::Object(name.clone());
                self.received[text] = Value::Object(name);
            }
            18 => {
                self.sent["url"] =
                    format!("https://u:{text}@example.com/{text}?{text}#{text}").into()
            }
            _ => self.method = Method::from_bytes(text.as_bytes()).unwrap_or(Method::GET),
        }
    }

    fn exchange(mut self) -> Option<Exchange> {
        let body = match self.form {
            Some(form) => {
                add_header(
                    &mut self.request,
                    "content-type",
                    "application/x-www-form-urlencoded",
                );
                form
            }
            None => self.sent.to_string(),
        };
        Some(Exchange {
            started: chrono::DateTime::UNIX_EPOCH,
            elapsed: Duration::ZERO,
            method: self.method,
            url: Url::parse(&self.url).ok()?,
            request: Message::new(self.request, body.into()),
            response: Some(Response {
                version: Version::HTTP_11,
                status: StatusCode::OK,
                message: Message::new(self.response, self.received.to_string().into()),
            }),
        })
    }
}

/// Checks the property for an input: a byte for the contract and the operation, and eight for each planted text.
pub fn redaction(input: &[u8]) {
    let Some((first, plants)) = input.split_first() else {
        return;
    };
    let Fixture { contract, screen } = &FIXTURES[usize::from(first >> 7)];
    let mut draft = Draft::new(*first);
    for bytes in plants.chunks_exact(8).take(6) {
        let plant = Plant::new(bytes[..6].try_into().expect("there are six"));
        draft.add(&plant, bytes[6], bytes[7]);
    }
    let Some(exchange) = draft.exchange() else {
        return;
    };
    let url = Url::parse(TARGET).expect("it is valid");
    let mut redactor = Redactor::new(contract, &url, screen.clone(), &[]).expect("nothing is kept");
    let mut shown = redactor.entry(&exchange).to_string();
    let mut recording = Recording::new(contract, Some(TARGET)).expect("it is valid");
    recording.add(&exchange.recorded(), |found| {
        shown += &screen.found(found).to_string();
    });
    for spelling in &*SPELLINGS {
        assert!(!shown.contains(spelling), "{spelling} is shown: {shown}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_planted_is_shown() {
        for spelling in 0..13 {
            for place in 0..20 {
                for texts in [0..4, 4..7] {
                    let plants =
                        texts.map(|what| [what, spelling, 0, place, spelling, 0, place, what]);
                    let mut input = vec![place ^ spelling << 7];
                    input.extend(plants.flatten());
                    redaction(&input);
                }
            }
        }
    }
}
