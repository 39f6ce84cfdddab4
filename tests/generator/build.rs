//! The parts of the build script that do not generate code.

#[path = "../../build/lint/mod.rs"]
#[expect(dead_code, reason = "the generator uses the rest")]
pub mod lint;
#[path = "../../build/lower.rs"]
#[expect(dead_code, reason = "the generator uses the rest")]
pub mod lower;
#[path = "../../build/plain/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the generator uses the rest")]
pub mod plain;
#[path = "../../build/positions.rs"]
pub mod positions;
#[path = "../../build/yaml.rs"]
pub mod yaml;
