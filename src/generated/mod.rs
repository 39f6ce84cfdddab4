//! The code that the build generates from `openapi.yaml`.
//!
//! The other files in this directory are a copy of it, for review and for builds without the feature `generate`.
//! `scripts/generate` writes them; `tests/generator/generated.rs` checks that they are up to date.

// What is used depends on the contract.
#![allow(clippy::all, deprecated, unused_imports)]

#[cfg(feature = "generate")]
macro_rules! include_generated {
    ($file:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $file));
    };
}
#[cfg(not(feature = "generate"))]
macro_rules! include_generated {
    ($file:literal) => {
        include!($file);
    };
}

/// The files of `build/runtime/` that the contract needs.
#[allow(
    dead_code,
    unused_macros,
    reason = "a contract may need a part of a file"
)]
pub mod runtime {
    include_generated!("runtime.rs");
}

pub mod types {
    use std::collections::HashMap;
    use std::fmt;

    use chrono::{DateTime, NaiveDate, Utc};
    use serde::{Deserialize, Serialize};
    use serde_json::{Map, Value};

    pub use super::runtime::*;
    use crate::redacted::Redacted;
    use crate::strings::{UnknownValue, opaque_id, open_enum};

    include_generated!("types.rs");
}

pub mod operations {
    use std::borrow::Cow;
    use std::collections::HashMap;
    use std::fmt;

    use bytes::Bytes;
    use chrono::{DateTime, NaiveDate, Utc};
    use reqwest::Method;
    use reqwest::header::{ACCEPT, CONTENT_TYPE};
    use serde_json::{Map, Value};

    use super::runtime::*;
    use crate::http::{Request, Response, decode, request};
    use crate::pagination::{PagedList, Reader, paged_list, timestamp};
    use crate::redacted::Redacted;
    use crate::{Client, Error, operations, types};

    include_generated!("operations.rs");
}

pub mod events {
    use std::fmt;

    use serde::{Deserialize, Serialize, Serializer};
    use serde_json::{Map, Value};

    use crate::redacted::Redacted;
    use crate::types::{self, EventType};
    use crate::webhook::event::object;

    include_generated!("events.rs");
}
