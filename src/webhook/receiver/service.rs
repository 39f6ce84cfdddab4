//! The service that receives deliveries.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::ALLOW;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Empty;
use tower_service::Service;

use super::in_progress::InProgress;
use super::read::{BODY_TIMEOUT, read};
use super::{BoxError, DeadLetter, DeliveryError, HandlerFuture, Seen};
use crate::webhook::{Event, Verifier};

/// A service that verifies, deduplicates and handles deliveries.
///
/// It is a [`tower_service::Service`] for HTTP requests with any body, so it can be used with axum (`any_service`),
/// hyper (`TowerToHyperService`) and other servers. It requires a Tokio runtime with time enabled.
///
/// ```
/// use axum::{Router, routing::any_service};
/// use watsi::webhook::{Event, EventData, MemorySeen, Receiver, Verifier};
///
/// async fn handle(event: Event) -> Result<(), std::io::Error> {
///     if let EventData::MessageReceived(message) = &event.data {
///         println!("{} in {:?}", event.id, message.conversation_id);
///     }
///     Ok(())
/// }
///
/// # fn main() -> Result<(), watsi::webhook::WebhookError> {
/// let verifier = Verifier::new("the subscription's secret")?;
/// let receiver = Receiver::new(verifier, MemorySeen::new(), handle)
///     .on_error(|error| eprintln!("{error}"));
/// let router: Router = Router::new().route("/webhooks", any_service(receiver));
/// # Ok(())
/// # }
/// ```
///
/// # Responses
///
/// All responses have an empty body.
///
/// | status code | reason |
/// |---|---|
/// | 200 | the event was handled, now or earlier; or the dead letter was handled |
/// | 400 | the signed body is not an event and there is no [handler](Self::on_dead_letter) for it, or the body was not received completely |
/// | 401 | the signature is missing or invalid |
/// | 405 | the method is not `POST` |
/// | 408 | the body was not received within the time limit |
/// | 413 | the body is longer than [`Verifier::body_limit`]; a `Content-Length` above it is rejected unread |
/// | 500 | the handler or the store failed |
///
/// # Deduplication
///
/// - An event is marked as seen after its handler has succeeded. If the handler fails or panics, or the connection is
///   lost meanwhile, the handler runs again when the event is redelivered.
/// - If an event is redelivered while its handler is running, the redelivery waits. If the handler succeeds, the
///   response is 200; if it fails, the handler runs again.
/// - Most servers drop the handler when the connection is lost, e.g. because the sender timed out. Respond quickly:
///   store the work to do, and do it afterwards.
///
/// [`Seen`] describes how to handle each event exactly once, even with several processes.
pub struct Receiver<F, S> {
    shared: Arc<Shared<F, S>>,
    body_timeout: Duration,
    on_error: Option<OnError>,
    on_dead_letter: Option<OnDeadLetter>,
}

struct Shared<F, S> {
    verifier: Verifier,
    seen: S,
    handler: F,
    in_progress: InProgress,
}

type OnError = Arc<dyn Fn(&DeliveryError) + Send + Sync>;
type OnDeadLetter = Arc<dyn Fn(DeadLetter) -> Handled + Send + Sync>;
type Handled = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

impl<F, S> Receiver<F, S> {
    /// Creates a receiver. `handler` is an async function of an [`Event`] that returns a `Result<(), E>`, whose future is
    /// `Send`. `E` is an error that is `Send` and `Sync`, a `String`, or a `Box<dyn Error + Send + Sync>`.
    #[must_use]
    pub fn new<Fut>(verifier: Verifier, seen: S, handler: F) -> Self
    where
        F: Fn(Event) -> Fut,
        Fut: HandlerFuture,
        S: Seen,
    {
        Receiver {
            shared: Arc::new(Shared {
                verifier,
                seen,
                handler,
                in_progress: InProgress::default(),
            }),
            body_timeout: BODY_TIMEOUT,
            on_error: None,
            on_dead_letter: None,
        }
    }

    /// Sets the time limit for receiving a body. Default: 10 s.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Calls `on_error` for each delivery that is not accepted, e.g. to log the error.
    ///
    /// With the feature `tracing`, the error is also traced as an event with the target `watsi`, without its source,
    /// which may contain personal data.
    #[must_use]
    pub fn on_error(mut self, on_error: impl Fn(&DeliveryError) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(on_error));
        self
    }

    /// Sets the handler of signed deliveries that are not events, e.g. to store their bodies. After `Ok` the response
    /// is 200, so Watsi does not redeliver them; after an error it is 500. Without this handler, it is 400.
    ///
    /// A dead letter has no id, so a redelivery is handled again.
    ///
    /// ```
    /// # use watsi::webhook::{DeadLetter, Event, MemorySeen, Receiver, Verifier};
    /// # fn main() -> Result<(), watsi::webhook::WebhookError> {
    /// # let verifier = Verifier::new("the subscription's secret")?;
    /// # let handle = async |_: Event| Ok::<_, std::io::Error>(());
    /// async fn store(letter: DeadLetter) -> Result<(), std::io::Error> {
    ///     std::fs::write("dead-letter", &letter.body)
    /// }
    ///
    /// let receiver = Receiver::new(verifier, MemorySeen::new(), handle).on_dead_letter(store);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn on_dead_letter<Fut: HandlerFuture>(
        mut self,
        handler: impl Fn(DeadLetter) -> Fut + Send + Sync + 'static,
    ) -> Self {
        self.on_dead_letter = Some(Arc::new(move |letter| {
            Box::pin(handler(letter).into_result())
        }));
        self
    }
}

impl<F, S> Clone for Receiver<F, S> {
    fn clone(&self) -> Self {
        Receiver {
            shared: Arc::clone(&self.shared),
            body_timeout: self.body_timeout,
            on_error: self.on_error.clone(),
            on_dead_letter: self.on_dead_letter.clone(),
        }
    }
}

impl<F, S> fmt::Debug for Receiver<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("verifier", &self.shared.verifier)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

impl<F, Fut, S, B> Service<Request<B>> for Receiver<F, S>
where
    F: Fn(Event) -> Fut + Send + Sync + 'static,
    Fut: HandlerFuture,
    S: Seen + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = self.clone();
        Box::pin(async move {
            let received = receiver.receive(request).await;
            if let Err(error) = &received {
                error.trace();
                if let Some(on_error) = &receiver.on_error {
                    on_error(error);
                }
            }
            Ok(response(received.err().as_ref()))
        })
    }
}

impl<F, S> Receiver<F, S> {
    async fn receive<Fut, B>(&self, request: Request<B>) -> Result<(), DeliveryError>
    where
        F: Fn(Event) -> Fut,
        Fut: HandlerFuture,
        S: Seen,
        B: Body,
        B::Error: Into<BoxError>,
    {
        if request.method() != Method::POST {
            return Err(DeliveryError::MethodNotAllowed);
        }
        let shared = &self.shared;
        let event = match read(request, &shared.verifier, self.body_timeout).await {
            Ok(event) => event,
            Err(error) => return self.handle_dead_letter(error).await,
        };
        let id = event.id.clone();
        let _claim = shared.in_progress.claim(&id).await;
        let seen = shared.seen.contains(&id).await;
        if seen.map_err(|error| DeliveryError::Seen(error.into()))? {
            return Ok(());
        }
        let handled = (shared.handler)(event).into_result().await;
        handled.map_err(DeliveryError::Handler)?;
        let inserted = shared.seen.insert(&id).await;
        inserted.map_err(|error| DeliveryError::Seen(error.into()))
    }

    /// Handles a dead letter, and returns any other error.
    async fn handle_dead_letter(&self, error: DeliveryError) -> Result<(), DeliveryError> {
        match (error, &self.on_dead_letter) {
            (DeliveryError::DeadLetter(letter), Some(handler)) => {
                handler(*letter).await.map_err(DeliveryError::Handler)
            }
            (error, _) => Err(error),
        }
    }
}

fn response(error: Option<&DeliveryError>) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = error.map_or(StatusCode::OK, DeliveryError::status);
    if let Some(DeliveryError::MethodNotAllowed) = error {
        let allow = HeaderValue::from_static("POST");
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}
