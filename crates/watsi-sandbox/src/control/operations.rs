//! Implements each operation of the control API. Requests have already been validated.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{ApiError, Response, body, json as respond, parameter};
use crate::delivery::{Delivery, DeliveryOutcome, is_allowed};
use crate::state::{ConversationUpdate, Group, Shared};
use crate::{Fault, SandboxError};
use openapi_conformance::Operation;
use watsi::types::{
    ConversationId, ErrorCode, EventType, Message, MessageDirection, MessageId, MessageStatus,
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

pub async fn perform(
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Arc<Shared>,
) -> Result<Response, ApiError> {
    let value = match operation.id() {
        "customer_writes" => {
            let CustomerWrites { phone, text } = body(request)?;
            let (conversation_id, message) =
                shared.change(|state| state.customer_writes(&phone, &text));
            json!({"conversation_id": conversation_id, "message": message})
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
        "messages" => messages(request, shared).await?,
        "mark" => {
            let Mark { message_id, status } = body(request)?;
            let marked = shared.change(|state| state.mark(&message_id, status));
            json!({"message": marked.ok_or(SandboxError::UnknownMessage)?})
        }
        "clock" => now(shared),
        "advance" => {
            let Advance { seconds } = body(request)?;
            let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            let duration =
                Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
            shared.change(|state| state.advance(duration));
            now(shared)
        }
        "faults" => shared.read(|state| json!({"faults": state.faults.active()})),
        "add_fault" => {
            let fault: Fault = body(request)?;
            json!({"id": shared.change(|state| state.add_fault(fault))?})
        }
        "clear_faults" => {
            shared.change(|state| state.clear_faults());
            return Ok(no_content());
        }
        "remove_fault" => {
            let id = request.uri().path().rsplit('/').next();
            let id = id.and_then(|id| id.parse().ok());
            let removed = id.is_some_and(|id| shared.change(|state| state.remove_fault(id)));
            return match removed {
                true => Ok(no_content()),
                false => Err(ApiError::new(ErrorCode::NotFound).message("unknown fault id")),
            };
        }
        "deliveries" => deliveries(request, shared),
        "redeliver" => {
            let Redeliver { event_id } = body(request)?;
            match shared.change(|state| state.queue.redeliver(&event_id)) {
                0 => return Err(SandboxError::UnknownEvent.into()),
                count => json!({"subscriptions": count}),
            }
        }
        "post_event" => {
            let PostEvent { r#type, data } = body(request)?;
            shared.change(|state| {
                let at = state.tick();
                state.post(r#type, data, at, None);
            });
            return Ok(no_content());
        }
        "settled" => {
            let deadline = wait(request);
            let settled = shared.wait(deadline, |state| state.queue.is_settled().then_some(()));
            let settled = settled.await.is_some();
            json!({"settled": settled, "waiting": shared.read(|state| state.queue.waiting())})
        }
        "reset" => {
            let reset = match request.body().is_empty() {
                true => Reset::default(),
                false => body(request)?,
            };
            shared.change(|state| state.reset(reset.keep_subscriptions));
            now(shared)
        }
        "export_state" => shared.read(|state| state.export()),
        "import_state" => {
            let state: Value = body(request)?;
            let hosts = &shared.settings.webhook_hosts;
            shared.change(|old| old.import(state, |url| is_allowed(url, hosts)))?;
            now(shared)
        }
        _ => return Err(ApiError::new(ErrorCode::NotFound)),
    };
    Ok(respond(StatusCode::OK, &value))
}

fn conversations(request: &Request<Bytes>, shared: &Shared) -> Value {
    shared.read(|state| {
        let listed = state.store.list(&[Group::All], None).take(limit(request));
        let listed = listed.map(|thread| {
            json!({"conversation": thread.conversation, "window_closes_at": thread.window_closes_at()})
        });
        json!({"conversations": listed.collect::<Vec<_>>()})
    })
}

async fn messages(request: &Request<Bytes>, shared: &Arc<Shared>) -> Result<Value, ApiError> {
    let conversation = parameter(request, "conversation_id").map(ConversationId::from);
    let direction =
        parameter(request, "direction").map(|text| MessageDirection::from(text.as_str()));
    let after = parameter(request, "after").map(MessageId::from);
    let wanted = |message: &&Message| {
        conversation
            .as_ref()
            .is_none_or(|id| message.conversation_id == *id)
            && direction
                .as_ref()
                .is_none_or(|direction| message.direction == *direction)
    };
    let mut known = true;
    let found = shared.wait(wait(request), |state| {
        let Some(messages) = state.messages_after(after.as_ref()) else {
            known = false;
            return Some(Vec::new());
        };
        let messages: Vec<Message> = messages.filter(wanted).cloned().collect();
        (!messages.is_empty()).then_some(messages)
    });
    let mut messages = found.await.unwrap_or_default();
    if !known {
        return Err(SandboxError::UnknownMessage.into());
    }
    // With `after`, the reader continues with the oldest. Otherwise, the latest are of interest.
    let limit = limit(request);
    match after.is_some() {
        true => messages.truncate(limit),
        false => drop(messages.drain(..messages.len().saturating_sub(limit))),
    }
    Ok(json!({"messages": messages}))
}

fn deliveries(request: &Request<Bytes>, shared: &Shared) -> Value {
    let event_id = parameter(request, "event_id");
    let event_type = parameter(request, "event_type");
    let wanted = |delivery: &&Delivery| {
        event_id
            .as_ref()
            .is_none_or(|id| delivery.event.id.as_str() == id)
            && event_type
                .as_ref()
                .is_none_or(|kind| delivery.event.type_.as_str() == kind)
    };
    shared.read(|state| {
        let latest = state
            .queue
            .log()
            .iter()
            .rev()
            .filter(wanted)
            .take(limit(request));
        let mut deliveries: Vec<_> = latest.map(delivery).collect();
        deliveries.reverse();
        json!({"deliveries": deliveries})
    })
}

fn delivery(delivery: &Delivery) -> Value {
    let mut value = json!({
        "id": delivery.id,
        "subscription_id": delivery.subscription_id,
        "url": delivery.url,
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

fn wait(request: &Request<Bytes>) -> Duration {
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
