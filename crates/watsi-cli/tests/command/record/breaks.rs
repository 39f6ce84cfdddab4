//! Each deliberate break of a server is found while its traffic is recorded, and in the recording, and traffic that
//! conforms has no findings.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::Recording;
use crate::command::watsi;
use crate::written::Directory;

const CONTRACT: &str = include_str!("../pets.yaml");

/// A response of the server.
#[derive(Clone)]
struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Response {
    fn new(status: u16, headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Self {
        Response {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            body: body.into(),
        }
    }

    fn json(status: u16, body: &Value) -> Self {
        Response::new(
            status,
            &[("content-type", "application/json")],
            body.to_string(),
        )
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").bytes());
        }
        if self.status != 204 {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }
}

/// An exchange.
struct Case {
    name: String,
    request: String,
    response: Response,
    /// Whether the recording has lost what is wrong: bodies that are not JSON are left out, and numbers replaced.
    is_lost: bool,
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

fn post(body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST /pets HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn pet() -> Value {
    json!({
        "id": 7, "name": "Rex", "status": "sold", "born": "2024-02-29", "seen": "2024-02-29T10:00:00+02:00",
        "uuid": "550e8400-e29b-41d4-a716-446655440000", "ip": "10.0.0.1", "nickname": null, "vaccinated": false,
        "weight": 12.5, "tags": ["a", "b"], "scores": {"x": 1}, "owner": {"email": "a@example.com", "site": "https://example.com/a"},
        "details": {"kind": "dog", "barks": true}, "parent": {"id": 6, "name": "Max", "status": "available"},
    })
}

/// The pet with another value at a pointer, or without it.
fn edited(pointer: &str, value: Option<Value>) -> Value {
    let mut pet = pet();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let object = pet.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => _ = object.insert(name.to_owned(), value),
        None => _ = object.remove(name).unwrap(),
    }
    pet
}

fn good() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, request: String, response: Response| {
        cases.push(Case {
            name: name.to_owned(),
            request,
            response,
            is_lost: false,
        });
    };
    let total = |body: &Value| Response::json(200, body).with("x-total", "1");
    let problem = |body: &Value| {
        Response::new(
            404,
            &[("content-type", "application/problem+json")],
            body.to_string(),
        )
    };
    let none = json!({"title": "none", "status": 404});
    let small = json!({"id": 1, "name": "A", "status": "available"});
    add("pet", get("/pets/7"), Response::json(200, &pet()));
    add("small pet", get("/pets/1"), Response::json(200, &small));
    add(
        "charset",
        get("/pets/7"),
        Response::new(
            200,
            &[("Content-Type", "application/json; charset=utf-8")],
            pet().to_string(),
        ),
    );
    add(
        "space",
        get("/pets/7"),
        Response::new(
            200,
            &[("content-type", "application/json")],
            format!("\n {}\n", pet()),
        ),
    );
    add(
        "list",
        get("/pets?limit=5&status=sold"),
        total(&json!([pet(), small])),
    );
    add("empty list", get("/pets"), total(&json!([])));
    add(
        "cache",
        get("/pets"),
        total(&json!([]))
            .with("X-CACHE", "hit")
            .with("x-other", "z"),
    );
    add("none", get("/pets/9"), problem(&none));
    add(
        "new",
        post(&small),
        Response::json(201, &pet()).with("location", "/pets/7"),
    );
    add(
        "new with a secret",
        post(&edited("/secret", Some(json!("s")))),
        Response::json(201, &pet()).with("location", "/pets/7"),
    );
    add(
        "gone",
        "DELETE /pets/7 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
        Response::new(204, &[], ""),
    );
    add(
        "story",
        get("/pets/7/story"),
        Response::new(200, &[("content-type", "text/plain")], "Once."),
    );
    for (pointer, value) in [
        ("/id", json!(9_007_199_254_740_993_i64)),
        ("/name", json!("Aäöü😀")),
        ("/name", json!("A".repeat(20))),
        ("/weight", json!(100)),
        ("/weight", json!(0.5)),
        ("/seen", json!("2024-12-31T23:59:60Z")),
        ("/seen", json!("2024-01-01T00:00:00.123456789-11:30")),
        ("/nickname", json!("")),
        ("/tags", json!(["a", "b", "c"])),
        ("/scores", json!({})),
        ("/scores", json!({"a": -1, "b": 1.0})),
        ("/details", json!({"kind": "cat", "lives": 9})),
        ("/owner", json!({"email": "first.last+tag@sub.example.co"})),
        ("/vaccinated", json!(true)),
    ] {
        add(
            &format!("{pointer}={value}"),
            get("/pets/7"),
            Response::json(200, &edited(pointer, Some(value))),
        );
    }
    cases
}

fn breaks() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: String, request: String, response: Response, is_lost: bool| {
        cases.push(Case {
            name,
            request,
            response,
            is_lost,
        });
    };
    let values = [
        ("/id", json!("7")),
        ("/id", json!(0)),
        ("/id", json!(1.5)),
        ("/id", json!(null)),
        ("/id", json!(1e20)),
        ("/id", json!(true)),
        ("/name", json!("")),
        ("/name", json!("Abcdefghijklmnopqrstu")),
        ("/name", json!("rex")),
        ("/name", json!(7)),
        ("/name", json!(null)),
        ("/name", json!(["Rex"])),
        ("/name", json!({"first": "Rex"})),
        ("/status", json!("unknown")),
        ("/status", json!("Sold")),
        ("/status", json!(1)),
        ("/status", json!(null)),
        ("/status", json!("")),
        ("/born", json!("2024-13-01")),
        ("/born", json!("2023-02-29")),
        ("/born", json!("yesterday")),
        ("/born", json!("2024-01-01T00:00:00Z")),
        ("/born", json!(20_240_101)),
        ("/seen", json!("2024-01-01T00:00:00")),
        ("/seen", json!("2024-02-30T00:00:00Z")),
        ("/seen", json!("2024-01-01")),
        ("/seen", json!(1_704_067_200)),
        ("/uuid", json!("550e8400-e29b-41d4-a716-44665544000g")),
        ("/uuid", json!("550e8400")),
        ("/ip", json!("10.0.0.256")),
        ("/ip", json!("localhost")),
        ("/nickname", json!(7)),
        ("/nickname", json!([])),
        ("/vaccinated", json!("true")),
        ("/vaccinated", json!(1)),
        ("/vaccinated", json!(null)),
        ("/weight", json!(0)),
        ("/weight", json!(100.5)),
        ("/weight", json!(0.3)),
        ("/weight", json!("5")),
        ("/tags", json!("a")),
        ("/tags", json!([])),
        ("/tags", json!(["a", "b", "c", "d"])),
        ("/tags", json!(["a", "a"])),
        ("/tags", json!(["a", 1])),
        ("/tags", json!(["a", null])),
        ("/scores", json!({"x": "1"})),
        ("/scores", json!([1])),
        ("/scores", json!({"x": 1.5})),
        ("/parent", json!("Max")),
        ("/parent", json!({"id": 6, "status": "sold"})),
        (
            "/parent",
            json!({"id": "6", "name": "Max", "status": "sold"}),
        ),
        ("/owner", json!("me")),
        ("/owner", json!({})),
        ("/owner", json!({"email": "nobody"})),
        (
            "/owner",
            json!({"email": "a@example.com", "site": "no url"}),
        ),
        ("/owner", json!({"email": "a@example.com", "phone": "1"})),
        ("/details", json!(null)),
        ("/details", json!({"kind": "cat"})),
        ("/details", json!({"kind": "cat", "lives": 10})),
        ("/details", json!({"kind": "cat", "barks": true})),
        ("/details", json!({"kind": "bird", "lives": 1})),
        ("/details", json!({"lives": 1})),
        ("/extra", json!(1)),
        ("/Name", json!("Rex")),
    ];
    for (pointer, value) in values {
        let name = format!("{pointer}={value}");
        let is_number = value["lives"] == 10;
        add(
            name,
            get("/pets/7"),
            Response::json(200, &edited(pointer, Some(value))),
            is_number,
        );
    }
    for pointer in [
        "/id",
        "/name",
        "/status",
        "/parent/name",
        "/owner/email",
        "/details/kind",
        "/details/barks",
    ] {
        add(
            format!("without {pointer}"),
            get("/pets/7"),
            Response::json(200, &edited(pointer, None)),
            false,
        );
    }
    let json = [("content-type", "application/json")];
    for (name, body, is_lost) in [
        ("array", json!([pet()]).to_string(), false),
        ("null", "null".to_owned(), false),
        ("string", "\"pet\"".to_owned(), false),
        ("no body", String::new(), false),
        ("truncated", pet().to_string()[..50].to_owned(), true),
        ("HTML", "<html></html>".to_owned(), true),
        ("NaN", pet().to_string().replace("12.5", "NaN"), true),
        (
            "duplicate key",
            pet().to_string().replace("{\"born\"", "{\"id\":1,\"born\""),
            true,
        ),
        ("two values", format!("{}{}", pet(), pet()), true),
        ("single quotes", pet().to_string().replace('"', "'"), true),
    ] {
        add(
            name.to_owned(),
            get("/pets/7"),
            Response::new(200, &json, body),
            is_lost,
        );
    }
    let mut invalid = pet().to_string().into_bytes();
    let name = invalid.iter().position(|byte| *byte == b'R').unwrap();
    invalid[name] = 0xff;
    add(
        "invalid UTF-8".to_owned(),
        get("/pets/7"),
        Response::new(200, &json, invalid),
        true,
    );
    for status in [201, 202, 204, 301, 400, 401, 403, 409, 418, 429, 500, 503] {
        add(
            format!("status {status}"),
            get("/pets/7"),
            Response::json(status, &pet()),
            false,
        );
    }
    for content_type in [
        "text/html",
        "text/plain",
        "application/xml",
        "application/problem+json",
        "image/png",
    ] {
        add(
            content_type.to_owned(),
            get("/pets/7"),
            Response::new(200, &[("content-type", content_type)], pet().to_string()),
            false,
        );
    }
    add(
        "no content type".to_owned(),
        get("/pets/7"),
        Response::new(200, &[], pet().to_string()),
        false,
    );
    let list = |body: Value| Response::json(200, &body);
    let small = |id: i64| json!({"id": id, "name": "A", "status": "available"});
    for (name, response) in [
        ("no total", list(json!([]))),
        ("total is text", list(json!([])).with("x-total", "many")),
        ("total is negative", list(json!([])).with("x-total", "-1")),
        ("total is empty", list(json!([])).with("x-total", "")),
        (
            "cache",
            list(json!([]))
                .with("x-total", "0")
                .with("x-cache", "maybe"),
        ),
        (
            "too many",
            list(json!([small(1), small(2), small(3)])).with("x-total", "3"),
        ),
        (
            "twice",
            list(json!([small(1), small(1)])).with("x-total", "2"),
        ),
        ("object", list(json!({"pets": []})).with("x-total", "0")),
        (
            "wrong item",
            list(json!([small(1), small(0)])).with("x-total", "2"),
        ),
        ("null item", list(json!([null])).with("x-total", "1")),
    ] {
        let is_number = name == "total is negative";
        add(name.to_owned(), get("/pets"), response, is_number);
    }
    let problem = |body: Value| {
        Response::new(
            404,
            &[("content-type", "application/problem+json")],
            body.to_string(),
        )
    };
    for (name, response) in [
        (
            "problem as JSON",
            Response::json(404, &json!({"title": "none", "status": 404})),
        ),
        ("problem without title", problem(json!({"status": 404}))),
        (
            "problem of another status",
            problem(json!({"title": "none", "status": 400})),
        ),
        ("problem is text", problem(json!("none"))),
    ] {
        add(name.to_owned(), get("/pets/9"), response, false);
    }
    for (name, response) in [
        ("new without location", Response::json(201, &pet())),
        (
            "new with 200",
            Response::json(200, &pet()).with("location", "/pets/7"),
        ),
        (
            "new without body",
            Response::new(201, &[("location", "/pets/7")], ""),
        ),
    ] {
        add(name.to_owned(), post(&pet()), response, false);
    }
    let text = [("content-type", "text/plain")];
    add(
        "long story".to_owned(),
        get("/pets/7/story"),
        Response::new(200, &text, "a".repeat(21)),
        true,
    );
    add(
        "empty story".to_owned(),
        get("/pets/7/story"),
        Response::new(200, &text, ""),
        true,
    );
    let delete = "DELETE /pets/7 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    add(
        "gone with a body".to_owned(),
        delete.to_owned(),
        Response::json(200, &json!({})),
        false,
    );
    add(
        "undocumented path".to_owned(),
        get("/cats"),
        Response::json(200, &json!([])),
        false,
    );
    add(
        "undocumented method".to_owned(),
        "PUT /pets/7 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n".to_owned(),
        Response::json(200, &pet()),
        false,
    );
    // The program breaks the contract, and the server accepts it.
    add(
        "request without name".to_owned(),
        post(&edited("/name", None)),
        Response::json(201, &pet()).with("location", "/pets/7"),
        false,
    );
    add(
        "limit above its maximum".to_owned(),
        get("/pets?limit=6"),
        list(json!([])).with("x-total", "0"),
        false,
    );
    add(
        "unknown parameter".to_owned(),
        get("/pets?page=2"),
        list(json!([])).with("x-total", "0"),
        false,
    );
    add(
        "unknown status".to_owned(),
        get("/pets?status=lost"),
        list(json!([])).with("x-total", "0"),
        false,
    );
    cases
}

/// Starts a server with one response. Returns its URL.
fn serve(response: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        // The whole request comes before the response.
        while !is_complete(&received) {
            let length = stream.read(&mut buffer).unwrap();
            received.extend(&buffer[..length]);
        }
        stream.write_all(&response).unwrap();
    });
    url
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.split("content-length: ").nth(1);
    let length = length.map_or(0, |rest| rest.split('\r').next().unwrap().parse().unwrap());
    body.len() >= length
}

/// Returns the exit codes of the recording, and of the validation of its file.
fn codes(case: &Case, spec: &str) -> (Option<i32>, Option<i32>) {
    let target = serve(case.response.bytes());
    let mut recording = Recording::start(&target, "break", &["--spec", spec]);
    let mut stream = TcpStream::connect(recording.url.strip_prefix("http://").unwrap()).unwrap();
    let request = case
        .request
        .replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(request.as_bytes()).unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    assert!(
        !received.starts_with(b"HTTP/1.1 502"),
        "{} {received:?}",
        case.name
    );
    let (recorded, _) = recording.end("-INT");
    let arguments = [
        "conform",
        "--har",
        &recording.har,
        "--base-url",
        &target,
        "--spec",
        spec,
    ];
    let validated = watsi(&arguments).output().unwrap();
    (recorded, validated.status.code())
}

/// Returns the cases whose codes differ from the expected ones.
fn unexpected(cases: Vec<Case>, expected: i32) -> Vec<String> {
    let directory = Directory::new("pets");
    let spec = directory.write("pets.yaml", CONTRACT);
    let open = Mutex::new(cases);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                while let Some(case) = { open.lock().unwrap().pop() } {
                    let codes = codes(&case, &spec);
                    let in_file = if case.is_lost {
                        codes.1
                    } else {
                        Some(expected)
                    };
                    if codes != (Some(expected), in_file) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{}: {codes:?}", case.name));
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

#[test]
fn each_break_is_found() {
    let breaks = breaks();
    assert!(breaks.len() > 63, "{}", breaks.len());
    assert_eq!(unexpected(breaks, 1), [""; 0]);
}

#[test]
fn conforming_traffic_has_no_findings() {
    assert_eq!(unexpected(good(), 0), [""; 0]);
}
