//! Traffic that conforms has no findings while it is recorded, nor in its recording, and each break of the contract is
//! found in both.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Recording;
use crate::command::run;
use crate::written::Directory;

const SHAPES: &str = include_str!("shapes.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    /// The body of a response.
    pet: Value,
    groups: Vec<Group>,
}

/// The exchanges with one server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    contract: String,
    #[serde(default)]
    sent_headers: Headers,
    conforming: Vec<Case>,
    breaks: Vec<Case>,
}

type Headers = BTreeMap<String, String>;

/// An exchange, as the file describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    request: Option<String>,
    sent_headers: Headers,
    sent: Option<Value>,
    sent_text: String,
    status: Option<u16>,
    headers: Option<Headers>,
    body: Option<Value>,
    text: Option<String>,
    latin1: Option<String>,
    set: Map<String, Value>,
    without: Option<String>,
    lost: bool,
    recorded: Map<String, Value>,
}

fn cases() -> Cases {
    serde_saphyr::from_str(include_str!("exchanges.yaml")).unwrap()
}

fn json_headers() -> Headers {
    Headers::from([("content-type".to_owned(), "application/json".to_owned())])
}

/// Returns the bytes of a message whose connection is closed after it.
fn message(first: &str, headers: &Headers, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{first}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    // A response with this status code cannot announce a body.
    if !first.contains(" 204 ") {
        head += &format!("content-length: {}\r\n", body.len());
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

impl Case {
    fn request(&self, group: &Group) -> Vec<u8> {
        let request = self.request.as_deref().unwrap_or("GET /pets/7");
        let mut headers = group.sent_headers.clone();
        headers.insert("host".to_owned(), "localhost".to_owned());
        headers.extend(self.sent_headers.clone());
        let body = match &self.sent {
            Some(sent) => {
                headers.extend(json_headers());
                sent.to_string()
            }
            None => self.sent_text.clone(),
        };
        message(&format!("{request} HTTP/1.1"), &headers, body.as_bytes())
    }

    fn response(&self, pet: &Value) -> Vec<u8> {
        let status = self.status.unwrap_or(200);
        let has_body = status != 204 || self.body.is_some();
        let headers = match &self.headers {
            Some(headers) => headers.clone(),
            None if has_body => json_headers(),
            None => Headers::default(),
        };
        let body = match (&self.text, &self.latin1) {
            (Some(text), _) => text.clone().into_bytes(),
            (_, Some(text)) => text.chars().map(|letter| letter as u8).collect(),
            _ if has_body => self.json(pet).to_string().into_bytes(),
            _ => Vec::new(),
        };
        message(&format!("HTTP/1.1 {status} X"), &headers, &body)
    }

    fn json(&self, pet: &Value) -> Value {
        let mut body = self.body.as_ref().unwrap_or(pet).clone();
        let removed = self.without.iter().map(|pointer| (pointer, None));
        let set = self
            .set
            .iter()
            .map(|(pointer, value)| (pointer, Some(value)));
        for (pointer, value) in set.chain(removed) {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let object = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match value {
                Some(value) => _ = object.insert(name.to_owned(), value.clone()),
                None => _ = object.remove(name).unwrap(),
            }
        }
        body
    }
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

/// What is found in an exchange.
struct Found {
    /// The exit codes of the recording, and of the validation of its file.
    codes: [Option<i32>; 2],
    entry: Value,
}

fn record(request: &[u8], response: Vec<u8>, spec: &str) -> Found {
    let target = serve(response);
    let mut recording = Recording::start(&target, "exchange", &["--spec", spec]);
    let mut stream = TcpStream::connect(recording.url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request).unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    assert!(!received.starts_with(b"HTTP/1.1 502"), "{received:?}");
    let (recorded, _) = recording.running.end("-INT");
    let har = ["--har", &recording.har, "--base-url", &target];
    let validated = run(&[&["conform", "--spec", spec], &har[..]].concat());
    // The pointers of a case are into an entry whose URL is the path.
    let text = fs::read_to_string(&recording.har).unwrap();
    let har: Value = serde_json::from_str(&text.replace(&target, "")).unwrap();
    Found {
        codes: [recorded, validated.code],
        entry: har["log"]["entries"][0].clone(),
    }
}

/// Asserts that the exit codes of all exchanges are this one, and that they are recorded as the file says.
fn assert_found(code: i32, cases_of: fn(&Group) -> &[Case]) {
    let Cases { pet, groups } = cases();
    let directory = Directory::new("exchanges");
    directory.write("pets.yaml", include_str!("pets.yaml"));
    directory.write("shapes.yaml", SHAPES);
    let color = "Color: { type: string";
    let marked = SHAPES.replace(color, &format!("{color}, x-sensitive: true"));
    directory.write("marked.yaml", &marked);
    let cases = groups.iter().flat_map(|group| {
        let cases = cases_of(group).iter();
        cases.map(move |case| (group, case))
    });
    let open = Mutex::new(cases);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                while let Some((group, case)) = { open.lock().unwrap().next() } {
                    let spec = directory.file(&group.contract);
                    let Found { codes, entry } =
                        record(&case.request(group), case.response(&pet), &spec);
                    let in_file = if case.lost { 0 } else { code };
                    let mut recorded = case.recorded.iter();
                    let is_recorded = recorded.all(|(pointer, value)| {
                        entry.pointer(pointer).unwrap_or(&Value::Null) == value
                    });
                    if codes != [Some(code), Some(in_file)] || !is_recorded {
                        let found = format!("{case:?}: {codes:?} {entry}");
                        wrong.lock().unwrap().push(found);
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), [""; 0]);
}

#[test]
fn each_break_is_found() {
    assert_found(1, |group| &group.breaks);
}

#[test]
fn conforming_traffic_has_no_findings() {
    assert_found(0, |group| &group.conforming);
}
