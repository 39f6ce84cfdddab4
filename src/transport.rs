//! How a call travels: the generated client's hooks, and the attempts of one call within its deadline.

use std::time::Duration;

use progenitor_client::{ClientHooks, OperationInfo, ResponseValue};
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Method, Request, Response, ResponseBuilderExt};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::call::{Answer, Call, Collected, Cut, Received, read_body};
use crate::error::{Error, ErrorKind, Failed};
use crate::generated::Client;
use crate::retry::{Failure, RetryPolicy, repeatable};
use crate::{decode, telemetry};

/// What every call of a client shares; made by [`ClientBuilder`](crate::ClientBuilder).
#[derive(Clone)]
pub struct Inner {
    pub(crate) authorization: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) body_limit: usize,
    /// The HTTP client is the user's, and may follow redirects.
    pub(crate) own_http_client: bool,
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(
        &self,
        request: &mut Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        // The generator writes it; this API does not document it.
        request.headers_mut().remove("api-version");
        authorize(request, &self.inner);
        Ok(())
    }

    /// What a call came to travels as the extension of an empty response, since this can return no
    /// error but reqwest's own, and a body that was read is not to be wrapped again. `decode` and
    /// `Error::from_generated` take it out.
    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        // reqwest parses a URL for a response that has none, which costs more than all else in here.
        let response = http::Response::builder().url(request.url().clone());
        let response = response.body(reqwest::Body::default());
        let mut response = response.expect("a URL and an empty body are always a response");
        match call(self, request, info.operation_id).await {
            Ok(received) => {
                *response.status_mut() = received.answer.status;
                response.extensions_mut().insert(received);
            }
            Err(error) => {
                *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                response.extensions_mut().insert(error);
            }
        }
        Ok(response.into())
    }
}

pub(crate) fn authorize(request: &mut Request, inner: &Inner) {
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, inner.authorization.clone());
    headers.insert(USER_AGENT, inner.user_agent.clone());
}

/// What the generated `send` calls instead of `ResponseValue::from_response`, which drops the status
/// of what it cannot decode.
pub(crate) async fn decode<T: DeserializeOwned, E>(
    mut response: Response,
) -> Result<ResponseValue<T>, progenitor_client::Error<E>> {
    match response.extensions_mut().remove::<Received>() {
        Some(received) => decode::json(received).map_err(carried),
        None => Err(progenitor_client::Error::UnexpectedResponse(response)),
    }
}

/// What the generated `send` calls instead of `ResponseValue::empty`.
#[allow(
    dead_code,
    reason = "the contract decides whether an operation answers with nothing"
)]
pub(crate) fn nothing(mut response: Response) -> ResponseValue<()> {
    let received = response.extensions_mut().remove::<Received>();
    let headers = received
        .map(|received| received.answer.headers)
        .unwrap_or_default();
    ResponseValue::new((), response.status(), headers)
}

/// An error as the generated client can carry it.
fn carried<E>(error: Error) -> progenitor_client::Error<E> {
    let mut response = http::Response::new(reqwest::Body::default());
    response.extensions_mut().insert(error);
    progenitor_client::Error::UnexpectedResponse(response.into())
}

/// Sends `request`, as often as the policy allows, until its deadline.
pub(crate) async fn call(
    client: &Client,
    request: Request,
    operation: &'static str,
) -> Result<Received, Error> {
    let span = telemetry::Span::start(operation);
    span.around(attempts(client, request, operation, &span))
        .await
}

async fn attempts(
    client: &Client,
    request: Request,
    operation: &'static str,
    span: &telemetry::Span,
) -> Result<Received, Error> {
    let policy = &client.inner.retry;
    let deadline = Instant::now().checked_add(client.inner.timeout);
    let method = request.method().clone();
    let mut call = Call {
        operation,
        attempts: 0,
        safe: method == Method::GET,
    };
    let mut request = request;
    loop {
        // None also for a body that can be sent once only.
        let again = policy
            .allows(call.attempts)
            .then(|| request.try_clone())
            .flatten();
        call.attempts += 1;
        let attempt = Attempt {
            client,
            call,
            deadline,
        };
        let (failure, error) = match attempt.run(request).await {
            Ok(answer) => {
                span.succeeded(call.attempts, answer.status);
                return Ok(Received {
                    call,
                    answer,
                    authorization: client.inner.authorization.clone(),
                });
            }
            Err(failing) => failing,
        };
        let wait = failure
            .filter(|failure| repeatable(&method, *failure))
            .and_then(|_| {
                let remaining = deadline.map_or(Duration::MAX, |it| it - Instant::now());
                policy.wait(
                    call.attempts,
                    error.retry_after(),
                    remaining,
                    fastrand::f64(),
                )
            });
        let (Some(wait), Some(again)) = (wait, again) else {
            span.failed(&error);
            return Err(error);
        };
        span.repeats(&error, wait);
        tokio::time::sleep(wait).await;
        request = again;
    }
}

/// One request and its answer.
struct Attempt<'a> {
    client: &'a Client,
    call: Call,
    /// `None` where it is further away than the clock can tell.
    deadline: Option<Instant>,
}

/// How an attempt failed, if that may be repeated, and the error that it is else.
type Failing = (Option<Failure>, Error);

impl Attempt<'_> {
    async fn run(&self, request: Request) -> Result<Answer, Failing> {
        let sent = self.client.client.execute(request);
        let mut response = match self.in_time(sent).await {
            None => return Err((None, self.failed(ErrorKind::Timeout).into())),
            Some(Err(error)) => return Err(self.not_answered(error)),
            Some(Ok(response)) => response,
        };
        let mut body = Collected::default();
        let read = read_body(&mut response, self.client.inner.body_limit, &mut body);
        let cut = match self.in_time(read).await {
            None => Some(Cut::Late),
            Some(result) => result.err(),
        };
        let answer = Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: body.into_bytes(),
        };
        match cut {
            Some(cut) if answer.status.is_success() => Err(self.cut_short(answer, cut)),
            None if answer.status.is_success() => Ok(answer),
            // A status that is no success says more than that its body is not whole.
            cut => {
                let failure = Failure::Status(answer.status);
                let mut failed = Failed::from_answer(answer, self.call);
                failed.envelope.hide(&self.client.inner.authorization);
                failed.detail = cut.map(|_| "the body of the answer is not whole".to_owned());
                Err((Some(failure), failed.into()))
            }
        }
    }

    async fn in_time<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        match self.deadline {
            Some(deadline) => timeout_at(deadline, future).await.ok(),
            None => Some(future.await),
        }
    }

    fn failed(&self, kind: ErrorKind) -> Failed {
        Failed::new(kind, self.call)
    }

    fn not_answered(&self, error: reqwest::Error) -> Failing {
        // The user's own HTTP client may follow redirects, and reports on the last request.
        let followed = self.client.inner.own_http_client && !self.call.safe;
        let error = Error::from_reqwest(error, followed, self.call);
        let failure = match error.kind() {
            ErrorKind::Connect => Some(Failure::NotConnected),
            ErrorKind::Interrupted => Some(Failure::Broken),
            _ => None,
        };
        (failure, error)
    }

    fn cut_short(&self, answer: Answer, cut: Cut) -> Failing {
        let (kind, failure) = match &cut {
            Cut::TooLarge => (ErrorKind::TooLarge, None),
            Cut::Late => (ErrorKind::Timeout, None),
            Cut::Broken(error) if error.is_timeout() => (ErrorKind::Timeout, None),
            Cut::Broken(_) => (ErrorKind::Interrupted, Some(Failure::Broken)),
        };
        let mut failed = Failed {
            answer: Some(answer),
            ..self.failed(kind)
        };
        if let Cut::Broken(error) = cut {
            failed.source = Some(Box::new(error.without_url()));
        }
        (failure, failed.into())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn an_answer_with_nothing_keeps_its_status_and_headers() {
        let mut headers = HeaderMap::new();
        headers.insert("x-from", HeaderValue::from_static("test"));
        let answer = Answer {
            status: StatusCode::NO_CONTENT,
            headers,
            body: Bytes::new(),
        };
        let mut response = http::Response::new(reqwest::Body::default());
        *response.status_mut() = answer.status;
        response.extensions_mut().insert(Received {
            call: Call::NONE,
            answer,
            authorization: HeaderValue::from_static("Bearer key"),
        });
        let value = nothing(response.into());
        assert_eq!(value.status(), StatusCode::NO_CONTENT);
        assert_eq!(value.headers()["x-from"], "test");
    }

    #[test]
    fn a_success_under_a_status_that_the_contract_does_not_have_keeps_its_body() {
        let answer = Answer {
            status: StatusCode::ACCEPTED,
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"later"),
        };
        let mut response = http::Response::new(reqwest::Body::default());
        response.extensions_mut().insert(Received {
            call: Call::NONE,
            answer,
            authorization: HeaderValue::from_static("Bearer key"),
        });
        let error = progenitor_client::Error::<()>::UnexpectedResponse(response.into());
        let error = Error::from_generated(error, "an_operation");
        assert_eq!(error.status(), Some(StatusCode::ACCEPTED));
        assert_eq!(error.body().unwrap(), "later");
    }
}
