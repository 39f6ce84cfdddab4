//! Responds to requests for the API: authenticates and routes them, then validates the request and the response.

mod operations;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use openapi_conformance::{Contract, Finding, Operation, Route, Severity};
use serde_json::Value;

use super::contract::{
    ApiError, Response, Unvalidated, check_complexity, documented, page, routed, validate,
};
use super::fault::RequestFault;
use super::shared::Shared;
use watsi::types::{CreateWebhookRequest, ErrorCode};

/// The maximum size of a request body that is validated on the thread that serves all connections.
const LARGEST_SERVED: usize = 4 << 10;

/// A response, and the fault that affects it.
pub(super) struct Reply {
    pub response: Response,
    pub fault: Option<RequestFault>,
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

/// Returns whether an operation of the API needs no API key.
pub(super) fn is_public(contract: &Contract, method: &Method, path: &str) -> bool {
    let Route::Operation(operation) = contract.route(method, path) else {
        return false;
    };
    let pointer = format!("{}/security", operation.pointer());
    let security = contract.json().pointer(&pointer);
    security
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty)
}

/// Returns the token of an `Authorization` header, if it has the scheme `Bearer`.
fn bearer_token(authorization: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = authorization.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

/// Processes a request with the API key as the API does.
pub(super) async fn respond(shared: &Arc<Shared>, request: Request<Bytes>) -> Reply {
    if request.body().len() <= LARGEST_SERVED {
        return process(shared, &request);
    }
    let worker = Arc::clone(shared);
    shared.off_thread(move || process(&worker, &request)).await
}

fn process(shared: &Arc<Shared>, request: &Request<Bytes>) -> Reply {
    let contract = &shared.api.contract;
    let route = contract.route(request.method(), request.uri().path());
    let operation = match route {
        Route::Operation(operation) => Some(operation),
        _ => None,
    };
    let validated = validated_operation(shared, route, request);
    let reply = shared.change(|state| {
        state.record(request);
        let fault = state.request_fault(operation.map(Operation::id));
        if let Some(RequestFault::Status {
            status,
            retry_after,
        }) = &fault
        {
            let response = failure(*status, retry_after.clone(), shared);
            return Reply { response, fault };
        }
        let result = match (state.limited(), validated) {
            (Some(seconds), _) => Err(ApiError::new(ErrorCode::RateLimited).retry_after(seconds)),
            (None, Ok(operation)) => operations::perform(operation, request, shared, state),
            (None, Err(error)) => Err(error),
        };
        let mut response = result.unwrap_or_else(|error| shared.error(error));
        if let Some(operation) = operation {
            documented::add_headers(contract, operation, &mut response);
        }
        Reply { response, fault }
    });
    if let Some(RequestFault::Status { .. }) = reply.fault {
        return reply;
    }
    Reply {
        response: conforming(shared, operation, request, reply.response),
        fault: reply.fault,
    }
}

/// Returns the response of a fault. A documented error has its example envelope.
fn failure(status: StatusCode, retry_after: Option<HeaderValue>, shared: &Shared) -> Response {
    let mut errors = shared.api.contract.errors();
    let mut response = match errors.find(|(documented, _)| *documented == status) {
        Some((_, body)) => {
            let code = body["error"]["code"].as_str().unwrap_or_default();
            shared.error(ApiError::new(ErrorCode::from(code)))
        }
        None => page(status),
    };
    if let Some(value) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// Returns the error for a request without the API key.
pub(super) fn rejected(shared: &Shared, request: &Request<Bytes>, error: ApiError) -> Response {
    let contract = &shared.api.contract;
    let operation = match contract.route(request.method(), request.uri().path()) {
        Route::Operation(operation) => Some(operation),
        _ => None,
    };
    conforming(shared, operation, request, shared.error(error))
}

/// Returns the response, or one that conforms to the contract in its place.
fn conforming(
    shared: &Shared,
    operation: Option<&Operation>,
    request: &Request<Bytes>,
    response: Response,
) -> Response {
    // The errors of the API are the same for all operations, even if one does not list them all.
    let documented = operation.filter(|operation| {
        response.status().is_success() || operation.documents(response.status())
    });
    let Some(operation) = documented else {
        return response;
    };
    let Some(finding) = broken(shared, operation, request, &response) else {
        return response;
    };
    documented_error(shared, operation, request, &response).unwrap_or_else(|| {
        let message = format!("The sandbox's response does not conform to the contract: {finding}");
        let error = ApiError::new(ErrorCode::InternalError).message(message);
        shared.error(error)
    })
}

/// Returns the error that the operation documents in another form than that of the API.
fn documented_error(
    shared: &Shared,
    operation: &Operation,
    request: &Request<Bytes>,
    error: &Response,
) -> Option<Response> {
    if error.status().is_success() {
        return None;
    }
    let mut response = documented::error(&shared.api.contract, operation, error.status())?;
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = error.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    *response.extensions_mut() = error.extensions().clone();
    let conforms = broken(shared, operation, request, &response).is_none();
    conforms.then_some(response)
}

/// Returns the operation of a request that conforms to the contract.
fn validated_operation<'c>(
    shared: &Shared,
    route: Route<'c>,
    request: &Request<Bytes>,
) -> Result<&'c Operation, ApiError> {
    let contract = &shared.api.contract;
    let operation = routed(contract, route, request)?;
    // A local receiver in a test has no certificate. The host is checked when the URL is subscribed.
    let is_http = |finding: &Finding| {
        finding.pointer == "/request/body/url"
            && serde_json::from_slice(request.body())
                .is_ok_and(|body: CreateWebhookRequest| body.url.starts_with("http://"))
    };
    check_complexity(request)?;
    let is_accepted = |finding: &Finding| {
        is_http(finding) || shared.api.lists.is_position(operation, &finding.pointer)
    };
    validate(contract, operation, request, is_accepted)?;
    Ok(operation)
}

/// Returns how a response breaks the contract. Values that the user chose, such as a new status, do not.
fn broken(
    shared: &Shared,
    operation: &Operation,
    request: &Request<Bytes>,
    response: &Response,
) -> Option<Finding> {
    let validate = |body: &Bytes| {
        // The rules of a list depend on the query. The rest of the request has been validated.
        let mut head = Request::new(Bytes::new());
        *head.method_mut() = request.method().clone();
        *head.uri_mut() = request.uri().clone();
        let mut part = Response::new(body.clone());
        *part.status_mut() = response.status();
        part.headers_mut().clone_from(response.headers());
        let findings = shared.api.contract.validate(operation, &head, &part);
        findings
            .into_iter()
            .find(|finding| finding.severity == Severity::Breaking && !finding.part().is_request())
    };
    match response.extensions().get::<Unvalidated>() {
        Some(unvalidated) => shared.validated.check_list(unvalidated, validate),
        None => shared
            .validated
            .check(operation, request, response, || validate(response.body())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;
    use std::thread;

    use serde_json::json;

    use crate::Sandbox;

    /// Posts a message with a text of this size.
    async fn post(sandbox: &Sandbox, size: usize) -> u16 {
        let body = json!({"conversation_id": "unknown", "body": "x".repeat(size)});
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http.post(format!("{}/messages", sandbox.uri()));
        let response = request.bearer_auth(sandbox.api_key()).json(&body).send();
        response.await.unwrap().status().as_u16()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn large_requests_are_not_processed_on_the_serving_thread() {
        let sandbox = Arc::new(Sandbox::start().await);
        // All other threads are at work until the sender is dropped.
        let (sender, receiver) = mpsc::channel::<()>();
        let receiver = Arc::new(std::sync::Mutex::new(receiver));
        let (started, starts) = mpsc::channel();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            let (receiver, started) = (Arc::clone(&receiver), started.clone());
            let shared = Arc::clone(&sandbox.shared);
            tokio::spawn(async move {
                let work = move || {
                    started.send(()).unwrap();
                    let _ = receiver.lock().unwrap().recv();
                };
                shared.off_thread(work).await;
            });
        }
        for _ in 0..cores {
            tokio::task::yield_now().await;
            tokio::task::block_in_place(|| starts.recv().unwrap());
        }
        let waiting = Arc::clone(&sandbox);
        let large = tokio::spawn(async move { post(&waiting, 10_000).await });
        for _ in 0..20 {
            assert_eq!(post(&sandbox, 10).await, 404);
        }
        assert!(
            sandbox
                .requests()
                .iter()
                .all(|request| request.body().len() < 10_000)
        );
        assert!(!large.is_finished());
        drop(sender);
        assert_eq!(large.await.unwrap(), 404);
    }

    #[tokio::test]
    async fn only_changed_conversations_of_a_list_are_validated_again() {
        let sandbox = Sandbox::start().await;
        sandbox.seed(3);
        let client = sandbox.client();
        let list = async || client.list_conversations().send().await;
        let unknown = || {
            sandbox.shared.read(|state| {
                let threads = state.store.threads().iter();
                let unknown = threads.filter(|it| !sandbox.shared.validated.knows(it.revision));
                unknown.count()
            })
        };
        assert_eq!(unknown(), 3);
        list().await.unwrap();
        assert_eq!(unknown(), 0);
        sandbox.customer_writes("+5491155551234", "Hi");
        assert_eq!(unknown(), 1);
        list().await.unwrap();
        assert_eq!(unknown(), 0);
        // A page of known conversations that are not in order is validated as a whole.
        sandbox.shared.change(|state| state.store.break_the_list());
        list().await.unwrap_err();
    }

    #[tokio::test]
    async fn response_that_does_not_conform_is_replaced_by_an_error() {
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
