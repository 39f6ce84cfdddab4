//! The parts of the build script that do not generate code.

#[path = "../../build/lint/mod.rs"]
pub mod lint;
#[path = "../../build/lower.rs"]
pub mod lower;
#[path = "../../build/positions.rs"]
pub mod positions;
#[path = "../../build/yaml.rs"]
pub mod yaml;
