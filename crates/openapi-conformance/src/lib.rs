//! Validates HTTP traffic against OpenAPI contracts, and compares contracts.
//!
//! A [`Contract`] is parsed from an OpenAPI 3.0 or 3.1 document, or from several [`Documents`]. Anything that it does not document is a finding:
//!
//! ```
//! use http::{Request, Response};
//! use openapi_conformance::{Contract, Severity};
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let contract = Contract::parse(r#"
//! openapi: 3.1.0
//! info: {title: Pets, version: "1"}
//! paths:
//!   /pets/{id}:
//!     get:
//!       operationId: get_pet
//!       parameters: [{name: id, in: path, required: true, schema: {type: string}}]
//!       responses:
//!         "200":
//!           description: The pet.
//!           content:
//!             application/json:
//!               schema: {type: object, required: [name], properties: {name: {type: string}}}
//! "#)?;
//! let operation = contract.operation("get_pet").ok_or("no such operation")?;
//! let request = Request::get("https://api.example.com/pets/7").body("")?;
//! let response = Response::builder()
//!     .header("content-type", "application/json")
//!     .body(r#"{"nickname": "Rex"}"#)?;
//! let findings = contract.validate(operation, &request, &response);
//! assert_eq!(findings[0].id, "response-property-missing");
//! assert_eq!(findings[0].severity, Severity::Breaking);
//! assert_eq!(findings[0].pointer, "/response/body/name");
//! # Ok(())
//! # }
//! # run().unwrap();
//! ```
//!
//! # Where the traffic comes from
//!
//! - **Your program**: [`Contract::route`] finds the operation of a request, and [`Contract::validate`] checks the
//!   request and its response, with the types of the `http` crate. [`Contract::validate_delivery`] checks a webhook.
//! - **Recordings**: the module [har] reads HAR files of any size, as browsers and proxies write them.
//! - **Servers**: `Live` (feature `live`) calls a running server and checks its responses.
//!
//! [`Coverage`] counts which operations, status codes and properties the traffic contained.
//!
//! # Findings
//!
//! Each [`Finding`] has a stable id, a severity, and JSON pointers into the exchange and into the contract.
//! [`Contract::position`] returns the line and column of the latter. A finding contains no values from the exchange
//! except unknown values of open enums, and names of undocumented properties. What a contract states but this crate
//! does not validate is a [`Note`].
//!
//! # Changes
//!
//! [`Contract::changes_to`] compares two contracts by meaning, and tells how each change affects callers. [`Bump::of`]
//! returns the version increase that the changes require.
//!
//! # Extensions
//!
//! | extension | meaning |
//! |---|---|
//! | `x-extensible-enum` | The known values of a string. Unknown values are additive findings. |
//! | `x-cursor-list` | The operation returns pages of a list, most recent first. Its rules are checked. |
//! | `x-webhooks` | `webhooks` in OpenAPI 3.0. |
//!
//! `x-cursor-list` names properties of the page: `items`, `more`, and of an item `timestamp` and `id` (default `id`). It
//! also names two query parameters: `limit` (default `limit`) with the maximum number of items, and `before` (default
//! `before`) with the timestamp that all items precede.
//!
//! The error codes of a response are the names of its examples that have the same text in a property with known values:
//! `NOT_FOUND: {value: {error: {code: NOT_FOUND}}}`. A code that only other responses document is a finding.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod base_url;
mod contract;
mod coverage;
mod described;
mod diff;
mod digest;
mod document;
mod documents;
mod duplicate_keys;
mod exchange;
mod finding;
pub mod har;
#[cfg_attr(not(feature = "live"), allow(dead_code))]
mod ids;
mod json;
#[cfg_attr(not(feature = "live"), allow(dead_code))]
mod list;
#[cfg(feature = "live")]
mod live;
mod media;
mod note;
mod operation;
mod parameter;
mod path;
mod place;
mod position;
mod request;
mod response;
mod schema;
mod security;
mod servers;
mod validate;
mod written;

pub use contract::{Contract, ContractError, Route};
pub use coverage::{Coverage, Share};
pub use described::Described;
pub use diff::{Bump, Change, Impact};
pub use documents::{Documents, Location};
pub use finding::{Finding, Part, Severity};
#[cfg(feature = "live")]
pub use live::{Check, Live, LiveBuilder, LiveError, Sent};
pub use note::Note;
pub use operation::Operation;
pub use position::Position;
pub use security::Scheme;
