//! What becomes an error, and how.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};

use super::{Error, ErrorKind, Failed};
use crate::call::{Answer, Call, Received};
use crate::config::ConfigError;
use crate::envelope::Envelope;
use crate::retry;

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        Error(Arc::new(failed))
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::from(Failed {
            source: Some(Box::new(error)),
            ..Failed::new(ErrorKind::Config, Call::NONE)
        })
    }
}

impl Error {
    /// What the generated code came to; `send` returns this error instead of the generator's.
    pub(crate) fn from_generated<E>(
        error: progenitor_client::Error<E>,
        operation: &'static str,
    ) -> Self {
        use progenitor_client::Error as Generated;
        let call = Call {
            operation,
            ..Call::NONE
        };
        let failed = match error {
            Generated::UnexpectedResponse(mut response) => {
                if let Some(carried) = response.extensions_mut().remove::<Error>() {
                    return carried;
                }
                return match response.extensions_mut().remove::<Received>() {
                    // A success under a status that the contract does not have.
                    Some(Received {
                        call,
                        answer,
                        authorization,
                    }) => {
                        let mut failed = Failed::from_answer(answer, call);
                        failed.envelope.hide(&authorization);
                        Error::from(failed)
                    }
                    None => {
                        let answer = Answer {
                            status: response.status(),
                            headers: std::mem::take(response.headers_mut()),
                            body: Bytes::new(),
                        };
                        Error::from_answer(answer, call)
                    }
                };
            }
            Generated::CommunicationError(error) => return Error::from_reqwest(error, false, call),
            Generated::ErrorResponse(value) => {
                let answer = Answer {
                    status: value.status(),
                    headers: value.headers().clone(),
                    body: Bytes::new(),
                };
                return Error::from_answer(answer, call);
            }
            Generated::InvalidRequest(reason) | Generated::Custom(reason) => Failed {
                detail: Some(reason),
                ..Failed::new(ErrorKind::InvalidRequest, call)
            },
            Generated::ResponseBodyError(error) | Generated::InvalidUpgrade(error) => Failed {
                source: Some(Box::new(error.without_url())),
                ..Failed::new(ErrorKind::Interrupted, call)
            },
            Generated::InvalidResponsePayload(body, _) => Failed {
                answer: Some(Answer {
                    // The generator's error has lost the status of this success.
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body,
                }),
                ..Failed::new(ErrorKind::Decode, call)
            },
        };
        Error::from(failed)
    }

    /// The error of an answer that is no success.
    pub(crate) fn from_answer(answer: Answer, call: Call) -> Self {
        Error::from(Failed::from_answer(answer, call))
    }

    /// What `reqwest` failed on, without the URL, whose query may name a person. `followed` says that
    /// it may have failed on a redirect that it followed, which says nothing of the request itself.
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
        Error::from(Failed {
            source: Some(Box::new(error.without_url())),
            ..Failed::new(kind, call)
        })
    }
}

impl Failed {
    /// An answer that is no success.
    pub(crate) fn from_answer(answer: Answer, call: Call) -> Self {
        let redirect = answer.status.is_redirection()
            && answer.status != StatusCode::NOT_MODIFIED
            && answer.headers.contains_key(LOCATION);
        let kind = if redirect {
            ErrorKind::Redirect
        } else {
            ErrorKind::Status
        };
        let now = SystemTime::now();
        let waits = answer.headers.get_all(RETRY_AFTER).iter();
        Failed {
            retry_after: waits.filter_map(|it| retry::retry_after(it, now)).max(),
            envelope: Envelope::read(&answer.body),
            answer: Some(answer),
            ..Failed::new(kind, call)
        }
    }
}
