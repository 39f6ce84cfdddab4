//! Responds to each request: with a page, or from the API or the control API.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;

use super::body::{self, Body, full};
use super::connections::{Busy, Connection};
use super::host;
use crate::api::{self, Reply};
use crate::control;
use crate::fault::RequestFault;
use crate::page::Pages;
use crate::state::Shared;

/// The reason to close a connection without a response.
#[derive(Debug)]
pub struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response is lost")
    }
}

impl std::error::Error for Lost {}

pub async fn respond(
    shared: Arc<Shared>,
    pages: Arc<Pages>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Lost> {
    if !host::is_ours(request.uri(), request.headers(), &shared.settings.hosts) {
        return Ok(full(api::page(StatusCode::MISDIRECTED_REQUEST)));
    }
    if let Some(page) = pages.page(request.method(), request.uri().path()) {
        return Ok(full(page));
    }
    let is_control = request.uri().path().starts_with("/_sandbox/");
    // A request without the API key has no other effect: a page of another site could send it.
    if let Err(error) = api::authenticate(request.headers(), &shared.settings.api_key) {
        if is_control {
            tokio::spawn(body::discard(request));
        } else {
            let head = head(&request);
            if let Err(status) = body::discard(request).await {
                return Ok(full(api::page(status)));
            }
            shared.change(|state| state.record(&head));
        }
        return Ok(full(error.response(&shared)));
    }
    let request = match body::read(request).await {
        Ok(request) => request,
        Err(status) => return Ok(full(api::page(status))),
    };
    let busy = connection.busy();
    if is_control {
        return Ok(control::respond(&shared, request, busy).await);
    }
    respond_from_api(&shared, request, busy).await
}

/// Returns a request without its body.
fn head(request: &Request<Incoming>) -> Request<Bytes> {
    let mut head = Request::new(Bytes::new());
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.uri().clone();
    head.headers_mut().clone_from(request.headers());
    head
}

async fn respond_from_api(
    shared: &Arc<Shared>,
    request: Request<Bytes>,
    mut busy: Busy,
) -> Result<Response<Body>, Lost> {
    let Reply { response, fault } = api::respond(shared, request).await;
    match fault {
        Some(RequestFault::LoseResponse) => Err(Lost),
        Some(RequestFault::CutBody) => Ok(body::cut(response)),
        Some(RequestFault::Delay(time)) => {
            if !busy.wait() {
                return Err(Lost);
            }
            tokio::time::sleep(time).await;
            Ok(full(response))
        }
        Some(RequestFault::Status { .. }) | None => Ok(full(response)),
    }
}
