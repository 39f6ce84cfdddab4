//! Properties of the public API, for edited documents. The fuzz targets search for more inputs.

mod edits; // edited copies of documents
mod hidden; // no phone number is shown
mod public; // the properties

use proptest::prelude::*;

use crate::contract::CONTRACT;
use crate::har::{MITMPROXY, PLAYWRIGHT};
use edits::edited;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn recording_is_read_to_its_end(har in edited(vec![
        PLAYWRIGHT.into(),
        MITMPROXY.into(),
        br#"{"log": {"entries": []}}"#.to_vec(),
    ])) {
        public::recording(&har);
    }

    #[test]
    fn contract_is_accepted_or_rejected_with_reasons(text in edited(vec![
        CONTRACT.json().to_string().into_bytes(),
    ])) {
        public::contract(&text);
    }
}
