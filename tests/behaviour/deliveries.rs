//! A `Receiver` handles each event once, and responds as documented.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use watsi::webhook::{Event, MemorySeen, Receiver, SIGNATURE_HEADER, Seen, Verifier, sign};

use crate::server::{PHONE, TEXT, in_time};

mod bodies; // size and time limits
mod cancellation; // an event whose handler was cancelled is handled again
mod dead_letters; // signed deliveries that are not events
mod duplicates; // each event is handled once
mod errors; // what the program and its logs learn of an error
mod failures; // of the handler and the store
mod memory; // the store in memory
mod requests; // status codes
mod servers; // axum's extractor, hyper

const SECRET: &str = "whsec_0123456789";

fn verifier() -> Verifier {
    Verifier::new(SECRET).unwrap()
}

/// A body with personal data.
fn body(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"message.received","created_at":"2025-03-15T10:30:00Z","workspace_id":"w","data":{{"from":"{PHONE}","body":"{TEXT}"}}}}"#
    )
}

/// What a run of the handler does.
enum Step {
    Fail,
    Panic,
    /// Succeeds after `finish`.
    Wait,
}

/// A handler that plays a script. Further runs succeed.
#[derive(Clone)]
struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    finish: Arc<Notify>,
    /// The ids of the events of all runs.
    runs: Arc<watch::Sender<Vec<String>>>,
}

type Handler = Box<dyn Fn(Event) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

impl Script {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Script {
            steps: Arc::new(Mutex::new(steps.into_iter().collect())),
            finish: Arc::default(),
            runs: Arc::new(watch::channel(Vec::new()).0),
        }
    }

    fn receiver(&self) -> Receiver<Handler, MemorySeen> {
        self.receiver_with(MemorySeen::new())
    }

    fn receiver_with<S: Seen>(&self, seen: S) -> Receiver<Handler, S> {
        let script = self.clone();
        let handler = move |event| -> BoxFuture<'static, _> { Box::pin(script.clone().run(event)) };
        Receiver::new(verifier(), seen, Box::new(handler) as Handler)
    }

    async fn run(self, event: Event) -> Result<(), String> {
        let act = self.steps.lock().unwrap().pop_front();
        self.runs
            .send_modify(|runs| runs.push(event.id.to_string()));
        match act {
            Some(Step::Fail) => Err(format!("cannot reply to {PHONE}")),
            Some(Step::Panic) => panic!("a panic of the handler, which is part of the test"),
            Some(Step::Wait) => {
                self.finish.notified().await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn finish(&self) {
        self.finish.notify_one();
    }

    fn runs(&self) -> Vec<String> {
        self.runs.borrow().clone()
    }

    /// Waits until that many runs have started.
    async fn starts(&self, count: usize) {
        let mut runs = self.runs.subscribe();
        let started = runs.wait_for(|runs| runs.len() >= count);
        in_time(started).await.unwrap();
    }
}

/// Serves a router on a port of this machine.
async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Serves a receiver on every path.
async fn serve_receiver<S: Seen + 'static>(receiver: Receiver<Handler, S>) -> SocketAddr {
    serve(Router::new().fallback_service(receiver)).await
}

/// Sends a signed delivery of an event. Returns the status code of the response.
async fn deliver(address: SocketAddr, id: &str) -> u16 {
    let body = body(id);
    send(address, &body, &sign(SECRET, &body)).await
}

async fn send(address: SocketAddr, body: impl AsRef<[u8]>, signature: &str) -> u16 {
    let body = body.as_ref();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = head(&format!(
        "{SIGNATURE_HEADER}: {signature}\r\ncontent-length: {}\r\n",
        body.len()
    ));
    let request = [head.as_bytes(), body].concat();
    connection.write_all(&request).await.unwrap();
    status(connection).await
}

fn head(headers: &str) -> String {
    format!("POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
}

/// Reads a response with an empty body. Returns its status code.
async fn status(connection: TcpStream) -> u16 {
    let response = response(connection).await;
    assert!(response.ends_with("\r\n\r\n"), "a body: {response}");
    response[9..12].parse().unwrap()
}

async fn response(mut connection: TcpStream) -> String {
    let mut response = String::new();
    let read = connection.read_to_string(&mut response);
    in_time(read).await.unwrap();
    response
}
