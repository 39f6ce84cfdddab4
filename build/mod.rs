//! Reads the contract, lints it, and generates the client; called by the build script.

pub mod codegen;
pub mod lint;
pub mod lower;
pub mod plain;
pub mod positions;
pub mod yaml;
