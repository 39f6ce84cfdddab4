//! A handler that did not finish leaves its event neither seen nor in progress.

use super::*;

#[tokio::test]
async fn event_is_handled_again_after_the_connection_is_lost() {
    let script = Script::new([Step::Wait]);
    let address = serve_receiver(script.receiver()).await;
    let lost = tokio::spawn(deliver(address, "evt_1"));
    script.starts(1).await;
    lost.abort();
    assert_eq!(in_time(deliver(address, "evt_1")).await, 200);
    assert_eq!(script.runs(), ["evt_1", "evt_1"]);
}

#[tokio::test]
async fn event_is_handled_again_after_a_panic() {
    let script = Script::new([Step::Panic]);
    let address = serve_receiver(script.receiver()).await;
    let body = body("evt_1");
    let signature = sign(SECRET, &body);
    // The server closes the connection without a response.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(format!("http://{address}/")).body(body);
    let request = request.header(SIGNATURE_HEADER, signature);
    assert!(in_time(request.send()).await.is_err());
    assert_eq!(deliver(address, "evt_1").await, 200);
    assert_eq!(script.runs(), ["evt_1", "evt_1"]);
}
