//! How the client behaves on an unreliable network: real sockets, no sleeps.

// Helpers.
mod list; // a server that implements the cursor as documented
mod receiver; // a webhook receiver that validates each delivery
mod server; // a TCP server that plays a script of faults

// Tests.
mod browser; // the pages of the sandbox in Chromium
mod calls; // concurrency, dropped calls, pooled connections
mod checkpoints; // a list continues after a checkpoint
mod config; // invalid settings are rejected
mod deliveries; // the receiver handles each event once
mod examples; // the output of the examples
mod faults; // each fault has its error and number of requests
mod live; // a running server is validated
mod options; // options of single calls
mod pagination; // every conversation is read once
mod redirects; // redirects are not followed
mod request; // requests to undocumented endpoints
mod retries; // `Retry-After`
mod sandbox; // the sandbox behaves as documented
mod secrets; // no output contains an API key, phone number or message text
#[cfg(feature = "tracing")]
mod spans; // one span per call, one event per retry and failed delivery
mod traits; // traits of the public types
mod values; // values of the generated types without a server
mod webhooks; // verified events are never discarded
