#![no_main]
#![allow(dead_code, reason = "the other properties have targets of their own")]

#[path = "../../tests/behaviour/properties/hidden.rs"]
mod hidden;
#[path = "../../tests/behaviour/properties/public.rs"]
mod public;

libfuzzer_sys::fuzz_target!(|input: &[u8]| public::delivery(input));
