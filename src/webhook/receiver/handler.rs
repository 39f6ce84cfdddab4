//! What a handler returns.

use super::BoxError;

/// The future of a handler: it is `Send`, and its output is a `Result<(), E>`.
///
/// `E` is an error that is `Send` and `Sync`, a `String`, or a `Box<dyn Error + Send + Sync>`. All such futures
/// implement this trait.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "the future of this handler is not accepted",
    note = "a handler is an `async fn` that returns `Result<(), E>`, and its future is `Send`",
    note = "`E` is an error that is `Send + Sync`, e.g. `Box<dyn Error + Send + Sync>`"
)]
#[doc(hidden)]
pub trait HandlerFuture: Send + 'static {
    /// Returns the result with any error in a box.
    fn into_result(self) -> impl Future<Output = Result<(), BoxError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<F, E> HandlerFuture for F
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    async fn into_result(self) -> Result<(), BoxError> {
        self.await.map_err(Into::into)
    }
}
