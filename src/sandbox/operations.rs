//! Implements each operation of the contract. Requests have already been validated.

use chrono::{DateTime, Utc};
use http::Request;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::delivery::{Courier, Subscription};
use super::response::{ApiError, Response, json, success};
use super::state::{Shared, State};
use super::store::Group;
use crate::conformance::{Contract, Operation};
use crate::types::{
    ConversationPage, CreateWebhookRequest, ErrorCode, SendMessageRequest, SendMessageResponse,
    WebhookSubscription,
};

pub(super) fn perform(
    contract: &Contract,
    operation: &Operation,
    request: &Request<&[u8]>,
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
        Some((status, Some(body))) => json(status, body),
        Some((status, None)) => {
            let mut response = Response::default();
            *response.status_mut() = status;
            response
        }
        None => ApiError::new(ErrorCode::NotFound).response("example"),
    }
}

fn list(operation: &Operation, request: &Request<&[u8]>, state: &State) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let default = operation.default("limit").map(|limit| limit.to_string());
    let limit = parameter("limit").or(default);
    let limit: usize = limit.and_then(|limit| limit.parse().ok()).unwrap_or(0);
    let before = parameter("before").and_then(|before| before.parse::<DateTime<Utc>>().ok());
    let mut wanted = vec![Group::All];
    wanted.extend(parameter("status").map(|status| Group::Status(status.as_str().into())));
    wanted.extend(parameter("assigned_user_id").map(|user| Group::User(user.into())));
    let mut listed = state.store.list(&wanted, before);
    let chats: Vec<_> = listed.by_ref().take(limit).cloned().collect();
    success(&ConversationPage::new(chats, listed.next().is_some()))
}

fn send(request: &Request<&[u8]>, state: &mut State) -> Result<Response, ApiError> {
    let sent: SendMessageRequest = read(request)?;
    let Some(thread) = state.store.by_id(&sent.conversation_id) else {
        let message = "No such conversation";
        return Err(ApiError::new(ErrorCode::NotFound).message(message));
    };
    if !state.is_open(thread) {
        let message = "The 24-hour messaging window is closed";
        return Err(ApiError::new(ErrorCode::BadRequest).message(message));
    }
    let message = state.send(sent.conversation_id, sent.body);
    Ok(success(&SendMessageResponse::new(message)))
}

fn subscribe(
    request: &Request<&[u8]>,
    shared: &Shared,
    state: &mut State,
) -> Result<Response, ApiError> {
    let CreateWebhookRequest { url, events, .. } = read(request)?;
    let same = |subscription: &Subscription| {
        let all = events.iter().all(|event| subscription.wants(event));
        subscription.url == url
            && all
            && subscription
                .events
                .iter()
                .all(|event| events.contains(event))
    };
    if state.subscriptions.iter().any(same) {
        let message = "The URL is already subscribed to these events";
        return Err(ApiError::new(ErrorCode::Conflict).message(message));
    }
    let http = shared.http().map_err(|error| {
        ApiError::new(ErrorCode::InternalError)
            .message(format!("Events cannot be delivered: {error}"))
    })?;
    let courier = Courier {
        http,
        url,
        id: state.id("whk_"),
        secret: shared.webhook_secret.clone(),
        pending: shared.pending.clone(),
    };
    state
        .subscriptions
        .push(Subscription::start(events, courier));
    let secret = Value::from(shared.webhook_secret.as_str());
    let response = Map::from_iter([("secret".to_owned(), secret)]);
    Ok(success(&WebhookSubscription(response)))
}

/// Deserializes the body of a validated request.
fn read<T: DeserializeOwned>(request: &Request<&[u8]>) -> Result<T, ApiError> {
    serde_json::from_slice(request.body()).map_err(|_| ApiError::new(ErrorCode::ValidationError))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use super::*;
    use crate::conformance::Route;

    #[test]
    fn new_operation_responds_with_its_example() {
        let mut contract = Contract::embedded().json().clone();
        let description = json!({"description": "Done."});
        contract["paths"]["/tags"] = contract["paths"]["/messages"].clone();
        let tags = &mut contract["paths"]["/tags"]["post"];
        tags["operationId"] = json!("create_tag");
        tags["responses"]["2XX"]["content"]["application/json"]["examples"]["quickstart"]["value"] =
            json!({"tag": 1});
        contract["paths"]["/tags"]["delete"] = tags.clone();
        let delete = &mut contract["paths"]["/tags"]["delete"];
        delete["operationId"] = json!("delete_tags");
        delete["responses"] = json!({"204": description});
        let contract = Contract::parse(&contract.to_string()).unwrap();
        let response = |method: Method| {
            let Route::Operation(operation) = contract.route(&method, "/tags") else {
                panic!("{method} has no operation");
            };
            let (key, secret) = ("key".to_owned(), "secret".to_owned());
            let shared = Shared::new(key, secret, None, DateTime::UNIX_EPOCH);
            let state = &mut *shared.lock();
            let response = perform(&contract, operation, &Request::new(b"{}"), &shared, state);
            response.unwrap_or_else(|_| panic!("{method} is rejected"))
        };
        let created = response(Method::POST);
        assert_eq!(
            (created.status().as_u16(), created.body().as_slice()),
            (200, br#"{"tag":1}"#.as_slice())
        );
        let deleted = response(Method::DELETE);
        assert_eq!(
            (deleted.status().as_u16(), deleted.body().as_slice()),
            (204, b"".as_slice())
        );
    }
}
