//! Lists are validated against the rules of cursor pagination.

use http::Request;
use http::header::AUTHORIZATION;
use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::{Shown, additive, breaking, in_request, shown};
use crate::contract::{CONTRACT, operation};
use crate::exchange;

/// Returns the findings of a changed page that was requested with this query.
fn listed(query: &str, change: impl FnOnce(&mut Value)) -> Vec<Shown> {
    let list = operation("list_conversations");
    let item = |id: &str, at: &str| {
        json!({
            "id": id, "customer": {}, "status": "open", "assigned_user_id": null,
            "last_message_at": format!("2025-03-15T{at}Z"),
        })
    };
    let mut page = json!({
        "chats": [item("a", "12:00:00.000"), item("b", "11:00:00.000"), item("c", "11:00:00.000")],
        "hasMore": true,
    });
    change(&mut page);
    let request = Request::get(format!("https://example.com/conversations?{query}"));
    let request = request
        .header(AUTHORIZATION, "Bearer key")
        .body("")
        .unwrap();
    let response = exchange::response(200, &page);
    shown(&CONTRACT.validate(list, &request, &response))
}

#[test]
fn conforming_list_has_no_findings() {
    for query in [
        "",
        "limit=3",
        "before=2025-03-15T12:00:00.001Z",
        "status=open",
        "limit=100",
    ] {
        assert_eq!(listed(query, |_| ()), [], "{query}");
    }
}

#[test]
fn exceeding_the_limit_is_breaking() {
    let expected = breaking("list-limit-exceeded", "body/chats");
    assert_eq!(listed("limit=2", |_| ()), expected);
}

#[test]
fn exceeding_the_default_limit_is_breaking() {
    let found = listed("", |page| {
        let item = page["chats"][0].clone();
        page["chats"] = (0..21)
            .map(|index| {
                let mut item = item.clone();
                item["id"] = json!(format!("id-{index}"));
                item
            })
            .collect();
    });
    assert_eq!(found, breaking("list-limit-exceeded", "body/chats"));
}

#[test]
fn item_not_older_than_the_cursor_is_breaking() {
    let found = listed("before=2025-03-15T12:00:00.000Z", |_| ());
    let expected = breaking("list-cursor-exceeded", "body/chats/0/last_message_at");
    assert_eq!(found, expected);
}

#[test]
fn wrong_order_is_breaking() {
    let found = listed("", |page| page["chats"].as_array_mut().unwrap().swap(0, 1));
    let expected = breaking("list-order", "body/chats/1/last_message_at");
    assert_eq!(found, expected);
}

#[test]
fn item_that_does_not_match_the_filter_is_breaking() {
    let id = "list-filter-mismatch";
    let found = listed("status=open", |page| {
        page["chats"][1]["status"] = json!("active")
    });
    assert_eq!(found, breaking(id, "body/chats/1/status"));
    let found = listed("assigned_user_id=u", |page| {
        for index in 0..3 {
            page["chats"][index]["assigned_user_id"] = json!("u");
        }
        page["chats"][2]["assigned_user_id"] = Value::Null;
    });
    assert_eq!(found, breaking(id, "body/chats/2/assigned_user_id"));
}

#[test]
fn filter_with_several_values_matches_any_of_them() {
    for (style, query) in [
        (json!({}), "state=new&state=paid"),
        (json!({"explode": false}), "state=new,paid"),
        (
            json!({"explode": false, "style": "pipeDelimited"}),
            "state=new|paid",
        ),
    ] {
        let mut document = contract(json!({"page": "page"}), "page").json().clone();
        let operation = &mut document["paths"]["/rows"]["get"];
        let item = "/responses/200/content/application~1json/schema/properties/data/properties/rows/items/properties";
        operation.pointer_mut(item).unwrap()["state"] = json!({"type": "string"});
        let mut state = json!({
            "name": "state", "in": "query", "schema": {"type": "array", "items": {"type": "string"}},
        });
        let style = style.as_object().unwrap().clone();
        state.as_object_mut().unwrap().extend(style);
        let parameters = operation["parameters"].as_array_mut();
        parameters.unwrap().push(state);
        let contract = Contract::parse(&document.to_string()).unwrap();
        let rows = json!([{"id": 1, "state": "paid"}, {"id": 2, "state": "new"}, {"id": 3, "state": "old"}]);
        let response = exchange::response(200, &json!({"data": {"rows": rows}}));
        let request = Request::builder().body("").unwrap();
        let (mut head, body) = request.into_parts();
        head.uri = format!("/rows?{}", query.replace('|', "%7C"))
            .parse()
            .unwrap();
        let request = Request::from_parts(head, body);
        let list = contract.operations().next().unwrap();
        let found = shown(&contract.validate(list, &request, &response));
        let expected = breaking("list-filter-mismatch", "body/data/rows/2/state");
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn duplicate_item_on_a_page_is_breaking() {
    let found = listed("", |page| page["chats"][2]["id"] = json!("b"));
    assert_eq!(found, breaking("list-item-duplicate", "body/chats/2/id"));
}

#[test]
fn empty_page_with_more_items_is_breaking() {
    let found = listed("", |page| page["chats"] = json!([]));
    assert_eq!(
        found,
        breaking("list-more-after-empty-page", "body/hasMore")
    );
}

#[test]
fn possible_phone_number_in_a_name_is_hidden() {
    let found = listed("%2B5491155551234=1", |page| {
        page["5491155551234"] = json!(1)
    });
    let hidden = "(a name with digits)";
    let expected = [
        in_request("request-parameter-unknown", &format!("query/{hidden}")),
        additive("response-property-unknown", &format!("body/{hidden}")),
    ];
    assert_eq!(found, expected.concat());
}

#[test]
fn items_are_identified_by_the_property_that_the_contract_names() {
    let mut contract = CONTRACT.json().clone();
    contract["paths"]["/conversations"]["get"]["x-pagination"]["id"] = json!("company_id");
    let contract = Contract::parse(&contract.to_string()).unwrap();
    let operation = contract.operation("list_conversations").unwrap();
    let item = |id: &str| json!({"id": id, "customer": {}, "status": "open", "company_id": "same"});
    let page = json!({"chats": [item("a"), item("b")], "hasMore": false});
    let found = contract.validate_response(operation, &exchange::response(200, &page));
    assert_eq!(
        shown(&found),
        breaking("list-item-duplicate", "body/chats/1/company_id")
    );
}

#[test]
fn parameters_of_a_list_have_the_names_in_its_extension() {
    let item = json!({"type": "object", "properties": {"id": {}, "at": {}}});
    let page = json!({"type": "object", "properties": {"items": {"type": "array", "items": item}, "more": {}}});
    let parameters =
        ["count", "until"].map(|name| json!({"name": name, "in": "query", "schema": {}}));
    let document = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {
        "operationId": "list",
        "x-pagination": {
            "items": "items", "timestamp": "at", "more": "more", "limit": "count", "before": "until",
        },
        "parameters": parameters,
        "responses": {"200": {"content": {"application/json": {"schema": page}}}},
    }}}});
    let contract = Contract::parse(&document.to_string()).unwrap();
    let list = contract.operation("list").unwrap();
    let page = json!({
        "items": [{"id": "a", "at": "2025-03-15T12:00:00Z"}, {"id": "b", "at": "2025-03-15T11:00:00Z"}],
        "more": false,
    });
    let listed = |query: &str| {
        let request = Request::get(format!("/a?{query}")).body("").unwrap();
        shown(&contract.validate(list, &request, &exchange::response(200, &page)))
    };
    assert_eq!(listed("count=2&until=2025-03-15T13:00:00Z"), []);
    assert_eq!(
        listed("count=1"),
        breaking("list-limit-exceeded", "body/items")
    );
    let expected = breaking("list-cursor-exceeded", "body/items/0/at");
    assert_eq!(listed("until=2025-03-15T12:00:00Z"), expected);
}

/// A contract with one list.
fn contract(extension: Value, parameter: &str) -> Contract {
    let row = json!({"type": "object", "properties": {"id": {}, "at": {"type": "integer"}}});
    let rows = json!({"type": "array", "items": row});
    let data = json!({"type": "object", "properties": {"rows": rows}});
    let page = json!({"type": "object", "properties": {"data": data, "meta": {}}});
    let integer = json!({"type": "integer"});
    let mut extension = extension;
    extension["items"] = json!("/data/rows");
    let operation = json!({
        "x-pagination": extension,
        "parameters": [
            {"name": "size", "in": "query", "schema": integer},
            {"name": parameter, "in": "query", "schema": integer},
        ],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": page}}}},
    });
    let info = json!({"title": "", "version": ""});
    let contract =
        json!({"openapi": "3.1.0", "info": info, "paths": {"/rows": {"get": operation}}});
    Contract::parse(&contract.to_string()).unwrap()
}

#[test]
fn list_is_validated_in_every_style() {
    let after = json!({"timestamp": "at", "after": "since", "more": "/meta/more", "limit": "size"});
    let page = json!({"page": "page", "more": "/meta/more", "limit": "size"});
    let cursor =
        json!({"cursor": "cursor", "next": "/meta/next", "more": "/meta/more", "limit": "size"});
    let row = |id: i64, at: i64| json!({"id": id, "at": at});
    for (extension, query, rows, expected) in [
        (&after, "since=1", vec![row(1, 2), row(2, 2)], None),
        (
            &after,
            "",
            vec![row(1, 2), row(2, 1)],
            Some(("list-order", "body/data/rows/1/at")),
        ),
        (
            &after,
            "since=2",
            vec![row(1, 2)],
            Some(("list-cursor-exceeded", "body/data/rows/0/at")),
        ),
        (
            &after,
            "",
            vec![],
            Some(("list-more-after-empty-page", "body/meta/more")),
        ),
        (&page, "page=2", vec![row(1, 2), row(2, 1)], None),
        (
            &page,
            "size=1",
            vec![row(1, 2), row(2, 1)],
            Some(("list-limit-exceeded", "body/data/rows")),
        ),
        (
            &page,
            "",
            vec![row(1, 2), row(1, 1)],
            Some(("list-item-duplicate", "body/data/rows/1/id")),
        ),
        (
            &page,
            "",
            vec![],
            Some(("list-more-after-empty-page", "body/meta/more")),
        ),
        // The server may have filtered the page.
        (&cursor, "cursor=1", vec![], None),
        (
            &cursor,
            "size=0",
            vec![row(1, 2)],
            Some(("list-limit-exceeded", "body/data/rows")),
        ),
    ] {
        let parameter = ["after", "page", "cursor"]
            .into_iter()
            .find_map(|key| extension[key].as_str());
        let contract = contract(extension.clone(), parameter.unwrap());
        let operation = contract.operations().next().unwrap();
        let page = json!({"data": {"rows": rows}, "meta": {"more": true}});
        let request = Request::get(format!("https://example.com/rows?{query}"));
        let response = exchange::response(200, &page);
        let findings = contract.validate(operation, &request.body("").unwrap(), &response);
        let expected =
            expected.map_or_else(Vec::new, |(id, pointer)| breaking(id, pointer).to_vec());
        assert_eq!(shown(&findings), expected, "{extension} {query}");
    }
}
