//! Remembers which responses conform to the contract, because validating a page takes longer than making it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::Request;

use super::Response;
use openapi_conformance::{Finding, Operation};

/// The maximum number of responses to remember.
const MOST: usize = 10_000;

#[derive(Default)]
pub struct Validated {
    conforming: Mutex<HashSet<u64>>,
    /// The revisions of conversations that conform to the contract in a list.
    revisions: Mutex<HashSet<u64>>,
}

/// The part of a list that was not validated before.
#[derive(Clone)]
pub struct Unvalidated {
    /// A body with these conversations, or `None` if there are none.
    pub body: Option<Bytes>,
    pub revisions: Vec<u64>,
}

impl Validated {
    /// Returns true if the conversation was validated before.
    pub fn knows(&self, revision: u64) -> bool {
        let revisions = self.revisions.lock();
        revisions
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&revision)
    }

    /// Returns the result of `validate` for the part of a list that was not validated before.
    pub fn check_list(
        &self,
        unvalidated: &Unvalidated,
        validate: impl FnOnce(&Bytes) -> Option<Finding>,
    ) -> Option<Finding> {
        let finding = validate(unvalidated.body.as_ref()?);
        if finding.is_none() {
            let mut revisions = self
                .revisions
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if revisions.len() >= MOST {
                revisions.clear();
            }
            revisions.extend(&unvalidated.revisions);
        }
        finding
    }

    /// Returns the result of `validate`, unless the same response to the same request conformed before.
    pub fn check(
        &self,
        operation: &Operation,
        request: &Request<Bytes>,
        response: &Response,
        validate: impl FnOnce() -> Option<Finding>,
    ) -> Option<Finding> {
        let mut hasher = DefaultHasher::new();
        (operation.id(), request.uri(), response.status()).hash(&mut hasher);
        response.body().hash(&mut hasher);
        let hash = hasher.finish();
        let lock = || {
            self.conforming
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if lock().contains(&hash) {
            return None;
        }
        let finding = validate();
        if finding.is_none() {
            let mut conforming = lock();
            if conforming.len() >= MOST {
                conforming.clear();
            }
            conforming.insert(hash);
        }
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether the response to this request is validated.
    fn is_validated(validated: &Validated, path: &str, body: &str) -> bool {
        let operation = crate::contract::ApiContract::of_client()
            .contract
            .operations()
            .next()
            .unwrap();
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = path.parse().unwrap();
        let response = Response::new(Bytes::from(body.to_owned()));
        let mut called = false;
        validated.check(operation, &request, &response, || {
            called = true;
            None
        });
        called
    }

    #[test]
    fn only_the_same_response_to_the_same_request_is_not_validated_again() {
        let validated = Validated::default();
        assert!(is_validated(&validated, "/conversations", "{}"));
        assert!(!is_validated(&validated, "/conversations", "{}"));
        assert!(is_validated(&validated, "/conversations?limit=1", "{}"));
        assert!(is_validated(&validated, "/conversations", "[]"));
    }
}
