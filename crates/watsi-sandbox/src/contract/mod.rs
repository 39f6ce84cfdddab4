//! The contract that a sandbox serves, and what follows from it: which requests conform, and how responses look.

pub(super) mod documented;
mod lists;
mod read;
pub(super) mod resource;
pub(super) mod response;
mod validate;
mod validated;

use std::sync::{Arc, LazyLock};

use openapi_conformance::{Contract, ContractError};

use lists::Lists;
pub(super) use read::{body, count, parameter};
pub(super) use response::{ApiError, Response, json, page, with_body};
pub(super) use validate::{check_complexity, routed, validate};
pub(super) use validated::{Unvalidated, Validated};

pub(super) struct ApiContract {
    /// The document as it was written.
    pub text: String,
    pub contract: Contract,
    /// The lists that the sandbox does not implement by hand.
    pub lists: Lists,
}

impl ApiContract {
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        let contract = Contract::named("openapi.yaml", text)?;
        Ok(ApiContract {
            text: text.to_owned(),
            lists: Lists::of(&contract),
            contract,
        })
    }

    /// Returns the contract of the client.
    pub fn of_client() -> &'static Arc<ApiContract> {
        static CONTRACT: LazyLock<Arc<ApiContract>> = LazyLock::new(|| {
            let contract = ApiContract::parse(watsi::OPENAPI);
            Arc::new(contract.expect("the client was generated from it"))
        });
        &CONTRACT
    }
}
