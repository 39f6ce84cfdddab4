//! Servers and recordings are validated.

mod message; // one message is sent to a running server
mod recording; // recordings are validated
mod server; // running servers are validated
