//! Implements each operation of the contract. Requests have already been validated.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::ACCEPT;
use http::{HeaderMap, Method, Request};
use openapi_conformance::{Operation, ResponseExample};
use serde_json::{Map, Value, json};

use crate::contract::resource::{IdBelow, Item, Resource};
use crate::contract::response::{self, success};
use crate::contract::{ApiError, Response, Unvalidated, body, count, parameter};
use crate::delivery::{Subscription, is_allowed};
use crate::shared::Shared;
use crate::state::{Group, State, Thread};
use watsi::types::{
    ConversationPage, CreateWebhookRequest, ErrorCode, SendMessageRequest, SendMessageResponse,
};

/// The id of the operation that lists the conversations.
const LIST_CONVERSATIONS: &str = "list_conversations";

pub fn perform(
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Shared,
    state: &mut State,
) -> Result<Response, ApiError> {
    match operation.id() {
        LIST_CONVERSATIONS => Ok(list(operation, request, shared, state)),
        "send_message" => send(request, state),
        "create_webhook" => subscribe(request, shared, state),
        _ => other(operation, request, shared, state),
    }
}

/// Responds to an operation that is not implemented by hand: with a page of a list, with the resource that the path
/// refers to, or with the example.
fn other(
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Shared,
    state: &State,
) -> Result<Response, ApiError> {
    let resource = resource(operation, request.uri().path(), shared, state);
    if let Resource::Unknown = resource
        && !creates(operation, shared)
    {
        return Err(ApiError::new(ErrorCode::NotFound));
    }
    let query = request.uri().query().unwrap_or_default();
    if let Some(page) = shared.api.lists.page(operation, query) {
        return Ok(page);
    }
    let examples = shared.api.contract.examples(operation);
    let Some(example) = accepted(&examples, request.headers()) else {
        let message = "The contract has no example of a response";
        return Err(ApiError::new(ErrorCode::NotFound).message(message));
    };
    if let Resource::Item(item) = resource
        && let Some(body) = example.body.and_then(|body| item.in_example(body))
    {
        return Ok(response::like(example, &body));
    }
    Ok(response::example(
        example.status,
        example.media_type,
        example.body,
    ))
}

/// Returns true if the operation creates a resource with an unknown id.
fn creates(operation: &Operation, shared: &Shared) -> bool {
    let created = format!("{}/responses/201", operation.pointer());
    let documented = shared.api.contract.json().pointer(&created);
    operation.method() == Method::PUT && documented.is_some()
}

fn resource(operation: &Operation, path: &str, shared: &Shared, state: &State) -> Resource {
    let conversations = shared.api.contract.operation(LIST_CONVERSATIONS);
    let below = conversations.and_then(|list| IdBelow::find(list.path(), operation, path));
    if let Some(below) = below {
        let Some(thread) = state.store.by_id(&below.id.into()) else {
            return Resource::Unknown;
        };
        if below.is_last {
            return Resource::Item(Item {
                value: json!(thread.conversation),
                id: "id".to_owned(),
            });
        }
    }
    shared.api.lists.resource(operation, path)
}

/// Returns the example with the media type that the request accepts; without one, the first.
fn accepted<'e, 'c>(
    examples: &'e [ResponseExample<'c>],
    headers: &HeaderMap,
) -> Option<&'e ResponseExample<'c>> {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let mut accepted = accept.unwrap_or_default().split(',').map(essence);
    let example_of_type = accepted.find_map(|accepted| {
        let mut examples = examples.iter();
        examples.find(|example| {
            example
                .media_type
                .is_some_and(|media_type| essence(media_type) == accepted)
        })
    });
    example_of_type.or(examples.first())
}

/// Returns a media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn list(
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Shared,
    state: &State,
) -> Response {
    let default = operation.default("limit").map(|limit| limit.to_string());
    let limit: usize = parameter(request, "limit")
        .or(default)
        .and_then(|limit| count(&limit))
        .unwrap_or(0);
    let before =
        parameter(request, "before").and_then(|before| before.parse::<DateTime<Utc>>().ok());
    let mut wanted = vec![Group::All];
    wanted.extend(parameter(request, "status").map(|status| Group::Status(status.as_str().into())));
    wanted.extend(parameter(request, "assigned_user_id").map(|user| Group::User(user.into())));
    let mut listed = state.store.list(&wanted, before);
    let page: Vec<_> = listed.by_ref().take(limit).collect();
    let has_more = listed.next().is_some();
    let mut response = conversations(&page, has_more);
    let mut unvalidated = page.clone();
    if is_plain(&page, before) {
        unvalidated.retain(|thread| !shared.validated.knows(thread.revision));
    }
    let body = if unvalidated.len() == page.len() {
        Some(response.body().clone())
    } else if unvalidated.is_empty() {
        None
    } else {
        Some(conversations(&unvalidated, has_more).into_body())
    };
    response.extensions_mut().insert(Unvalidated {
        body,
        revisions: unvalidated.iter().map(|thread| thread.revision).collect(),
    });
    response
}

fn conversations(page: &[&Thread], has_more: bool) -> Response {
    let chats = page.iter().map(|thread| thread.conversation.clone());
    success(&ConversationPage::new(chats.collect::<Vec<_>>(), has_more))
}

/// Returns true if the conversations are in order, all different, and older than the cursor. Any part of such a page
/// conforms to the rules for lists, so that its conversations can be validated one by one.
fn is_plain(page: &[&Thread], before: Option<DateTime<Utc>>) -> bool {
    let mut ids: Vec<_> = page.iter().map(|thread| &thread.conversation.id).collect();
    ids.sort_unstable_by_key(|id| id.as_str());
    let are_different = ids.windows(2).all(|pair| pair[0] != pair[1]);
    let timestamps: Option<Vec<_>> = page
        .iter()
        .map(|thread| thread.conversation.last_message_at)
        .collect();
    are_different
        && timestamps.is_some_and(|timestamps| {
            timestamps.is_sorted_by(|earlier, later| earlier >= later)
                && before.is_none_or(|before| timestamps.iter().all(|at| *at < before))
        })
}

fn send(request: &Request<Bytes>, state: &mut State) -> Result<Response, ApiError> {
    let sent: SendMessageRequest = body(request)?;
    let Some(thread) = state.store.by_id(&sent.conversation_id) else {
        let message = "No such conversation";
        return Err(ApiError::new(ErrorCode::NotFound).message(message));
    };
    if state.now >= thread.window_closes_at() {
        let message = "The 24-hour messaging window is closed";
        return Err(ApiError::new(ErrorCode::BadRequest).message(message));
    }
    let message = state.send(sent.conversation_id, sent.body);
    Ok(success(&SendMessageResponse::new(message)))
}

fn subscribe(
    request: &Request<Bytes>,
    shared: &Shared,
    state: &mut State,
) -> Result<Response, ApiError> {
    let CreateWebhookRequest { url, events, .. } = body(request)?;
    let allowed = is_allowed(&url, &shared.settings.webhook_hosts);
    if !allowed && url.starts_with("http://") {
        let problem =
            "is not https://, and its host is neither this machine nor an allowed webhook host";
        let details = Map::from_iter([("url".to_owned(), problem.into())]);
        return Err(ApiError::new(ErrorCode::ValidationError).details(details));
    }
    let mut subscriptions = state.queue.subscriptions().iter();
    if subscriptions.any(|subscription| subscription.is_same(&url, &events)) {
        let message = "The URL is already subscribed to these events";
        return Err(ApiError::new(ErrorCode::Conflict).message(message));
    }
    let subscription = Subscription::new(state.subscription_id(), url, events, allowed);
    if let Err(problem) = state.queue.subscribe(subscription) {
        return Err(ApiError::new(ErrorCode::BadRequest).message(problem.to_string()));
    }
    state.revisions.deliveries += 1;
    let secret = Value::from(shared.settings.webhook_secret.as_str());
    Ok(success(&json!({"secret": secret})))
}
