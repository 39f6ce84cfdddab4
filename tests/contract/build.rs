//! The parts of the build script that do not generate code.

#[path = "../../build/adapt.rs"]
pub mod adapt;
#[path = "../../build/finding.rs"]
pub mod finding;
#[path = "../../build/ids.rs"]
pub mod ids;
#[path = "../../build/keys.rs"]
pub mod keys;
#[path = "../../build/list_rules.rs"]
pub mod list_rules;
#[path = "../../build/nullable.rs"]
pub mod nullable;
#[path = "../../build/operation_rules.rs"]
pub mod operation_rules;
#[path = "../../build/parameter_rules.rs"]
pub mod parameter_rules;
#[path = "../../build/preflight.rs"]
pub mod preflight;
#[path = "../../build/schema_rules.rs"]
pub mod schema_rules;
#[path = "../../build/variants.rs"]
pub mod variants;
#[path = "../../build/yaml.rs"]
pub mod yaml;
