//! Creates errors.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::SystemTime;

use reqwest::StatusCode;
use reqwest::header::{HeaderValue, LOCATION, RETRY_AFTER};

use super::envelope::Envelope;
use super::{Error, ErrorKind, Inner};
use crate::client::ConfigError;
use crate::http::body::Call;
use crate::http::response::RawResponse;
use crate::http::retry::retry_after;

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::new(ErrorKind::Config, Call::NONE).with_source(Some(error))
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, call: Call) -> Self {
        Error(Arc::new(Inner {
            kind,
            call,
            response: None,
            envelope: Envelope::default(),
            retry_after: None,
            json_path: None,
            detail: None,
            source: None,
        }))
    }

    /// The error of a response with a status that is not a success.
    pub(crate) fn from_response(response: RawResponse, call: Call) -> Self {
        let redirect = response.status.is_redirection()
            && response.status != StatusCode::NOT_MODIFIED
            && response.headers.contains_key(LOCATION);
        let kind = if redirect {
            ErrorKind::Redirect
        } else {
            ErrorKind::Status
        };
        Error::new(kind, call).with_response(response)
    }

    /// Converts an error of `reqwest` and removes the URL, whose query may contain personal data. If redirects may
    /// have been `followed`, the error may belong to a later request and says nothing about this one.
    pub(crate) fn from_reqwest(error: reqwest::Error, followed: bool, call: Call) -> Self {
        let kind = if followed && (error.is_builder() || error.is_connect()) {
            ErrorKind::Interrupted
        } else if error.is_builder() {
            ErrorKind::InvalidRequest
        } else if error.is_connect() {
            ErrorKind::Connect
        } else if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Interrupted
        };
        Error::new(kind, call).with_source(Some(error.without_url()))
    }

    pub(crate) fn with_detail(self, detail: impl Into<String>) -> Self {
        self.with(|inner| inner.detail = Some(detail.into()))
    }

    pub(crate) fn with_json_path(self, path: Option<String>) -> Self {
        self.with(|inner| inner.json_path = path)
    }

    pub(crate) fn with_response(self, response: RawResponse) -> Self {
        let now = SystemTime::now();
        self.with(|inner| {
            let waits = response.headers.get_all(RETRY_AFTER).iter();
            inner.retry_after = waits.filter_map(|wait| retry_after(wait, now)).max();
            // Some servers report an error with a success status.
            inner.envelope = Envelope::read(&response.body);
            inner.response = Some(response);
        })
    }

    pub(crate) fn with_source(self, source: Option<impl StdError + Send + Sync + 'static>) -> Self {
        self.with(|inner| inner.source = source.map(|source| Box::new(source) as _))
    }

    /// Hides the code and the request id of an error envelope that contains the API key.
    pub(crate) fn hiding(self, authorization: &HeaderValue) -> Self {
        self.with(|inner| inner.envelope.hide(authorization))
    }

    /// Changes an error that was just created, so that nothing else refers to it.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }
}
