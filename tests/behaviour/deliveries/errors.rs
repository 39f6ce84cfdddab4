//! What the program learns of an error.

use std::error::Error;

use watsi::webhook::{DeliveryError, WebhookError};

use super::*;

/// Delivers one event and returns each error as status code, `Display` output and source.
async fn reported(
    steps: impl IntoIterator<Item = Step>,
    secret: &str,
) -> Vec<(u16, String, Option<String>)> {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&reported);
    let receiver = Script::new(steps).receiver().on_error(move |error| {
        let source = error.source().map(ToString::to_string);
        let error = (error.status().as_u16(), error.to_string(), source);
        log.lock().unwrap().push(error);
    });
    let address = serve_receiver(receiver).await;
    let body = body("evt_1");
    send(address, &body, &sign(secret, &body)).await;
    let reported = reported.lock().unwrap();
    reported.clone()
}

#[tokio::test]
async fn accepted_delivery_reports_no_error() {
    assert!(reported([], SECRET).await.is_empty());
}

#[tokio::test]
async fn handler_error_is_the_source_of_the_reported_error() {
    let source = format!("cannot reply to {PHONE}");
    let expected = (500, "the handler failed".to_owned(), Some(source));
    assert_eq!(reported([Step::Fail], SECRET).await, [expected]);
}

#[tokio::test]
async fn wrong_secret_is_reported() {
    let expected = (401, WebhookError::WrongSignature.to_string(), None);
    assert_eq!(reported([], "another").await, [expected]);
}

#[test]
fn every_error_has_its_status_code() {
    let failure = || Box::from("failure");
    let cases = [
        (DeliveryError::MethodNotAllowed, 405),
        (DeliveryError::BodyTimeout, 408),
        (DeliveryError::IncompleteBody, 400),
        (WebhookError::MissingSignature.into(), 401),
        (WebhookError::MalformedSignature.into(), 401),
        (WebhookError::WrongSignature.into(), 401),
        (WebhookError::TooLarge { limit: 1 }.into(), 413),
        (WebhookError::NotAnEvent(String::new()).into(), 400),
        (WebhookError::EmptySecret.into(), 500),
        (DeliveryError::Seen(failure()), 500),
        (DeliveryError::Handler(failure()), 500),
    ];
    for (error, status) in cases {
        assert_eq!(error.status(), status, "{error}");
    }
}
