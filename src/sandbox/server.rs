//! Processes a request: authenticates and routes it, then validates the request and the response.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use serde_json::{Map, Value};
use url::Url;
use wiremock::{Respond, ResponseTemplate};

use super::docs::Docs;
use super::operations;
use super::response::{ApiError, Response, failure};
use super::state::{Shared, State};
use crate::client::settings::is_loopback;
use crate::conformance::{Contract, Finding, Operation, Route, Severity, bearer};
use crate::types::ErrorCode;

pub(super) struct Server {
    shared: Arc<Shared>,
    docs: Docs,
}

impl Server {
    pub fn new(shared: Arc<Shared>, uri: String) -> Self {
        let docs = Docs::new(&uri, &shared.api_key);
        Server { shared, docs }
    }
}

impl Respond for Server {
    fn respond(&self, received: &wiremock::Request) -> ResponseTemplate {
        let path = received.url.path();
        if let Some(page) = self.docs.page(&received.method, path) {
            return template(page);
        }
        let mut request = Request::new(received.body.as_slice());
        *request.method_mut() = received.method.clone();
        *request.headers_mut() = received.headers.clone();
        let uri = received.url[url::Position::BeforePath..url::Position::AfterQuery].parse();
        *request.uri_mut() = uri.unwrap_or_default();

        let contract = Contract::embedded();
        let route = contract.route(&received.method, path);
        let state = &mut *self.shared.lock();
        let request_id = state.id("req_");
        if let Some(status) = state.failing.pop_front() {
            return template(failure(status, &request_id));
        }
        let response = self
            .handle(route, path, &request, state)
            .unwrap_or_else(|error| error.response(&request_id));
        let operation = match route {
            Route::Operation(operation) => Some(operation),
            // All operations have the same errors.
            _ => contract.operations().next(),
        };
        let findings = operation.map(|operation| contract.validate(operation, &request, &response));
        let mut findings = findings.into_iter().flatten();
        match findings.find(|finding| finding.pointer.starts_with("/response/")) {
            None => template(response),
            Some(finding) => {
                let message =
                    format!("The sandbox's response does not conform to the contract: {finding}");
                let error = ApiError::new(ErrorCode::InternalError).message(message);
                template(error.response(&request_id))
            }
        }
    }
}

impl Server {
    fn handle(
        &self,
        route: Route<'_>,
        path: &str,
        request: &Request<&[u8]>,
        state: &mut State,
    ) -> Result<Response, ApiError> {
        if !self.is_ours(request.headers()) {
            return Err(ApiError::new(ErrorCode::Unauthorized));
        }
        if let Some(seconds) = state.limited() {
            return Err(ApiError::new(ErrorCode::RateLimited).retry_after(seconds));
        }
        let operation = match route {
            Route::Operation(operation) => operation,
            Route::NoMethod => {
                let methods = Contract::embedded().methods(path);
                return Err(ApiError::new(ErrorCode::MethodNotAllowed).allow(&methods));
            }
            Route::NoPath => return Err(ApiError::new(ErrorCode::NotFound)),
        };
        validate(operation, request)?;
        operations::perform(
            Contract::embedded(),
            operation,
            request,
            &self.shared,
            state,
        )
    }

    fn is_ours(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
        value.and_then(bearer) == Some(self.shared.api_key.as_bytes())
    }
}

/// Rejects what the contract does not document, and describes the problem of each field.
fn validate(operation: &Operation, request: &Request<&[u8]>) -> Result<(), ApiError> {
    let contract = Contract::embedded();
    let mut findings = contract.validate_request(operation, request);
    // A local receiver in a test has no certificate.
    findings.retain(|finding| {
        finding.pointer != "/request/body/url" || !is_of_this_machine(request.body())
    });
    let violations = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Request);
    let mut details = Map::new();
    for finding in violations {
        details.insert(field(finding), Value::from(finding.sentence.as_str()));
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

/// Returns whether the body's URL is an `http://` URL of this machine.
fn is_of_this_machine(body: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let url = value.and_then(|value| Url::parse(value["url"].as_str()?).ok());
    url.is_some_and(|url| url.scheme() == "http" && is_loopback(&url))
}

fn template(response: Response) -> ResponseTemplate {
    let (parts, body) = response.into_parts();
    let mut template = ResponseTemplate::new(parts.status);
    let mut media = String::new();
    for (name, value) in &parts.headers {
        match value.to_str() {
            Ok(value) if name == http::header::CONTENT_TYPE => value.clone_into(&mut media),
            _ => template = template.insert_header(name, value),
        }
    }
    template.set_body_raw(body, &media)
}

#[cfg(test)]
mod tests {
    use crate::sandbox::Sandbox;

    #[tokio::test]
    async fn a_response_that_does_not_conform_is_replaced_by_an_error() {
        let sandbox = Sandbox::start().await;
        sandbox.seed(2);
        sandbox.shared.lock().store.break_the_list();
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
