//! Reads and lints the contract, and generates the client. Called by the build script.

pub mod adapt;
pub mod codegen;
mod finding;
mod ids;
mod keys;
mod list_rules;
mod nullable;
mod operation_rules;
mod parameter_rules;
pub mod preflight;
mod schema_rules;
mod variants;
pub mod yaml;
