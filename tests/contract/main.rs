//! Client, contract and documented payloads agree: driven by `openapi.yaml`, without a second list of
//! endpoints, fields or examples.

// What the tests stand on.
mod build; // the build's own modules, with their unit tests
mod calls; // one entry an operation: how the generated client is called
mod contract; // operations, examples and schemas of the contract
mod exchange; // the examples as exchanges, for the validator

// What they prove.
mod conformance; // the validator finds every violation and reports its rule and place
mod diff; // comparison of contracts, and its ids
mod events; // the events' examples fit the types that read them
mod generated; // the checked-in code is what the build writes
mod har; // recordings are validated like live traffic
mod hash; // by which a build without the generator notices an edit
mod lint; // the lint reports each problem of a contract with its id and location
mod outside; // what the contract says beside the generated code
mod properties; // hold for every input, of the public API
mod quickstart; // the documentation's payloads are the contract's examples, verbatim
mod requests; // what the client sends
mod responses; // what the client makes of each documented answer
mod served; // a server that is named is asked for everything
mod tolerance; // what the client makes of answers that are not documented
mod valid; // the contract is OpenAPI, and its examples are what it says
mod yaml; // the build parses YAML as the validator does
