//! Each violation alone has its findings, and no others.

use openapi_conformance::Severity;
use serde_json::json;

use super::server::{Break, Exchange};
use super::{Found, breaking, findings, has_limit, items, listed};

fn additive(id: &'static str, place: &str) -> Found {
    (id, Severity::Additive, format!("/response/{place}"))
}

/// Responds with the first items of the list, without an assigned user, whatever is requested.
fn respond_with_items(exchange: &mut Exchange, count: usize) {
    let item = |index: usize| {
        json!({
            "id": format!("{index}"), "status": "open", "customer": {"name": "Ana", "phone": "+1"},
            "last_message_at": "2026-01-01T00:00:00Z",
        })
    };
    exchange.status = 200;
    exchange.body = json!({"chats": (0..count).map(item).collect::<Vec<_>>(), "hasMore": false});
}

#[tokio::test]
async fn each_violation_is_found() {
    let cases: Vec<(&str, Break, Vec<Found>)> = vec![
        (
            "ignored filter",
            |exchange| {
                if listed(exchange) && exchange.query.contains_key("status") {
                    items(exchange)
                        .iter_mut()
                        .for_each(|item| item["status"] = json!("active"));
                }
            },
            vec![breaking("list-filter-mismatch", "body/chats/*/status")],
        ),
        (
            "ignored limit",
            |exchange| {
                if listed(exchange) && has_limit(exchange, "10") {
                    let mut more = items(exchange)[9].clone();
                    more["id"] = json!("another");
                    items(exchange).push(more);
                }
            },
            vec![
                breaking("list-limit-exceeded", "body/chats"),
                breaking("list-page-mismatch", "body/chats"),
            ],
        ),
        (
            "missing item at a page boundary",
            |exchange| {
                if listed(exchange)
                    && has_limit(exchange, "10")
                    && exchange.query.contains_key("before")
                {
                    items(exchange).remove(0);
                }
            },
            vec![breaking("list-page-mismatch", "body/chats")],
        ),
        (
            "list that ends too early",
            |exchange| {
                if listed(exchange) && has_limit(exchange, "10") {
                    exchange.body["hasMore"] = json!(false);
                }
            },
            vec![breaking("list-end-but-more-follow", "body/hasMore")],
        ),
        (
            "undocumented property",
            |exchange| exchange.body["next"] = json!("cursor"),
            vec![additive("response-property-unknown", "body/next")],
        ),
        (
            "HTML page instead of an error envelope",
            |exchange| {
                if exchange.status == 401 {
                    exchange.raw = Some(b"<html>".to_vec());
                }
            },
            vec![breaking("response-body-not-json", "body")],
        ),
        (
            "wrong status code for a missing API key",
            |exchange| {
                if exchange.authorization.is_none() {
                    exchange.status = 403;
                    exchange.body["error"]["code"] = json!("FORBIDDEN");
                }
            },
            vec![breaking("response-rejection-expected", "status")],
        ),
        (
            "missing error code",
            |exchange| {
                if exchange.status == 400 {
                    exchange.body["error"]
                        .as_object_mut()
                        .unwrap()
                        .remove("code");
                }
            },
            vec![breaking("response-property-missing", "body/error/code")],
        ),
        (
            "undocumented status code",
            |exchange| {
                if exchange.status == 400 {
                    exchange.status = 422;
                }
            },
            vec![breaking("response-status-undocumented", "status")],
        ),
        (
            "accepted invalid parameter",
            |exchange| {
                let wrong = |name: &str| {
                    exchange
                        .query
                        .get(name)
                        .is_some_and(|text| text == "many" || text == "yesterday")
                };
                if wrong("limit") || wrong("before") {
                    exchange.status = 200;
                    exchange.body = json!({"chats": [], "hasMore": false});
                }
            },
            vec![breaking("response-rejection-expected", "status")],
        ),
        (
            "accepted limit of zero",
            |exchange| {
                if has_limit(exchange, "0") {
                    exchange.status = 200;
                    exchange.body = json!({"chats": [], "hasMore": true});
                }
            },
            vec![additive("response-rejection-expected", "status")],
        ),
        (
            "limit above the maximum that is reduced to it",
            |exchange| {
                if has_limit(exchange, "101") {
                    exchange.status = 200;
                    exchange.body = json!({"chats": [], "hasMore": false});
                }
            },
            vec![additive("response-rejection-expected", "status")],
        ),
        (
            "server error for a limit above the maximum",
            |exchange| {
                if has_limit(exchange, "101") {
                    exchange.status = 500;
                    exchange.body["error"]["code"] = json!("INTERNAL_ERROR");
                }
            },
            vec![breaking("response-rejection-expected", "status")],
        ),
        (
            "incomplete filter",
            |exchange| {
                let filtered = exchange.query.len() == 1 && exchange.query.contains_key("status");
                if listed(exchange) && filtered && items(exchange).len() > 1 {
                    items(exchange).remove(1);
                }
            },
            vec![breaking("list-filter-incomplete", "body/chats")],
        ),
        (
            "ignored filter whose property is missing",
            |exchange| {
                let user = exchange.query.get("assigned_user_id");
                if user.is_some_and(|user| user.starts_with("00000000-")) {
                    respond_with_items(exchange, 2);
                }
            },
            vec![breaking("list-filter-ignored", "body/chats")],
        ),
        (
            "page beyond the maximum",
            |exchange| {
                if has_limit(exchange, "101") {
                    respond_with_items(exchange, 101);
                }
            },
            vec![breaking("list-limit-exceeded", "body/chats")],
        ),
        (
            "page of the maximum for a limit above it",
            |exchange| {
                if has_limit(exchange, "101") {
                    respond_with_items(exchange, 100);
                }
            },
            vec![additive("response-rejection-expected", "status")],
        ),
        (
            "API key that is rejected once it was accepted",
            |exchange| {
                if exchange.query.contains_key("status") {
                    exchange.status = 403;
                    exchange.body = json!({"error": {"code": "FORBIDDEN", "message": "no"}});
                }
            },
            vec![breaking("response-success-expected", "status")],
        ),
        (
            "server error for a valid request",
            |exchange| {
                if exchange.query.contains_key("assigned_user_id") {
                    exchange.status = 500;
                    exchange.body = json!({"error": {"code": "INTERNAL_ERROR", "message": "no"}});
                }
            },
            vec![breaking("response-success-expected", "status")],
        ),
    ];
    for (name, break_it, expected) in cases {
        assert_eq!(findings(break_it).await, expected, "{name}");
    }
}
