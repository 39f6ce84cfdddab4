//! What the build script does with the contract: read it, check it, generate the client.

pub mod adapt;
pub mod codegen;
mod finding;
mod keys;
mod nullable;
mod operation_rules;
pub mod preflight;
mod schema_rules;
mod variants;
pub mod yaml;
