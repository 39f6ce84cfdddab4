//! Implements each operation of the contract. Requests have already been validated.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use serde_json::{Value, json};

use super::response::{self, ApiError, Response, success};
use super::{body, parameter};
use crate::delivery::{Subscription, is_allowed};
use crate::state::{Group, Shared, State};
use openapi_conformance::{Contract, Operation};
use watsi::types::{
    ConversationPage, CreateWebhookRequest, ErrorCode, SendMessageRequest, SendMessageResponse,
};

pub fn perform(
    contract: &Contract,
    operation: &Operation,
    request: &Request<Bytes>,
    shared: &Shared,
    state: &mut State,
) -> Result<Response, ApiError> {
    match operation.id() {
        "list_conversations" => Ok(list(operation, request, state)),
        "send_message" => send(request, state),
        "create_webhook" => subscribe(request, shared, state),
        // An operation that is new in the contract and not implemented here yet.
        _ => Ok(example(contract, operation)),
    }
}

fn example(contract: &Contract, operation: &Operation) -> Response {
    match contract.example(operation) {
        Some((status, Some(body))) => response::json(status, body),
        Some((status, None)) => {
            let mut response = Response::default();
            *response.status_mut() = status;
            response
        }
        None => ApiError::new(ErrorCode::NotFound).response("example"),
    }
}

fn list(operation: &Operation, request: &Request<Bytes>, state: &State) -> Response {
    let default = operation.default("limit").map(|limit| limit.to_string());
    let limit = parameter(request, "limit").or(default);
    let limit: usize = limit.and_then(|limit| limit.parse().ok()).unwrap_or(0);
    let before =
        parameter(request, "before").and_then(|before| before.parse::<DateTime<Utc>>().ok());
    let mut wanted = vec![Group::All];
    wanted.extend(parameter(request, "status").map(|status| Group::Status(status.as_str().into())));
    wanted.extend(parameter(request, "assigned_user_id").map(|user| Group::User(user.into())));
    let mut listed = state.store.list(&wanted, before);
    let page = listed.by_ref().take(limit);
    let chats: Vec<_> = page.map(|thread| thread.conversation.clone()).collect();
    success(&ConversationPage::new(chats, listed.next().is_some()))
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
    let mut subscriptions = state.queue.subscriptions().iter();
    if subscriptions.any(|subscription| subscription.is_same(&url, &events)) {
        let message = "The URL is already subscribed to these events";
        return Err(ApiError::new(ErrorCode::Conflict).message(message));
    }
    let allowed = is_allowed(&url, &shared.settings.webhook_hosts);
    let id = state.id("whk_");
    if !state
        .queue
        .subscribe(Subscription::new(id, url, events, allowed))
    {
        let message = "The sandbox has too many subscriptions";
        return Err(ApiError::new(ErrorCode::BadRequest).message(message));
    }
    state.revisions.deliveries += 1;
    let secret = Value::from(shared.settings.webhook_secret.as_str());
    Ok(success(&json!({"secret": secret})))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use http::Method;
    use serde_json::json;
    use tokio::runtime::Handle;

    use super::*;
    use crate::api::respond;
    use crate::state::Settings;

    /// The contract with the new operations `POST /tags`, which documents no error but 400, and `DELETE /tags`.
    fn extended() -> Contract {
        let mut contract = crate::contract().json().clone();
        contract["paths"]["/tags"] = contract["paths"]["/messages"].clone();
        let tags = &mut contract["paths"]["/tags"]["post"];
        tags["operationId"] = json!("create_tag");
        let documented = tags["responses"].as_object_mut().unwrap();
        documented.retain(|status, _| matches!(status.as_str(), "2XX" | "400"));
        contract["paths"]["/tags"]["delete"] = contract["paths"]["/tags"]["post"].clone();
        let delete = &mut contract["paths"]["/tags"]["delete"];
        delete["operationId"] = json!("delete_tags");
        delete.as_object_mut().unwrap().remove("requestBody");
        delete["responses"] = json!({"204": {"description": "Done."}});
        Contract::parse(&contract.to_string()).unwrap()
    }

    fn call(method: Method, key: &str, body: &str) -> Response {
        let settings = Settings {
            api_key: "key".to_owned(),
            webhook_secret: "secret".to_owned(),
            rate_limit: None,
            clock: DateTime::UNIX_EPOCH,
            distinct_event_ids: false,
            hosts: HashSet::new(),
            webhook_hosts: HashSet::new(),
        };
        let shared = Shared::new(settings, String::new(), Handle::current());
        let request = Request::builder().method(method).uri("/tags");
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = request.header("content-type", "application/json");
        let request = request.body(Bytes::from(body.to_owned())).unwrap();
        respond(&extended(), &shared, &request).response
    }

    #[tokio::test]
    async fn new_operation_responds_with_its_example() {
        let created = call(
            Method::POST,
            "key",
            r#"{"conversation_id": "1", "body": "Hi"}"#,
        );
        assert_eq!(created.status(), 200);
        let body: Value = serde_json::from_slice(created.body()).unwrap();
        assert_eq!(body["message"]["id"], "msg_01HXYZ987654321");
        let deleted = call(Method::DELETE, "key", "");
        assert_eq!((deleted.status().as_u16(), deleted.body().len()), (204, 0));
    }

    #[tokio::test]
    async fn new_operation_responds_with_errors_that_it_does_not_list() {
        assert_eq!(call(Method::POST, "other", "").status(), 401);
        assert_eq!(call(Method::POST, "key", "{}").status(), 400);
        assert_eq!(call(Method::DELETE, "other", "").status(), 401);
        assert_eq!(call(Method::PUT, "key", "").status(), 405);
    }
}
