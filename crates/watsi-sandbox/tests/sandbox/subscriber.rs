//! A webhook receiver that verifies and validates each delivery, and responds with the given status codes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use openapi_conformance::Finding;
use tokio::sync::watch;
use watsi::webhook::{DELIVERY_ID_HEADER, EVENT_HEADER, Event, Verifier};
use watsi_sandbox::Sandbox;

use crate::client::{CONTRACT, subscribe};

/// A running webhook receiver.
pub struct Subscriber {
    pub url: String,
    inbox: Arc<Inbox>,
}

struct Inbox {
    verifier: Verifier,
    /// The status codes of the next responses; then 200.
    responses: Mutex<VecDeque<u16>>,
    deliveries: Mutex<Vec<Delivered>>,
    unverified: AtomicUsize,
    /// Violations of the contract.
    findings: Mutex<Vec<Finding>>,
    /// The number of deliveries so far.
    count: watch::Sender<usize>,
    /// Delays the response to the next delivery, or to all.
    gate: Mutex<Option<Gate>>,
}

/// A verified delivery.
#[derive(Clone)]
pub struct Delivered {
    /// The id of the delivery, not of the event.
    pub id: String,
    pub event: Event,
}

#[derive(Clone)]
struct Gate {
    open: watch::Receiver<()>,
    once: bool,
}

/// Delays responses until it is dropped.
pub struct Held {
    count: watch::Receiver<usize>,
    from: usize,
    _gate: watch::Sender<()>,
}

impl Held {
    /// Waits until the delivery has arrived.
    pub async fn reached(&self) {
        let mut count = self.count.clone();
        count.wait_for(|count| *count > self.from).await.unwrap();
    }
}

impl Subscriber {
    /// Starts a sandbox, and a receiver that is subscribed to these events.
    pub async fn start_with(events: &[&str]) -> (Sandbox, Self) {
        let sandbox = Sandbox::start().await;
        let subscriber = Subscriber::subscribed(&sandbox, events).await;
        (sandbox, subscriber)
    }

    /// Starts a receiver and subscribes it to these events.
    pub async fn subscribed(sandbox: &Sandbox, events: &[&str]) -> Self {
        let subscriber = Subscriber::start(sandbox.webhook_secret()).await;
        subscriber.subscribe(sandbox, events).await;
        subscriber
    }

    /// Starts a receiver of deliveries that are signed with this secret.
    pub async fn start(secret: &str) -> Self {
        let inbox = Arc::new(Inbox {
            verifier: Verifier::new(secret).unwrap(),
            responses: Mutex::default(),
            deliveries: Mutex::default(),
            unverified: AtomicUsize::new(0),
            findings: Mutex::default(),
            count: watch::Sender::new(0),
            gate: Mutex::default(),
        });
        let router = Router::new()
            .route("/hook", post(receive))
            .with_state(Arc::clone(&inbox));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Subscriber { url, inbox }
    }

    pub async fn subscribe(&self, sandbox: &Sandbox, events: &[&str]) {
        subscribe(sandbox, &self.url, events).await.unwrap();
    }

    /// Sets the status codes of the next responses.
    pub fn respond(&self, statuses: impl IntoIterator<Item = u16>) {
        self.inbox.responses.lock().unwrap().extend(statuses);
    }

    /// Delays the response to the next delivery.
    pub fn hold_next(&self) -> Held {
        self.hold(true)
    }

    /// Delays the responses to all deliveries.
    pub fn hold_all(&self) -> Held {
        self.hold(false)
    }

    fn hold(&self, once: bool) -> Held {
        let (gate, open) = watch::channel(());
        *self.inbox.gate.lock().unwrap() = Some(Gate { open, once });
        let count = self.inbox.count.subscribe();
        let from = *self.inbox.count.borrow();
        Held {
            count,
            from,
            _gate: gate,
        }
    }

    /// Waits until there were this many deliveries.
    pub async fn received(&self, wanted: usize) {
        let mut count = self.inbox.count.subscribe();
        count.wait_for(|count| *count >= wanted).await.unwrap();
    }

    /// The verified deliveries so far.
    pub fn deliveries(&self) -> Vec<Delivered> {
        assert_eq!(*self.inbox.findings.lock().unwrap(), []);
        self.inbox.deliveries.lock().unwrap().clone()
    }

    /// How many deliveries were not verified.
    pub fn unverified(&self) -> usize {
        self.inbox.unverified.load(Ordering::Relaxed)
    }

    /// The types of the events so far.
    pub fn event_types(&self) -> Vec<String> {
        let deliveries = self.deliveries().into_iter();
        deliveries
            .map(|delivery| delivery.event.event_type().to_string())
            .collect()
    }
}

/// A sender that follows redirects would find the receiver again.
type Reply = (StatusCode, [(&'static str, &'static str); 1]);

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Reply {
    let location = [("location", "/hook")];
    let Ok(event) = inbox.verifier.verify_delivery(&body, &headers) else {
        inbox.unverified.fetch_add(1, Ordering::Relaxed);
        return (StatusCode::UNAUTHORIZED, location);
    };
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header(EVENT_HEADER), event.event_type().as_str());
    let mut documented = CONTRACT.events();
    // A test can deliver an undocumented event.
    if let Some(operation) = documented.find(|operation| operation.path() == header(EVENT_HEADER)) {
        let mut delivery = http::Request::new(body);
        delivery.headers_mut().clone_from(&headers);
        let findings = CONTRACT.validate_delivery(operation, &delivery);
        inbox.findings.lock().unwrap().extend(findings);
    }
    let id = header(DELIVERY_ID_HEADER);
    let delivered = Delivered { id, event };
    inbox.deliveries.lock().unwrap().push(delivered);
    inbox.count.send_modify(|count| *count += 1);
    let gate = inbox.gate.lock().unwrap().clone();
    if let Some(mut gate) = gate {
        if gate.once {
            *inbox.gate.lock().unwrap() = None;
        }
        // Ends when the sender is dropped.
        let _ = gate.open.changed().await;
    }
    let status = inbox.responses.lock().unwrap().pop_front();
    let status = StatusCode::from_u16(status.unwrap_or(200)).unwrap();
    (status, location)
}
