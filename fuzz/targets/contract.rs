#![no_main]
#![allow(dead_code, reason = "the other properties have targets of their own")]

#[path = "../../crates/openapi-conformance/tests/engine/properties/hidden.rs"]
mod hidden;
#[path = "../../crates/openapi-conformance/tests/engine/properties/public.rs"]
mod public;

libfuzzer_sys::fuzz_target!(|input: &[u8]| public::contract(input));
