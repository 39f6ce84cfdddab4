//! Nothing that is planted anywhere in an exchange is in the recording or in the report.

use std::fs;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use watsi::reqwest::{Client, Url};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{Recording, http};
use crate::written::Directory;

const COUNT: usize = 200;

/// A planted text, and the parts of it that must not be found.
struct Planted {
    text: String,
    parts: Vec<String>,
}

/// A different word for each number, in lower case.
fn word(number: usize) -> String {
    let letter = |number: usize| char::from(b"bdfgklmnprstvz"[number % 14]);
    let vowel = |number: usize| char::from(b"aeiou"[number % 5]);
    let letters = [
        letter(number),
        vowel(number),
        letter(number / 5),
        vowel(number / 7),
        letter(number / 3),
        'o',
    ];
    letters.into_iter().collect()
}

fn planted(number: usize) -> Planted {
    let (first, last) = (word(number), word(number + 77));
    let text = match number % 7 {
        0 => format!("54911{:08}", 31_415_926 + number * 7919),
        1 => format!("{first}.{last}@example.com"),
        2 => format!("Xz{first} Qy{last}"),
        3 => format!("Where is my {first} {last}, please?"),
        4 => format!("{first}-{last}"),
        5 => format!("{first}Xz{last}{}", 100 + number),
        _ => format!("sk+{first}/{last}\"{number}\\x=="),
    };
    let parts = match number % 7 {
        2 => vec![format!("Xz{first}"), format!("Qy{last}")],
        3 => vec![format!("{first} {last}")],
        _ => vec![text.clone()],
    };
    Planted { text, parts }
}

/// Only keys are sent as credentials, which the command looks for in all other places.
fn is_key(text: &str) -> bool {
    text.starts_with("sk+")
}

/// Returns the spellings in which a text can be in a recording.
fn spellings(text: &str) -> Vec<String> {
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut url = Url::parse("http://localhost").unwrap();
    url.query_pairs_mut().append_pair("", text);
    let query = url.query().unwrap().trim_start_matches('=').to_owned();
    let json = Value::from(text).to_string();
    let json = json.trim_matches('"').to_owned();
    let twice = Value::from(json.as_str()).to_string();
    let twice = twice.trim_matches('"').to_owned();
    let base64 = BASE64_STANDARD.encode(text);
    let base64 = base64.trim_end_matches('=').to_owned();
    let lower = percent.to_lowercase();
    let in_url = BASE64_URL_SAFE_NO_PAD.encode(text);
    vec![
        text.to_owned(),
        percent,
        lower,
        query,
        json,
        twice,
        base64,
        in_url,
    ]
}

/// Puts a text into every place of a value that a contract documents, and beside them.
fn body(text: &str) -> Value {
    let mut object = Map::new();
    for name in [
        "id",
        "name",
        "status",
        "tag",
        "url",
        "body",
        "message",
        "conversation_id",
        "photo",
        "note",
        "code",
        "request_id",
        "hasMore",
        "count",
    ] {
        object.insert(name.to_owned(), text.into());
    }
    for spelling in spellings(text) {
        object.insert(spelling, 1.into());
    }
    object.insert(
        "hook".to_owned(),
        format!("https://u:{text}@example.com/").into(),
    );
    if is_key(text) {
        object.insert("apiKey".to_owned(), text.into());
    }
    object.insert("list".to_owned(), spellings(text).into());
    if let Ok(number) = text.parse::<u64>() {
        object.insert("number".to_owned(), number.into());
        object.insert("limit".to_owned(), number.into());
        object.insert("age".to_owned(), (number as f64 / 100.0).into());
    }
    let object = Value::Object(object);
    let mut whole = object.clone();
    // Each length of a text has another place, so that the file stays small.
    let place = ["customer", "pets", "error", "message"][text.len() % 4];
    whole[place] = object.clone();
    whole["chats"] = json!([object]);
    whole
}

/// Sends requests with a text in every place.
async fn exchange(http: &Client, recording: &Recording, number: usize) {
    let text = &planted(number).text;
    let percent = spellings(text).swap_remove(1);
    let wamid = format!("wamid.{}", spellings(text).swap_remove(6));
    let mut urls = Vec::new();
    // Each path has a third of the texts.
    let path = ["/conversations", "/pets", "/messages"][number % 3];
    for value in [&percent, &wamid] {
        urls.push(format!(
            "{path}?status={value}&limit={value}&status[{value}]=1&limit[{value}]={value}&{value}={value}&before={value}&q={value}"
        ));
        let name = if is_key(text) { "token" } else { "q" };
        urls.push(format!("{path}/{value}?{name}={value}"));
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    let form = form
        .append_pair("password", text)
        .append_pair(text, "1")
        .finish();
    let (first, others) = urls.split_first().unwrap();
    for path in others {
        http.get(recording.url(path)).send().await.unwrap();
    }
    let url = recording.url(first);
    let request = http.post(&url).json(&body(text));
    let request = request.header("x-request-id", percent.as_str());
    let request = request.header("user-agent", wamid.as_str());
    let mut request = request.header("cookie", format!("{percent}={percent}"));
    for name in [
        "accept",
        "accept-language",
        "allow",
        "cache-control",
        "vary",
        "x-any",
    ] {
        request = request.header(name, text.as_str());
    }
    request.send().await.unwrap();
    let request = http
        .post(&url)
        .header("content-type", "application/x-www-form-urlencoded");
    request.body(form).send().await.unwrap();
    for url in [
        format!("https://example.com/{percent}?t={percent}"),
        format!("https://{text}.example.com/"),
    ] {
        let hook = json!({"events": [text], "url": url});
        let request = http.post(recording.url("/webhooks")).json(&hook);
        request.send().await.unwrap();
    }
}

/// The response has the body of the request, or the value in its query.
fn echo(request: &Request) -> ResponseTemplate {
    let text = request.url.query_pairs().next();
    let text = text
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let sent = serde_json::from_slice(&request.body)
        .unwrap_or_else(|_| json!({"name": text, text.clone(): [text]}));
    ResponseTemplate::new(200)
        .set_body_json(sent)
        .insert_header("etag", BASE64_STANDARD.encode(&text))
        .insert_header("server", text.as_str())
        .insert_header("x-rate-limit", BASE64_STANDARD.encode(text))
}

async fn assert_nothing_is_found(name: &str, more: &[&str]) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(echo).mount(&server).await;
    let more = [more, &["--format", "json"]].concat();
    let mut recording = Recording::start(&server.uri(), name, &more);
    let http = http();
    for number in 0..COUNT {
        exchange(&http, &recording, number).await;
    }
    let file = fs::read_to_string(&recording.har).unwrap();
    let (_, report) = recording.end("-INT");
    assert!(recording.entries().len() > COUNT);
    let parts = (0..COUNT).flat_map(|number| planted(number).parts);
    let spellings: Vec<_> = parts.flat_map(|part| spellings(&part)).collect();
    let search = AhoCorasick::new(&spellings).unwrap();
    for (place, text) in [("recording", &file), ("report", &report)] {
        if let Some(found) = search.find(text) {
            // Enough to see where it is.
            let before: String = text[..found.start()].chars().rev().take(200).collect();
            let around: String = before.chars().rev().collect();
            panic!(
                "{} in the {place}, after {around}",
                spellings[found.pattern()]
            );
        }
    }
}

/// A contract that marks nothing as sensitive.
fn unmarked() -> Value {
    let schema = json!({"type": "object", "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "tag": {"type": "string"},
        "status": {"type": "string", "enum": ["available", "sold"]},
        "photo": {"type": "string", "format": "uri"}, "age": {"type": "number"},
        "born": {"type": "string", "format": "date-time"},
        "number": {"type": "integer"}, "list": {"type": "array", "items": {"type": "string"}},
        "password": {"type": "string", "format": "password"},
    }});
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}});
    let parameters = json!([
        {"name": "status", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]);
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let responses = json!({"200": {"description": "", "content": content}});
    let operation = |name: &str| {
        json!({"operationId": name, "parameters": parameters, "responses": responses,
            "requestBody": {"content": content}})
    };
    let (mut list, mut get) = (operation("list"), operation("get"));
    for operation in [&mut list, &mut get] {
        operation.as_object_mut().unwrap().remove("requestBody");
    }
    json!({
        "openapi": "3.0.3", "info": {"title": "", "version": ""},
        "paths": {
            "/pets": {"get": list, "post": operation("create")},
            "/pets/{id}": {"parameters": [id], "get": get, "post": operation("update")},
        },
        "components": {"schemas": {"Pet": schema}},
    })
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_planted_is_found_with_the_contract_of_the_client() {
    assert_nothing_is_found("planted", &[]).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_planted_is_found_with_a_contract_that_marks_nothing() {
    let directory = Directory::new("planted-spec");
    let spec = directory.write("openapi.json", &unmarked().to_string());
    assert_nothing_is_found("planted-unmarked", &["--spec", &spec]).await;
}

#[tokio::test]
async fn nothing_planted_is_found_with_the_contract_of_another_api() {
    let directory = Directory::new("planted-pets");
    let spec = directory.write("pets.yaml", include_str!("../pets.yaml"));
    assert_nothing_is_found("planted-pets", &["--spec", &spec]).await;
}

#[tokio::test]
async fn values_at_kept_pointers_are_shown() {
    let directory = Directory::new("keep-spec");
    let spec = directory.write("openapi.json", &unmarked().to_string());
    let server = MockServer::start().await;
    let pet = json!({"name": "Rex", "Maria": 1, "tag": "dog", "status": "sold", "age": 4, "born": "2020-01-02T03:04:05Z", "password": "x1y2"});
    let response = ResponseTemplate::new(200).set_body_json(&pet);
    Mock::given(any())
        .respond_with(response)
        .mount(&server)
        .await;
    let pets = "/components/schemas/Pet";
    let name = "/components/schemas/Pet/properties/name";
    let password = "/components/schemas/Pet/properties/password";
    let limit = "/paths/~1pets/get/parameters/1";
    let more = [
        "--spec", &spec, "--keep", pets, "--keep", name, "--keep", limit, "--keep", password,
    ];
    let recording = Recording::start(&server.uri(), "keep", &more);
    let url = recording.url("/pets?limit=20&status=secret");
    http().get(url).send().await.unwrap();
    let entry = &recording.entries()[0];
    let url = format!("{}/pets?limit=20&status=xxxxxx", server.uri());
    assert_eq!(entry["request"]["url"], url);
    let recorded = super::body(&entry["response"]["content"]);
    let expected = json!({"name": "Rex", "Maria": 0, "tag": "xxx", "status": "sold", "age": 0, "born": pet["born"], "password": "x0x0"});
    assert_eq!(recorded, expected);
}

#[test]
fn pointer_to_nothing_is_an_error() {
    let directory = Directory::new("keep");
    let har = directory.file("traffic.har");
    let arguments = [
        "record",
        "--target",
        "https://example.com",
        "--har",
        &har,
        "--keep",
        "/components/nothing",
    ];
    let output = crate::command::watsi(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(fs::metadata(&har).is_err());
}
