//! The lint of the contract: reports, with rule, location and reason, what the generator does not support.

mod document;
pub mod enums;
pub mod finding;
pub mod ids;
pub mod keys;
pub mod media;
pub mod names;
pub mod nullable;
mod operations;
mod parameters;
pub mod place;
mod schemas;
pub mod variants;

pub use document::{events_key, findings};
