//! Public types are `Send`, `Sync` and `Debug`.

use std::fmt::Debug;

use openapi_conformance::har::Recording;
use openapi_conformance::{Change, Contract, ContractError, Coverage, Finding, Note, Operation};

fn shared<T: Send + Sync + Debug + 'static>() {}

#[test]
fn every_type_is_send_sync_and_debug() {
    shared::<Change>();
    shared::<Contract>();
    shared::<ContractError>();
    shared::<Coverage<'static>>();
    shared::<Finding>();
    shared::<Note>();
    shared::<Operation>();
    shared::<Recording<'static>>();
    #[cfg(feature = "live")]
    {
        shared::<openapi_conformance::Live<'static>>();
        shared::<openapi_conformance::LiveError>();
    }
}
