//! Client, contract and documented payloads agree. `openapi.yaml` is the only list of endpoints, fields and examples.

// Helpers.
mod build; // modules of the build script, with their unit tests
mod calls; // calls each operation of the generated client
mod contract; // operations, examples and schemas of the contract
mod exchange; // the examples as exchanges for the validator

// Tests.
mod conformance; // the validator finds every violation and reports its rule and place
mod dialects; // OpenAPI 3.1 is validated like 3.0
mod diff; // comparison of contracts, and its ids
mod events; // the examples of events fit their types
mod generated; // the checked-in code is up to date
mod har; // recordings are validated like live traffic
mod hash; // detects an edited contract in builds without the generator
mod lint; // the lint reports each problem of a contract with its id and location
mod oracle; // the validator agrees with another one on generated schemas
mod outside; // keywords that do not affect the generated code
mod properties; // hold for every input of the public API
mod quickstart; // the payloads of the quickstart are examples of the contract
mod requests; // what the client sends
mod responses; // how the client reads documented responses
mod served; // every operation is called on a given server
mod tolerance; // how the client reads undocumented responses
mod valid; // the contract is valid OpenAPI, and its examples conform
mod yaml; // build and validator read the same YAML
