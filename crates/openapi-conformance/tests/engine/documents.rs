//! Contracts in several documents.

use http::{Request, Response};
use openapi_conformance::{Contract, ContractError, Documents};

/// Reads a contract whose documents are given with their names, the first one first. Returns the names in the order of
/// reading.
fn read(files: &[(&str, &str)]) -> Result<(Contract, Vec<String>), ContractError> {
    let mut documents = Documents::new(files[0].0);
    let mut names = Vec::new();
    while let Some(name) = documents.next_name() {
        let file = files.iter().find(|(known, _)| *known == name);
        let (_, text) = file.unwrap_or_else(|| panic!("{name} does not exist"));
        names.push(name.to_owned());
        documents.add((*text).to_owned())?;
    }
    Ok((documents.parse()?, names))
}

#[track_caller]
fn reasons(files: &[(&str, &str)]) -> Vec<String> {
    read(files).unwrap_err().reasons().to_vec()
}

const ROOT: &str = "
openapi: 3.1.0
paths:
  /pets: {$ref: 'paths/pets.yaml'}
components:
  schemas:
    Name: {type: string}
    Default: {default: {$ref: 'data.yaml'}, examples: [{$ref: 'data.yaml'}]}
";

const PETS: &str = "
get:
  operationId: list_pets
  responses:
    default: {$ref: '../responses.yaml#/Problem'}
    '200':
      description: Pets.
      content:
        application/json:
          schema: {type: array, items: {$ref: '../schemas/pet%20file.yaml#/Pet'}}
          examples: {one: {value: {$ref: 'data.yaml'}}}
";

const PET: &str = "
Pet:
  type: object
  required: [id, name]
  properties:
    id: {type: integer}
    name: {$ref: '../openapi.yaml#/components/schemas/Name'}
    parent: {$ref: '#/Pet'}
    friend: {$ref: './pet%20file.yaml#/Pet'}
";

const FILES: [(&str, &str); 4] = [
    ("api/openapi.yaml", ROOT),
    ("api/paths/pets.yaml", PETS),
    ("api/schemas/pet file.yaml", PET),
    ("api/responses.yaml", "Problem: {description: A problem.}"),
];

#[test]
fn names_such_as_those_of_keywords_are_followed() {
    let root = "
openapi: 3.1.0
paths: {}
components:
  schemas:
    value: {$ref: 'more.yaml#/value'}
    default: {properties: {example: {$ref: 'more.yaml#/value'}, $ref: {type: string}}}
  examples: {one: {$ref: 'examples.yaml#/one'}}
";
    let files = [
        ("openapi.yaml", root),
        ("examples.yaml", "one: {value: {$ref: 'data.yaml'}}"),
        (
            "more.yaml",
            "{other: {}, value: {properties: {enum: {$ref: '#/value'}}}}",
        ),
    ];
    let (_, names) = read(&files).unwrap();
    assert_eq!(names, files.map(|(name, _)| name));
}

#[test]
fn each_document_is_read_once() {
    let (contract, names) = read(&FILES).unwrap();
    assert_eq!(names, FILES.map(|(name, _)| name));
    assert_eq!(contract.name(), Some("api/openapi.yaml"));
}

#[test]
fn finding_names_the_document_and_its_place() {
    let (contract, _) = read(&FILES).unwrap();
    let operation = contract.operation("list_pets").unwrap();
    let request = Request::get("/pets").body("").unwrap();
    let body = r#"[{"id": 1, "name": 2, "parent": {"id": "x", "name": "y"}}]"#;
    let response = Response::builder()
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let findings = contract.validate(operation, &request, &response);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = contract.location(&finding.contract_pointer);
            let position = contract.position(&finding.contract_pointer).unwrap();
            assert!(
                contract.json().pointer(&finding.contract_pointer).is_some(),
                "{finding}"
            );
            format!(
                "{} {}:{position}#{}",
                finding.pointer,
                place.document.unwrap(),
                place.pointer
            )
        })
        .collect();
    let expected = [
        "/response/body/0/name api/openapi.yaml:7:5#/components/schemas/Name",
        "/response/body/0/parent/id api/schemas/pet file.yaml:6:5#/Pet/properties/id",
    ];
    assert_eq!(found, expected);
    let shown = findings[1].to_string();
    assert!(
        shown.ends_with("(api/schemas/pet file.yaml#/Pet/properties/id)"),
        "{shown}"
    );
}

#[test]
fn all_paths_may_be_in_another_document() {
    let files = [
        (
            "openapi.yaml",
            "{openapi: 3.1.0, paths: {$ref: paths.yaml}}",
        ),
        ("paths.yaml", "/pets: {get: {operationId: list_pets}}"),
    ];
    let (contract, _) = read(&files).unwrap();
    let operation = contract.operation("list_pets").unwrap();
    let place = contract.location(operation.pointer());
    assert_eq!(place.document.as_deref(), Some("paths.yaml"));
    assert_eq!(place.pointer, "/~1pets/get");
}

#[test]
fn urls_of_the_same_origin_are_read() {
    let files = [
        (
            "https://example.com/v1/openapi.json",
            r#"{"openapi": "3.0.0", "paths": {"/a": {"$ref": "/shared/a.yaml#/a"}}}"#,
        ),
        (
            "https://example.com/shared/a.yaml",
            "a: {get: {operationId: a}}",
        ),
    ];
    let (contract, names) = read(&files).unwrap();
    assert_eq!(names, files.map(|(name, _)| name));
    assert!(contract.operation("a").is_some());
}

#[test]
fn references_out_of_the_tree_are_errors() {
    let with = |name: &str, reference: &str| {
        let text = format!("openapi: 3.1.0\npaths: {{/a: {{$ref: '{reference}'}}}}");
        reasons(&[(name, &text)])
    };
    let file = "api/openapi.yaml";
    for reference in [
        "../a.yaml",
        "b/../../a.yaml",
        "%2e%2e/a.yaml",
        "/etc/passwd",
        "..\\\\a.yaml",
        "https://example.com/a.yaml",
        "file:///etc/passwd",
    ] {
        let reasons = with(file, reference);
        assert_eq!(reasons.len(), 1, "{reference}");
        assert!(
            reasons[0].starts_with("api/openapi.yaml#/paths/~1a/$ref: "),
            "{reasons:?}"
        );
    }
    for reference in [
        "https://other.example/a",
        "//other.example/a",
        "http://example.com/a",
        "https://u:p@example.com/a",
    ] {
        let reasons = with("https://example.com/openapi.yaml", reference);
        assert!(
            reasons[0].contains("is not of the contract's server"),
            "{reasons:?}"
        );
    }
}

#[test]
fn missing_target_in_another_document_is_an_error_that_names_it() {
    let mut files = FILES;
    files[3].1 = "Other: {}";
    assert_eq!(
        reasons(&files),
        [
            "api/paths/pets.yaml#/get/responses/default/$ref: `api/responses.yaml#/Problem` is missing"
        ]
    );
    files[3] = FILES[3];
    files[2].1 = "Cat: {}";
    assert_eq!(
        reasons(&files),
        ["api/schemas/pet file.yaml#/Pet: referenced, but missing"]
    );
}

#[test]
fn documents_that_refer_only_to_each_other_are_an_error() {
    let files = [
        (
            "openapi.yaml",
            "{openapi: 3.1.0, paths: {/a: {$ref: a.yaml}}}",
        ),
        ("a.yaml", "{$ref: b.yaml}"),
        ("b.yaml", "{$ref: a.yaml}"),
    ];
    assert_eq!(
        reasons(&files),
        ["/paths/~1a: the reference leads to itself"]
    );
    let files = [
        (
            "openapi.yaml",
            "{openapi: 3.1.0, components: {schemas: {A: {$ref: a.yaml}}}}",
        ),
        ("a.yaml", "{$ref: b.yaml}"),
        ("b.yaml", "{$ref: a.yaml, description: d}"),
    ];
    assert_eq!(reasons(&files), ["b.yaml#: the reference leads to itself"]);
}

#[test]
fn invalid_document_is_named() {
    let mut files = FILES;
    files[2].1 = "Pet: [";
    assert!(reasons(&files)[0].starts_with("api/schemas/pet file.yaml: "));
    files[0].1 = "swagger: '2.0'\npaths: {/a: {$ref: a.yaml}}";
    assert!(reasons(&files)[0].contains("npx swagger2openapi"));
}

#[test]
fn endless_documents_are_an_error() {
    let mut documents = Documents::new("0.yaml");
    let mut error = None;
    for next in 1..20_000 {
        let text = format!("openapi: 3.1.0\npaths: {{/a: {{$ref: '{next}.yaml'}}}}");
        if let Err(found) = documents.add(text) {
            error = Some(found);
            break;
        }
    }
    assert_eq!(
        error.unwrap().reasons(),
        ["the contract has more than 10000 documents"]
    );
}

#[test]
fn new_keys_of_openapi_3_2_are_noted() {
    let contract = Contract::parse(
        "
openapi: 3.2.0
$self: https://example.com/openapi.yaml
paths:
  /a:
    query: {responses: {}}
    additionalOperations: {COPY: {}}
    get:
      operationId: a
      responses:
        '200':
          description: Events.
          content: {text/event-stream: {itemSchema: {type: object}}}
",
    )
    .unwrap();
    let mut noted: Vec<_> = contract
        .notes()
        .iter()
        .map(|note| (note.id, note.pointer.as_str()))
        .collect();
    noted.sort_unstable();
    let media = "/paths/~1a/get/responses/200/content/text~1event-stream";
    let expected = [
        ("part-unsupported", "/$self"),
        ("part-unsupported", &format!("{media}/itemSchema")),
        ("part-unsupported", "/paths/~1a/additionalOperations"),
        ("part-unsupported", "/paths/~1a/query"),
    ];
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(noted, expected);
    assert!(contract.operation("a").is_some());
}
