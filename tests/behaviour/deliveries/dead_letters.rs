//! A signed delivery that is not an event is handled by a handler of its own.

use watsi::webhook::{DeadLetter, DeliveryError};

use super::*;

/// Bodies that are not events, with what a parser of JSON may change.
const BODIES: [&[u8]; 7] = [
    b"",
    b"<html>",
    b"{\"type\":\"message.received\"}",
    b"{\"id\":\"\",\"type\":\"message.received\"}",
    b"{\"id\":\"evt_1\",\"type\":\"x\",\"data\":1e999}",
    b"[{\"id\":\"evt_1\",\"type\":\"x\"}]",
    b"\xff\xfe{\x00",
];

type Letters = Arc<Mutex<Vec<DeadLetter>>>;

/// Serves a receiver that keeps dead letters, and responds to them with `result`.
async fn keep_letters(script: &Script, result: Result<(), &'static str>) -> (SocketAddr, Letters) {
    let letters = Letters::default();
    let kept = Arc::clone(&letters);
    let receiver = script.receiver().on_dead_letter(move |letter| {
        kept.lock().unwrap().push(letter);
        async move { result }
    });
    (serve_receiver(receiver).await, letters)
}

#[tokio::test]
async fn dead_letter_is_handled_with_its_bytes_and_headers() {
    let script = Script::new([]);
    let (address, letters) = keep_letters(&script, Ok(())).await;
    for body in BODIES {
        assert_eq!(send(address, body, &sign(SECRET, body)).await, 200);
    }
    let letters = letters.lock().unwrap();
    let received: Vec<&[u8]> = letters.iter().map(|letter| &letter.body[..]).collect();
    assert_eq!(received, BODIES);
    for letter in letters.iter() {
        assert_eq!(letter.headers[SIGNATURE_HEADER], sign(SECRET, &letter.body));
    }
    assert!(script.runs().is_empty());
}

#[tokio::test]
async fn failed_handler_of_a_dead_letter_gets_500_and_the_letter_again() {
    let script = Script::new([]);
    let (address, letters) = keep_letters(&script, Err("the disk is full")).await;
    for _ in 0..2 {
        assert_eq!(send(address, "{}", &sign(SECRET, "{}")).await, 500);
    }
    assert_eq!(letters.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn unsigned_delivery_is_not_a_dead_letter() {
    let script = Script::new([]);
    let (address, letters) = keep_letters(&script, Ok(())).await;
    assert_eq!(send(address, "{}", &sign("another", "{}")).await, 401);
    assert_eq!(deliver(address, "evt_1").await, 200);
    assert!(letters.lock().unwrap().is_empty());
}

#[tokio::test]
async fn dead_letter_without_a_handler_is_reported_with_its_bytes() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&reported);
    let receiver = Script::new([]).receiver().on_error(move |error| {
        if let DeliveryError::DeadLetter(letter) = error {
            log.lock().unwrap().push(letter.body.clone());
        }
    });
    let address = serve_receiver(receiver).await;
    assert_eq!(send(address, PHONE, &sign(SECRET, PHONE)).await, 400);
    assert_eq!(*reported.lock().unwrap(), [PHONE]);
}

#[tokio::test]
async fn debug_output_of_a_dead_letter_hides_its_body() {
    let (address, letters) = keep_letters(&Script::new([]), Ok(())).await;
    send(address, PHONE, &sign(SECRET, PHONE)).await;
    let letters = letters.lock().unwrap();
    assert!(!format!("{letters:?}").contains(PHONE), "{letters:?}");
}
