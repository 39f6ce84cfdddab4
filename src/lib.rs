#![doc = include_str!("../README.md")]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(target_family = "wasm")]
compile_error!(
    "watsi does not build for WebAssembly: there reqwest has no timeouts and no redirect policy, and Tokio no \
     timers, so that no deadline and no retry would hold"
);

// `types` and the builders, from `openapi.yaml`.
mod generated;
mod redacted;
mod vocabulary;

// How a client is made.
mod client;
mod config;
mod settings;

// How a call travels.
mod call;
mod decode;
mod envelope;
mod error;
mod json;
mod request;
mod retry;
mod telemetry;
mod transport;

// What is read: lists to their end, and events.
mod pagination;
pub mod webhook;

// Proof: traffic beside the contract, and a server that keeps to it.
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "sandbox")]
pub mod sandbox;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod properties;

pub use client::ClientBuilder;
pub use config::ConfigError;
pub use error::{Delivery, Error, ErrorKind};
pub use generated::{BASE_URL, Client, builder};
pub use pagination::{Items, Pages};
pub use progenitor_client::ResponseValue;
pub use request::Request;
/// The HTTP client whose `Method`, `StatusCode`, `HeaderMap` and `Client` this crate's interface uses.
pub use reqwest;
pub use retry::RetryPolicy;

/// The contract's schemas as types, and its vocabularies as enums that keep unlisted values.
pub mod types {
    pub use crate::generated::types::*;
    pub use crate::vocabulary::*;
}
