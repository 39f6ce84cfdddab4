//! A list continues after a checkpoint, without losing or repeating an item.

use proptest::prelude::*;
use watsi::operations::ListConversations;
use watsi::{Checkpoint, Error, ErrorKind};

use crate::list::{List, Row, Shown, client};
use crate::server::{Act, Server, builder, http, in_time};

/// A checkpoint, serialized and deserialized.
fn stored(checkpoint: &Checkpoint) -> Checkpoint {
    let json = serde_json::to_string(checkpoint).unwrap();
    let read = serde_json::from_str(&json).unwrap();
    assert_eq!(checkpoint, &read);
    read
}

/// Reads up to `count` items after a checkpoint, and returns the one after them.
async fn read_items(
    list: ListConversations,
    from: Option<&Checkpoint>,
    count: usize,
) -> Result<(Vec<String>, Checkpoint), Error> {
    let mut items = match from {
        Some(checkpoint) => list.items_from(checkpoint),
        None => list.items(),
    };
    let mut ids = Vec::new();
    while ids.len() < count {
        match in_time(items.next()).await {
            Some(item) => ids.push(item?.id.to_string()),
            None => break,
        }
    }
    Ok((ids, stored(&items.checkpoint())))
}

/// Reads a list in steps of these lengths, and returns the ids.
async fn read_in_steps(list: &ListConversations, steps: &[usize]) -> Vec<String> {
    let mut ids = Vec::new();
    let mut checkpoint = None;
    for &step in steps.iter().cycle() {
        let (read, next) = read_items(list.clone(), checkpoint.as_ref(), step)
            .await
            .unwrap();
        assert!(ids.len() < 1000, "the list has no end");
        if read.is_empty() {
            break;
        }
        ids.extend(read);
        checkpoint = Some(next);
    }
    ids
}

async fn read_page_by_page(list: &ListConversations) -> Vec<String> {
    let mut ids = Vec::new();
    let mut checkpoint = stored(&list.clone().pages().checkpoint());
    loop {
        let mut pages = list.clone().pages_from(&checkpoint);
        let Some(page) = in_time(pages.next()).await else {
            return ids;
        };
        ids.extend(page.unwrap().chats.iter().map(|it| it.id.to_string()));
        checkpoint = stored(&pages.checkpoint());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    /// Many timestamps are equal, and they are finer than the milliseconds that the server shows.
    #[test]
    fn every_item_is_read_once_across_checkpoints(
        timestamps in prop::collection::vec(0_i64..9_000, 0..40),
        steps in prop::collection::vec(1_usize..9, 1..4),
        limit in 1_i64..=40,
    ) {
        let timestamps = timestamps.into_iter().map(|at| Some(at / 250 * 250));
        assert_read_once(timestamps, &steps, limit)?;
    }

    /// They are listed on one page only: the API cannot continue after a page without timestamps.
    #[test]
    fn items_without_a_timestamp_are_read_once_across_checkpoints(
        timestamps in prop::collection::vec(prop::option::of(0_i64..9_000), 0..40),
        steps in prop::collection::vec(1_usize..9, 1..4),
    ) {
        assert_read_once(timestamps, &steps, 100)?;
    }
}

fn assert_read_once(
    timestamps: impl IntoIterator<Item = Option<i64>>,
    steps: &[usize],
    limit: i64,
) -> Result<(), TestCaseError> {
    let rows = timestamps.into_iter().enumerate().map(|(id, at)| {
        let mut row = Row::new(id, 0);
        row.at = at;
        row
    });
    let list = List::new(rows.collect(), Shown::Cut);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (items, pages) = runtime.block_on(async {
        let server = list.serve().await;
        let request = client(&server).list_conversations().limit(limit);
        (
            read_in_steps(&request, steps).await,
            read_page_by_page(&request).await,
        )
    });
    prop_assert_eq!(items, list.ids(None));
    prop_assert_eq!(pages, list.ids(None));
    Ok(())
}

fn rows(timestamps: &[i64]) -> List {
    let rows = timestamps.iter().enumerate();
    List::new(rows.map(|(id, &at)| Row::new(id, at)).collect(), Shown::Cut)
}

#[tokio::test]
async fn checkpoint_between_equal_timestamps_continues_there() {
    let list = rows(&[5000, 4000, 4000, 4000, 4000, 3000]);
    let server = list.serve().await;
    let request = client(&server).list_conversations().limit(3);
    assert_eq!(read_in_steps(&request, &[2]).await, list.ids(None));
}

#[tokio::test]
async fn checkpoint_at_the_end_sends_no_request() {
    let list = rows(&[2000, 1000]);
    let server = list.serve().await;
    let request = client(&server).list_conversations();
    let (ids, end) = read_items(request.clone(), None, 9).await.unwrap();
    assert_eq!(ids.len(), 2);
    let requests = list.queries().len();
    assert_eq!(
        read_items(request, Some(&end), 9).await.unwrap().0,
        Vec::<String>::new()
    );
    assert_eq!(list.queries().len(), requests);
}

#[tokio::test]
async fn checkpoint_with_other_filters_is_rejected_without_a_request() {
    let list = rows(&[2000, 1000]);
    let server = list.serve().await;
    let request = client(&server).list_conversations();
    let (_, open) = read_items(request.clone().status("open"), None, 1)
        .await
        .unwrap();
    let requests = list.queries().len();
    for other in [request.clone(), request.clone().status("active")] {
        let mut items = other.items_from(&open);
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(items.checkpoint(), open);
        assert!(items.next().await.is_none());
    }
    assert_eq!(list.queries().len(), requests);
    // The limit may differ.
    let same = request.status("open").limit(1);
    assert_eq!(read_items(same, Some(&open), 9).await.unwrap().0.len(), 1);
}

#[tokio::test]
async fn checkpoint_of_another_operation_is_rejected() {
    let list = rows(&[1000]);
    let server = list.serve().await;
    let request = client(&server).list_conversations();
    let mut json = serde_json::to_value(request.clone().items().checkpoint()).unwrap();
    json["operation"] = "list_customers".into();
    let other = serde_json::from_value(json).unwrap();
    let error = read_items(request, Some(&other), 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn checkpoint_is_valid_for_another_base_url() {
    let list = rows(&[2000, 1000]);
    let server = list.serve().await;
    let (_, checkpoint) = read_items(client(&server).list_conversations(), None, 1)
        .await
        .unwrap();
    let moved = builder("http://localhost/v2").build().unwrap();
    let mut items = moved.list_conversations().items_from(&checkpoint);
    // The request is sent, but no server listens.
    let error = in_time(items.next()).await.unwrap().unwrap_err();
    assert_ne!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn checkpoint_without_its_position_is_invalid() {
    let client = builder("http://localhost").build().unwrap();
    let json = serde_json::to_value(client.list_conversations().items().checkpoint()).unwrap();
    for property in ["edge", "seen", "end"] {
        let mut json = json.clone();
        json["cursor"]
            .as_object_mut()
            .unwrap()
            .remove(property)
            .unwrap();
        serde_json::from_value::<Checkpoint>(json).unwrap_err();
    }
}

#[tokio::test]
async fn checkpoint_continues_after_an_error() {
    let page = |id: &str, second: &str, more: bool| {
        let page = serde_json::json!({
            "chats": [{"id": id, "customer": {}, "status": "open", "last_message_at": format!("2025-03-15T10:30:{second}Z")}],
            "hasMore": more,
        });
        Act::Respond(http(200, &[], &page.to_string()))
    };
    let failure = Act::Respond(http(403, &[], ""));
    let server = Server::start([page("a", "09", true), failure, page("b", "08", false)]).await;
    let list = server.client().list_conversations();
    let mut items = list.clone().items();
    assert_eq!(items.next().await.unwrap().unwrap().id, "a");
    assert_eq!(
        items.next().await.unwrap().unwrap_err().status().unwrap(),
        403
    );
    let (ids, _) = read_items(list, Some(&items.checkpoint()), 9)
        .await
        .unwrap();
    assert_eq!(ids, ["b"]);
}

#[tokio::test]
async fn checkpoint_does_not_contain_filter_values() {
    let list = rows(&[1000]);
    let server = list.serve().await;
    let mut items = client(&server)
        .list_conversations()
        .assigned_user_id("+5491155551234")
        .items();
    let _ = items.next().await;
    let shown = format!(
        "{:?} {}",
        items.checkpoint(),
        serde_json::to_string(&items.checkpoint()).unwrap()
    );
    assert!(!shown.contains("5491155551234"), "{shown}");
}

#[tokio::test]
async fn checkpoint_has_only_the_ids_that_are_listed_again() {
    let list = rows(&[50_000, 40_000, 30_000, 20_000, 10_000]);
    let server = list.serve().await;
    let mut pages = client(&server).list_conversations().limit(2).pages();
    for _ in 0..2 {
        pages.next().await.unwrap().unwrap();
    }
    let json = serde_json::to_value(pages.checkpoint()).unwrap();
    let seen = json["cursor"]["seen"].as_object().unwrap();
    assert_eq!(seen.len(), 1, "{json}");
}
