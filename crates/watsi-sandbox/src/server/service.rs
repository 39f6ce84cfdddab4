//! Responds to each request: with a page, or from the API or the control API.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::HOST;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use openapi_conformance::Route;
use watsi::types::ErrorCode;

use super::host;
use crate::activity::{Activity, RequestActivity};
use crate::api::{self, Reply};
use crate::body::{self, Body, full};
use crate::connections::{Busy, Connection};
use crate::contract;
use crate::control;
use crate::fault::RequestFault;
use crate::page::Pages;
use crate::shared::Shared;

/// The reason to close a connection without a response.
#[derive(Debug)]
pub struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response is lost")
    }
}

impl std::error::Error for Lost {}

/// Marks a response that a fault affects.
#[derive(Clone)]
struct Faulty;

pub async fn respond(
    shared: Arc<Shared>,
    pages: Arc<Pages>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Lost> {
    if !host::is_ours(request.uri(), request.headers(), &shared.settings.hosts) {
        let host = request.headers().get(HOST);
        let host_text = host.and_then(|host| host.to_str().ok());
        shared.observe(&Activity::OtherHost(host_text));
        return Ok(full(host::rejection()));
    }
    if let Some(page) = pages.page(request.method(), request.uri().path()) {
        return Ok(full(page));
    }
    if shared.settings.observer.is_none() {
        return process(&shared, connection, request).await;
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = process(&shared, connection, request).await;
    observe(&shared, &method, &path, response.as_ref().ok());
    response
}

fn observe(shared: &Shared, method: &Method, path: &str, response: Option<&Response<Body>>) {
    let is_control = is_control(path);
    let contract = if is_control {
        control::contract()
    } else {
        &shared.api.contract
    };
    let documented = match contract.route(method, path) {
        Route::Operation(operation) => Some(operation.path()),
        _ => None,
    };
    let extensions = response.map(Response::extensions);
    let code = extensions.and_then(|extensions| extensions.get::<ErrorCode>());
    let is_faulty = extensions.is_none_or(|extensions| extensions.get::<Faulty>().is_some());
    shared.observe(&Activity::Request(RequestActivity {
        method,
        path: documented,
        is_control,
        status: response.map(Response::status),
        code: code.map(ErrorCode::as_str),
        is_faulty,
    }));
}

fn is_control(path: &str) -> bool {
    path.starts_with("/_sandbox/")
}

async fn process(
    shared: &Arc<Shared>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Lost> {
    let path = request.uri().path();
    let is_control = is_control(path);
    let is_public = !is_control && api::is_public(&shared.api.contract, request.method(), path);
    // A request without the API key has no other effect: a page of another site could send it.
    if !is_public && let Err(error) = api::authenticate(request.headers(), &shared.settings.api_key)
    {
        if is_control {
            tokio::spawn(body::discard(request));
        } else {
            let head = head(&request);
            if let Err(status) = body::discard(request).await {
                return Ok(full(contract::page(status)));
            }
            shared.change(|state| state.record(&head));
            return Ok(full(api::rejected(shared, &head, error)));
        }
        return Ok(full(shared.error(error)));
    }
    let request = match body::read(request).await {
        Ok(request) => request,
        Err(status) => return Ok(full(contract::page(status))),
    };
    let busy = connection.busy();
    if is_control {
        return Ok(control::respond(shared, request, busy).await);
    }
    respond_from_api(shared, request, busy).await
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
    let Reply {
        mut response,
        fault,
    } = api::respond(shared, request).await;
    if fault.is_some() {
        response.extensions_mut().insert(Faulty);
    }
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
