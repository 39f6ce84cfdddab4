//! A support bot: it replies to each message of a customer once, with a ticket number.
//!
//! `README.md` describes how to run it, and why it loses no message and sends none twice.

mod clock;
pub mod database;
mod error;
pub mod export;
pub mod inbox;
pub mod outbox;
pub mod outcome;
pub mod reconcile;
mod sender;
pub mod service;
pub mod settings;
mod webhook;

pub use clock::Clock;
pub use database::{Database, DatabaseError, Location};
pub use error::Error;
pub use settings::Settings;
