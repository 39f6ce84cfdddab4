//! Every conversation is read once and in order, whatever the timestamps.

mod errors; // lists without an end, and failing pages
mod requests; // which requests a list sends
mod timestamps; // equal and missing timestamps

use futures_util::StreamExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use watsi::Error;
use watsi::types::Conversation;

use crate::list::{List, Row, Shown, client};
use crate::server::{Act, Server, http, in_time};

/// Reads the stream, and returns the ids and the error that ended it.
async fn read(items: watsi::Items<Conversation>) -> (Vec<String>, Option<Error>) {
    let mut ids = Vec::new();
    let mut items = std::pin::pin!(items);
    while let Some(item) = in_time(items.next()).await {
        assert!(ids.len() < 5000, "the list has no end");
        match item {
            Ok(conversation) => ids.push(conversation.id.to_string()),
            Err(error) => {
                assert!(items.next().await.is_none(), "something follows the error");
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}

/// Reads a list with these timestamps without an error, and returns it with the ids.
async fn read_all(timestamps: impl IntoIterator<Item = i64>, limit: i64) -> (List, Vec<String>) {
    let list = List::new(rows(timestamps), Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().limit(limit).items()).await;
    assert!(error.is_none(), "{error:?}");
    (list, ids)
}

fn rows(timestamps: impl IntoIterator<Item = i64>) -> Vec<Row> {
    timestamps
        .into_iter()
        .enumerate()
        .map(|(id, at)| Row::new(id, at))
        .collect()
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![Just(Shown::Cut), Just(Shown::Rounded)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Many timestamps are equal, and they are finer than the milliseconds that the server shows.
    #[test]
    fn every_conversation_is_read_once_and_in_order(
        timestamps in prop::collection::vec(0_i64..20_000, 0..90),
        statuses in prop::collection::vec(prop_oneof![Just("open"), Just("active")], 90),
        limit in prop::option::of(1_i64..=100),
        status in prop::option::of(prop_oneof![Just("open"), Just("active")]),
        shown in shown(),
    ) {
        let mut rows = rows(timestamps.into_iter().map(|at| at / 250 * 250));
        for (row, status) in rows.iter_mut().zip(statuses) {
            row.status = status;
        }
        let list = List::new(rows, shown);
        let (ids, error) = run(async {
            let server = list.serve().await;
            let client = client(&server);
            let mut call = client.list_conversations();
            if let Some(limit) = limit {
                call = call.limit(limit);
            }
            if let Some(status) = status {
                call = call.status(status);
            }
            read(call.items()).await
        });
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert_eq!(ids, list.ids(status));
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Returns the ids, the error and the number of requests of a list with these pages. The last one is repeated.
async fn scripted(pages: impl IntoIterator<Item = Value>) -> (Vec<String>, Option<Error>, usize) {
    let acts = pages
        .into_iter()
        .map(|page| Act::Respond(http(200, &[], &page.to_string())));
    let server = Server::start(acts).await;
    let client = server.client();
    let (ids, error) = read(client.list_conversations().limit(2).items()).await;
    (ids, error, server.requests().len())
}

fn page(items: &[(&str, Option<&str>)], more: bool) -> Value {
    let chats = items.iter().map(|(id, at)| {
        let at = at.map(|second| format!("2025-03-15T10:30:{second}Z"));
        json!({"id": id, "customer": {}, "status": "open", "last_message_at": at})
    });
    json!({"chats": chats.collect::<Vec<_>>(), "hasMore": more})
}
