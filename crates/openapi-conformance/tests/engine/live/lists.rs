//! Lists are validated over several requests.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::server::{Break, live_on, start};
use super::{breaking, findings, has_limit, items, listed};

#[tokio::test]
async fn endless_list_is_found() {
    let breaks: [Break; 3] = [
        |exchange| {
            if listed(exchange) {
                exchange.body["hasMore"] = json!(true);
            }
        },
        |exchange| {
            if listed(exchange) {
                exchange.body["hasMore"] = json!(!items(exchange).is_empty());
            }
        },
        |exchange| {
            if listed(exchange) {
                let limit = exchange
                    .query
                    .get("limit")
                    .map_or(20, |limit| limit.parse().unwrap());
                exchange.body["hasMore"] = json!(items(exchange).len() == limit);
            }
        },
    ];
    for break_it in breaks {
        let found = findings(break_it).await;
        assert!(!found.is_empty());
        for finding in found {
            let ids = ["list-more-after-empty-page", "list-more-but-none-follow"];
            let expected = ids.map(|id| breaking(id, "body/hasMore"));
            assert!(expected.contains(&finding), "{finding:?}");
        }
    }
}

#[tokio::test]
async fn missing_item_is_found_despite_equal_timestamps() {
    let found = findings(|exchange| {
        if listed(exchange) {
            let paged = has_limit(exchange, "10");
            if paged && exchange.query.contains_key("before") {
                items(exchange).remove(0);
            }
            // The last two items of the list have the same timestamp.
            let at = |items: &[Value]| {
                items
                    .iter()
                    .position(|item| item["customer"]["name"] == "Customer 39")
            };
            if let Some(index) =
                at(items(exchange)).filter(|index| items(exchange).len() > index + 1)
            {
                items(exchange)[index + 1]["last_message_at"] =
                    items(exchange)[index]["last_message_at"].clone();
            }
        }
    })
    .await;
    assert_eq!(found, [breaking("list-page-mismatch", "body/chats")]);
}

#[tokio::test]
async fn inclusive_cursor_is_found() {
    let found = findings(|exchange| {
        if listed(exchange)
            && let Some(before) = exchange.query.get("before")
        {
            let at = json!(before.clone());
            items(exchange)[0]["last_message_at"] = at;
        }
    })
    .await;
    let expected = breaking("list-cursor-exceeded", "body/chats/*/last_message_at");
    assert!(found.contains(&expected), "{found:?}");
}

#[tokio::test]
async fn list_too_short_for_three_pages_is_skipped() {
    let server = start(2, |_| ()).await;
    let mut live = live_on(&server);
    let mut skipped = Vec::new();
    live.run(|check| skipped.extend(check.skipped))
        .await
        .unwrap();
    assert_eq!(
        skipped,
        ["the list has 2 items, but three pages need at least 3"]
    );
}

#[tokio::test]
async fn list_of_three_items_is_read_over_three_pages() {
    let server = start(3, |_| ()).await;
    let mut live = live_on(&server);
    let mut requests = Vec::new();
    let done = live.run(|check| {
        assert_eq!(check.skipped, None, "{}", check.name);
        if check.name == "list_conversations over three pages" {
            requests = check.requests;
        }
    });
    done.await.unwrap();
    let limit = |request: &String| {
        let query = request.split_once("limit=").unwrap().1;
        query.split(['&', ' ']).next().unwrap().to_owned()
    };
    let limits: Vec<_> = requests.iter().map(limit).collect();
    assert_eq!(limits, ["100", "1", "1", "1", "3", "100"]);
}

#[tokio::test]
async fn pages_of_a_changing_list_are_not_compared() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let server = start(40, |exchange| {
        let limit = exchange.query.get("limit").map(String::as_str);
        if limit == Some("100") {
            items(exchange)[0]["details"] = json!({"asked": ASKED.fetch_add(1, Ordering::Relaxed)});
        } else if limit == Some("10") && exchange.query.contains_key("before") {
            items(exchange).remove(0);
        }
    })
    .await;
    let mut live = live_on(&server);
    let mut skipped = Vec::new();
    let done = live.run(|check| {
        assert_eq!(check.findings, [], "{}", check.name);
        skipped.extend(check.skipped);
    });
    done.await.unwrap();
    assert_eq!(skipped, ["the list changed during the check"]);
}

#[tokio::test]
async fn equal_timestamps_at_the_end_are_not_a_finding() {
    let found = findings(|exchange| {
        let whole = has_limit(exchange, "100");
        if whole && exchange.query.contains_key("before") {
            exchange.body = json!({"chats": [], "hasMore": false});
        } else if listed(exchange) && !items(exchange).is_empty() {
            exchange.body["hasMore"] = json!(true);
            let last = items(exchange).len().saturating_sub(1);
            if whole {
                items(exchange)[last]["last_message_at"] =
                    items(exchange)[last - 1]["last_message_at"].clone();
            }
        }
    })
    .await;
    assert_eq!(found, []);
}
