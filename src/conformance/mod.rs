//! Validates HTTP traffic against the API contract. Anything that the contract does not document is a finding.
//!
//! The client is tolerant: additions to the API do not break its users. This module is its strict counterpart, for
//! tests and CI checks.
//!
//! ```
//! use http::{Request, Response};
//! use watsi::conformance::{Contract, Severity};
//!
//! let contract = Contract::embedded();
//! let operation = contract.operation("list_conversations").unwrap();
//! let request = Request::get("https://api.watsi.ai/api/v1/conversations?limit=1")
//!     .header("authorization", "Bearer key")
//!     .body("")
//!     .unwrap();
//! let response = Response::builder()
//!     .header("content-type", "application/json")
//!     .body(r#"{"chats": []}"#)
//!     .unwrap();
//! let findings = contract.validate(operation, &request, &response);
//! assert_eq!(findings[0].severity, Severity::Breaking);
//! assert_eq!(
//!     findings[0].to_string(),
//!     "breaking: /response/body/hasMore is missing (openapi.yaml#/components/schemas/ConversationPage/required)"
//! );
//! ```

mod contract;
mod coverage;
mod diff;
mod document;
mod duplicate_keys;
mod exchange;
mod finding;
pub mod har;
mod ids;
mod list;
mod live;
mod media;
mod note;
mod operation;
mod parameter;
mod path;
#[path = "../../build/lint/place.rs"]
mod place;
mod position;
mod request;
mod response;
mod schema;
mod security;
mod validate;

pub use contract::{Contract, ContractError, Route};
pub use coverage::{Coverage, Share};
pub use diff::{Bump, Change, Impact};
pub use finding::{Finding, Severity};
pub use live::{Check, Live, LiveError};
pub use note::Note;
pub use operation::Operation;
pub use position::Position;
#[cfg(feature = "sandbox")]
pub(crate) use security::bearer;
