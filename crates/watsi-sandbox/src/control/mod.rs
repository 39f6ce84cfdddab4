//! The control API: controls the sandbox over HTTP, under `/_sandbox/`.
//!
//! `openapi.yaml` documents it, and requests are validated against that document. The API key is required in a header,
//! which a web page of another site cannot send.

mod operations;
mod stream;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Request, Response};
use openapi_conformance::{Contract, Operation};

use super::body::{Body, full};
use super::connections::Busy;
use super::contract::{ApiError, check_complexity, routed, validate};
use super::shared::Shared;
use watsi::types::ErrorCode;

pub(super) const CONTRACT: &str = include_str!("openapi.yaml");

/// The URL of the server in the document.
pub(super) const URL: &str = "http://127.0.0.1:4010";

static PARSED: LazyLock<Contract> =
    LazyLock::new(|| Contract::parse(CONTRACT).expect("a test parses the document"));

/// Returns the document of the control API.
pub(super) fn contract() -> &'static Contract {
    &PARSED
}

/// Responds to a request with the API key for the control API.
pub(super) async fn respond(
    shared: &Arc<Shared>,
    request: Request<Bytes>,
    busy: Busy,
) -> Response<Body> {
    match process(shared, request, busy).await {
        Ok(response) => response,
        Err(error) => full(shared.error(error)),
    }
}

async fn process(
    shared: &Arc<Shared>,
    request: Request<Bytes>,
    mut busy: Busy,
) -> Result<Response<Body>, ApiError> {
    let route = PARSED.route(request.method(), request.uri().path());
    let operation = routed(&PARSED, route, &request)?;
    let waits = operation.id() == "changes" || !operations::wait(&request).is_zero();
    if waits && !busy.wait() {
        let message = "Too many requests are waiting; end some of them";
        return Err(ApiError::new(ErrorCode::RateLimited).message(message));
    }
    let response = match operation.id() {
        "changes" => {
            check(operation, &request)?;
            return Ok(stream::changes(shared, busy));
        }
        "messages" => {
            check(operation, &request)?;
            operations::messages(&request, shared).await?
        }
        "settled" => {
            check(operation, &request)?;
            operations::settled(&request, shared).await
        }
        _ => {
            let worker = Arc::clone(shared);
            let work = move || {
                check(operation, &request)?;
                operations::perform(operation, &request, &worker)
            };
            shared.off_thread(work).await?
        }
    };
    Ok(full(response))
}

/// Rejects a request that does not conform to the document. A state is checked when it is imported.
fn check(operation: &Operation, request: &Request<Bytes>) -> Result<(), ApiError> {
    if operation.id() != "import_state" {
        check_complexity(request)?;
    }
    validate(&PARSED, operation, request, |_| false)
}
