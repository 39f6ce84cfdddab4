//! Compares a `Receiver` with a handler that a user would write by hand, both behind axum, with client and server on
//! one core:
//!
//! ```text
//! taskset -c 0 cargo bench --bench receiver
//! ```
//!
//! The two sides take turns with the same deliveries, and the ratio is the median of the rounds' ratios.

use std::collections::HashSet;
use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use watsi::types::EventId;
use watsi::webhook::{Event, MemorySeen, Receiver, SIGNATURE_HEADER, Verifier, sign};

const SECRET: &str = "whsec_0123456789abcdef";
const ROUNDS: usize = 101;
/// Deliveries of one round, each of another event.
const DELIVERIES: usize = 200;

struct ByHand {
    verifier: Verifier,
    seen: Mutex<HashSet<EventId>>,
}

async fn receive(
    State(by_hand): State<Arc<ByHand>>,
    headers: HeaderMap,
    raw_body: Bytes,
) -> StatusCode {
    match by_hand.verifier.verify_delivery(&raw_body, &headers) {
        Ok(event) => {
            if by_hand.seen.lock().unwrap().insert(event.id.clone()) {
                handle(&event);
            }
            StatusCode::OK
        }
        Err(error) if error.is_invalid_signature() => StatusCode::UNAUTHORIZED,
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

fn handle(event: &Event) {
    std::hint::black_box(event);
}

fn by_hand(verifier: Verifier) -> Router {
    let seen = Mutex::default();
    let state = Arc::new(ByHand { verifier, seen });
    Router::new().route("/", post(receive)).with_state(state)
}

fn by_receiver(verifier: Verifier) -> Router {
    let handler = |event: Event| {
        handle(&event);
        ready(Ok::<_, Infallible>(()))
    };
    let receiver = Receiver::new(verifier, MemorySeen::new(), handler);
    Router::new().route_service("/", receiver)
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The bytes of a signed delivery.
fn delivery(number: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"id":"evt_{number:014}","type":"message.received","created_at":"2025-03-15T10:30:00.000Z","workspace_id":"2c5ea4c0-4067-4fe9-8bad-9bdddad1b2c3","data":{{"from":"5491155551234","body":"Hi, I have a question about my order","messageId":"wamid.HBgNNTQ5MTE1NTU1MTIzNB","conversationId":"chat_123","channel":"whatsapp"}}}}"#
    );
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{SIGNATURE_HEADER}: {}\r\n\
         content-length: {}\r\n\r\n{body}",
        sign(SECRET, &body),
        body.len(),
    )
    .into_bytes()
}

/// Sends deliveries one after the other on one connection. Returns the deliveries per second.
async fn rate(connection: &mut TcpStream, deliveries: &[Vec<u8>]) -> f64 {
    let mut response = [0; 1024];
    let start = Instant::now();
    for delivery in deliveries {
        connection.write_all(delivery).await.unwrap();
        let length = connection.read(&mut response).await.unwrap();
        let response = &response[..length];
        assert!(response.starts_with(b"HTTP/1.1 200") && response.ends_with(b"\r\n\r\n"));
    }
    deliveries.len() as f64 / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn compare() {
    let verifier = Verifier::new(SECRET).unwrap();
    let mut connections = Vec::new();
    for router in [by_hand(verifier.clone()), by_receiver(verifier)] {
        let address = serve(router).await;
        connections.push(TcpStream::connect(address).await.unwrap());
    }
    let mut rates = [const { Vec::new() }; 2];
    for round in 0..ROUNDS {
        let numbers = round * DELIVERIES..(round + 1) * DELIVERIES;
        let deliveries: Vec<_> = numbers.map(delivery).collect();
        // The second side may find a warmer cache.
        for side in [round % 2, 1 - round % 2] {
            rates[side].push(rate(&mut connections[side], &deliveries).await);
        }
    }
    // Of the times, as in the other tables.
    let ratios = rates[0].iter().zip(&rates[1]);
    let ratio = median(ratios.map(|(hand, receiver)| hand / receiver).collect());
    let [hand, receiver] = rates.map(median);
    println!(
        "| deliveries a second | by hand | receiver | ratio of the times |\n|---|---|---|---|"
    );
    println!("| one connection | {hand:.0} | {receiver:.0} | {ratio:.2} |");
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(compare());
}
