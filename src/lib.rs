// The links of README.md and docs/ lead to files. These definitions of the same links come first, so rustdoc uses them.
#![doc = include_str!("guide/links.md")]
#![doc = include_str!("../README.md")]
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
mod redacted;
mod strings;

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(doc)]
pub mod guide;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod webhook;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod properties;

pub use client::{Client, ClientBuilder, ConfigError};
pub use error::{Error, ErrorKind, Outcome};
pub use generated::operations::BASE_URL;
pub use http::{Request, Response, RetryPolicy};
pub use pagination::{Checkpoint, Items, Pages};
/// The crates whose types are part of this crate's public API.
pub use {chrono, reqwest, serde_json};

/// A request builder for each operation of the contract.
///
/// The methods of [`Client`] return them. Each has a method for every parameter of its operation.
pub mod operations {
    pub use crate::generated::operations::*;
}

/// The contract's schemas: objects, opaque identifiers, and open enums, which keep unknown values.
pub mod types {
    pub use crate::generated::types::*;
    pub use crate::strings::UnknownValue;
}
