//! Each event is handled once.

use axum::body::Body;
use futures_util::FutureExt;
use tower_service::Service;

use super::*;

fn request(id: &str) -> http::Request<Body> {
    let body = body(id);
    let request = http::Request::post("/").header(SIGNATURE_HEADER, sign(SECRET, &body));
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn redelivered_event_gets_200_and_is_not_handled_again() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver()).await;
    for id in ["evt_1", "evt_2", "evt_1"] {
        assert_eq!(deliver(address, id).await, 200);
    }
    assert_eq!(script.runs(), ["evt_1", "evt_2"]);
}

#[tokio::test]
async fn concurrent_deliveries_on_many_connections_are_handled_once() {
    let script = Script::new([Step::Wait]);
    let address = serve_receiver(script.receiver()).await;
    let deliveries: Vec<_> = (0..20)
        .map(|_| tokio::spawn(deliver(address, "evt_1")))
        .collect();
    script.starts(1).await;
    script.finish();
    for delivery in deliveries {
        assert_eq!(delivery.await.unwrap(), 200);
    }
    assert_eq!(script.runs(), ["evt_1"]);
}

#[tokio::test]
async fn delivery_waits_for_the_handler_of_the_same_event() {
    let script = Script::new([Step::Wait]);
    let mut receiver = script.receiver();
    let mut first = receiver.call(request("evt_1"));
    let mut second = receiver.call(request("evt_1"));
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    assert_eq!(script.runs(), ["evt_1"]);
    script.finish();
    assert_eq!(in_time(first).await.unwrap().status(), 200);
    assert_eq!(in_time(second).await.unwrap().status(), 200);
    assert_eq!(script.runs(), ["evt_1"]);
}

#[tokio::test]
async fn delivery_does_not_wait_for_the_handler_of_another_event() {
    let script = Script::new([Step::Wait]);
    let mut receiver = script.receiver();
    let mut first = receiver.call(request("evt_1"));
    assert!((&mut first).now_or_never().is_none());
    let other = in_time(receiver.call(request("evt_2"))).await.unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn waiting_delivery_runs_the_handler_after_the_first_one_is_cancelled() {
    let script = Script::new([Step::Wait]);
    let mut receiver = script.receiver();
    let mut first = receiver.call(request("evt_1"));
    let mut second = receiver.call(request("evt_1"));
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    assert_eq!(in_time(second).await.unwrap().status(), 200);
    assert_eq!(script.runs(), ["evt_1", "evt_1"]);
}

#[tokio::test]
async fn event_that_a_full_store_forgot_is_handled_again() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver_with(MemorySeen::with_capacity(1))).await;
    for id in ["evt_1", "evt_2", "evt_2", "evt_1"] {
        assert_eq!(deliver(address, id).await, 200);
    }
    assert_eq!(script.runs(), ["evt_1", "evt_2", "evt_1"]);
}
