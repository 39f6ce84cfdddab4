//! Receiving with axum's extractor and with hyper.

use axum::http::StatusCode;
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use watsi::webhook::DeliveryError;

use super::*;

#[tokio::test]
async fn hyper_serves_a_receiver() {
    async fn handle(event: Event) -> Result<(), String> {
        match event.id == "evt_1" {
            true => Ok(()),
            false => Err("another event".to_owned()),
        }
    }
    let receiver = Receiver::new(verifier(), MemorySeen::new(), handle);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(receiver);
        let connection = TokioIo::new(stream);
        http1::Builder::new()
            .serve_connection(connection, service)
            .await
    });
    assert_eq!(deliver(address, "evt_1").await, 200);
}

#[tokio::test]
async fn extractor_returns_the_verified_event() {
    let receive = async |event: Event| {
        assert_eq!(event.id, "evt_1");
        StatusCode::ACCEPTED
    };
    let router = Router::new().route("/", post(receive));
    let address = serve(router.with_state(verifier())).await;
    assert_eq!(deliver(address, "evt_1").await, 202);
}

#[tokio::test]
async fn extractor_rejects_with_the_documented_status_codes_and_no_body() {
    let receive = async |_: Event| StatusCode::OK;
    let router = Router::new().route("/", post(receive));
    let address = serve(router.with_state(verifier().body_limit(500))).await;
    let (event, long) = (body("evt_1"), " ".repeat(501));
    let cases = [
        (event.as_str(), "another", 401),
        ("{}", SECRET, 400),
        (&long, SECRET, 413),
    ];
    for (body, secret, status) in cases {
        assert_eq!(send(address, body, &sign(secret, body)).await, status);
    }
}

#[tokio::test]
async fn handler_can_take_the_rejection_of_the_extractor() {
    let receive = async |event: Result<Event, DeliveryError>| match event {
        Ok(_) => StatusCode::OK,
        Err(DeliveryError::Invalid(_)) => StatusCode::IM_A_TEAPOT,
        Err(error) => panic!("{error}"),
    };
    let router = Router::new().route("/", post(receive));
    let address = serve(router.with_state(verifier())).await;
    assert_eq!(send(address, "{}", "").await, 418);
}
