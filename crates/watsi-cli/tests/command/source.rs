//! Contracts from URLs, and contracts in several documents.

use std::fs;

use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command::watsi;
use crate::written::Directory;

const ROOT: &str = "
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example.com'}]
paths:
  /pets/{id}: {$ref: 'paths/pet.yaml'}
";

const PET: &str = "
get:
  operationId: get_pet
  parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
  responses:
    '200':
      description: A pet.
      content: {application/json: {schema: {$ref: '../schemas.yaml#/Pet'}}}
";

const SCHEMAS: &str = "
Pet:
  type: object
  required: [name]
  properties: {name: {type: string}, parent: {$ref: '#/Pet'}}
";

/// A recording in which the parent of a pet has no name.
fn recording() -> String {
    let exchange = json!({
        "request": {"method": "GET", "url": "https://pets.example.com/pets/1"},
        "response": {
            "status": 200,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"text": r#"{"name": "Rex", "parent": {}}"#},
        },
    });
    json!({"log": {"entries": [exchange]}}).to_string()
}

/// Writes the contract and the recording.
fn files(name: &str) -> Directory {
    let directory = Directory::new(name);
    fs::create_dir_all(directory.path().join("api/paths")).unwrap();
    directory.write("api/openapi.yaml", ROOT);
    directory.write("api/paths/pet.yaml", PET);
    directory.write("api/schemas.yaml", SCHEMAS);
    directory.write("traffic.har", &recording());
    directory
}

/// Validates the recording against a contract. Returns the exit code, standard output and standard error.
struct Ended {
    code: Option<i32>,
    shown: String,
    error: String,
}

fn conform(directory: &Directory, spec: &str, more: &[&str]) -> Ended {
    let arguments = [&["conform", "--har", "traffic.har", "--spec", spec], more].concat();
    let mut command = watsi(&arguments);
    command.env("WATSI_API_KEY", "sk-never-sent");
    let output = command.current_dir(directory.path()).output().unwrap();
    Ended {
        code: output.status.code(),
        shown: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn finding_names_the_file_of_its_contract() {
    let directory = files("documents");
    let ended = conform(&directory, "api/openapi.yaml", &["--format", "json"]);
    assert_eq!(ended.code, Some(1), "{}", ended.error);
    let report: Value = serde_json::from_str(&ended.shown).unwrap();
    let finding = &report["checks"][0]["findings"][0];
    assert_eq!(finding["document"], "api/schemas.yaml");
    assert_eq!(finding["contract_pointer"], "/Pet/required");
    assert_eq!(finding["position"], json!({"line": 4, "column": 3}));
    for (format, part) in [
        ("human", "api/schemas.yaml:4:3#/Pet/required"),
        ("github", "file=api/schemas.yaml,line=4,col=3"),
        ("sarif", "\"uri\": \"api/schemas.yaml\""),
        ("markdown", "`api/schemas.yaml:4:3#/Pet/required"),
    ] {
        let ended = conform(&directory, "api/openapi.yaml", &["--format", format]);
        assert!(ended.shown.contains(part), "{format}: {}", ended.shown);
    }
}

#[test]
fn several_documents_are_compared() {
    let old = files("old-documents");
    let new = files("new-documents");
    new.write(
        "api/schemas.yaml",
        &SCHEMAS.replace("required: [name]", "required: []"),
    );
    let spec = |directory: &Directory| directory.file("api/openapi.yaml");
    let code = |one: &Directory, other: &Directory| {
        watsi(&["diff", &spec(one), &spec(other)])
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(code(&old, &old), Some(0));
    assert_eq!(code(&old, &new), Some(1));
}

#[cfg(unix)]
#[test]
fn references_out_of_the_directory_are_errors() {
    let directory = files("escapes");
    let secret = directory.write("secret.yaml", "s3cr3t-content: x");
    std::os::unix::fs::symlink(&secret, directory.path().join("api/link.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc", directory.path().join("api/etc")).unwrap();
    for (reference, reason) in [
        ("../secret.yaml", "leads out of the directory"),
        ("paths/../../secret.yaml", "leads out of the directory"),
        ("link.yaml", "is outside the directory"),
        ("etc/passwd", "is outside the directory"),
        (
            "missing.yaml",
            "referred to by api/openapi.yaml#/paths/~1pets~1{id}/$ref",
        ),
        ("paths", "not a regular file"),
        ("https://pets.example.com/a.yaml", "is a URL"),
    ] {
        directory.write(
            "api/openapi.yaml",
            &ROOT.replace("paths/pet.yaml", reference),
        );
        let ended = conform(&directory, "api/openapi.yaml", &[]);
        assert_eq!(ended.code, Some(2), "{reference}");
        assert!(ended.error.contains(reason), "{reference}: {}", ended.error);
        assert!(
            !ended.error.contains("s3cr3t") && !ended.error.contains("root:"),
            "{}",
            ended.error
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn file_whose_size_differs_from_its_content_is_an_error() {
    let directory = files("changed");
    // Its size is zero, although it can be read.
    let ended = conform(
        &directory,
        "api/openapi.yaml",
        &["--ignore", "/proc/version"],
    );
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.error.contains("changed while it was read"),
        "{}",
        ended.error
    );
}

async fn serve(server: &MockServer, at: &str, response: ResponseTemplate) {
    Mock::given(path(at))
        .respond_with(response)
        .mount(server)
        .await;
}

fn text(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn contract_is_fetched_with_its_documents_once_and_without_credentials() {
    let server = MockServer::start().await;
    serve(&server, "/v1/openapi.yaml", text(ROOT)).await;
    serve(&server, "/v1/paths/pet.yaml", text(PET)).await;
    let moved = ResponseTemplate::new(302).insert_header("location", "/moved.yaml");
    serve(&server, "/v1/schemas.yaml", moved).await;
    serve(&server, "/moved.yaml", text(SCHEMAS)).await;
    let directory = files("fetched");
    let url = format!("{}/v1/openapi.yaml", server.uri());
    let ended = conform(&directory, &url, &["--format", "sarif"]);
    assert_eq!(ended.code, Some(1), "{}", ended.error);
    let uri = format!("\"uri\": \"{}/v1/schemas.yaml\"", server.uri());
    assert!(ended.shown.contains(&uri), "{}", ended.shown);
    let requests = server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    assert_eq!(
        paths,
        [
            "/v1/openapi.yaml",
            "/v1/paths/pet.yaml",
            "/v1/schemas.yaml",
            "/moved.yaml"
        ]
    );
    for request in requests {
        for name in ["authorization", "cookie", "x-api-key", "referer"] {
            assert!(!request.headers.contains_key(name), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn urls_that_cannot_be_trusted_or_read_are_errors() {
    let server = MockServer::start().await;
    let other = MockServer::start().await;
    let away = ResponseTemplate::new(302).insert_header("location", format!("{}/a", other.uri()));
    serve(&server, "/away", away).await;
    let again = ResponseTemplate::new(302).insert_header("location", "/loop");
    serve(&server, "/loop", again).await;
    serve(&server, "/large", text(&" ".repeat((64 << 20) + 1))).await;
    serve(
        &server,
        "/binary",
        ResponseTemplate::new(200).set_body_bytes(vec![0xff; 4]),
    )
    .await;
    let elsewhere = ROOT.replace("paths/pet.yaml", &format!("{}/pet.yaml", other.uri()));
    serve(&server, "/elsewhere", text(&elsewhere)).await;
    serve(&server, "/swagger", text("{swagger: '2.0'}")).await;
    let directory = files("untrusted");
    for (at, reason) in [
        ("/away", "redirects to another one"),
        ("/loop", "redirects too often"),
        ("/large", "larger than 64 MiB"),
        ("/binary", "not valid UTF-8"),
        ("/missing", "responded with 404"),
        ("/elsewhere", "is not of the contract's server"),
        ("/swagger", "npx swagger2openapi"),
    ] {
        let ended = conform(&directory, &format!("{}{at}", server.uri()), &[]);
        assert_eq!(ended.code, Some(2), "{at}");
        assert!(ended.error.contains(reason), "{at}: {}", ended.error);
    }
    assert_eq!(other.received_requests().await.unwrap().len(), 0);
    for (url, reason) in [
        ("http://192.0.2.1/a.yaml", "--allow-insecure-http"),
        (
            "https://user:s3cr3t@example.com/a.yaml",
            "user name or a password",
        ),
    ] {
        let ended = conform(&directory, url, &[]);
        assert_eq!(ended.code, Some(2), "{url}");
        assert!(ended.error.contains(reason), "{}", ended.error);
        assert!(!ended.error.contains("s3cr3t"), "{}", ended.error);
    }
}

#[test]
fn insecure_url_of_a_contract_is_allowed_on_request() {
    let directory = files("insecure-contract");
    // No address of this machine is a loopback address here, and nothing listens.
    let ended = conform(
        &directory,
        "http://0.0.0.0:1/a.yaml",
        &["--allow-insecure-http"],
    );
    assert_eq!(ended.code, Some(2));
    assert!(!ended.error.contains("insecure"), "{}", ended.error);
}

#[tokio::test]
async fn change_names_the_url_of_its_contract() {
    let directory = files("diff-urls");
    let server = MockServer::start().await;
    for (at, url) in [("/old.json", "/v1"), ("/new.json", "/v2")] {
        let contract = json!({"openapi": "3.1.0", "servers": [{"url": url}], "paths": {}});
        let mock = Mock::given(path(at));
        let response = ResponseTemplate::new(200).set_body_json(contract);
        mock.respond_with(response).mount(&server).await;
    }
    let [old, new] = ["old", "new"].map(|name| format!("{}/{name}.json", server.uri()));
    let mut command = watsi(&["diff", &old, &new]);
    let output = command.current_dir(directory.path()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains(&format!(" {new}:1:")), "{shown}");
}

#[test]
fn operation_can_be_in_another_file() {
    let directory = Directory::new("operation-file");
    let root = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://pets.example.com"}],
        "paths": {"/pets": {"get": {"$ref": "list.json"}}},
    });
    directory.write("openapi.json", &root.to_string());
    let operation = |schema: &str| {
        let schema = json!({"type": schema});
        let content = json!({"application/json": {"schema": schema}});
        json!({"operationId": "list", "responses": {"200": {"description": "", "content": content}}})
    };
    directory.write("list.json", &operation("array").to_string());
    let entry = json!({
        "request": {"method": "GET", "url": "https://pets.example.com/pets", "headers": []},
        "response": {
            "status": 200,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"text": "{}"},
        },
    });
    let har = json!({"log": {"entries": [entry]}});
    directory.write("traffic.har", &har.to_string());
    let ended = conform(&directory, "openapi.json", &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.error);
    let expected = "/response/body is an object, expected an array";
    assert!(ended.shown.contains(expected), "{}", ended.shown);
    assert!(ended.shown.contains("list.json:1:"), "{}", ended.shown);
}
