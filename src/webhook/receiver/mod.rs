//! Receives deliveries: verifies, deduplicates and handles each event, and responds.

mod dead_letter;
mod error;
#[cfg(feature = "axum")]
mod extract;
mod handler;
mod in_progress;
mod memory;
mod read;
mod seen;
mod service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub use dead_letter::DeadLetter;
pub use error::DeliveryError;
pub use handler::HandlerFuture;
pub use memory::MemorySeen;
pub use seen::Seen;
pub use service::Receiver;
