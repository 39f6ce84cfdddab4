//! What the build script does with the contract: read it, check it, generate the client.

mod adapt;
pub mod codegen;
mod finding;
mod keys;
mod nullable;
mod operation_rules;
mod preflight;
mod schema_rules;
mod variants;
mod yaml;
