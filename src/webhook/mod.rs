//! Verifies and reads the events that Watsi posts to your server.
//!
//! The signature is the HMAC-SHA256 of the raw body with the subscription's secret, in lower-case hexadecimal
//! (<https://docs.watsi.ai/webhooks/signing>). With the feature `receiver`, a `Receiver` verifies, deduplicates and
//! responds. Without it, keep the raw bytes of the body, and verify them before you parse them:
//!
//! ```
//! use watsi::webhook::{EventData, Verifier, sign};
//!
//! # fn main() -> Result<(), watsi::webhook::WebhookError> {
//! let verifier = Verifier::new("the subscription's secret")?;
//! # let raw_body = br#"{"id":"evt_1","type":"message.received","created_at":"2025-03-15T10:30:00Z","workspace_id":"w","data":{"from":"549","body":"Hi","messageId":"wamid.1","conversationId":"chat_123","channel":"whatsapp"}}"#;
//! # let signature = sign("the subscription's secret", raw_body);
//! let event = verifier.verify(raw_body, &signature)?;
//! match &event.data {
//!     EventData::MessageReceived(message) => println!("message {:?}", message.id()),
//!     EventData::MessageStatus(status) => println!("{} is {}", status.message_id, status.status),
//!     _ => {} // another type of event, or unexpected data: never an error
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Respond quickly, and do slow work afterwards, because Watsi redelivers events after failures and timeouts. Respond
//!   with 2xx to an event, and with [`WebhookError::status`] otherwise.
//! - An event is delivered **at least once**. Deduplicate by [`Event::id`], which is the same in every delivery.
//! - The signature covers no timestamp, so a recorded delivery can be sent again and still passes verification.
//!   Deduplication is the only protection.
//!
//! To test a handler, create events with [`Event::new`] and sign bodies with [`sign`].

pub(crate) mod event;
#[cfg(feature = "receiver")]
mod receiver;
mod verify;

pub use crate::generated::events::*;
pub use event::Event;
#[cfg(feature = "receiver")]
pub use receiver::{DeadLetter, DeliveryError, HandlerFuture, MemorySeen, Receiver, Seen};
pub use verify::{Verifier, WebhookError, sign};
