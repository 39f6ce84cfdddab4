//! A fault that a sandbox can cause.

mod active;

use std::time::Duration;

use http::HeaderValue;
use serde::{Deserialize, Serialize};

pub use active::ActiveFault;
pub(super) use active::{DeliveryFault, Faults, RequestFault};

use watsi::types::EventType;

/// A fault to cause. By default, it affects only the next request or delivery.
///
/// ```
/// use watsi_sandbox::Fault;
///
/// let lost = Fault::lose_response().operation("send_message");
/// let limited = Fault::status(429).retry_after("2").next(3);
/// let flaky = Fault::drop_delivery().event_type("message.received").every(4);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[must_use]
pub struct Fault {
    #[serde(rename = "fault")]
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_type: Option<EventType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Status,
    Delay,
    LoseResponse,
    CutBody,
    DropDelivery,
    DelayDelivery,
    DuplicateDelivery,
    ReorderDelivery,
}

impl Kind {
    fn is_of_deliveries(self) -> bool {
        matches!(
            self,
            Self::DropDelivery
                | Self::DelayDelivery
                | Self::DuplicateDelivery
                | Self::ReorderDelivery
        )
    }
}

impl Fault {
    /// Returns the id of the operation that the fault is limited to.
    pub(crate) fn operation_id(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    fn new(kind: Kind) -> Self {
        Fault {
            kind,
            status: None,
            retry_after: None,
            milliseconds: None,
            operation: None,
            event_type: None,
            next: None,
            every: None,
        }
    }

    /// Responds with this status code, from 200 to 599, without processing the request. A request without the API key
    /// is rejected before.
    ///
    /// If the status code is that of a documented error, the body is the error envelope. Otherwise, it is an HTML page,
    /// like that of a proxy.
    pub fn status(code: u16) -> Self {
        Fault {
            status: Some(code),
            ..Fault::new(Kind::Status)
        }
    }

    /// Processes the request, and delays the response by this duration of real time, in whole milliseconds.
    pub fn delay(time: Duration) -> Self {
        Fault {
            milliseconds: Some(millis(time)),
            ..Fault::new(Kind::Delay)
        }
    }

    /// Processes the request, then closes the connection without a response.
    pub fn lose_response() -> Self {
        Fault::new(Kind::LoseResponse)
    }

    /// Processes the request, then closes the connection in the middle of the response body.
    pub fn cut_body() -> Self {
        Fault::new(Kind::CutBody)
    }

    /// Drops a delivery attempt before it reaches the subscriber. It is retried like any failed attempt.
    pub fn drop_delivery() -> Self {
        Fault::new(Kind::DropDelivery)
    }

    /// Delays a delivery attempt by this duration of the sandbox's clock.
    pub fn delay_delivery(time: Duration) -> Self {
        Fault {
            milliseconds: Some(millis(time)),
            ..Fault::new(Kind::DelayDelivery)
        }
    }

    /// Delivers an event twice.
    pub fn duplicate_delivery() -> Self {
        Fault::new(Kind::DuplicateDelivery)
    }

    /// Delivers an event after the next one for the same subscription, or after 60 s by the sandbox's clock.
    pub fn reorder_delivery() -> Self {
        Fault::new(Kind::ReorderDelivery)
    }

    /// Sets the `Retry-After` header of [`status`](Self::status): seconds, a date, or an invalid value. Default: none.
    pub fn retry_after(mut self, value: impl Into<String>) -> Self {
        self.retry_after = Some(value.into());
        self
    }

    /// Affects only requests for the operation with this id, e.g. `send_message`. Default: all requests to the API.
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Affects only deliveries of events of this type. Default: all deliveries.
    pub fn event_type(mut self, event_type: impl Into<EventType>) -> Self {
        self.event_type = Some(event_type.into());
        self
    }

    /// Affects this many matching requests or deliveries, then ends. Default: 1.
    pub fn next(mut self, count: u32) -> Self {
        self.next = Some(count);
        self
    }

    /// Affects every `n`th matching request or delivery until the fault is removed.
    pub fn every(mut self, n: u32) -> Self {
        self.every = Some(n);
        self
    }

    /// Returns the problem of a fault that contradicts itself.
    fn check(&self) -> Result<(), &'static str> {
        let of_deliveries = self.kind.is_of_deliveries();
        let delays = matches!(self.kind, Kind::Delay | Kind::DelayDelivery);
        let header = |value: &String| HeaderValue::from_str(value).is_ok();
        let rules = [
            (
                self.status.is_some() == (self.kind == Kind::Status),
                "`status` is required for the fault `status` only",
            ),
            (
                self.status.is_none_or(|code| (200..600).contains(&code)),
                "expected a status code from 200 to 599",
            ),
            (
                self.retry_after.is_none() || self.kind == Kind::Status,
                "`retry_after` is for the fault `status` only",
            ),
            (
                self.retry_after.as_ref().is_none_or(header),
                "`retry_after` is not a valid header value",
            ),
            (
                self.milliseconds.is_some() == delays,
                "`milliseconds` is required for delays only",
            ),
            (
                self.operation.is_none() || !of_deliveries,
                "`operation` is for faults of requests only",
            ),
            (
                self.event_type.is_none() || of_deliveries,
                "`event_type` is for faults of deliveries only",
            ),
            (
                self.next.is_none() || self.every.is_none(),
                "`next` and `every` exclude each other",
            ),
            (
                self.next != Some(0) && self.every != Some(0),
                "`next` and `every` are at least 1",
            ),
        ];
        let broken = rules.iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, problem)| Err(*problem))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
