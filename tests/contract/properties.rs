//! Properties of the public API, for edited documents. The fuzz targets in `fuzz/` search for more inputs.

use proptest::prelude::*;
use serde_json::json;

mod edits;
mod hidden;
mod public;

use edits::{contract, edited, examples};

proptest! {
    #[test]
    fn a_delivery_is_an_event_or_an_error(body in edited(examples("/x-webhooks"))) {
        public::delivery(&body);
    }

    #[test]
    fn an_open_enum_keeps_every_string(text in edited(vec![b"message.received".to_vec()])) {
        public::open_enum(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_recording_is_read_to_its_end(har in edited(vec![
        include_bytes!("har/playwright.har").to_vec(),
        json!({"log": {"entries": []}}).to_string().into_bytes(),
    ])) {
        public::recording(&har);
    }

    #[test]
    fn a_contract_is_accepted_or_rejected_with_reasons(text in edited(vec![contract().to_string().into_bytes()])) {
        public::contract(&text);
    }
}
