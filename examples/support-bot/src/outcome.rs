//! What the result of a request means for the reply, and for all others.

use std::time::Duration;

use watsi::Response;
use watsi::types::{ErrorCode, SendMessageResponse};

/// The longest pause, also if the server asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// What became of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The API accepted the message.
    Accepted,
    /// The message may have been sent. Its `message.status` events will show it.
    Unknown,
    /// Nothing was sent. The reply can be sent later.
    Later,
    /// The 24-hour window is closed, so the reply can no longer be sent.
    WindowClosed,
    /// The API rejects this reply.
    Rejected,
}

impl Outcome {
    /// Returns the outcome of a request.
    pub fn of(result: &Result<Response<SendMessageResponse>, watsi::Error>) -> Self {
        let Err(error) = result else {
            return Outcome::Accepted;
        };
        match error.outcome() {
            watsi::Outcome::Unknown => Outcome::Unknown,
            watsi::Outcome::NotSent if error.is_connect() || error.is_timeout() => Outcome::Later,
            watsi::Outcome::Rejected if error.is_rate_limited() => Outcome::Later,
            // Someone must replace the API key. It is not the fault of the reply.
            watsi::Outcome::Rejected if is_denied(error) => Outcome::Later,
            watsi::Outcome::Rejected if error.code() == Some(&ErrorCode::BadRequest) => {
                Outcome::WindowClosed
            }
            _ => Outcome::Rejected,
        }
    }
}

fn is_denied(error: &watsi::Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    matches!(status, Some(401 | 403))
}

/// Returns how long to send nothing after a request, if it failed for a reason that also affects others. `failures` is
/// the number of such failures in a row.
pub fn pause(
    outcome: Outcome,
    result: &Result<Response<SendMessageResponse>, watsi::Error>,
    failures: u32,
) -> Option<Duration> {
    if !matches!(outcome, Outcome::Later | Outcome::Unknown) {
        return None;
    }
    let backoff = Duration::from_secs(1 << failures.min(6));
    let asked = result.as_ref().err().and_then(watsi::Error::retry_after);
    Some(asked.unwrap_or(backoff).min(LONGEST_PAUSE))
}
