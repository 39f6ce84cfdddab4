//! A sandbox: a stateful fake of the API, for tests and for trying the API without a WhatsApp number.
//!
//! The sandbox keeps its state in memory and listens on a real local socket. It behaves as the contract and the
//! documentation describe, and validates the response of each operation against the contract before sending it. Any
//! number of sandboxes can run at the same time.
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
//! - **API keys**: a request without `Authorization: Bearer <`[`api_key`](Sandbox::api_key)`>` gets a 401 response,
//!   except for the documentation pages and [requested failures](Sandbox::fail_next).
//! - **Input**: anything the contract does not document (a property, a parameter, a type) is rejected with 400
//!   `VALIDATION_ERROR`, and `details` describes the problem of each field. Unknown values of open enums are accepted.
//! - **Clock**: the sandbox has its own clock, which starts at the current time. It moves only with
//!   [`advance`](Sandbox::advance), and by 1 ms with each change, so that no two changes have the same timestamp.
//! - **Messages** can be sent for 24 hours after the customer's last message. After that, the response is 400
//!   `BAD_REQUEST`. By the sandbox's clock, messages become `delivered` after [1 s](DELIVERED_AFTER) and `read` after
//!   [10 s](READ_AFTER), unless you set their status with [`mark`](Sandbox::mark).
//! - **Webhooks**: `create_webhook` accepts `https://` URLs, including those of other machines, and `http://` URLs of
//!   this machine. Hosts reserved for documentation (`example.com`) receive nothing. Events are actually delivered over
//!   HTTP, one after the other, signed with the [`webhook_secret`](Sandbox::webhook_secret). If a delivery gets no
//!   success response within 5 s, it is redelivered with a new delivery id, up to 6 attempts in total, with waits from
//!   50 to 800 ms. [`settled`](Sandbox::settled) waits for all deliveries. Subscribing the same URL to the same events
//!   again returns 409 `CONFLICT`.
//! - **Documentation**: `/docs` is an interactive reference. `/openapi.yaml` is the contract with this server's URL.
//!
//! # What it chooses
//!
//! An operation that is new in the contract responds with its first example by name, until the sandbox implements it.
//! The sandbox makes these choices where the documentation is silent:
//!
//! - The status code of a success is 200.
//! - The response of `create_webhook` has one property, `secret`.
//! - A message has the same id in a response and in its events.
//! - A conversation without a name has `name: null`. Its `conversation.created` event has the status `active`, as in
//!   the documentation, while the list has `open`.
//! - `contact.created` has no data.
//! - Events that change nothing here (`conversation.updated`, `contact.updated`) are not delivered.

mod builder;
mod delivery;
mod docs;
mod operations;
mod rate_limit;
mod response;
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
/// The crate that provides the types of [`Sandbox::server`] and [`Sandbox::requests`].
pub use wiremock;

use crate::types::{ConversationId, EventType, Message, MessageId, MessageStatus};
use state::Shared;

/// A running sandbox. It stops when it is dropped.
pub struct Sandbox {
    server: MockServer,
    shared: Arc<Shared>,
    client: OnceLock<Client>,
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

    /// Returns a client of this sandbox, with the defaults of [`Client::builder`].
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

    /// Returns the base URL of the API, e.g. `http://127.0.0.1:4010`. The documentation is at `/docs` below it.
    pub fn uri(&self) -> String {
        self.server.uri()
    }

    /// Returns the only API key that is accepted. Default: `sandbox-key`.
    pub fn api_key(&self) -> &str {
        &self.shared.api_key
    }

    /// Returns the secret that signs all deliveries. The response of `create_webhook` contains it too.
    pub fn webhook_secret(&self) -> &str {
        &self.shared.webhook_secret
    }

    /// Simulates a message from a customer. It opens a conversation with this phone number, or updates the existing
    /// one, and restarts its 24-hour window.
    ///
    /// The number is used as given. The API's numbers are in international form, with a plus sign. Delivers
    /// `message.received`, preceded by `contact.created` and `conversation.created` for a new conversation.
    pub fn customer_writes(&self, phone: &str, text: &str) -> ConversationId {
        self.shared.lock().customer_writes(phone, text)
    }

    /// Adds `count` conversations with varying customers, statuses and assignees. Each is a second older than the
    /// previous one, counted back from the time of the first call. The customer wrote last in each. Those messages are
    /// not stored, and no events are delivered.
    pub fn seed(&self, count: usize) {
        self.shared.lock().seed(count);
    }

    /// Advances the clock: windows close, rate limits end, and messages are delivered and read, each with its event.
    /// The clock stops at the end of the year 9999.
    pub fn advance(&self, duration: Duration) {
        self.shared.lock().advance(duration);
    }

    /// Returns the current time of the sandbox's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.lock().now
    }

    /// Delivers an event of any type with any data to the subscribers of that type. Use it for events that nothing else
    /// in the sandbox causes, or that are not documented yet.
    pub fn post_event(&self, kind: impl Into<EventType>, data: serde_json::Map<String, Value>) {
        let mut state = self.shared.lock();
        let at = state.tick();
        state.post(kind.into(), data, at);
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
        let marked = self.shared.lock().mark(message, status.into());
        marked.ok_or(SandboxError::UnknownMessage)
    }

    /// Returns all messages of all conversations, received and sent, oldest first. The messages of [`seed`](Self::seed)
    /// are not stored.
    pub fn messages(&self) -> Vec<Message> {
        self.shared.lock().messages()
    }

    /// Returns all requests received so far, including those for the documentation. The list is empty if the builder
    /// turned recording off.
    pub async fn requests(&self) -> Vec<wiremock::Request> {
        let requests = self.server.received_requests().await;
        requests.unwrap_or_default()
    }

    /// Responds to the next requests with these status codes, one each, without processing them. A documented status
    /// code comes with its error envelope, any other with an HTML page, as from a proxy. 429 and 503 ask to retry after
    /// 0 seconds.
    ///
    /// # Errors
    ///
    /// Returns [`SandboxError::NotAFailure`] if a status code is not between 400 and 599. In that case, none is used.
    pub fn fail_next(&self, statuses: impl IntoIterator<Item = u16>) -> Result<(), SandboxError> {
        let statuses: Vec<u16> = statuses.into_iter().collect();
        if statuses.iter().any(|status| !(400..600).contains(status)) {
            return Err(SandboxError::NotAFailure);
        }
        self.shared.lock().failing.extend(statuses);
        Ok(())
    }

    /// Waits until no delivery is pending: each got a success response or was given up. A delivery that never gets a
    /// response takes at most 32 s.
    pub async fn settled(&self) {
        self.shared.settled().await;
    }

    /// Returns the underlying server. Mocks that you mount on it take precedence.
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
