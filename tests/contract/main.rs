//! Client, contract and documented payloads agree. `openapi.yaml` is the only list of endpoints, fields and examples.

// Helpers.
mod calls; // calls each operation of the generated client
#[path = "../common/contract.rs"]
mod contract; // operations, examples and schemas of the contract
mod exchange; // the examples as exchanges for the validator
#[path = "../common/mutations.rs"]
mod mutation; // edits of a contract

// Tests.
mod events; // the examples of events fit their types
mod mutations; // no edit of the contract goes unnoticed
mod outside; // keywords that do not affect the generated code
mod quickstart; // the payloads of the quickstart are examples of the contract
mod requests; // what the client sends
mod responses; // how the client reads documented responses
mod served; // every operation is called on a given server
mod tolerance; // how the client reads undocumented responses
mod valid; // the contract is valid OpenAPI, and its examples conform
