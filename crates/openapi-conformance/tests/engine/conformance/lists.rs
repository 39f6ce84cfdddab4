//! Lists are validated against the rules of cursor pagination.

use http::Request;
use http::header::AUTHORIZATION;
use openapi_conformance::Contract;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{breaking, shown};
use crate::contract::{CONTRACT, operation};
use crate::exchange;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    list: Value,
    /// More keys of the parameter `state`.
    #[serde(default)]
    filter: Value,
    pages: Vec<Vec<Value>>,
}

/// Returns a contract with one list.
fn contract(case: &Case) -> Contract {
    let row =
        json!({"type": "object", "properties": {"id": {}, "at": {"type": "integer"}, "state": {}}});
    let rows = json!({"type": "array", "items": row});
    let data = json!({"type": "object", "properties": {"rows": rows}});
    let page = json!({"type": "object", "properties": {"data": data, "meta": {}}});
    let mut extension = case.list.clone();
    extension["items"] = json!("/data/rows");
    let mut keys = ["before", "after", "page", "cursor"].iter();
    let cursor = keys.find_map(|key| extension[key].as_str()).unwrap();
    let mut state = json!({
        "name": "state", "in": "query", "schema": {"type": "array", "items": {"type": "string"}},
    });
    for (key, value) in case.filter.as_object().into_iter().flatten() {
        state[key] = value.clone();
    }
    let parameters = json!([
        {"name": "size", "in": "query", "schema": {"type": "integer", "default": 3}},
        {"name": cursor, "in": "query", "schema": {"type": "integer"}},
        state,
    ]);
    let operation = json!({
        "x-pagination": extension,
        "parameters": parameters,
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": page}}}},
    });
    let document = json!({"openapi": "3.1.0", "paths": {"/rows": {"get": operation}}});
    Contract::parse(&document.to_string()).unwrap()
}

#[test]
fn pages_have_the_listed_findings() {
    let cases: Vec<Case> = serde_saphyr::from_str(include_str!("lists.yaml")).unwrap();
    for case in cases {
        let contract = contract(&case);
        let list = contract.operations().next().unwrap();
        for page in &case.pages {
            let (query, rows) = (page[0].as_str().unwrap(), page[1].as_array().unwrap());
            let row = |row: &Value| json!({"id": row[0], "at": row[1], "state": row[2]});
            let rows: Vec<_> = rows.iter().map(row).collect();
            let body = json!({"data": {"rows": rows}, "meta": {"more": page[2]}});
            let request = Request::get(format!("/rows?{query}")).body("").unwrap();
            let found = contract.validate(list, &request, &exchange::response(200, &body));
            let expected = page.get(3).map_or_else(Vec::new, |finding| {
                let (id, place) = finding.as_str().unwrap().split_once(' ').unwrap();
                vec![(id.to_owned(), format!("/response/{place}"))]
            });
            let found: Vec<_> = found
                .into_iter()
                .map(|finding| (finding.id.to_owned(), finding.pointer))
                .collect();
            assert_eq!(found, expected, "{}: {query} {body}", case.name);
        }
    }
}

#[test]
fn list_without_names_of_its_own_has_timestamps_and_the_usual_parameters() {
    let item = |id: &str, at: &str| {
        json!({
            "id": id, "customer": {}, "status": "open", "assigned_user_id": null,
            "last_message_at": format!("2025-03-15T{at}Z"),
        })
    };
    let page = json!({
        "chats": [item("a", "12:00:00.000"), item("b", "11:00:00.000"), item("c", "11:00:00.000")],
        "hasMore": true,
    });
    let listed = |query: &str| {
        let request = Request::get(format!("https://example.com/conversations?{query}"));
        let request = request.header(AUTHORIZATION, "Bearer key").body("");
        let response = exchange::response(200, &page);
        let list = operation("list_conversations");
        shown(&CONTRACT.validate(list, &request.unwrap(), &response))
    };
    assert_eq!(listed("limit=3&before=2025-03-15T12:00:00.001Z"), []);
    let expected = breaking("list-limit-exceeded", "body/chats");
    assert_eq!(listed("limit=2"), expected);
    let expected = breaking("list-cursor-exceeded", "body/chats/0/last_message_at");
    assert_eq!(listed("before=2025-03-15T12:00:00.000Z"), expected);
}
