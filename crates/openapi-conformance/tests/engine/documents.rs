//! Contracts in several documents.

use http::{Request, Response};
use openapi_conformance::{Contract, ContractError, Documents};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The names and texts, the first document first.
    documents: Vec<(String, String)>,
    /// The reasons for an error. A reason may begin with one of them.
    #[serde(default)]
    reasons: Vec<String>,
}

/// Reads a contract. Returns the names of the documents in the order of reading.
fn read(files: &[(String, String)]) -> Result<(Contract, Vec<String>), ContractError> {
    let mut documents = Documents::new(&files[0].0);
    let mut names = Vec::new();
    while let Some(name) = documents.next_name() {
        let file = files.iter().find(|(known, _)| *known == name);
        let (_, text) = file.unwrap_or_else(|| panic!("{name} does not exist"));
        names.push(name.to_owned());
        documents.add(text.clone())?;
    }
    Ok((documents.parse()?, names))
}

fn cases() -> Vec<Case> {
    serde_saphyr::from_str(include_str!("documents.yaml")).unwrap()
}

#[test]
fn each_document_is_read_once_or_an_error() {
    for case in cases() {
        match read(&case.documents) {
            Ok((contract, names)) => {
                let all: Vec<_> = case.documents.iter().map(|(name, _)| name).collect();
                assert_eq!(names.iter().collect::<Vec<_>>(), all, "{}", case.name);
                assert_eq!(case.reasons, [""; 0], "{}", case.name);
                assert_eq!(contract.name(), Some(&*names[0]), "{}", case.name);
            }
            Err(error) => {
                let reasons = error.reasons();
                let count = case.reasons.len();
                assert_eq!(reasons.len(), count, "{}: {reasons:?}", case.name);
                for (reason, expected) in reasons.iter().zip(&case.reasons) {
                    assert!(reason.starts_with(expected), "{}: {reason}", case.name);
                }
            }
        }
    }
}

#[test]
fn operation_is_in_the_document_of_its_path() {
    let case = cases().swap_remove(0);
    let (contract, _) = read(&case.documents).unwrap();
    let operation = contract.operation("list_pets").unwrap();
    let place = contract.location(operation.pointer());
    assert_eq!(place.document.as_deref(), Some("api/paths/pets.yaml"));
    assert_eq!(place.pointer, "/get");
}

#[test]
fn finding_names_the_document_and_its_place() {
    let case = cases().swap_remove(0);
    let (contract, _) = read(&case.documents).unwrap();
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
    for (finding, place) in findings.iter().zip([
        "(api/openapi.yaml#/components/schemas/Name)",
        "(api/schemas/pet file.yaml#/Pet/properties/id)",
    ]) {
        let shown = finding.to_string();
        assert!(shown.ends_with(place), "{shown}");
    }
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
