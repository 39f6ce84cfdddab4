//! Validates HTTP traffic against OpenAPI contracts, and compares contracts.
//!
//! A [`Contract`] is parsed from an OpenAPI 3.0 or 3.1 document, or from several [`Documents`]. Anything that it does
//! not document is a finding:
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
//! | `x-pagination` | The operation returns the pages of a list. Its rules are checked. |
//! | `x-webhooks` | `webhooks` in OpenAPI 3.0. |
//!
//! `x-pagination` names the `items` of a page, and the property `id` (default `id`) of an item. Of the page, it may name
//! `more`, which tells whether another page follows, and of the query `limit`, the maximum number of items. A property
//! of the page is a name, or a JSON pointer, e.g. `/meta/hasMore`. One key tells how the list continues:
//!
//! | key | the next page |
//! |---|---|
//! | `before` | has the items before a timestamp, most recent first: `timestamp` names it in an item |
//! | `after` | has the items after a timestamp, oldest first |
//! | `cursor` | begins at a cursor: `next` names it in the page |
//! | `page`, `offset` | has a number, or begins after a number of items |
//! | `link` | is the target of the `Link` header with this relation, or of a URL in the page |
//!
//! The others are names of query parameters. Without any of them, it is `before`, and `limit` is `limit`.
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
mod example;
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
mod location;
mod media;
mod media_type;
mod note;
mod operation;
mod parameter;
mod part;
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

pub use contract::{Contract, ContractError, ResponseExample, Route};
pub use coverage::{Coverage, Share};
pub use described::Described;
pub use diff::{Bump, Change, Impact};
pub use documents::Documents;
pub use finding::{Finding, Severity};
#[cfg(feature = "live")]
pub use live::{Check, Live, LiveBuilder, LiveError, Sent};
pub use location::Location;
pub use note::Note;
pub use operation::Operation;
pub use part::Part;
pub use position::Position;
pub use security::Scheme;
