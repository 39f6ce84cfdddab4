//! The log of a sandbox.

use watsi::reqwest::Url;
use watsi::types::ErrorCode;
use watsi_sandbox::{Activity, Delivery, DeliveryOutcome, RequestActivity};

use crate::log::Line;
use crate::screen::{shown_id, shown_method};

/// Stands for a path that is not documented, which can contain anything.
const UNDOCUMENTED: &str = "(undocumented path)";

/// Returns the line for an activity. The page reads all the time, so reading from the control API has none.
pub fn line(activity: &Activity<'_>) -> Option<Line> {
    match activity {
        Activity::Request(request) => {
            let is_read = request.is_control && request.method.as_str() == "GET";
            let is_success = request.status.is_some_and(|status| status.is_success());
            (!is_read || !is_success).then(|| of_request(request))
        }
        Activity::OtherHost(host) => Some(Line {
            log: "rejected",
            status: Some(421),
            reason: Some(match host {
                Some(host) => format!("request for the host {}", shown_id(host)),
                None => "request without a valid host".to_owned(),
            }),
            advice: Some("allow its name with --allow-host NAME".to_owned()),
            ..Line::default()
        }),
        Activity::Delivery(delivery) => Some(of_delivery(delivery)),
        _ => None,
    }
}

fn of_request(request: &RequestActivity<'_>) -> Line {
    let reason = match (request.is_faulty, request.status) {
        (true, None) => Some("a fault lost the response"),
        (true, Some(_)) => Some("by a fault"),
        (false, _) => request.code,
    };
    let own_status = request.status.filter(|_| !request.is_faulty);
    Line {
        log: "request",
        method: Some(shown_method(request.method.as_str()).to_owned()),
        path: Some(request.path.unwrap_or(UNDOCUMENTED).to_owned()),
        status: request.status.map(|status| status.as_u16()),
        reason: reason.map(str::to_owned),
        advice: own_status
            .and_then(|status| request_advice(status.as_u16(), request))
            .map(str::to_owned),
        ..Line::default()
    }
}

fn request_advice(status: u16, request: &RequestActivity<'_>) -> Option<&'static str> {
    let is_validation = request.code == Some(ErrorCode::ValidationError.as_str());
    Some(match status {
        400 if is_validation => "the response's `details` name the fields",
        400 => "the customer must have written within the last 24 hours",
        401 => "send the header `Authorization: Bearer` with the API key of the sandbox",
        404 if request.path.is_none() && request.is_control => {
            "/_sandbox/openapi.yaml lists the paths"
        }
        404 if request.path.is_none() => "/docs lists the paths",
        404 => "the id is unknown in this sandbox",
        405 if request.is_control => "/_sandbox/openapi.yaml lists the methods",
        405 => "/docs lists the methods",
        408 => "send the whole body within 30 s",
        409 => "this URL is already subscribed to these events",
        413 => "a body may have up to 1 MiB",
        429 => "wait, or change --rate-limit",
        _ => return None,
    })
}

fn of_delivery(delivery: &Delivery) -> Line {
    let reason = match delivery.outcome {
        DeliveryOutcome::Accepted(_) => None,
        DeliveryOutcome::Failed(reason) => Some(reason),
        DeliveryOutcome::Dropped => Some("dropped by a fault"),
        ref other => Some(other.name()),
    };
    let advice = match delivery.outcome {
        DeliveryOutcome::Accepted(_) | DeliveryOutcome::Dropped => None,
        DeliveryOutcome::Rejected(401) => Some("check the webhook secret of the subscriber"),
        DeliveryOutcome::Blocked => {
            Some("allow the host of the URL with --allow-webhook-host HOST")
        }
        DeliveryOutcome::Overflowed => Some("the subscriber is too slow"),
        _ if delivery.next_attempt_at.is_none() => Some("there are no further attempts"),
        _ => Some("it is retried; check that the subscriber runs"),
    };
    let url = Url::parse(&delivery.url);
    let host = url.ok().and_then(|url| url.host_str().map(shown_id));
    Line {
        log: "delivery",
        method: Some("POST".to_owned()),
        path: host.map(|host| format!("to {host}")),
        event: Some(shown_id(delivery.event.type_.as_str())),
        attempt: Some(delivery.attempt),
        status: match delivery.outcome {
            DeliveryOutcome::Accepted(status) | DeliveryOutcome::Rejected(status) => Some(status),
            _ => None,
        },
        reason: reason.map(str::to_owned),
        advice: advice.map(str::to_owned),
    }
}
