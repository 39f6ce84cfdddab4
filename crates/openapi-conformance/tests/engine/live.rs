//! A server that violates the contract in one way gets exactly that finding, and a conforming one gets none.

// Helpers.
mod lossy; // a server that loses connections
mod server; // a conforming server, whose responses can be broken

// Tests.
mod any_api; // servers of any API
mod contracts; // requests that depend on the contract
mod errors; // errors that end the checks
mod lists; // lists over several requests
mod send; // one request with a body
mod statuses; // status codes of valid requests
mod violations; // each violation alone

use openapi_conformance::Severity;
use serde_json::Value;

use crate::contract::CONTRACT;
use server::{Break, Exchange, live_on, start};

/// The id, severity and pointer of a finding. Indices in the pointer are replaced by `*`.
type Found = (&'static str, Severity, String);

fn breaking(id: &'static str, place: &str) -> Found {
    (id, Severity::Breaking, format!("/response/{place}"))
}

/// Returns the distinct findings about a server with 40 conversations.
async fn findings(break_it: Break) -> Vec<Found> {
    let server = start(40, break_it).await;
    let mut all = Vec::new();
    let mut live = live_on(&server);
    let done = live.run(|check| {
        assert_eq!(check.skipped, None, "{}", check.name);
        for finding in check.findings {
            let place = CONTRACT.json().pointer(&finding.contract_pointer);
            assert!(place.is_some(), "{finding}");
            let keys = finding.pointer.split('/');
            let keys = keys.map(|key| {
                if key.parse::<usize>().is_ok() {
                    "*"
                } else {
                    key
                }
            });
            let pointer = keys.collect::<Vec<_>>().join("/");
            let found = (finding.id, finding.severity, pointer);
            if !all.contains(&found) {
                all.push(found);
            }
        }
    });
    done.await.unwrap();
    all
}

fn items(exchange: &mut Exchange) -> &mut Vec<Value> {
    exchange.body["chats"].as_array_mut().unwrap()
}

fn has_limit(exchange: &Exchange, limit: &str) -> bool {
    let requested = exchange.query.get("limit");
    requested.is_some_and(|requested| requested == limit)
}

fn listed(exchange: &Exchange) -> bool {
    exchange.status == 200
}

#[tokio::test]
async fn conforming_server_has_no_findings() {
    assert_eq!(findings(|_| ()).await, []);
}
