//! What the contract says about the parts of an exchange.

use axum::http::StatusCode;
use openapi_conformance::{Contract, Described, Operation};

/// The documentation of an exchange. It is empty if the exchange belongs to no operation.
#[derive(Clone, Copy)]
pub struct Documented<'c> {
    pub contract: &'c Contract,
    pub operation: Option<&'c Operation>,
}

impl<'c> Documented<'c> {
    /// Returns the path with its parameters in braces.
    pub fn template(self) -> &'c str {
        self.operation.map_or("", Operation::path)
    }

    /// Returns what describes a parameter, e.g. in `query`.
    pub fn parameter(self, location: &str, name: &str) -> Option<Described<'c>> {
        self.contract.parameter(self.operation?, location, name)
    }

    pub fn request_body(self, content_type: &str) -> Described<'c> {
        match self.operation {
            Some(operation) => self.contract.request_body(operation, content_type),
            None => self.contract.undescribed(),
        }
    }

    pub fn response_body(self, status: StatusCode, content_type: &str) -> Described<'c> {
        let contract = self.contract;
        match self.operation {
            Some(operation) => contract.response_body(operation, status, content_type),
            None => contract.undescribed(),
        }
    }

    pub fn response_header(self, status: StatusCode, name: &str) -> Option<Described<'c>> {
        self.contract.response_header(self.operation?, status, name)
    }
}
