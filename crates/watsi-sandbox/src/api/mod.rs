//! Responds to requests for the API: authenticates and routes them, then validates the request and the response.

mod operations;
mod rate_limit;
mod read;
mod response;
mod validated;

use std::sync::Arc;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use serde_json::Map;

pub(super) use rate_limit::RateLimit;
pub(super) use read::{body, parameter};
pub(super) use response::{ApiError, Response, json, page, with_body};
pub(super) use validated::Validated;

use super::delivery::is_allowed;
use super::fault::RequestFault;
use super::state::{Shared, State};
use openapi_conformance::{Contract, Finding, Operation, Route, Severity};
use response::failure;
use watsi::types::{CreateWebhookRequest, ErrorCode};

/// A response, and the fault that affects it.
pub(super) struct Reply {
    pub response: Response,
    pub fault: Option<RequestFault>,
}

/// Processes a request as the API does.
pub(super) fn respond(
    contract: &Contract,
    shared: &Arc<Shared>,
    request: &Request<Bytes>,
) -> Reply {
    let path = request.uri().path();
    let route = contract.route(request.method(), path);
    let operation = match route {
        Route::Operation(operation) => Some(operation),
        _ => None,
    };
    let (request_id, result, fault) = shared.change(|state| {
        record(state, request);
        let request_id = state.id("req_");
        let fault = state.faults.of_request(operation.map(Operation::id));
        if fault.is_some() {
            state.revisions.faults += 1;
        }
        let result = match &fault {
            Some(RequestFault::Status(status, retry_after)) => {
                Ok(failure(*status, retry_after.clone(), &request_id))
            }
            _ => handle(contract, route, request, shared, state),
        };
        (request_id, result, fault)
    });
    let response = result.unwrap_or_else(|error| error.response(&request_id));
    if let Some(RequestFault::Status(..)) = fault {
        return Reply { response, fault };
    }
    // The errors of the API are the same for all operations, even if one does not list them all.
    let documented = operation.filter(|operation| {
        response.status().is_success() || operation.documents(response.status())
    });
    let broken = documented.and_then(|operation| {
        shared.validated.check(operation, request, &response, || {
            broken(contract, operation, request, &response)
        })
    });
    let response = match broken {
        None => response,
        Some(finding) => {
            let message =
                format!("The sandbox's response does not conform to the contract: {finding}");
            let error = ApiError::new(ErrorCode::InternalError).message(message);
            error.response(&request_id)
        }
    };
    Reply { response, fault }
}

/// Returns how a response breaks the contract. Values that the user chose, such as a new status, do not.
fn broken(
    contract: &Contract,
    operation: &Operation,
    request: &Request<Bytes>,
    response: &Response,
) -> Option<Finding> {
    let findings = contract.validate(operation, request, response);
    findings.into_iter().find(|finding| {
        finding.severity == Severity::Breaking && finding.pointer.starts_with("/response/")
    })
}

fn record(state: &mut State, request: &Request<Bytes>) {
    // Without the extensions, in which the server keeps the connection.
    let mut recorded = Request::new(request.body().clone());
    *recorded.method_mut() = request.method().clone();
    *recorded.uri_mut() = request.uri().clone();
    *recorded.headers_mut() = request.headers().clone();
    if let Some(key) = recorded.headers_mut().get_mut(AUTHORIZATION) {
        key.set_sensitive(true);
    }
    let headers: usize = request
        .headers()
        .iter()
        .map(|(_, value)| value.len() + 64)
        .sum();
    let size = request.body().len() + headers + request.uri().path().len();
    state.requests.push(recorded, size);
}

fn handle(
    contract: &Contract,
    route: Route<'_>,
    request: &Request<Bytes>,
    shared: &Shared,
    state: &mut State,
) -> Result<Response, ApiError> {
    authenticate(request.headers(), &shared.settings.api_key)?;
    if let Some(seconds) = state.limited() {
        return Err(ApiError::new(ErrorCode::RateLimited).retry_after(seconds));
    }
    let operation = routed(contract, route, request)?;
    // A local receiver in a test has no certificate.
    let local = |finding: &Finding| {
        let allowed =
            |body: CreateWebhookRequest| is_allowed(&body.url, &shared.settings.webhook_hosts);
        finding.pointer == "/request/body/url"
            && serde_json::from_slice(request.body()).is_ok_and(allowed)
    };
    validate(contract, operation, request, local)?;
    operations::perform(contract, operation, request, shared, state)
}

/// Rejects requests without the API key.
pub(super) fn authenticate(headers: &HeaderMap, api_key: &str) -> Result<(), ApiError> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    if authorization.and_then(bearer_token) == Some(api_key.as_bytes()) {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::Unauthorized))
    }
}

/// Returns the token of an `Authorization` header, if it has the scheme `Bearer`.
fn bearer_token(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

/// Returns the operation, or the error for a request to another path or method.
pub(super) fn routed<'c>(
    contract: &Contract,
    route: Route<'c>,
    request: &Request<Bytes>,
) -> Result<&'c Operation, ApiError> {
    match route {
        Route::Operation(operation) => Ok(operation),
        Route::NoMethod => {
            let methods = contract.methods(request.uri().path());
            Err(ApiError::new(ErrorCode::MethodNotAllowed).allow(&methods))
        }
        Route::NoPath => Err(ApiError::new(ErrorCode::NotFound)),
    }
}

/// Rejects what the contract does not document, and describes the problem of each field.
pub(super) fn validate(
    contract: &Contract,
    operation: &Operation,
    request: &Request<Bytes>,
    is_accepted: impl Fn(&Finding) -> bool,
) -> Result<(), ApiError> {
    let findings = contract.validate_request(operation, request);
    let violations = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Request && !is_accepted(finding));
    let mut details = Map::new();
    for finding in violations {
        details.insert(field(finding), finding.sentence.as_str().into());
    }
    if details.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::ValidationError).details(details))
}

/// Returns the name of the field: `limit`, `conversation_id`, `events.0`, or `body` for the whole body.
fn field(finding: &Finding) -> String {
    let place = finding.pointer.trim_start_matches("/request/");
    let name = place.split_once('/').map_or(place, |(_, name)| name);
    let name = name.replace('/', ".");
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use crate::Sandbox;

    #[tokio::test]
    async fn a_response_that_does_not_conform_is_replaced_by_an_error() {
        let sandbox = Sandbox::start().await;
        sandbox.seed(2);
        sandbox.shared.change(|state| state.store.break_the_list());
        let error = sandbox
            .client()
            .list_conversations()
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap(), 500);
        let message = error.message().unwrap();
        assert!(
            message.contains("/response/body/chats/1/id is duplicated"),
            "{message}"
        );
    }
}
