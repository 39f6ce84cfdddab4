//! The control API: controls the sandbox over HTTP, under `/_sandbox/`.
//!
//! `openapi.yaml` documents it, and requests are validated against that document. The API key is required in a header,
//! which a web page of another site cannot send.

mod operations;
mod stream;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Request, Response};

use super::api::{ApiError, authenticate, routed, validate};
use super::server::{Body, full};
use super::state::Shared;
use openapi_conformance::Contract;

pub(super) const CONTRACT: &str = include_str!("openapi.yaml");

/// The URL of the server in the document.
pub(super) const URL: &str = "http://127.0.0.1:4010";

static PARSED: LazyLock<Contract> =
    LazyLock::new(|| Contract::parse(CONTRACT).expect("a test parses the document"));

/// Responds to a request for the control API.
pub(super) async fn respond(shared: &Arc<Shared>, request: &Request<Bytes>) -> Response<Body> {
    match processed(shared, request).await {
        Ok(response) => response,
        Err(error) => {
            let request_id = shared.change(|state| state.id("req_"));
            full(error.response(&request_id))
        }
    }
}

async fn processed(
    shared: &Arc<Shared>,
    request: &Request<Bytes>,
) -> Result<Response<Body>, ApiError> {
    authenticate(request.headers(), &shared.settings.api_key)?;
    let contract = &*PARSED;
    let route = contract.route(request.method(), request.uri().path());
    let operation = routed(contract, route, request)?;
    validate(contract, operation, request, |_| false)?;
    if operation.id() == "changes" {
        return Ok(stream::changes(shared));
    }
    let response = operations::perform(operation, request, shared).await?;
    Ok(full(response))
}
