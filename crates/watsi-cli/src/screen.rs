//! Decides which values and names may be shown: in recordings, reports and on the terminal.

mod host;
mod readings;
mod secrets;
mod vocabulary;

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::DateTime;
use openapi_conformance::har::Found;
use openapi_conformance::{Contract, Finding};
use serde_json::Value;
use watsi::reqwest::Url;

use crate::terminal::plain;
pub use host::shown_host;
use readings::{percent_decoded, readings};
pub use secrets::{learn, learn_text, learn_token};
use vocabulary::Vocabulary;

/// Stands for what is not shown.
pub const REDACTED: &str = "REDACTED";

/// The maximum length of a text that is looked into. A longer one is not shown.
const LONGEST: usize = 2048;

/// The maximum length of an identifier that is shown.
const LONGEST_ID: usize = 128;

/// Stands for an identifier that is not shown.
const HIDDEN_ID: &str = "(hidden id)";

/// The number of digits from which a number can be that of a phone.
const PHONE_DIGITS: usize = 7;

/// What a live check sends in place of a number.
const WRONG_NUMBER: &str = "many";

/// Names of fields that have credentials, without case and separators.
const CREDENTIALS: [&str; 9] = [
    "apikey",
    "auth",
    "credential",
    "jwt",
    "passw",
    "pwd",
    "secret",
    "signature",
    "token",
];

/// Returns true if no encoding of the text contains a secret, a phone number or an e-mail address.
pub fn is_harmless(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let secrets = secrets::known();
    if is_uuid(text) || is_timestamp(text) {
        return !secrets.are_in(text);
    }
    readings(text)
        .iter()
        .all(|reading| !secrets.are_in(reading) && !has_phone(reading) && !has_address(reading))
}

/// Knows the words and values of a contract.
#[derive(Clone, Default)]
pub struct Screen {
    vocabulary: Vocabulary,
    /// The strings that the contract lists as values.
    listed: HashSet<String>,
}

impl Screen {
    pub fn new(contract: &Contract) -> Self {
        let mut screen = Screen {
            vocabulary: Vocabulary::of(contract.json()),
            ..Screen::default()
        };
        screen.read(contract.json());
        screen
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::Object(object) => {
                for key in ["enum", "x-extensible-enum"] {
                    let values = object.get(key).and_then(Value::as_array);
                    let strings = values.into_iter().flatten().filter_map(Value::as_str);
                    self.listed.extend(strings.map(str::to_owned));
                }
                let constant = object.get("const").and_then(Value::as_str);
                self.listed.extend(constant.map(str::to_owned));
                object.values().for_each(|value| self.read(value));
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            _ => {}
        }
    }

    /// Returns true if the contract contains the string as a value.
    pub fn lists(&self, value: &Value) -> bool {
        value
            .as_str()
            .is_some_and(|text| self.listed.contains(text))
    }

    /// Returns true if a name consists of words of the contract or of common ones. Others can be data, e.g. phone
    /// numbers or names of persons.
    pub fn is_name(&self, name: &str) -> bool {
        is_identifier(name) && self.vocabulary.has_words_of(name) && is_harmless(name)
    }

    /// Returns true if a string is an identifier or a timestamp, or a URL that consists of names.
    pub fn is_plain(&self, text: &str) -> bool {
        let is_fixed = is_uuid(text) || is_timestamp(text) || is_date(text);
        (is_fixed && is_harmless(text)) || self.is_name(text) || self.is_plain_url(text)
    }

    fn is_plain_url(&self, text: &str) -> bool {
        let Ok(url) = Url::parse(text) else {
            return false;
        };
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        let has_data = url.query().is_some() || url.fragment().is_some();
        let mut segments = url.path().split('/');
        let is_host = |domain: &str| domain.split('.').all(|label| self.is_name(label));
        self.is_name(url.scheme())
            && url.domain().is_some_and(is_host)
            && !has_credentials
            && !has_data
            && segments.all(|segment| segment.is_empty() || self.is_name(segment))
            && is_harmless(text)
    }

    /// Redacts what a finding contains of the exchange.
    pub fn found<'c>(&self, mut found: Found<'c>) -> Found<'c> {
        found.method = found
            .method
            .filter(|method| shown_method(method.as_str()) != REDACTED);
        found.finding = self.finding(found.finding);
        found
    }

    /// Redacts names and quoted values of a finding that come from the exchange.
    pub fn finding(&self, mut finding: Finding) -> Finding {
        finding.pointer = self.shown_pointer(&finding.pointer);
        finding.sentence = self.sentence(&finding.sentence);
        finding
    }

    fn shown_pointer(&self, pointer: &str) -> String {
        let tokens: Vec<_> = pointer
            .split('/')
            .map(|token| self.shown_token(token))
            .collect();
        tokens.join("/")
    }

    fn shown_token<'t>(&self, token: &'t str) -> Cow<'t, str> {
        let is_index =
            token.len() < PHONE_DIGITS && token.bytes().all(|byte| byte.is_ascii_digit());
        let name = token.replace("~1", "/").replace("~0", "~");
        if token.is_empty() || token == "*" || is_index || self.is_name(&name) {
            token.into()
        } else {
            REDACTED.into()
        }
    }

    /// Redacts a quoted method or value, and the place in an alternative: `but /tags/0 is a string`. Other words, and
    /// quoted ones, are those of the contract.
    fn sentence(&self, sentence: &str) -> String {
        let mut before = "";
        let words: Vec<_> = sentence
            .split(' ')
            .map(|word| {
                let quoted = word
                    .strip_prefix('`')
                    .and_then(|rest| rest.strip_suffix('`'));
                let shown = match quoted {
                    Some(text) if ["", "value"].contains(&before) && !self.is_name(text) => {
                        format!("`{REDACTED}`")
                    }
                    None if before == "but" && word.starts_with('/') => self.shown_pointer(word),
                    _ => word.to_owned(),
                };
                before = word;
                shown
            })
            .collect();
        words.join(" ")
    }

    /// Redacts the values in the queries of a text, e.g. `GET /pets?name=Rex -> 200`.
    pub fn queries(&self, text: &str) -> String {
        let words: Vec<_> = text.split(' ').map(|word| self.query(word)).collect();
        words.join(" ")
    }

    fn query<'w>(&self, word: &'w str) -> Cow<'w, str> {
        let Some((path, query)) = word.split_once('?').filter(|(path, _)| path.contains('/'))
        else {
            return word.into();
        };
        let pairs: Vec<_> = query.split('&').map(|pair| self.pair(pair)).collect();
        format!("{path}?{}", pairs.join("&")).into()
    }

    fn pair(&self, pair: &str) -> String {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let shown_name = if self.is_name(name) { name } else { REDACTED };
        let decoded = percent_decoded(value);
        let is_number = decoded.len() < PHONE_DIGITS && decoded.parse::<i64>().is_ok();
        let is_chosen = decoded == WRONG_NUMBER || self.listed.contains(&decoded);
        let shown_value = if is_number || is_timestamp(&decoded) || is_chosen {
            value
        } else {
            REDACTED
        };
        format!("{shown_name}={shown_value}")
    }
}

/// Returns a sentence of a server without what can be data: uncommon words, long numbers, secrets.
pub fn shown_sentence(sentence: &str) -> String {
    if !is_harmless(sentence) {
        return REDACTED.to_owned();
    }
    let screen = Screen::default();
    let words = sentence.split_whitespace().map(|word| {
        let core = word
            .trim_end_matches(['.', ',', ':', ';', ')'])
            .trim_start_matches('(');
        let is_number = core.len() < PHONE_DIGITS && core.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || screen.is_name(core) {
            word
        } else {
            REDACTED
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns true if a field with this name has a credential.
pub fn is_credential(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    CREDENTIALS.iter().any(|part| letters.contains(part))
}

/// Returns a method that consists of capital letters. Another one was not chosen by a programmer.
pub fn shown_method(method: &str) -> &str {
    let has_letters = method.bytes().all(|byte| byte.is_ascii_uppercase());
    if has_letters && Screen::default().is_name(method) {
        method
    } else {
        REDACTED
    }
}

/// Returns an identifier without characters that command a terminal. One that can contain a secret, a phone number or a
/// text is not shown.
pub fn shown_id(id: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._:-".contains(letter);
    if id.len() <= LONGEST_ID && id.chars().all(allowed) && is_harmless(id) {
        plain(id)
    } else {
        HIDDEN_ID.to_owned()
    }
}

fn has_phone(text: &str) -> bool {
    let (mut digits, mut separators) = (0, 0);
    for letter in text.chars() {
        // Leading zeros belong to a counter.
        if letter == '0' && digits == 0 {
            continue;
        }
        if letter.is_ascii_digit() {
            (digits, separators) = (digits + 1, 0);
        } else if digits > 0 && separators < 2 && " -./()".contains(letter) {
            separators += 1;
        } else {
            (digits, separators) = (0, 0);
        }
        if digits >= PHONE_DIGITS {
            return true;
        }
    }
    false
}

fn has_address(text: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || "._%+-".contains(letter);
    text.split_once('@')
        .is_some_and(|(name, host)| name.ends_with(is_part) && host.starts_with(is_part))
}

fn is_identifier(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]$".contains(&byte);
    name.len() <= 64
        && digits <= 4
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
        && name.bytes().all(allowed)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Returns true for a timestamp without so many fractional digits that they could be a phone number.
fn is_timestamp(text: &str) -> bool {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    digits < PHONE_DIGITS && DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE};
    use openapi_conformance::har::Recording;
    use serde_json::json;

    use super::*;

    fn hex(text: &str, before: &str) -> String {
        text.bytes()
            .map(|byte| format!("{before}{byte:02x}"))
            .collect()
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        let secret = "sk+live/a\"b\\c=";
        learn(secret);
        let json = Value::from(secret).to_string();
        let percent = hex(secret, "%");
        for spelling in [
            secret.to_owned(),
            json.trim_matches('"').to_owned(),
            hex(secret, "\\u00"),
            hex(secret, ""),
            hex(secret, "").to_uppercase(),
            BASE64_STANDARD_NO_PAD.encode(secret),
            BASE64_URL_SAFE.encode(secret),
            percent.replace('%', "%25"),
            percent,
        ] {
            for text in [
                spelling.clone(),
                format!("x {spelling}"),
                format!("id.{spelling}.y"),
                format!("{{\"a\":\"{spelling}\"}}"),
            ] {
                assert!(!is_harmless(&text), "{text}");
            }
        }
        assert!(is_harmless("sk+live/a"));
    }

    #[test]
    fn phone_numbers_are_found_in_identifiers() {
        let encoded = format!(
            "HBg{}FQIA",
            BASE64_STANDARD_NO_PAD.encode("\r5491155551234")
        );
        for id in [
            "chat_5491155551234",
            "+54 911 5555-1234",
            &format!(
                "wamid.{}",
                BASE64_STANDARD_NO_PAD.encode("\x1c\x18\r5491155551234\x15")
            ),
            &format!("wamid.{encoded}"),
        ] {
            assert!(!is_harmless(id), "{id}");
        }
        for id in [
            "evt_1",
            "chat_123",
            "550e8400-e29b-41d4-a716-446655440000",
            "msg_000000000004",
        ] {
            assert!(is_harmless(id), "{id}");
        }
    }

    #[test]
    fn sentence_is_shown_without_data() {
        learn_text("where is my parcel");
        for (sentence, shown) in [
            ("is missing", "is missing"),
            (
                "Must be at most 4096 characters (got 5000).",
                "Must be at most 4096 characters (got 5000).",
            ),
            ("`Maria` is unknown", "REDACTED is unknown"),
            ("Maria", "REDACTED"),
            ("no customer Maria Garcia", "no customer REDACTED REDACTED"),
            ("no customer +5491155551234", "REDACTED"),
            ("cannot send where is my parcel", "REDACTED"),
            ("cannot send \"is my\"", "cannot send REDACTED REDACTED"),
        ] {
            assert_eq!(shown_sentence(sentence), shown, "{sentence}");
        }
    }

    #[test]
    fn only_methods_in_capital_letters_are_shown() {
        let methods = ["GET", "PROPFIND", "get", "X-GET", "Maria-Garcia"];
        let shown = methods.map(shown_method);
        assert_eq!(shown, ["GET", "PROPFIND", REDACTED, REDACTED, REDACTED]);
    }

    #[test]
    fn names_of_common_words_are_shown() {
        let screen = Screen::default();
        for name in [
            "owner",
            "hasMore",
            "x-trace",
            "filter[name]",
            "ID",
            "URL",
            "API_2",
            "loyaltyTier",
            "shippingAddresses",
            "oauth2AccessTokenUrl",
            "HTTPRequestBodyFormat",
            "personalization",
            "sha256",
            "line2",
        ] {
            assert!(screen.is_name(name), "{name}");
        }
        for name in [
            "Maria",
            "maria_garcia",
            "Maria Garcia",
            "kazage-kanepu",
            "hunterNupe811",
            "+549",
            "a@b.c",
            "TWFyaWEgR2FyY2lh",
            "AQ1NYXJpYSBHYXJjaWE",
            "12",
            "54a91b15c55d51",
            "ghp_ZL2hKCBHKTihFCWWVyElRlt",
            "correcthorsebatterystaple",
            "correct-horse-battery-staple",
            "AKIAIOSFODNN7EXAMPLE",
            "GAYDIZRWGAZWCNZSMQZDMOJUGY",
            "Welcome2024",
            "master-key-2024",
            "pin_4711",
            "Ines",
            "Ted",
            "Ying",
            "Hans",
            "ray",
            "ford",
        ] {
            assert!(!screen.is_name(name), "{name}");
        }
    }

    #[test]
    fn urls_are_plain_if_their_hosts_consist_of_common_words() {
        let screen = Screen::default();
        for url in ["https://api.example.com/hooks", "http://localhost:8080/"] {
            assert!(screen.is_plain(url), "{url}");
        }
        for url in [
            "https://kazage-kanepu.example.com/",
            "https://kazage.com",
            "kazage://example.com/",
            "http://10.0.0.7/",
            "urn:example",
        ] {
            assert!(!screen.is_plain(url), "{url}");
        }
    }

    #[test]
    fn findings_are_shown_without_names_and_values_that_can_be_data() {
        let contract = Contract::parse(
            r##"{"openapi": "3.1.1", "info": {"title": "", "version": "1"}, "servers": [{"url": "http://localhost"}],
                "paths": {"/pets": {"get": {"responses": {"200": {"description": "", "content": {"application/json":
                {"schema": {"oneOf": [
                    {"type": "object", "additionalProperties": {"type": "integer"}, "properties": {"status": {"type": "string", "x-extensible-enum": ["open"]}}},
                    {"type": "object", "additionalProperties": {"type": "boolean"}}
                ]}}}}}}}}}"##,
        )
        .unwrap();
        let screen = Screen::new(&contract);
        let shown = |method: &str, body: &str| {
            let content = json!({"mimeType": "application/json", "text": body});
            let entry = json!({
                "request": {"method": method, "url": "http://localhost/pets", "headers": []},
                "response": {"status": 200, "headers": [], "content": content},
            });
            let har = json!({"log": {"entries": [entry]}}).to_string();
            let mut recording = Recording::new(&contract, None).unwrap();
            let mut shown = String::new();
            let read = recording.read(har.as_bytes(), |found| {
                shown += &screen.found(found).to_string();
            });
            read.unwrap();
            shown
        };
        let closest = |body| {
            let text = shown("GET", body);
            let (_, reason) = text.split_once(", but ").unwrap();
            reason.split_once(" (").unwrap().0.to_owned()
        };
        let expected = "/REDACTED is a string, expected an integer";
        assert_eq!(closest(r#"{"kazage-kanepu": ""}"#), expected);
        assert_eq!(closest(r#"{"Kazage Kanepu": ""}"#), expected);
        assert_eq!(
            closest(r#"{"count": ""}"#),
            expected.replace("REDACTED", "count")
        );
        assert_eq!(
            closest(r#"{"status": "kazage", "zz": ""}"#),
            "/status has the unknown value `REDACTED`"
        );
        assert!(
            shown("DELETE", "{}").contains("(DELETE 200): request: /request/method `DELETE` is")
        );
        let other = shown("KAZAGE", "{}");
        assert!(
            other.contains("(200): request: /request/method `REDACTED` is"),
            "{other}"
        );
    }

    #[test]
    fn names_of_the_words_of_a_contract_are_shown() {
        let contract = Contract::parse(
            r##"{"openapi": "3.1.1", "info": {"title": "Herbarium", "version": "1"}, "paths": {},
                "components": {"schemas": {"Stamen": {"type": "object", "description": "Has anthers.",
                    "pattern": "^gynoecium$", "properties": {"leaf": {"const": "Petiole"}}, "example": "Maria"}}}}"##,
        )
        .unwrap();
        let screen = Screen::new(&contract);
        for name in ["herbarium_id", "stamenCount", "ANTHERS", "petiole"] {
            assert!(screen.is_name(name), "{name}");
        }
        for name in ["maria", "gynoecium", "sepal"] {
            assert!(!screen.is_name(name), "{name}");
        }
    }
}
