//! Contracts from URLs, and contracts in several documents.

use std::fs;

use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use crate::command::{Ended, end, run, watsi};
use crate::servers::{self, serve};
use crate::written::Directory;

const ROOT: &str = "
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example.com'}]
paths:
  /pets/{id}: {$ref: 'paths/pet.yaml'}
";

const PATH: &str = "get: {$ref: 'get.yaml'}";

const GET: &str = "
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
    directory.write("api/paths/pet.yaml", PATH);
    directory.write("api/paths/get.yaml", GET);
    directory.write("api/schemas.yaml", SCHEMAS);
    directory.write("traffic.har", &recording());
    directory
}

/// Validates the recording against a contract.
fn conform(directory: &Directory, spec: &str, more: &[&str]) -> Ended {
    let arguments = [&["conform", "--har", "traffic.har", "--spec", spec], more].concat();
    let mut command = watsi(&arguments);
    command.env("WATSI_API_KEY", "sk-never-sent");
    end(command.current_dir(directory.path()))
}

#[test]
fn finding_names_the_file_of_its_contract() {
    let directory = files("documents");
    let ended = conform(&directory, "api/openapi.yaml", &["--format", "json"]);
    let report = ended.exits(1).json();
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
        conform(&directory, "api/openapi.yaml", &["--format", format]).shows(part);
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
    let [old, new] = [&old, &new].map(|directory| directory.file("api/openapi.yaml"));
    run(&["diff", &old, &old]).exits(0);
    run(&["diff", &old, &new]).exits(1);
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
        assert!(ended.error.contains(reason), "{reference}: {}", ended.error);
        ended.exits(2).hides("s3cr3t").hides("root:");
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
    ended.fails("changed while it was read");
}

fn text(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn contract_is_fetched_with_its_documents_once_and_without_credentials() {
    let server = MockServer::start().await;
    serve(&server, "/v1/openapi.yaml", text(ROOT)).await;
    serve(&server, "/v1/paths/pet.yaml", text(PATH)).await;
    serve(&server, "/v1/paths/get.yaml", text(GET)).await;
    let moved = ResponseTemplate::new(302).insert_header("location", "/moved.yaml");
    serve(&server, "/v1/schemas.yaml", moved).await;
    serve(&server, "/moved.yaml", text(SCHEMAS)).await;
    let directory = files("fetched");
    let url = format!("{}/v1/openapi.yaml", server.uri());
    let ended = conform(&directory, &url, &["--format", "sarif"]);
    let uri = format!("\"uri\": \"{}/v1/schemas.yaml\"", server.uri());
    ended.exits(1).shows(&uri);
    let requests = server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    assert_eq!(
        paths,
        [
            "/v1/openapi.yaml",
            "/v1/paths/pet.yaml",
            "/v1/paths/get.yaml",
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
    let binary = ResponseTemplate::new(200).set_body_bytes([0xff; 4]);
    serve(&server, "/binary", binary).await;
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
        conform(&directory, &format!("{}{at}", server.uri()), &[]).fails(reason);
    }
    assert_eq!(other.received_requests().await.unwrap().len(), 0);
    let ended = conform(&directory, "https://user:s3cr3t@example.com/a.yaml", &[]);
    ended.fails("user name or a password").hides("s3cr3t");
}

#[tokio::test]
async fn change_names_the_url_of_its_contract() {
    let server = MockServer::start().await;
    for (at, url) in [("/old.json", "/v1"), ("/new.json", "/v2")] {
        let contract = json!({"openapi": "3.1.0", "servers": [{"url": url}], "paths": {}});
        serve(&server, at, servers::json(contract)).await;
    }
    let [old, new] = ["old", "new"].map(|name| format!("{}/{name}.json", server.uri()));
    run(&["diff", &old, &new]).shows(&format!(" {new}:1:"));
}
