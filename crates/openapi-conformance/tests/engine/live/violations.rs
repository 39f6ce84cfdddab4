//! Each violation alone has its findings, and no others.

use openapi_conformance::Severity;
use serde_json::json;

use super::server::Break;
use super::{Found, breaking, findings, has_limit, items, listed};

fn additive(id: &'static str, place: &str) -> Found {
    (id, Severity::Additive, format!("/response/{place}"))
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
            "unknown value of an open enum",
            |exchange| {
                if listed(exchange) && !exchange.query.contains_key("status") {
                    let second = items(exchange).get_mut(1);
                    second
                        .into_iter()
                        .for_each(|item| item["status"] = json!("snoozed"));
                }
            },
            vec![additive(
                "response-enum-value-unknown",
                "body/chats/*/status",
            )],
        ),
        (
            "undocumented property",
            |exchange| exchange.body["next"] = json!("cursor"),
            vec![additive("response-property-unknown", "body/next")],
        ),
        (
            "wrong content type",
            |exchange| exchange.content_type = "text/json",
            vec![breaking(
                "response-content-type-mismatch",
                "headers/content-type",
            )],
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
            "invalid error envelope",
            |exchange| {
                if exchange.status == 401 {
                    exchange.body = json!({"error": "Unauthorized"});
                }
            },
            vec![breaking("response-type-mismatch", "body/error")],
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
    ];
    for (name, break_it, expected) in cases {
        assert_eq!(findings(break_it).await, expected, "{name}");
    }
}
