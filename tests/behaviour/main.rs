//! How the client behaves on an unreliable network: real sockets, no sleeps.

// Helpers.
mod list; // a server that implements the cursor as documented
mod server; // a TCP server that plays a script of faults

// Tests.
mod calls; // concurrency, dropped calls, pooled connections
mod checkpoints; // a list continues after a checkpoint
mod config; // invalid settings are rejected
mod deliveries; // the receiver handles each event once
mod faults; // each fault has its error and number of requests
mod idle; // idle and lost connections
mod options; // options of single calls
mod pagination; // every conversation is read once
mod properties; // hold for every input of the public API
mod redirects; // redirects are not followed
mod request; // requests to undocumented endpoints
mod responses; // what a response and its error report
mod retries; // `Retry-After`
mod secrets; // no output contains an API key, phone number or message text
mod spans; // one span per call, one event per retry and failed delivery
mod traits; // traits of the public types
mod values; // values of the generated types without a server
mod webhooks; // verified events are never discarded
