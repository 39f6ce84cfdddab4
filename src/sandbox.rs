//! A fake of the API, for tests and for trying it without a WhatsApp number.
//!
//! It is stateful, in memory, and answers on a real socket of this machine with what the contract says
//! and the documentation describes: what an operation answers is judged against the contract before it
//! leaves. Any number of sandboxes run beside each other.
//!
//! ```
//! use std::time::Duration;
//! use watsi::sandbox::Sandbox;
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
//! client.send_message().body(request.clone()).send().await?;
//!
//! sandbox.advance(Duration::from_secs(25 * 60 * 60)); // the 24-hour window closes
//! let error = client.send_message().body(request).send().await.unwrap_err();
//! assert_eq!(error.status().unwrap(), 400);
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//!
//! - **Keys**: everything but the documentation pages, and failures that were
//!   [asked for](Sandbox::fail_next), answers 401 without
//!   `Authorization: Bearer <`[`api_key`](Sandbox::api_key)`>`.
//! - **Input**: what the contract does not document (a property, a parameter, a type) is refused with 400
//!   `VALIDATION_ERROR`, and `details` says for each field what is wrong with it. Unlisted values of open
//!   vocabularies are taken.
//! - **Its own clock** stands still until [`advance`](Sandbox::advance); only each change moves it, by
//!   1 ms, so that no two have one timestamp. It begins at the time of the start.
//! - **Messages** can be sent for 24 hours after the customer's last one; then the answer is 400
//!   `BAD_REQUEST`. They are `delivered` [1 s](DELIVERED_AFTER) and `read` [10 s](READ_AFTER) after they
//!   were sent, by its clock, unless [`mark`](Sandbox::mark) says otherwise.
//! - **Webhooks**: `create_webhook` takes `https://` URLs, also of other machines, and `http://` ones of this
//!   one; hosts that are reserved for documentation (`example.com`) get nothing. Events are really posted
//!   there, signed with the [`webhook_secret`](Sandbox::webhook_secret), one after the other; what is not
//!   answered with a success within 5 s is posted again, with another delivery id, at most 6 times in all,
//!   with waits from 50 to 800 ms. [`settled`](Sandbox::settled) waits for that. The same URL with the same
//!   events a second time is 409 `CONFLICT`.
//! - **Documentation**: `/docs` is an interactive reference, `/openapi.yaml` the contract, with this server
//!   in it.
//!
//! # What it chooses
//!
//! An operation that is new in the contract is answered with the first of its examples by name, until it is
//! more here. Where the documentation is silent: successes are 200; the answer of `create_webhook` has the
//! one property `secret`; a message has the same id in an answer and in its events; a conversation without
//! a name has `name: null`, and its `conversation.created` says `active`, as the documentation shows it,
//! while the list says `open`; `contact.created` has no data; events that change nothing here
//! (`conversation.updated`, `contact.updated`) do not occur.

mod answer;
mod builder;
mod delivery;
mod docs;
mod operations;
mod rate_limit;
mod server;
mod state;
mod store;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use wiremock::MockServer;

pub use builder::{SandboxBuilder, SandboxError};
pub use state::{DELIVERED_AFTER, READ_AFTER};

use crate::Client;
/// The crate of [`Sandbox::server`] and [`Sandbox::requests`].
pub use wiremock;

use crate::types::{ConversationId, EventType, Message, MessageId, MessageStatus};
use state::Shared;

/// A running sandbox; it stops when it is dropped.
pub struct Sandbox {
    server: MockServer,
    shared: Arc<Shared>,
    client: OnceLock<Client>,
}

impl Sandbox {
    /// Starts a sandbox on a free port of this machine. It is empty.
    ///
    /// # Panics
    ///
    /// If this machine has no free port. [`Sandbox::builder`] returns an error instead.
    pub async fn start() -> Self {
        let started = Sandbox::builder().start().await;
        started.expect("there is a free port")
    }

    /// The settings of a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// A client of this sandbox, with the defaults of [`Client::builder`].
    ///
    /// # Panics
    ///
    /// With the feature `rustls-no-provider` alone, if the program has not installed a crypto provider.
    pub fn client(&self) -> Client {
        let client = self.client.get_or_init(|| {
            let builder = Client::builder().api_key(self.api_key());
            let client = builder.base_url(self.uri()).build();
            client.expect("the sandbox's key and URL are right")
        });
        client.clone()
    }

    /// The base URL of the API, as `http://127.0.0.1:4010`. The documentation is at `/docs` below it.
    pub fn uri(&self) -> String {
        self.server.uri()
    }

    /// The one key that is accepted. Default: `sandbox-key`.
    pub fn api_key(&self) -> &str {
        &self.shared.api_key
    }

    /// The secret that all deliveries are signed with; the answer of `create_webhook` has it too.
    pub fn webhook_secret(&self) -> &str {
        &self.shared.webhook_secret
    }

    /// A customer writes: opens a conversation with this phone number, or refreshes it, and its 24-hour
    /// window. The number is taken as it is; the API's are in international form, with a plus sign. Posts `contact.created` and
    /// `conversation.created` for a new one, and `message.received`.
    pub fn customer_writes(&self, phone: &str, text: &str) -> ConversationId {
        self.shared.lock().customer_writes(phone, text)
    }

    /// Adds `count` conversations, each a second older than the one before it, counted back from the time of
    /// the first call, with customers, states and assignees that differ. In each the customer wrote last;
    /// those messages are not kept, and nothing is posted.
    pub fn seed(&self, count: usize) {
        self.shared.lock().seed(count);
    }

    /// Moves the clock: windows close, limits end, and messages are delivered and read, each with its
    /// event. The year 9999 is its end.
    pub fn advance(&self, duration: Duration) {
        self.shared.lock().advance(duration);
    }

    /// What the sandbox's clock says.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.lock().now
    }

    /// Posts an event of any type with any data to those who subscribed to its type: what nothing else here
    /// causes, or what is not documented yet.
    pub fn post_event(&self, kind: impl Into<EventType>, data: serde_json::Map<String, Value>) {
        let mut state = self.shared.lock();
        let at = state.tick();
        state.post(kind.into(), data, at);
    }

    /// Gives a message a state, and posts `message.status`.
    ///
    /// # Errors
    ///
    /// [`SandboxError::UnknownMessage`].
    pub fn mark(
        &self,
        message: &MessageId,
        status: impl Into<MessageStatus>,
    ) -> Result<(), SandboxError> {
        let marked = self.shared.lock().mark(message, status.into());
        marked.ok_or(SandboxError::UnknownMessage)
    }

    /// All messages of all conversations, received and sent, the oldest first; those of
    /// [`seed`](Self::seed) are not kept.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.lock().messages()
    }

    /// The requests that have arrived, those for the documentation included; none where the builder
    /// turned their recording off.
    pub async fn requests(&self) -> Vec<wiremock::Request> {
        let requests = self.server.received_requests().await;
        requests.unwrap_or_default()
    }

    /// Answers the next requests with these statuses, one each, and does nothing else with them. A
    /// documented status comes with its envelope, another with a page of HTML, as from a proxy; 429 and
    /// 503 ask to wait for 0 seconds.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NotAFailure`] for what is not from 400 to 599; then none is taken.
    pub fn fail_next(&self, statuses: impl IntoIterator<Item = u16>) -> Result<(), SandboxError> {
        let statuses: Vec<u16> = statuses.into_iter().collect();
        if statuses.iter().any(|status| !(400..600).contains(status)) {
            return Err(SandboxError::NotAFailure);
        }
        self.shared.lock().failing.extend(statuses);
        Ok(())
    }

    /// Waits until no delivery is under way: each was answered with a success or given up, which takes at most
    /// 32 s for one that is never answered.
    pub async fn settled(&self) {
        self.shared.settled().await;
    }

    /// The server behind it, for more: mount mocks of your own on it, and they come first.
    pub fn server(&self) -> &MockServer {
        &self.server
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("uri", &self.uri())
            .finish_non_exhaustive()
    }
}
