//! How the client behaves where the network or the server does not: real sockets, no waiting.

// What the tests stand on.
mod list; // a list that implements the cursor exactly as documented
mod receiver; // a subscriber that holds each delivery against the contract
mod server; // a TCP server that misbehaves as it is told

// What they prove.
mod browser; // the interactive reference in Chromium
mod calls; // concurrency, cancelling, pooled connections
mod checkpoints; // a list continues after a checkpoint
mod config; // settings that cannot be used are named
mod examples; // the examples do what their comments show
mod faults; // a table of faults: result, requests that arrived, nothing hangs
mod live; // a running server is validated
mod options; // options of single calls
mod pagination; // every conversation arrives once
mod redirects; // redirects are not followed
mod request; // the way to endpoints that the contract does not have
mod retries; // what is repeated, and when
mod sandbox; // the sandbox does what the contract and the documentation say
mod sandbox_events; // and posts events as they say
mod secrets; // no key, phone number or text in any output
#[cfg(feature = "tracing")]
mod spans; // a span a call, an event a repeat
mod traits; // what every public type is
mod values; // values of the generated types without a server
mod webhooks; // what verifies is delivered, the rest is refused
