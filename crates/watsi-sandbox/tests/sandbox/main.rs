//! The sandbox behaves as the contract and the documentation say.

// Helpers.
mod client; // calls to a sandbox
mod subscriber; // a webhook receiver that validates each delivery

// Tests.
mod activity; // what an observer sees
mod browser; // the pages in Chromium
mod clock; // the clock of the sandbox
mod control; // the control API
mod conversations; // opened, ordered, filtered, listed and changed
mod deliveries; // order, concurrency, redelivery and faults of deliveries
mod documents; // the contract and the interactive reference
mod events; // what is delivered, and when
mod failures; // rate limits and faults of requests
mod grown; // operations that are new in the contract
mod guide; // the guide for bots
mod hostile; // clients that are slow, many, or do not speak HTTP
mod messages; // sent, delivered and read
mod pagination; // lists that continue in every way
mod requests; // authentication and validation
mod server; // settings of the server
mod state; // export, import and reset
mod traits; // traits of the public types
