//! A stateful fake of the API, for tests and for trying the API without a WhatsApp number.
//!
//! A [`Sandbox`] keeps its state in memory and listens on a real local socket. It behaves as the contract and the
//! documentation describe, and validates each response of an operation against the contract before sending it. Any
//! number of sandboxes can run at the same time.
//!
//! ```
//! use std::time::Duration;
//! use watsi_sandbox::Sandbox;
//! use watsi::types::SendMessageRequest;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), watsi::Error> {
//! let sandbox = Sandbox::start().await;
//! let conversation_id = sandbox.customer_writes("+5491155551234", "Hi, I have a question");
//! let client = sandbox.client();
//! let page = client.list_conversations().send().await?;
//! assert_eq!(page.chats[0].id, conversation_id);
//!
//! let request = SendMessageRequest::new(conversation_id, "Hello!");
//! client.send_message(request.clone()).send().await?;
//!
//! sandbox.advance(Duration::from_secs(25 * 60 * 60)); // the 24-hour window closes
//! let error = client.send_message(request).send().await.unwrap_err();
//! assert_eq!(error.status().unwrap(), 400);
//! # Ok(())
//! # }
//! ```
//!
//! It runs on its own thread, so tests may block theirs. Programs in other languages control it over HTTP, with
//! operations that correspond to the methods of [`Sandbox`]; `/_sandbox/openapi.yaml` documents them. In a browser,
//! control it from the page at `/_sandbox/`.
//!
//! # Behavior
//!
//! - **API key**: a request without `Authorization: Bearer <`[`api_key`](Sandbox::api_key)`>` gets a 401 response.
//!   It has no other effect, e.g. on faults and rate limits. Pages need no API key.
//! - **Input**: a request that does not conform to the contract, e.g. because of an undocumented property, is rejected
//!   with 400 `VALIDATION_ERROR`, and `details` describes the problem of each field. Unknown values of open enums are
//!   accepted. A body can have up to 10,000 values.
//! - **Clock**: the sandbox has its own clock, which starts at the current time. It moves only with
//!   [`advance`](Sandbox::advance), and by 1 ms with each change, so that each change has its own timestamp.
//! - **Messages** can be sent for 24 hours after the customer's last message. After that, the response is 400
//!   `BAD_REQUEST`. By the sandbox's clock, messages become `delivered` after [1 s](DELIVERED_AFTER) and `read` after
//!   [10 s](READ_AFTER), unless you set their status with [`mark`](Sandbox::mark).
//! - **Webhooks**: `create_webhook` accepts `https://` URLs, and `http://` URLs of this machine and of
//!   [allowed hosts](SandboxBuilder::allow_webhook_host). Events are delivered over HTTP, but only to this machine and
//!   allowed hosts, signed with the [`webhook_secret`](Sandbox::webhook_secret). Redirects are not followed. The first
//!   attempts for the events of a conversation are made one at a time, in order. All other attempts are concurrent, up
//!   to 16 per subscription. Subscribing the same URL to the same events again returns 409 `CONFLICT`.
//! - **Retries**: if a delivery gets no success response within 5 s, it is retried with a new delivery id. The waits
//!   between attempts are 1 s, 5 s, 30 s, 2 min, 10 min, 30 min and 2 h, by the sandbox's clock. There are no further
//!   retries. [`settled`](Sandbox::settled) waits for the deliveries that are due.
//! - **Faults**: a [`Fault`] can lose, truncate or delay a response, respond with any status code, or drop, delay,
//!   duplicate or reorder a delivery.
//! - **Documentation**: `/docs` is an interactive reference. `/openapi.yaml` is the contract with this server's URL.
//!
//! # Unspecified behavior
//!
//! A list that is new in the contract (`x-pagination`) has 40 items, made from its example: with different ids, and with
//! timestamps a minute apart if it is sorted by them. Its pages are served as the extension says. An operation on an item's path responds with 404 if the id is unknown, and a
//! `GET` returns the item. All other new operations respond with their alphabetically first example. The
//! documentation does not specify the following, so the sandbox chooses:
//!
//! - The status code of a success is 200.
//! - The response of `create_webhook` has one property, `secret`.
//! - A message has the same id in a response and in its events, unless you ask for
//!   [distinct ids](SandboxBuilder::distinct_event_ids).
//! - A customer without a name has no property `name`. The `conversation.created` event has the status `active`, as in
//!   the documentation, while the list has `open`.
//! - `contact.created`, `contact.updated` and `conversation.updated` have no data.
//!
//! # Limits
//!
//! To limit its memory use, the sandbox keeps the latest 10,000 messages, 10,000 delivery attempts and 1,000 requests,
//! and at most 16 MiB of each. The number of conversations is not limited. There can be 1,000 subscriptions, each with
//! 10,000 pending deliveries of at most 16 MiB. A request body can be up to 1 MiB in size, or 64 MiB to import a state.
//!
//! Up to 512 requests can wait for a change or for a delayed response. Apart from them, there can be 256 connections;
//! above that, the one that has been idle the longest is closed.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod activity;
mod api;
mod body;
mod builder;
mod clock;
mod connections;
mod contract;
mod control;
mod delivery;
mod error;
mod fault;
mod log;
mod page;
mod rate_limit;
mod server;
mod shared;
mod state;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

pub use activity::{Activity, RequestActivity};
pub use builder::SandboxBuilder;
pub use delivery::{Delivery, DeliveryOutcome};
pub use error::SandboxError;
pub use fault::{ActiveFault, Fault};
pub use state::{ConversationUpdate, DELIVERED_AFTER, READ_AFTER};

use shared::Shared;
use state::Snapshot;
use watsi::Client;
use watsi::types::{
    Conversation, ConversationId, EventId, EventType, Message, MessageId, MessageStatus,
};

/// A running sandbox. It stops when it is dropped.
pub struct Sandbox {
    shared: Arc<Shared>,
    client: OnceLock<Client>,
    _server: server::Server,
}

impl Sandbox {
    /// Starts an empty sandbox on a free port of this machine.
    ///
    /// # Panics
    ///
    /// Panics if this machine has no free port. [`Sandbox::builder`] returns an error instead.
    pub async fn start() -> Self {
        let started = Sandbox::builder().start().await;
        started.expect("a free port is available")
    }

    /// Returns a builder to configure a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns a client for this sandbox, with the defaults of [`Client::builder`].
    ///
    /// # Panics
    ///
    /// Panics if `rustls-no-provider` is the only TLS feature and the program has not installed a crypto provider.
    pub fn client(&self) -> Client {
        let client = self.client.get_or_init(|| {
            let builder = Client::builder().api_key(self.api_key());
            let client = builder.base_url(self.uri()).build();
            client.expect("the API key and the URL of the sandbox are valid")
        });
        client.clone()
    }

    /// Returns the base URL of the API, e.g. `http://127.0.0.1:4010`. The page is at `/_sandbox/` below it, and the
    /// reference at `/docs`.
    pub fn uri(&self) -> String {
        self.shared.uri.clone()
    }

    /// Returns the only API key that is accepted. Default: `sandbox-key`.
    pub fn api_key(&self) -> &str {
        &self.shared.settings.api_key
    }

    /// Returns the secret that all deliveries are signed with. The response of `create_webhook` contains it too.
    pub fn webhook_secret(&self) -> &str {
        &self.shared.settings.webhook_secret
    }

    /// Simulates a message from a customer. It opens a conversation with this phone number, or updates the existing
    /// one, and restarts its 24-hour window.
    ///
    /// The number is used as given; those of the API are in international form, with a plus sign. Delivers
    /// `message.received`, preceded by `contact.created` and `conversation.created` for a new conversation.
    pub fn customer_writes(&self, phone: &str, text: &str) -> ConversationId {
        let message = self
            .shared
            .change(|state| state.customer_writes(phone, text));
        message.conversation_id
    }

    /// Adds `count` conversations with varying customers, statuses and assignees. Each is a second older than the
    /// previous one, counted back from the time of the first call. The last message of each is from the customer. These
    /// messages are not stored, and no events are delivered.
    pub fn seed(&self, count: usize) {
        self.shared.change(|state| state.seed(count));
    }

    /// Changes a conversation. A new name delivers `contact.updated`; a new status or assignee delivers
    /// `conversation.updated`.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::UnknownConversation`] if no conversation has this id, and
    /// [`SandboxError::UnsupportedTimestamp`] if the timestamp is not in the years 0 to 9999.
    pub fn update_conversation(
        &self,
        id: &ConversationId,
        update: ConversationUpdate,
    ) -> Result<Conversation, SandboxError> {
        self.shared.change(|state| state.update(id, update))
    }

    /// Advances the clock: windows close, rate limits end, messages are delivered and read (each with its event), and
    /// failed deliveries are retried. The clock stops at the end of the year 9999.
    pub fn advance(&self, duration: Duration) {
        self.shared.change(|state| state.advance(duration));
    }

    /// Returns the current time of the sandbox's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.read(|state| state.now)
    }

    /// Delivers an event of any type with any data to the subscribers of that type. Use it for events that the
    /// sandbox does not otherwise cause, or that are not documented yet.
    pub fn post_event(&self, kind: impl Into<EventType>, data: serde_json::Map<String, Value>) {
        self.shared.change(|state| {
            let at = state.tick();
            state.post(kind.into(), data, at, None);
        });
    }

    /// Sets the status of a message and delivers `message.status`.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::UnknownMessage`] if no message has this id.
    pub fn mark(
        &self,
        message: &MessageId,
        status: impl Into<MessageStatus>,
    ) -> Result<(), SandboxError> {
        let marked = self
            .shared
            .change(|state| state.mark(message, status.into()));
        marked.map(drop).ok_or(SandboxError::UnknownMessage)
    }

    /// Returns the latest 10,000 messages of all conversations, received and sent, oldest first, without those of
    /// [`seed`](Self::seed).
    pub fn messages(&self) -> Vec<Message> {
        self.shared
            .read(|state| state.messages().cloned().collect())
    }

    /// Waits for the next message that a client sends, and returns it. Each call continues after the message that the
    /// previous call returned, so it does not miss messages sent in between.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::Timeout`] if no message is sent within `deadline`, in real time.
    pub async fn next_message(&self, deadline: Duration) -> Result<Message, SandboxError> {
        let next = self
            .shared
            .wait_anywhere(deadline, state::State::next_message);
        next.await.ok_or(SandboxError::Timeout)
    }

    /// Returns the latest 1,000 requests to the API, oldest first. The body of a request without the API key is not
    /// read, and empty here.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.shared
            .read(|state| state.requests.iter().cloned().collect())
    }

    /// Adds a fault, and returns its id. If several faults match a request or delivery, only the first one that is due
    /// affects it.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::InvalidFault`] if a setting of the fault is invalid or does not apply to it, e.g. an
    /// operation for a fault of deliveries, or if there are already 1,000 faults.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, SandboxError> {
        self.shared.add_fault(fault)
    }

    /// Returns the active faults, in the order in which they were added.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.shared
            .read(|state| state.faults.active().cloned().collect())
    }

    /// Removes a fault. Returns whether it was active.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.shared.change(|state| state.remove_fault(id))
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.change(state::State::clear_faults);
    }

    /// Returns the latest 10,000 delivery attempts that have ended, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared
            .read(|state| state.queue.log().iter().cloned().collect())
    }

    /// Redelivers an event, with a new delivery id, to each subscription that already has a delivery attempt for it.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::UnknownEvent`] if no delivery attempt for this event is known, or its subscriptions no
    /// longer exist.
    pub fn redeliver(&self, event: &EventId) -> Result<(), SandboxError> {
        let subscriptions = self
            .shared
            .change(|state| state.queue.redeliver(event.as_str()));
        if subscriptions == 0 {
            return Err(SandboxError::UnknownEvent);
        }
        Ok(())
    }

    /// Waits until no delivery is in progress or due. Does not wait for deliveries that are due later by the sandbox's
    /// clock, such as retries, and returns their number.
    pub async fn settled(&self) -> usize {
        let settled = self.shared.wait_anywhere(Duration::MAX, |state| {
            state.queue.is_settled().then(|| state.queue.waiting())
        });
        settled.await.unwrap_or_default()
    }

    /// Resets the sandbox: removes all conversations, messages, requests, deliveries, faults and subscriptions, and
    /// sets the clock back to its start time. Ids are not reused.
    pub fn reset(&self) {
        self.shared.change(|state| state.reset(false));
    }

    /// Returns the clock, conversations, messages and subscriptions as JSON.
    pub fn export(&self) -> Value {
        self.shared.read(state::State::snapshot).export()
    }

    /// Replaces the state with one returned by [`export`](Self::export), of this sandbox or another one. Removes
    /// requests, deliveries and faults.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::InvalidState`] if the state is not valid, or has more than a sandbox keeps, e.g. 10,001
    /// messages. In that case, nothing changes.
    pub fn import(&self, state: Value) -> Result<(), SandboxError> {
        let snapshot = Snapshot::read(state)?;
        let imported = snapshot.check(|url| self.shared.delivers_to(url))?;
        self.shared.change(|state| state.import(imported));
        Ok(())
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("uri", &self.uri())
            .finish_non_exhaustive()
    }
}
