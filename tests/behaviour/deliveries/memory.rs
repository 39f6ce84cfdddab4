//! The store in memory.

use watsi::types::EventId;

use super::*;

async fn assert_contained(seen: &MemorySeen, expected: [bool; 4]) {
    for (id, expected) in ["a", "b", "c", "d"].into_iter().zip(expected) {
        let contained = seen.contains(&EventId::from(id)).await.unwrap();
        assert_eq!(contained, expected, "{id}");
    }
}

async fn store<const N: usize>(capacity: usize, ids: [&str; N]) -> MemorySeen {
    let seen = MemorySeen::with_capacity(capacity);
    for id in ids {
        seen.insert(&id.into()).await.unwrap();
    }
    seen
}

#[tokio::test]
async fn full_store_forgets_the_oldest_id() {
    let seen = store(2, ["a", "b", "c"]).await;
    assert_contained(&seen, [false, true, true, false]).await;
}

#[tokio::test]
async fn duplicate_takes_no_space() {
    let seen = store(2, ["a", "b", "b", "b"]).await;
    assert_contained(&seen, [true, true, false, false]).await;
}

#[tokio::test]
async fn store_without_capacity_remembers_nothing() {
    assert_contained(&store(0, ["a"]).await, [false; 4]).await;
}

#[tokio::test]
async fn debug_output_of_a_store_shows_no_ids() {
    let seen = store(9, ["evt_1"]).await;
    assert_eq!(format!("{seen:?}"), "MemorySeen { capacity: 9, len: 1 }");
}
