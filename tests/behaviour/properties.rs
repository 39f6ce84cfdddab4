//! Properties of the public API, for edited documents. The fuzz targets in `fuzz/` search for more inputs.

use proptest::prelude::*;

mod edits;
mod hidden;
mod public;

use edits::{edited, examples};

proptest! {
    #[test]
    fn delivery_is_an_event_or_an_error(body in edited(examples("/webhooks"))) {
        public::delivery(&body);
    }

    #[test]
    fn open_enum_keeps_every_string(text in edited(vec![b"message.received".to_vec()])) {
        public::open_enum(&text);
    }
}
