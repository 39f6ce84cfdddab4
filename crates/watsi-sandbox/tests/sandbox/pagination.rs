//! Lists that are new in the contract are served in every style of pagination.

use std::collections::HashSet;

use http::Method;
use openapi_conformance::Contract;
use serde_json::{Value, json};
use watsi_sandbox::Sandbox;

use crate::client::{extended, request, serving};

/// A list, and how its next page is requested.
struct List {
    path: &'static str,
    /// The JSON pointer of the items.
    items: &'static str,
    /// Returns the query of the next page, if there is one.
    next: fn(page: &Page) -> Option<String>,
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

impl Page {
    /// Returns the query of the next page in the `Link` header.
    fn next_in_header(&self) -> Option<String> {
        let query = self.link.as_ref()?.strip_prefix("<?")?;
        Some(query.strip_suffix(">; rel=\"next\"")?.to_owned())
    }
}

/// Returns the query of a link.
fn query_of(link: &Value) -> Option<String> {
    Some(link.as_str()?.strip_prefix('?')?.to_owned())
}

/// The number of the first page.
const FIRST: usize = 7;

const LISTS: [List; 9] = [
    List {
        path: "/cursors",
        items: "/data/rows",
        next: |page| {
            let next = page.body["paging"]["next"].as_str()?;
            Some(format!("limit=15&cursor={next}"))
        },
    },
    List {
        path: "/ids",
        items: "/rows",
        next: |page| {
            let last = page.body["rows"].as_array()?.last()?;
            let id = last["id"].as_str()?;
            (page.body["more"] == true).then(|| format!("limit=15&starting_after={id}"))
        },
    },
    List {
        path: "/numbers",
        items: "/rows",
        next: |page| {
            let next = FIRST + page.number;
            (page.body["meta"]["more"] == true).then(|| format!("limit=15&page={next}"))
        },
    },
    List {
        path: "/offsets",
        items: "/rows",
        next: |page| {
            let is_empty = page.body["rows"] == json!([]);
            (!is_empty).then(|| format!("limit=15&offset={}", page.count))
        },
    },
    List {
        path: "/links",
        items: "",
        next: Page::next_in_header,
    },
    List {
        path: "/undocumented",
        items: "/rows",
        next: Page::next_in_header,
    },
    List {
        path: "/nested",
        items: "/rows",
        next: |page| query_of(&page.body["_links"]["next"]["href"]),
    },
    List {
        path: "/urls",
        items: "/rows",
        next: |page| query_of(&page.body["next"]),
    },
    List {
        path: "/ascending",
        items: "/rows",
        next: |page| {
            let last = page.body["rows"].as_array()?.last()?;
            (page.body["more"] == true).then(|| format!("limit=15&after={}", last["at"]))
        },
    },
];

fn lists() -> Value {
    let lists = Contract::parse(include_str!("lists.yaml")).unwrap();
    extended(lists.json())
}

async fn page(sandbox: &Sandbox, path: &str, query: &str) -> Page {
    let request = request(sandbox, Method::GET, &format!("{path}?{query}"));
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
    let sandbox = serving(&lists()).await;
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
        let mut expected = vec![15, 15, 10];
        // An empty page is the only end of this list.
        expected.extend((path == "/offsets").then_some(0));
        assert_eq!(lengths, expected, "{path}");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 40, "{path}");
    }
}

#[tokio::test]
async fn link_keeps_the_filters() {
    let mut lists = lists();
    let links = &mut lists["paths"]["/links"]["get"];
    let parameters = links["parameters"].as_array_mut().unwrap();
    parameters.push(json!({"name": "kind", "in": "query", "schema": {"type": "string"}}));
    let sandbox = serving(&lists).await;
    let page = page(&sandbox, "/links", "limit=15&kind=a%26b").await;
    assert!(page.link.unwrap().contains("&kind=a%26b&"));
}

#[tokio::test]
async fn link_of_a_list_without_a_limit_leads_to_the_next_page() {
    let mut lists = lists();
    let links = &mut lists["paths"]["/links"]["get"];
    links["parameters"].as_array_mut().unwrap().remove(0);
    links["x-pagination"]
        .as_object_mut()
        .unwrap()
        .remove("limit");
    let sandbox = serving(&lists).await;
    let first = page(&sandbox, "/links", "").await;
    let next = first.next_in_header().unwrap();
    let second = page(&sandbox, "/links", &next).await;
    assert_ne!(second.body[0]["id"], first.body[0]["id"]);
}
