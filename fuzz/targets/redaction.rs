#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| watsi_cli::properties::redaction(input));
