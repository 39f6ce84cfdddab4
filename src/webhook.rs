//! Events that Watsi posts to a server of yours: verify, then read.
//!
//! The signature is the HMAC-SHA256 of the raw body with the subscription's secret, in lower-case
//! hexadecimal (<https://docs.watsi.ai/webhooks/signing>). So keep the bytes as they came, and verify
//! before anything else reads them:
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
//!     EventData::MessageReceived(message) => println!("a message: {:?}", message.id()),
//!     EventData::MessageStatus(status) => println!("{} is {}", *status.message_id, status.status),
//!     _ => {} // an event of another type, or one whose data has a new shape: never an error
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - Answer quickly with 2xx what could be read, 401 where [`WebhookError::is_refused`], and 400 where a signed
//!   body could not be read: failures and timeouts are delivered again. Do slow work after the answer.
//! - An event arrives **at least once**: deduplicate by [`Event::id`], which is the same in every delivery.
//! - There is no signed timestamp. Who has recorded a delivery can send it again, and it verifies;
//!   deduplication is the only protection.

mod data;
mod event;
mod verify;

pub use crate::generated::{DELIVERY_ID_HEADER, EVENT_HEADER, SIGNATURE_HEADER};
pub use data::EventData;
pub use event::Event;
pub use verify::{Verifier, WebhookError, sign};
