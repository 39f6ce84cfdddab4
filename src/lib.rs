//! A client for the [Watsi](https://docs.watsi.ai) API, which businesses use to talk to their customers on WhatsApp.
//!
//! A [`Client`] has a method for each operation of the API. The method returns a request builder, and `send()` sends
//! the request. It needs a Tokio runtime with time and I/O enabled.
//!
//! ```no_run
//! use watsi::types::SendMessageRequest;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = watsi::Client::from_env()?; // WATSI_API_KEY and, if set, WATSI_BASE_URL
//! let page = client.list_conversations().status("open").limit(20).send().await?;
//! if let Some(conversation) = page.chats.first() {
//!     let request = SendMessageRequest::new(&conversation.id, "Hello!");
//!     let sent = client.send_message(request).send().await?;
//!     println!("{} is {}", sent.message.id, sent.message.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! Each call has [one deadline](ClientBuilder::timeout), which covers all attempts. A `GET` is
//! [retried](RetryPolicy) after transient errors; a `POST` only if it was certainly not processed. So no message is
//! sent twice, and [`Error::outcome`] tells whether a failed request may have been processed. An [`Error`] keeps the
//! status code, headers and body of the response, and shows no API key, phone number or message text.
//!
//! Lists have `pages()` and `items()`, which read the whole list and skip no items. A [`Checkpoint`] continues one
//! later. [`Client::request`] calls endpoints that the contract does not describe.
//!
//! # Types
//!
//! The [operations] and [types] are generated from an OpenAPI contract, [`OPENAPI`]. The API may grow without breaking
//! programs: unknown properties are ignored, and unknown values of enums are kept.
//!
//! # Events
//!
//! The module [webhook] verifies the deliveries of the API and reads their events:
//!
//! ```
//! use watsi::webhook::{EventData, Verifier};
//!
//! # fn run() -> Result<(), watsi::webhook::WebhookError> {
//! let body = br#"{"id": "evt_1", "type": "message.received", "created_at": "2025-03-15T10:30:00Z",
//!     "workspace_id": "w", "data": {"conversationId": "chat_123", "body": "Hi!"}}"#;
//! let signature = watsi::webhook::sign("secret", body); // sent by the API in a header
//! let event = Verifier::new("secret")?.verify(body, &signature)?;
//! if let EventData::MessageReceived(message) = &event.data {
//!     assert_eq!(message.body.as_deref(), Some("Hi!"));
//! }
//! # Ok(())
//! # }
//! # run().unwrap();
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `generate` (default) | Generates the client from the contract at build time, instead of compiling a copy. |
//! | `rustls` (default) | TLS with rustls. |
//! | `rustls-no-provider` | TLS with rustls, and the crypto provider that your program installs. |
//! | `native-tls` | TLS with the platform's library. |
//! | `tracing` | One span per call, one event per retry. |
//! | `receiver` | A service that verifies, deduplicates and handles deliveries. |
//! | `axum` | `receiver`, and events as an extractor of axum. |
//! | `multipart` | Forms as request bodies, e.g. with files. |
//! | `full` | `axum`, `multipart`, `receiver` and `tracing`. |
//!
//! The package `watsi-sandbox` fakes the API for tests.
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(target_family = "wasm")]
compile_error!(
    "watsi does not support WebAssembly: there, reqwest has no timeouts and no redirect policy, and Tokio has no \
     timers, so deadlines and retries would not work"
);

mod client;
mod error;
mod generated;
mod http;
mod json;
mod pagination;
mod phone;
mod redacted;
mod strings;

#[cfg(doc)]
pub mod guide;
pub mod webhook;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

// Properties of private code, for the unit tests and the fuzz targets.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[path = "../tests/behaviour/properties/private.rs"]
pub mod properties;

pub use client::{Client, ClientBuilder, ConfigError};
pub use error::{Error, ErrorKind, Outcome};
pub use generated::operations::BASE_URL;
pub use http::{Request, Response, RetryPolicy};
pub use pagination::{Checkpoint, Items, ListItem, Pages};
pub use phone::PhoneNumber;
/// The crates whose types are part of this crate's public API.
pub use {chrono, reqwest, serde_json};

/// The contract that the client is generated from: an OpenAPI document in YAML.
pub const OPENAPI: &str = include_str!("../openapi.yaml");

/// A request builder for each operation of the contract.
///
/// The methods of [`Client`] return them. What the contract requires is an argument of the method; each builder has a
/// setter for what is optional.
pub mod operations {
    pub use crate::generated::operations::*;
}

/// The contract's schemas: objects, opaque identifiers, and open enums and unions, which keep unknown values.
pub mod types {
    pub use crate::generated::types::*;
    pub use crate::strings::UnknownValue;
}
