//! Lists that are new in the contract are served in every style of pagination.

use std::collections::HashSet;

use openapi_conformance::Contract;
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{CONTRACT, HTTP};

/// A list, and how its next page is requested.
struct List {
    path: &'static str,
    /// The JSON pointer of the items.
    items: &'static str,
    /// Returns the query of the next page, if there is one.
    next: fn(page: &Page) -> Option<String>,
    /// Its last page is empty.
    ends_empty: bool,
}

/// A page of a list, and what was read before it.
struct Page {
    body: Value,
    link: Option<String>,
    /// The number of this page, starting with 1.
    number: usize,
    /// The number of items, including those of this page.
    count: usize,
}

/// The number of the first page.
const FIRST: usize = 7;

const LISTS: [List; 7] = [
    List {
        path: "/cursors",
        items: "/data/rows",
        next: |page| {
            let next = page.body["paging"]["next"].as_str()?;
            Some(format!("limit=15&cursor={next}"))
        },
        ends_empty: false,
    },
    List {
        path: "/ids",
        items: "/rows",
        next: |page| {
            let last = page.body["rows"].as_array()?.last()?;
            let id = last["id"].as_str()?;
            (page.body["more"] == true).then(|| format!("limit=15&starting_after={id}"))
        },
        ends_empty: false,
    },
    List {
        path: "/numbers",
        items: "/rows",
        next: |page| {
            let next = FIRST + page.number;
            (page.body["meta"]["more"] == true).then(|| format!("limit=15&page={next}"))
        },
        ends_empty: false,
    },
    List {
        path: "/offsets",
        items: "/rows",
        next: |page| {
            let is_empty = page.body["rows"] == json!([]);
            (!is_empty).then(|| format!("limit=15&offset={}", page.count))
        },
        ends_empty: true,
    },
    List {
        path: "/links",
        items: "",
        next: |page| {
            let link = page.link.as_ref()?.strip_prefix("<?")?;
            Some(link.strip_suffix(">; rel=\"next\"")?.to_owned())
        },
        ends_empty: false,
    },
    List {
        path: "/urls",
        items: "/rows",
        next: |page| Some(page.body["next"].as_str()?.strip_prefix('?')?.to_owned()),
        ends_empty: false,
    },
    List {
        path: "/ascending",
        items: "/rows",
        next: |page| {
            let last = page.body["rows"].as_array()?.last()?;
            (page.body["more"] == true).then(|| format!("limit=15&after={}", last["at"]))
        },
        ends_empty: false,
    },
];

/// Returns a list with this extension, example and parameter.
fn list(extension: Value, example: Value, parameter: Option<(&str, Value)>) -> Value {
    let mut extension = extension;
    extension["id"] = json!("id");
    extension["limit"] = json!("limit");
    let limit = json!({"type": "integer", "minimum": 1, "maximum": 40});
    let mut parameters = vec![json!({"name": "limit", "in": "query", "schema": limit})];
    parameters.extend(
        parameter.map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema})),
    );
    let content = json!({"schema": {}, "examples": {"one": {"value": example}}});
    json!({"get": {
        "operationId": extension.to_string(),
        "parameters": parameters,
        "x-pagination": extension,
        "responses": {"200": {"description": "A page.", "content": {"application/json": content}}},
    }})
}

fn lists() -> Value {
    let rows = json!([{"id": "a1", "at": 100_000}, {"id": "b1", "at": 99_000}]);
    let integer = json!({"type": "integer", "minimum": 0});
    let page_number = json!({"type": "integer", "default": FIRST});
    json!({
        "/cursors": list(
            json!({"items": "/data/rows", "cursor": "cursor", "next": "/paging/next"}),
            json!({"data": {"rows": rows}, "paging": {}}),
            Some(("cursor", json!({"type": "string"}))),
        ),
        "/ids": list(
            json!({"items": "rows", "cursor": "starting_after", "more": "more"}),
            json!({"rows": rows, "more": false}),
            Some(("starting_after", json!({"type": "string"}))),
        ),
        "/numbers": list(
            json!({"items": "rows", "page": "page", "more": "/meta/more"}),
            json!({"rows": rows, "meta": {"more": false}}),
            Some(("page", page_number)),
        ),
        "/offsets": list(
            json!({"items": "rows", "offset": "offset"}),
            json!({"rows": rows}),
            Some(("offset", integer.clone())),
        ),
        "/links": list(
            json!({"items": "", "link": "next"}), rows.clone(), Some(("page_token", integer.clone())),
        ),
        "/urls": list(
            json!({"items": "rows", "link": "/next"}),
            json!({"rows": rows, "next": null}),
            Some(("page", integer.clone())),
        ),
        "/ascending": list(
            json!({"items": "rows", "timestamp": "at", "after": "after", "more": "more"}),
            json!({"rows": rows, "more": false}),
            Some(("after", integer)),
        ),
    })
}

async fn start(added: Value) -> Sandbox {
    let mut document = CONTRACT.json().clone();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.extend(added.as_object().unwrap().clone());
    let text = document.to_string();
    Contract::parse(&text).unwrap();
    Sandbox::builder().contract(&text).start().await.unwrap()
}

async fn page(sandbox: &Sandbox, path: &str, query: &str) -> Page {
    let url = format!("{}{path}?{query}", sandbox.uri());
    let request = HTTP.get(url).bearer_auth(sandbox.api_key());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path} {query}");
    let link = response.headers().get("link");
    Page {
        link: link.map(|link| link.to_str().unwrap().to_owned()),
        body: response.json().await.unwrap(),
        number: 0,
        count: 0,
    }
}

#[tokio::test]
async fn every_item_of_a_list_is_on_one_of_its_pages() {
    let sandbox = start(lists()).await;
    for list in LISTS {
        let path = list.path;
        let mut ids = Vec::new();
        let mut lengths = Vec::new();
        let mut query = Some("limit=15".to_owned());
        while let Some(requested) = query {
            let mut page = page(&sandbox, path, &requested).await;
            let items = page.body.pointer(list.items).unwrap().as_array().unwrap();
            lengths.push(items.len());
            ids.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            page.number = lengths.len();
            page.count = ids.len();
            query = (list.next)(&page);
            assert!(lengths.len() < 5, "{path} has no end");
        }
        let expected: &[usize] = if list.ends_empty {
            &[15, 15, 10, 0]
        } else {
            &[15, 15, 10]
        };
        assert_eq!(lengths, expected, "{path}");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 40, "{path}");
    }
}

#[tokio::test]
async fn link_keeps_the_filters() {
    let mut document = CONTRACT.json().clone();
    let mut links = lists()["/links"].take();
    let parameters = links["get"]["parameters"].as_array_mut().unwrap();
    parameters.push(json!({"name": "kind", "in": "query", "schema": {"type": "string"}}));
    document["paths"]["/links"] = links;
    let builder = Sandbox::builder().contract(&document.to_string());
    let sandbox = builder.start().await.unwrap();
    let page = page(&sandbox, "/links", "limit=15&kind=a%26b").await;
    assert!(page.link.unwrap().contains("&kind=a%26b&"));
}

#[tokio::test]
async fn link_of_a_list_without_a_limit_leads_to_the_next_page() {
    let mut lists = lists();
    let links = lists["/links"]["get"].as_object_mut().unwrap();
    links["parameters"].as_array_mut().unwrap().remove(0);
    links["x-pagination"]
        .as_object_mut()
        .unwrap()
        .remove("limit");
    let sandbox = start(lists).await;
    let first = page(&sandbox, "/links", "").await;
    let target = first.link.unwrap();
    let query = target.strip_prefix("<?").unwrap();
    let query = query.strip_suffix(">; rel=\"next\"").unwrap();
    let second = page(&sandbox, "/links", query).await;
    assert_ne!(second.body[0]["id"], first.body[0]["id"]);
}
