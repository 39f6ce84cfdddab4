//! Equal and missing timestamps.

use watsi::ErrorKind;

use super::{client, page, read, read_all, rows, scripted};
use crate::list::{List, Shown};

#[tokio::test]
async fn page_without_timestamps_keeps_the_cursor() {
    let first = page(&[("a", Some("09")), ("b", Some("08"))], true);
    let second = page(&[("none", None)], true);
    let (ids, error, _) = scripted([first, second, page(&[("c", Some("07"))], false)]).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["a", "b", "none", "c"]);
}

#[tokio::test]
async fn more_equal_timestamps_than_a_page_holds_are_an_error_after_the_page() {
    for limit in [1, 50, 100] {
        let list = List::new(rows(std::iter::repeat_n(7000, 101)), Shown::Cut);
        let server = list.serve().await;
        let (ids, error) = read(client(&server).list_conversations().limit(limit).items()).await;
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Cursor);
        assert!(
            error.to_string().contains("shares one timestamp"),
            "{error}"
        );
        assert_eq!(ids, list.ids(None)[..100]);
    }
}

#[tokio::test]
async fn one_page_of_equal_timestamps_is_read() {
    for limit in [1, 50, 100] {
        let (list, ids) = read_all([7000; 100], limit).await;
        assert_eq!(ids, list.ids(None));
    }
}

#[tokio::test]
async fn conversations_without_a_timestamp_are_read_once() {
    let first = page(&[("none", None), ("a", Some("09"))], true);
    let second = page(
        &[("none", None), ("a", Some("09")), ("b", Some("08"))],
        false,
    );
    let (ids, error, _) = scripted([first, second]).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["none", "a", "b"]);
}

#[tokio::test]
async fn page_without_any_timestamp_is_read_before_the_error() {
    let (ids, error, requests) = scripted([page(&[("a", None), ("b", None)], true)]).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Cursor);
    assert_eq!(requests, 1);
}
