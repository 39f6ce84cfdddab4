//! Implements each operation of the control API. Requests have already been validated.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, StatusCode};
use openapi_conformance::Operation;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::after;
use crate::contract::{ApiError, Response, body, json as respond, parameter};
use crate::delivery::{Delivery, DeliveryOutcome};
use crate::shared::Shared;
use crate::state::{ConversationUpdate, Group, Snapshot, State};
use crate::{Fault, SandboxError};
use watsi::types::{
    Conversation, ConversationId, ErrorCode, EventType, Message, MessageDirection, MessageId,
    MessageStatus,
};

#[derive(Deserialize)]
struct CustomerWrites {
    phone: String,
    text: String,
}

#[derive(Deserialize)]
struct Advance {
    seconds: f64,
}

#[derive(Deserialize)]
struct ChangeConversation {
    conversation_id: ConversationId,
    #[serde(flatten)]
    update: ConversationUpdate,
}

#[derive(Deserialize)]
struct Mark {
    message_id: MessageId,
    status: MessageStatus,
}

#[derive(Deserialize)]
struct PostEvent {
    r#type: EventType,
    data: Map<String, Value>,
}

#[derive(Deserialize)]
struct Redeliver {
    event_id: String,
}

#[derive(Default, Deserialize)]
struct Reset {
    #[serde(default)]
    keep_subscriptions: bool,
}

/// Performs an operation that does not wait.
pub fn perform(
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Arc<Shared>,
) -> Result<Response, ApiError> {
    let value = match operation.id() {
        "customer_writes" => {
            let CustomerWrites { phone, text } = body(request)?;
            let message = shared.change(|state| state.customer_writes(&phone, &text));
            json!({"conversation_id": message.conversation_id, "message": message})
        }
        "conversations" => conversations(request, shared),
        "conversation" => {
            let ChangeConversation {
                conversation_id,
                update,
            } = body(request)?;
            let changed = shared.change(|state| state.update(&conversation_id, update));
            json!({"conversation": changed?})
        }
        "mark" => {
            let Mark { message_id, status } = body(request)?;
            let marked = shared.change(|state| state.mark(&message_id, status));
            json!({"message": marked.ok_or(SandboxError::UnknownMessage)?})
        }
        "clock" => now(shared),
        "advance" => {
            let Advance { seconds } = body(request)?;
            let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            shared.change(|state| state.advance(Duration::from_millis(millis)));
            now(shared)
        }
        "faults" => {
            let faults: Vec<_> = shared.read(|state| state.faults.active().cloned().collect());
            json!({"faults": faults})
        }
        "add_fault" => {
            let fault: Fault = body(request)?;
            json!({"id": shared.add_fault(fault)?})
        }
        "clear_faults" => {
            shared.change(State::clear_faults);
            return Ok(no_content());
        }
        "remove_fault" => {
            let (_, id) = request.uri().path().rsplit_once('/').unwrap_or_default();
            let is_removed = id
                .parse()
                .is_ok_and(|id| shared.change(|state| state.remove_fault(id)));
            if !is_removed {
                return Err(ApiError::new(ErrorCode::NotFound).message("unknown fault id"));
            }
            return Ok(no_content());
        }
        "deliveries" => deliveries(request, shared),
        "redeliver" => {
            let Redeliver { event_id } = body(request)?;
            match shared.change(|state| state.queue.redeliver(&event_id)) {
                0 => return Err(SandboxError::UnknownEvent.into()),
                count => json!({"subscriptions": count}),
            }
        }
        "subscriptions" => {
            let subscriptions = shared.read(|state| {
                let shown = state.queue.subscriptions().iter().map(|subscription| {
                    json!({"id": subscription.id, "url": subscription.url, "events": subscription.events})
                });
                Value::from_iter(shown)
            });
            json!({"subscriptions": subscriptions})
        }
        "remove_subscription" => {
            let (_, id) = request.uri().path().rsplit_once('/').unwrap_or_default();
            let is_removed = shared.change(|state| {
                state.revisions.deliveries += 1;
                state.queue.unsubscribe(id)
            });
            if !is_removed {
                let message = "unknown subscription id";
                return Err(ApiError::new(ErrorCode::NotFound).message(message));
            }
            return Ok(no_content());
        }
        "post_event" => {
            let PostEvent { r#type, data } = body(request)?;
            shared.change(|state| {
                let at = state.tick();
                state.post(r#type, data, at, None);
            });
            return Ok(no_content());
        }
        "reset" => {
            let reset = if request.body().is_empty() {
                Reset::default()
            } else {
                body(request)?
            };
            shared.change(|state| state.reset(reset.keep_subscriptions));
            now(shared)
        }
        "export_state" => shared.read(State::snapshot).export(),
        "import_state" => {
            let snapshot = Snapshot::read(body(request)?)?;
            let imported = snapshot.check(|url| shared.delivers_to(url))?;
            shared.change(|state| state.import(imported));
            now(shared)
        }
        _ => return Err(ApiError::new(ErrorCode::NotFound)),
    };
    Ok(respond(StatusCode::OK, &value))
}

/// A conversation, as the control API shows it.
#[derive(Serialize)]
struct ShownConversation {
    conversation: Conversation,
    window_closes_at: DateTime<Utc>,
}

fn conversations(request: &Request<Bytes>, shared: &Shared) -> Value {
    let conversations: Vec<_> = shared.read(|state| {
        let listed = state.store.list(&[Group::All], None);
        let shown = listed.map(|thread| ShownConversation {
            conversation: thread.conversation.clone(),
            // The last time that can be written, if the window is open longer.
            window_closes_at: after(thread.window_closes_at(), Duration::ZERO),
        });
        shown.take(limit(request)).collect()
    });
    json!({"conversations": conversations})
}

/// Waits until no delivery is in progress or due, or until the deadline.
pub async fn settled(request: &Request<Bytes>, shared: &Arc<Shared>) -> Response {
    let settled = shared
        .wait(wait(request), |state| {
            state.queue.is_settled().then_some(())
        })
        .await;
    let waiting = shared.read(|state| state.queue.waiting());
    let value = json!({"settled": settled.is_some(), "waiting": waiting});
    respond(StatusCode::OK, &value)
}

/// Waits until there are matching messages, or until the deadline.
pub async fn messages(
    request: &Request<Bytes>,
    shared: &Arc<Shared>,
) -> Result<Response, ApiError> {
    let conversation = parameter(request, "conversation_id").map(ConversationId::from);
    let direction =
        parameter(request, "direction").map(|text| MessageDirection::from(text.as_str()));
    let after = parameter(request, "after").map(MessageId::from);
    let is_wanted = |message: &&Message| {
        conversation
            .as_ref()
            .is_none_or(|id| message.conversation_id == *id)
            && direction
                .as_ref()
                .is_none_or(|direction| message.direction == *direction)
    };
    let mut number = match &after {
        None => 0,
        Some(id) => {
            let position = shared.read(|state| state.store.number(id));
            position.ok_or(SandboxError::UnknownMessage)? + 1
        }
    };
    let found = shared.wait(wait(request), |state| {
        let since = state.messages_since(number);
        let messages: Vec<Message> = since.filter(is_wanted).cloned().collect();
        // Those that do not match now will not match later.
        number = state.store.messages().end();
        (!messages.is_empty()).then_some(messages)
    });
    let mut messages = found.await.unwrap_or_default();
    // With `after`, the reader continues with the oldest. Otherwise, the latest are of interest.
    let limit = limit(request);
    if after.is_some() {
        messages.truncate(limit);
    } else {
        messages.drain(..messages.len().saturating_sub(limit));
    }
    let respond = move || respond(StatusCode::OK, &json!({"messages": messages}));
    Ok(shared.off_thread(respond).await)
}

fn deliveries(request: &Request<Bytes>, shared: &Shared) -> Value {
    let event_id = parameter(request, "event_id");
    let event_type = parameter(request, "event_type");
    let is_wanted = |delivery: &&Delivery| {
        let event = &delivery.event;
        event_id.as_ref().is_none_or(|id| event.id.as_str() == id)
            && event_type
                .as_ref()
                .is_none_or(|event_type| event.type_.as_str() == event_type)
    };
    let latest: Vec<Delivery> = shared.read(|state| {
        let latest = state.queue.log().iter().rev().filter(is_wanted);
        latest.take(limit(request)).cloned().collect()
    });
    let deliveries: Vec<Value> = latest.iter().rev().map(delivery).collect();
    json!({"deliveries": deliveries})
}

fn delivery(delivery: &Delivery) -> Value {
    let mut value = json!({
        "id": delivery.id,
        "subscription_id": delivery.subscription_id,
        "url": delivery.url,
        "conversation_id": delivery.conversation_id,
        "attempt": delivery.attempt,
        "at": delivery.at,
        "outcome": delivery.outcome.name(),
        "event": *delivery.event,
    });
    match delivery.outcome {
        DeliveryOutcome::Accepted(status) | DeliveryOutcome::Rejected(status) => {
            value["status"] = status.into();
        }
        DeliveryOutcome::Failed(reason) => value["reason"] = reason.into(),
        _ => {}
    }
    if let Some(at) = delivery.next_attempt_at {
        value["next_attempt_at"] = json!(at);
    }
    value
}

fn now(shared: &Shared) -> Value {
    json!({"now": shared.read(|state| state.now)})
}

fn no_content() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn limit(request: &Request<Bytes>) -> usize {
    parameter(request, "limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(100)
}

/// Returns the maximum time to wait.
pub fn wait(request: &Request<Bytes>) -> Duration {
    let seconds = parameter(request, "wait").and_then(|wait| wait.parse().ok());
    Duration::try_from_secs_f64(seconds.unwrap_or(0.0)).unwrap_or_default()
}

impl From<SandboxError> for ApiError {
    fn from(error: SandboxError) -> Self {
        let code = match error {
            SandboxError::UnknownConversation
            | SandboxError::UnknownMessage
            | SandboxError::UnknownEvent => ErrorCode::NotFound,
            _ => ErrorCode::ValidationError,
        };
        ApiError::new(code).message(error.to_string())
    }
}
