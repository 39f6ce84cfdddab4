//! What a change of the contract does to callers.

use std::sync::LazyLock;

use serde_json::{Value, json};
use watsi::conformance::{Contract, Impact, Severity};

use crate::contract::{EVENTS, FIRST, FIRST_CONTRACT, OPERATIONS};
use crate::exchange;
use crate::preflight::put;

const LIST: &str = "/paths/~1conversations/get";
const SEND: &str = "/paths/~1messages/post";
const LIMIT: &str = "/paths/~1conversations/get/parameters/0";
const STATUS: &str = "/components/schemas/ConversationStatus";
const CUSTOMER: &str = "/components/schemas/Customer";
const CHAT: &str = "/components/schemas/Conversation";
const MESSAGE: &str = "/components/schemas/SendMessageRequest";
const RECEIVED: &str = "/x-webhooks/message.received/post";

type Edit<'a> = (&'a str, Value);

fn edited(edits: &[Edit]) -> Value {
    let mut contract = FIRST.clone();
    for (pointer, value) in edits {
        put(&mut contract, pointer, value.clone());
    }
    contract
}

#[track_caller]
fn parsed(contract: &Value) -> Contract {
    Contract::parse(&contract.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// The lines on what `edits` do to the contract, each without the name of the contract's file.
fn lines(old: &Contract, new: &Contract) -> Vec<String> {
    let changes = old.changes_to(new);
    for change in &changes {
        let there = |contract: &Contract| contract.json().pointer(&change.pointer).is_some();
        let removed = change.sentence.contains("no longer") || change.sentence.contains("removed");
        assert!(there(new) || removed && there(old), "{change}");
    }
    let lines = changes.iter().map(ToString::to_string);
    lines.map(|it| it.replace("openapi.yaml#", "")).collect()
}

/// The contract after `edits` beside the contract after `base`, and the other way round.
#[track_caller]
fn assert_changes(base: &[Edit], edits: &[Edit], forth: &[&str], back: &[&str]) {
    let old = parsed(&edited(base));
    let new = parsed(&edited(&[base, edits].concat()));
    assert_eq!(lines(&old, &new), forth);
    assert_eq!(lines(&new, &old), back, "the other way round");
}

fn at(parent: &str, tail: &str) -> String {
    format!("{parent}{tail}")
}

fn text() -> Value {
    json!({"type": "string", "description": "d"})
}

fn parameter(name: &str, place: &str, schema: Value) -> Value {
    json!({"name": name, "in": place, "description": "d", "schema": schema, "example": "e"})
}

fn value_at(pointer: &str) -> Value {
    FIRST.pointer(pointer).expect("a place").clone()
}

#[test]
fn a_contract_beside_itself_has_no_change() {
    let embedded = &*FIRST_CONTRACT;
    assert_eq!(embedded.changes_to(embedded), []);
}

#[test]
fn what_does_not_go_over_the_wire_is_no_change() {
    let reversed = |pointer: &str| {
        let mut value = value_at(pointer);
        match &mut value {
            Value::Array(items) => items.reverse(),
            _ => panic!("{pointer} has no order"),
        }
        value
    };
    let cases = [
        ("/info/description".to_owned(), json!("Another.")),
        ("/info/version".to_owned(), json!("v2")),
        ("/servers/0/description".to_owned(), json!("Another.")),
        ("/externalDocs".to_owned(), Value::Null),
        (at(LIST, "/summary"), json!("Another.")),
        (at(LIST, "/description"), json!("Another.")),
        (at(LIST, "/externalDocs/url"), json!("https://b.example")),
        (at(LIST, "/tags"), json!(["messages"])),
        (at(LIST, "/operationId"), json!("conversations")),
        (at(LIMIT, "/example"), json!(7)),
        (at(LIST, "/parameters"), reversed(&at(LIST, "/parameters"))),
        (at(CHAT, "/required"), reversed(&at(CHAT, "/required"))),
        (at(STATUS, "/x-extensible-enum"), json!(["active", "open"])),
        (at(STATUS, "/example"), json!("active")),
        (at(CUSTOMER, "/properties/name/x-sensitive"), Value::Null),
        (at(CHAT, "/properties/id"), text()),
        (
            at(CHAT, "/properties/company_id/$ref"),
            json!("#/components/schemas/UserId"),
        ),
        (
            at(
                RECEIVED,
                "/requestBody/content/application~1json/schema/allOf",
            ),
            reversed(&at(
                RECEIVED,
                "/requestBody/content/application~1json/schema/allOf",
            )),
        ),
        (
            at(LIST, "/responses/404"),
            value_at("/components/responses/NotFound"),
        ),
    ];
    for (pointer, value) in cases {
        let new = parsed(&edited(&[(&pointer, value)]));
        assert_eq!(lines(&FIRST_CONTRACT, &new), [""; 0], "{pointer}");
        assert_eq!(lines(&new, &FIRST_CONTRACT), [""; 0], "{pointer}");
    }
}

#[test]
fn the_name_of_a_component_is_no_change() {
    let renamed = FIRST
        .to_string()
        .replace("schemas/Customer\"", "schemas/Person\"");
    let renamed = renamed.replace("\"Customer\":", "\"Person\":");
    let new = parsed(&serde_json::from_str(&renamed).unwrap());
    assert_eq!(lines(&FIRST_CONTRACT, &new), [""; 0]);
}

#[test]
fn the_name_of_a_path_parameter_is_no_change() {
    let path = |name: &str| {
        let mut item = value_at("/paths/~1messages");
        let mut id = parameter(name, "path", json!({"type": "string"}));
        id["required"] = json!(true);
        item["post"]["parameters"] = json!([id]);
        item
    };
    let gone = ("/paths/~1messages", Value::Null);
    let old = parsed(&edited(&[
        gone.clone(),
        ("/paths/~1chats~1{id}", path("id")),
    ]));
    let new = parsed(&edited(&[gone, ("/paths/~1chats~1{chat}", path("chat"))]));
    assert_eq!(lines(&old, &new), [""; 0]);
}

#[test]
fn a_path_parameter_of_another_type_is_breaking() {
    let mut item = value_at("/paths/~1messages");
    let mut id = parameter("id", "path", json!({"type": "string"}));
    id["required"] = json!(true);
    item["post"]["parameters"] = json!([id]);
    let place = "/paths/~1chats~1{id}/post/parameters/0/schema";
    let forth = format!(
        "breaking: send_message: the parameter `id` is an integer, and was a string ({place})"
    );
    let back = format!(
        "breaking: send_message: the parameter `id` is a string, and was an integer ({place})"
    );
    assert_changes(
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", item),
        ],
        &[(place, json!({"type": "integer"}))],
        &[&forth],
        &[&back],
    );
}

#[test]
fn another_base_url_is_breaking() {
    assert_changes(
        &[],
        &[("/servers/0/url", json!("https://b.example"))],
        &[
            "breaking: the base URL is https://b.example, and was https://api.watsi.ai/api/v1 (/servers/0/url)",
        ],
        &[
            "breaking: the base URL is https://api.watsi.ai/api/v1, and was https://b.example (/servers/0/url)",
        ],
    );
}

#[test]
fn an_operation_that_is_removed_is_breaking_and_a_new_one_additive() {
    assert_changes(
        &[],
        &[("/paths/~1messages", Value::Null)],
        &["breaking: send_message: the operation is removed (/paths/~1messages/post)"],
        &["additive: send_message: the operation is new (/paths/~1messages/post)"],
    );
}

#[test]
fn an_operation_with_another_path_is_breaking() {
    assert_changes(
        &[],
        &[
            ("/paths/~1texts", value_at("/paths/~1messages")),
            ("/paths/~1messages", Value::Null),
        ],
        &[
            "breaking: send_message: the operation is POST /texts now, and was POST /messages (/paths/~1texts/post)",
        ],
        &[
            "breaking: send_message: the operation is POST /messages now, and was POST /texts (/paths/~1messages/post)",
        ],
    );
}

#[test]
fn an_operation_with_another_method_is_breaking() {
    assert_changes(
        &[],
        &[("/paths/~1messages", json!({"put": value_at(SEND)}))],
        &[
            "breaking: send_message: the operation is PUT /messages now, and was POST /messages (/paths/~1messages/put)",
        ],
        &[
            "breaking: send_message: the operation is POST /messages now, and was PUT /messages (/paths/~1messages/post)",
        ],
    );
}

#[test]
fn an_event_that_is_removed_is_breaking_and_a_new_one_additive() {
    assert_changes(
        &[],
        &[("/x-webhooks/message.received", Value::Null)],
        &["breaking: message_received: the event is removed (/x-webhooks/message.received/post)"],
        &["additive: message_received: the event is new (/x-webhooks/message.received/post)"],
    );
}

#[test]
fn an_event_of_another_type_is_breaking() {
    let event = value_at("/x-webhooks/message.received");
    let new = [
        ("/x-webhooks/message.in", event),
        ("/x-webhooks/message.received", Value::Null),
    ];
    // The lint demands that it lists all events.
    let types = json!(
        EVENTS
            .iter()
            .map(|it| it.path)
            .chain(["message.in"])
            .collect::<Vec<_>>()
    );
    assert_changes(
        &[("/components/schemas/EventType/x-extensible-enum", types)],
        &new,
        &[
            "breaking: message_received: the event is of type `message.in` now, and was `message.received` (/x-webhooks/message.in/post)",
        ],
        &[
            "breaking: message_received: the event is of type `message.received` now, and was `message.in` (/x-webhooks/message.received/post)",
        ],
    );
}

#[test]
fn a_removed_parameter_is_breaking_and_a_new_optional_one_additive() {
    assert_changes(
        &[],
        &[(
            &at(LIST, "/parameters/-"),
            parameter("q", "query", json!({"type": "string"})),
        )],
        &[
            "additive: list_conversations: the parameter `q` is new (/paths/~1conversations/get/parameters/4)",
        ],
        &[
            "breaking: list_conversations: the parameter `q` is removed (/paths/~1conversations/get/parameters/4)",
        ],
    );
}

#[test]
fn a_new_required_parameter_is_breaking() {
    let mut header = parameter("X-Tenant", "header", json!({"type": "string"}));
    header["required"] = json!(true);
    assert_changes(
        &[],
        &[(&at(SEND, "/parameters"), json!([header]))],
        &[
            "breaking: send_message: the header `X-Tenant` is new and required (/paths/~1messages/post/parameters/0)",
        ],
        &[
            "breaking: send_message: the header `X-Tenant` is removed (/paths/~1messages/post/parameters/0)",
        ],
    );
}

#[test]
fn a_parameter_at_another_place_is_another_parameter() {
    assert_changes(
        &[(
            &at(SEND, "/parameters"),
            json!([parameter("q", "query", json!({"type": "string"}))]),
        )],
        &[(&at(SEND, "/parameters/0/in"), json!("header"))],
        &[
            "breaking: send_message: the parameter `q` is removed (/paths/~1messages/post/parameters/0)",
            "additive: send_message: the header `q` is new (/paths/~1messages/post/parameters/0)",
        ],
        &[
            "breaking: send_message: the header `q` is removed (/paths/~1messages/post/parameters/0)",
            "additive: send_message: the parameter `q` is new (/paths/~1messages/post/parameters/0)",
        ],
    );
}

#[test]
fn the_case_of_a_header_is_no_change() {
    let name = "/components/parameters/Signature/name";
    assert_changes(&[], &[(name, json!("x-watsi-signature"))], &[], &[]);
}

#[test]
fn the_case_of_a_header_of_an_answer_is_no_change() {
    let headers = "/components/responses/RateLimited/headers";
    let header = value_at(&at(headers, "/Retry-After"));
    assert_changes(&[], &[(headers, json!({"retry-after": header}))], &[], &[]);
}

#[test]
fn the_parameters_of_another_path_are_not_told_beside_it() {
    let mut item = value_at("/paths/~1messages");
    let mut id = parameter("id", "path", json!({"type": "string"}));
    id["required"] = json!(true);
    item["post"]["parameters"] = json!([id]);
    assert_changes(
        &[],
        &[
            ("/paths/~1messages", Value::Null),
            ("/paths/~1chats~1{id}", item),
        ],
        &[
            "breaking: send_message: the operation is POST /chats/{id} now, and was POST /messages (/paths/~1chats~1{id}/post)",
        ],
        &[
            "breaking: send_message: the operation is POST /messages now, and was POST /chats/{id} (/paths/~1messages/post)",
        ],
    );
}

#[test]
fn an_operation_that_leads_to_a_change_twice_is_counted_once() {
    let shared = json!({"$ref": "#/components/responses/RateLimited"});
    assert_changes(
        &[(&at(LIST, "/responses/503"), shared)],
        &[(
            "/components/responses/RateLimited/headers/Retry-After",
            Value::Null,
        )],
        &[
            "breaking: the answer's header `Retry-After` is removed, in list_conversations and 2 more (/components/responses/RateLimited/headers/Retry-After)",
        ],
        &[
            "additive: the answer's header `Retry-After` is new, in list_conversations and 2 more (/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
}

#[test]
fn what_is_required_of_a_caller_is_breaking_and_what_no_longer_is_additive() {
    assert_changes(
        &[],
        &[(&at(MESSAGE, "/required"), json!(["body"]))],
        &[
            "additive: send_message: the request's `conversation_id` is optional now (/components/schemas/SendMessageRequest/properties/conversation_id)",
        ],
        &[
            "breaking: send_message: the request's `conversation_id` is required now (/components/schemas/SendMessageRequest/properties/conversation_id)",
        ],
    );
}

#[test]
fn a_new_required_property_of_a_request_is_breaking() {
    assert_changes(
        &[],
        &[
            (&at(MESSAGE, "/properties/tone"), text()),
            (&at(MESSAGE, "/required/-"), json!("tone")),
        ],
        &[
            "breaking: send_message: the request's `tone` is new and required (/components/schemas/SendMessageRequest/properties/tone)",
        ],
        &[
            "breaking: send_message: the request's `tone` is removed (/components/schemas/SendMessageRequest/properties/tone)",
        ],
    );
}

#[test]
fn what_the_api_need_not_send_any_more_is_breaking() {
    assert_changes(
        &[],
        &[(&at(CHAT, "/required"), json!(["id", "customer"]))],
        &[
            "breaking: list_conversations: the answer's `chats[].status` is optional now (/components/schemas/Conversation/properties/status)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].status` is required now (/components/schemas/Conversation/properties/status)",
        ],
    );
}

#[test]
fn a_removed_property_of_an_answer_is_breaking_and_a_new_one_additive() {
    assert_changes(
        &[],
        &[(&at(CHAT, "/properties/details"), Value::Null)],
        &[
            "breaking: list_conversations: the answer's `chats[].details` is removed (/components/schemas/Conversation/properties/details)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].details` is new (/components/schemas/Conversation/properties/details)",
        ],
    );
}

#[test]
fn null_in_an_answer_is_breaking_and_its_absence_additive() {
    assert_changes(
        &[],
        &[(
            &at(CHAT, "/properties/agent_id"),
            json!({"$ref": "#/components/schemas/AgentId"}),
        )],
        &[
            "additive: list_conversations: the answer's `chats[].agent_id` may no longer be null (/components/schemas/Conversation/properties/agent_id)",
        ],
        &[
            "breaking: list_conversations: the answer's `chats[].agent_id` may be null now (/components/schemas/Conversation/properties/agent_id)",
        ],
    );
}

#[test]
fn null_in_a_request_is_additive_and_its_refusal_breaking() {
    assert_changes(
        &[],
        &[(&at(MESSAGE, "/properties/body/nullable"), json!(true))],
        &[
            "additive: send_message: the request's `body` may be null now (/components/schemas/SendMessageRequest/properties/body)",
        ],
        &[
            "breaking: send_message: the request's `body` may no longer be null (/components/schemas/SendMessageRequest/properties/body)",
        ],
    );
}

#[test]
fn another_type_is_breaking() {
    let place = "/components/schemas/ConversationPage/properties/hasMore";
    assert_changes(
        &[(
            &at(MESSAGE, "/properties/urgent"),
            json!({"type": "boolean", "description": "d"}),
        )],
        &[(&at(MESSAGE, "/properties/urgent/type"), json!("string"))],
        &[
            "breaking: send_message: the request's `urgent` is a string, and was a boolean (/components/schemas/SendMessageRequest/properties/urgent)",
        ],
        &[
            "breaking: send_message: the request's `urgent` is a boolean, and was a string (/components/schemas/SendMessageRequest/properties/urgent)",
        ],
    );
    let list = json!({"type": "array", "description": "d", "items": {"type": "string"}});
    assert_changes(
        &[(&at(LIST, "/x-cursor-list"), Value::Null)],
        &[(place, list)],
        &[
            "breaking: list_conversations: the answer's `hasMore` is an array, and was a boolean (/components/schemas/ConversationPage/properties/hasMore)",
        ],
        &[
            "breaking: list_conversations: the answer's `hasMore` is a boolean, and was an array (/components/schemas/ConversationPage/properties/hasMore)",
        ],
    );
}

#[test]
fn an_integer_that_becomes_a_number_is_additive_in_a_request_only() {
    let integer = json!({"type": "integer", "description": "d"});
    let asked = at(MESSAGE, "/properties/n");
    assert_changes(
        &[(&asked, integer.clone())],
        &[(&at(&asked, "/type"), json!("number"))],
        &[
            "additive: send_message: the request's `n` is a number, and was an integer (/components/schemas/SendMessageRequest/properties/n)",
        ],
        &[
            "breaking: send_message: the request's `n` is an integer, and was a number (/components/schemas/SendMessageRequest/properties/n)",
        ],
    );
    let told = at(CHAT, "/properties/n");
    assert_changes(
        &[(&told, integer)],
        &[(&at(&told, "/type"), json!("number"))],
        &[
            "breaking: list_conversations: the answer's `chats[].n` is a number, and was an integer (/components/schemas/Conversation/properties/n)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].n` is an integer, and was a number (/components/schemas/Conversation/properties/n)",
        ],
    );
}

#[test]
fn a_narrower_bound_of_a_request_is_breaking_and_a_wider_one_additive() {
    assert_changes(
        &[],
        &[
            (&at(LIMIT, "/schema/maximum"), json!(50)),
            (&at(LIMIT, "/schema/minimum"), Value::Null),
        ],
        &[
            "additive: list_conversations: the parameter `limit` has another minimum: none, and was `1` (/paths/~1conversations/get/parameters/0/schema)",
            "breaking: list_conversations: the parameter `limit` has another maximum: `50`, and was `100` (/paths/~1conversations/get/parameters/0/schema)",
        ],
        &[
            "breaking: list_conversations: the parameter `limit` has another minimum: `1`, and was none (/paths/~1conversations/get/parameters/0/schema)",
            "additive: list_conversations: the parameter `limit` has another maximum: `100`, and was `50` (/paths/~1conversations/get/parameters/0/schema)",
        ],
    );
}

#[test]
fn a_wider_bound_of_an_answer_is_breaking_and_a_narrower_one_additive() {
    let place = at(CHAT, "/properties/n");
    assert_changes(
        &[(
            &place,
            json!({"type": "integer", "description": "d", "maximum": 9}),
        )],
        &[(&at(&place, "/maximum"), json!(10))],
        &[
            "breaking: list_conversations: the answer's `chats[].n` has another maximum: `10`, and was `9` (/components/schemas/Conversation/properties/n)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].n` has another maximum: `9`, and was `10` (/components/schemas/Conversation/properties/n)",
        ],
    );
}

#[test]
fn a_number_of_more_digits_in_an_answer_is_breaking() {
    let place = at(CHAT, "/properties/n");
    let number = |format: &str| json!({"type": "number", "format": format, "description": "d"});
    let old = parsed(&edited(&[(&place, number("float"))]));
    let new = parsed(&edited(&[(&place, number("double"))]));
    assert!(is_breaking(&old, &new));
    assert!(!is_breaking(&new, &old));
    assert_ne!(lines(&new, &old), [""; 0]);
}

#[test]
fn an_exclusive_bound_is_narrower_for_a_number() {
    let place = at(MESSAGE, "/properties/n");
    assert_changes(
        &[(
            &place,
            json!({"type": "number", "description": "d", "minimum": 0}),
        )],
        &[(&at(&place, "/exclusiveMinimum"), json!(true))],
        &[
            "breaking: send_message: the request's `n` has another minimum: `0 (exclusive)`, and was `0` (/components/schemas/SendMessageRequest/properties/n)",
        ],
        &[
            "additive: send_message: the request's `n` has another minimum: `0`, and was `0 (exclusive)` (/components/schemas/SendMessageRequest/properties/n)",
        ],
    );
}

#[test]
fn an_integer_of_more_than_nothing_is_one_of_at_least_one() {
    let schema = json!({"type": "integer", "default": 20, "minimum": 0, "exclusiveMinimum": true,
        "maximum": 101, "exclusiveMaximum": true});
    assert_changes(&[], &[(&at(LIMIT, "/schema"), schema)], &[], &[]);
}

#[test]
fn another_format_is_breaking_but_where_a_request_loses_it_or_an_answer_has_it() {
    assert_changes(
        &[(&at(LIST, "/x-cursor-list"), Value::Null)],
        &[(&at(LIST, "/parameters/1/schema/format"), Value::Null)],
        &[
            "additive: list_conversations: the parameter `before` has another format: none, and was `date-time` (/paths/~1conversations/get/parameters/1/schema)",
        ],
        &[
            "breaking: list_conversations: the parameter `before` has another format: `date-time`, and was none (/paths/~1conversations/get/parameters/1/schema)",
        ],
    );
    assert_changes(
        &[],
        &[(&at(CHAT, "/properties/created_at/format"), Value::Null)],
        &[
            "breaking: list_conversations: the answer's `chats[].created_at` has another format: none, and was `date-time` (/components/schemas/Conversation/properties/created_at)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].created_at` has another format: `date-time`, and was none (/components/schemas/Conversation/properties/created_at)",
        ],
    );
    assert_changes(
        &[],
        &[(&at(CHAT, "/properties/created_at/format"), json!("uri"))],
        &[
            "breaking: list_conversations: the answer's `chats[].created_at` has another format: `uri`, and was `date-time` (/components/schemas/Conversation/properties/created_at)",
        ],
        &[
            "breaking: list_conversations: the answer's `chats[].created_at` has another format: `date-time`, and was `uri` (/components/schemas/Conversation/properties/created_at)",
        ],
    );
}

#[test]
fn a_pattern_is_breaking_for_a_caller_and_its_removal_additive() {
    assert_changes(
        &[],
        &[(
            "/components/schemas/CreateWebhookRequest/properties/url/pattern",
            Value::Null,
        )],
        &[
            "additive: create_webhook: the request's `url` has another pattern: none, and was `^https://` (/components/schemas/CreateWebhookRequest/properties/url)",
        ],
        &[
            "breaking: create_webhook: the request's `url` has another pattern: `^https://`, and was none (/components/schemas/CreateWebhookRequest/properties/url)",
        ],
    );
}

#[test]
fn another_default_is_breaking_and_one_that_is_stated_additive() {
    assert_changes(
        &[],
        &[(&at(LIMIT, "/schema/default"), json!(50))],
        &[
            "breaking: list_conversations: the parameter `limit` has another default: `50`, and was `20` (/paths/~1conversations/get/parameters/0)",
        ],
        &[
            "breaking: list_conversations: the parameter `limit` has another default: `20`, and was `50` (/paths/~1conversations/get/parameters/0)",
        ],
    );
    assert_changes(
        &[],
        &[(&at(LIMIT, "/schema/default"), Value::Null)],
        &[
            "breaking: list_conversations: the parameter `limit` has another default: none, and was `20` (/paths/~1conversations/get/parameters/0)",
        ],
        &[
            "additive: list_conversations: the parameter `limit` has another default: `20`, and was none (/paths/~1conversations/get/parameters/0)",
        ],
    );
}

#[test]
fn a_vocabulary_is_judged_in_each_direction_once() {
    assert_changes(
        &[],
        &[(&at(STATUS, "/x-extensible-enum"), json!(["open"]))],
        &[
            "breaking: list_conversations: the parameter `status` no longer lists `active` (/components/schemas/ConversationStatus)",
            "additive: the answer's `chats[].status` no longer lists `active`, in list_conversations and 1 more (/components/schemas/ConversationStatus)",
        ],
        &[
            "additive: list_conversations: the parameter `status` lists `active` now (/components/schemas/ConversationStatus)",
            "additive: the answer's `chats[].status` lists `active` now, in list_conversations and 1 more (/components/schemas/ConversationStatus)",
        ],
    );
}

#[test]
fn a_vocabulary_that_lists_nothing_any_more_takes_all() {
    assert_changes(
        // The lint demands that it lists all events.
        &[("/x-webhooks", Value::Null)],
        &[(
            "/components/schemas/EventType/x-extensible-enum",
            Value::Null,
        )],
        &[
            "additive: create_webhook: the request's `events[]` no longer lists its values (/components/schemas/EventType)",
        ],
        &[
            "breaking: create_webhook: the request's `events[]` lists its values now (/components/schemas/EventType)",
        ],
    );
}

#[test]
fn a_request_body_that_is_new_or_gone_is_breaking() {
    assert_changes(
        &[],
        &[(&at(SEND, "/requestBody"), Value::Null)],
        &[
            "breaking: send_message: the request no longer has a body (/paths/~1messages/post/requestBody)",
        ],
        &[
            "breaking: send_message: the request has a body now (/paths/~1messages/post/requestBody)",
        ],
    );
}

#[test]
fn a_body_of_a_success_that_is_new_or_gone_is_breaking() {
    assert_changes(
        &[],
        &[(&at(SEND, "/responses/2XX/content"), Value::Null)],
        &[
            "breaking: send_message: the answer no longer has a body (/paths/~1messages/post/responses/2XX)",
        ],
        &[
            "breaking: send_message: the answer has a body now (/paths/~1messages/post/responses/2XX)",
        ],
    );
}

#[test]
fn a_body_of_an_event_that_is_new_is_additive() {
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/requestBody"), Value::Null)],
        &[
            "breaking: message_received: the event no longer has a body (/x-webhooks/message.received/post/requestBody)",
        ],
        &[
            "additive: message_received: the event has a body now (/x-webhooks/message.received/post/requestBody)",
        ],
    );
}

#[test]
fn the_properties_of_a_map_are_additive_in_an_answer_and_breaking_in_a_request() {
    let named = json!({"$ref": "#/components/schemas/Customer"});
    assert_changes(
        &[],
        &[(&at(CHAT, "/properties/details"), named.clone())],
        &[
            "additive: list_conversations: the answer's `chats[].details` has stated properties now, and had any (/components/schemas/Customer)",
        ],
        &[
            "breaking: list_conversations: the answer's `chats[].details` has any properties now, and had stated ones (/components/schemas/Conversation/properties/details)",
        ],
    );
    let free = json!({"type": "object", "additionalProperties": true, "description": "d"});
    assert_changes(
        &[(&at(MESSAGE, "/properties/extra"), free)],
        &[(&at(MESSAGE, "/properties/extra"), named)],
        &[
            "breaking: send_message: the request's `extra` has stated properties now, and had any (/components/schemas/Customer)",
        ],
        &[
            "additive: send_message: the request's `extra` has any properties now, and had stated ones (/components/schemas/SendMessageRequest/properties/extra)",
        ],
    );
}

#[test]
fn the_values_of_a_map_are_compared() {
    let map = |kind: &str| json!({"type": "object", "additionalProperties": {"type": kind}, "description": "d"});
    let place = at(CHAT, "/properties/details");
    assert_changes(
        &[(&place, map("string"))],
        &[(&place, map("boolean"))],
        &[
            "breaking: list_conversations: the answer's `chats[].details.*` is a boolean, and was a string (/components/schemas/Conversation/properties/details/additionalProperties)",
        ],
        &[
            "breaking: list_conversations: the answer's `chats[].details.*` is a string, and was a boolean (/components/schemas/Conversation/properties/details/additionalProperties)",
        ],
    );
}

#[test]
fn data_of_an_event_that_is_documented_is_additive() {
    let schema = at(RECEIVED, "/requestBody/content/application~1json/schema");
    assert_changes(
        &[],
        &[(
            &schema,
            json!({"$ref": "#/components/schemas/WebhookEvent"}),
        )],
        &[
            "breaking: message_received: the event's `data` has any properties now, and had stated ones (/components/schemas/WebhookEvent/properties/data)",
        ],
        &[
            "additive: message_received: the event's `data` has stated properties now, and had any (/components/schemas/MessageReceivedData)",
        ],
    );
}

#[test]
fn a_status_of_a_failure_that_is_new_or_gone_is_additive() {
    assert_changes(
        &[],
        &[(&at(LIST, "/responses/409"), Value::Null)],
        &[
            "additive: list_conversations: the answer 409 is removed (/paths/~1conversations/get/responses/409)",
        ],
        &[
            "additive: list_conversations: the answer 409 is new (/paths/~1conversations/get/responses/409)",
        ],
    );
}

#[test]
fn a_status_of_a_success_that_is_new_or_gone_is_breaking() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    let at_200 = [
        (&*at(SEND, "/responses/200"), success.clone()),
        (&*at(SEND, "/responses/2XX"), Value::Null),
    ];
    assert_changes(
        &at_200,
        &[(&at(SEND, "/responses/202"), success)],
        &["breaking: send_message: the answer 202 is new (/paths/~1messages/post/responses/202)"],
        &[
            "breaking: send_message: the answer 202 is removed (/paths/~1messages/post/responses/202)",
        ],
    );
}

#[test]
fn a_range_of_successes_is_breaking_and_one_of_them_additive() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(
        &[],
        &[
            (&at(SEND, "/responses/200"), success),
            (&at(SEND, "/responses/2XX"), Value::Null),
        ],
        &[
            "additive: send_message: the answer is no longer any 2XX (/paths/~1messages/post/responses/200)",
        ],
        &[
            "breaking: send_message: the answer can be any 2XX, and was 200 (/paths/~1messages/post/responses/2XX)",
        ],
    );
}

#[test]
fn a_status_beside_its_range_is_no_change() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(&[], &[(&at(SEND, "/responses/200"), success)], &[], &[]);
}

#[test]
fn an_answer_that_an_event_no_longer_takes_is_breaking() {
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/responses/401"), Value::Null)],
        &[
            "breaking: message_received: the answer 401 is removed (/x-webhooks/message.received/post/responses/401)",
        ],
        &[
            "additive: message_received: the answer 401 is new (/x-webhooks/message.received/post/responses/401)",
        ],
    );
}

#[test]
fn a_removed_header_of_an_answer_is_breaking_and_a_new_one_additive() {
    assert_changes(
        &[],
        &[(
            "/components/responses/RateLimited/headers/Retry-After",
            Value::Null,
        )],
        &[
            "breaking: the answer's header `Retry-After` is removed, in list_conversations and 2 more (/components/responses/RateLimited/headers/Retry-After)",
        ],
        &[
            "additive: the answer's header `Retry-After` is new, in list_conversations and 2 more (/components/responses/RateLimited/headers/Retry-After)",
        ],
    );
}

#[test]
fn an_error_code_with_another_status_is_breaking() {
    let media = "/components/responses/NotFound/content/application~1json";
    let example =
        value_at("/components/responses/Conflict/content/application~1json/examples/CONFLICT");
    assert_changes(
        &[],
        &[(&at(media, "/examples/CONFLICT"), example)],
        &[
            "breaking: the error code `CONFLICT` comes with 404, 409, and came with 409, in list_conversations and 2 more (/components/responses/NotFound/content/application~1json)",
        ],
        &[
            "additive: the error code `CONFLICT` no longer comes with 404, in list_conversations and 2 more (/components/responses/NotFound/content/application~1json)",
        ],
    );
}

#[test]
fn an_error_code_that_is_new_or_gone_is_additive() {
    assert_changes(
        &[],
        &[(
            "/components/responses/BadRequest/content/application~1json/examples/BAD_REQUEST",
            Value::Null,
        )],
        &[
            "additive: the error code `BAD_REQUEST` no longer comes with 400, in list_conversations and 2 more (/components/responses/BadRequest/content/application~1json)",
        ],
        &[
            "additive: the error code `BAD_REQUEST` comes with 400 now, in list_conversations and 2 more (/components/responses/BadRequest/content/application~1json)",
        ],
    );
}

#[test]
fn a_list_that_can_no_longer_be_read_on_is_breaking_and_one_that_can_additive() {
    assert_changes(
        &[],
        &[(&at(LIST, "/x-cursor-list"), Value::Null)],
        &[
            "breaking: list_conversations: the list can no longer be read on (/paths/~1conversations/get/x-cursor-list)",
        ],
        &[
            "additive: list_conversations: the list can be read on now (/paths/~1conversations/get/x-cursor-list)",
        ],
    );
}

#[test]
fn a_list_that_is_read_on_by_another_property_is_breaking() {
    assert_changes(
        &[],
        &[(&at(LIST, "/x-cursor-list/timestamp"), json!("created_at"))],
        &[
            "breaking: list_conversations: the list is read on by `chats`, `created_at`, `hasMore` now, and was by `chats`, `last_message_at`, `hasMore` (/paths/~1conversations/get/x-cursor-list)",
        ],
        &[
            "breaking: list_conversations: the list is read on by `chats`, `last_message_at`, `hasMore` now, and was by `chats`, `created_at`, `hasMore` (/paths/~1conversations/get/x-cursor-list)",
        ],
    );
}

#[test]
fn a_schema_that_holds_itself_is_compared() {
    let parent = (
        &*at(CHAT, "/properties/parent"),
        json!({"$ref": "#/components/schemas/Conversation"}),
    );
    assert_changes(
        &[parent],
        &[(&at(CHAT, "/properties/details"), Value::Null)],
        &[
            "breaking: list_conversations: the answer's `chats[].details` is removed (/components/schemas/Conversation/properties/details)",
        ],
        &[
            "additive: list_conversations: the answer's `chats[].details` is new (/components/schemas/Conversation/properties/details)",
        ],
    );
}

#[test]
fn a_change_is_shown_in_one_line() {
    let name = at(CHAT, "/properties/a\nb");
    let new = parsed(&edited(&[(&name, text())]));
    let shown = FIRST_CONTRACT.changes_to(&new)[0].to_string();
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

/// The contract with each single thing left out or turned round, and what that was.
static SINGLE_EDITS: LazyLock<Vec<(String, Contract)>> = LazyLock::new(single_edits);

fn single_edits() -> Vec<(String, Contract)> {
    let mut all = Vec::new();
    let mut edit = |what: String, change: &dyn Fn(&mut Value)| {
        let mut contract = FIRST.clone();
        change(&mut contract);
        // What the build would refuse is no contract to compare.
        if let Ok(contract) = Contract::parse(&contract.to_string()) {
            all.push((what, contract));
        }
    };
    let at_schema = |name: &str| format!("/components/schemas/{name}");
    let without = |list: &Value, name: &Value| -> Value {
        let kept = list.as_array().into_iter().flatten();
        kept.filter(|it| *it != name).cloned().collect()
    };
    for (name, schema) in FIRST["components"]["schemas"].as_object().unwrap() {
        let place = at_schema(name);
        for value in schema["x-extensible-enum"].as_array().into_iter().flatten() {
            edit(format!("{place}: no value {value}"), &|contract| {
                let less = without(&schema["x-extensible-enum"], value);
                put(contract, &format!("{place}/x-extensible-enum"), less);
            });
        }
        for (property, stated) in schema["properties"].as_object().into_iter().flatten() {
            let key = json!(property);
            let pointer = format!("{place}/properties/{property}");
            let less = without(&schema["required"], &key);
            let required = schema["required"]
                .as_array()
                .is_some_and(|it| it.contains(&key));
            edit(format!("{pointer}: removed"), &|contract| {
                put(contract, &pointer, Value::Null);
                put(contract, &format!("{place}/required"), less.clone());
            });
            edit(format!("{pointer}: required or not"), &|contract| {
                let mut names = less.clone();
                if !required {
                    names.as_array_mut().unwrap().push(key.clone());
                }
                put(contract, &format!("{place}/required"), names);
            });
            edit(format!("{pointer}: null or not"), &|contract| {
                let changed = match (&stated["anyOf"][0], stated.get("$ref")) {
                    (reference, None) if reference.is_object() => reference.clone(),
                    (_, Some(reference)) => {
                        let component = FIRST.pointer(&reference.as_str().unwrap()[1..]);
                        let kind = &component.unwrap()["type"];
                        let nothing = json!({"type": kind, "nullable": true, "enum": [null]});
                        json!({"anyOf": [stated, nothing], "description": "d"})
                    }
                    _ => {
                        let mut changed = stated.clone();
                        changed["nullable"] = json!(stated["nullable"] != Value::Bool(true));
                        changed
                    }
                };
                put(contract, &pointer, changed);
            });
        }
    }
    for member in ["paths", "x-webhooks"] {
        for (path, item) in FIRST[member].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let place = format!("/{member}/{}/{method}", path.replace('/', "~1"));
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    edit(format!("{place}: without {parameter}"), &|contract| {
                        let less = without(&operation["parameters"], parameter);
                        put(contract, &format!("{place}/parameters"), less);
                    });
                }
                for (status, _) in operation["responses"].as_object().unwrap() {
                    edit(format!("{place}: without {status}"), &|contract| {
                        put(
                            contract,
                            &format!("{place}/responses/{status}"),
                            Value::Null,
                        );
                    });
                }
            }
        }
    }
    assert!(all.len() > 200, "{} edits", all.len());
    all
}

#[test]
fn every_single_edit_of_what_goes_over_the_wire_is_seen_from_both_sides() {
    for (what, other) in SINGLE_EDITS.iter() {
        assert_ne!(lines(&FIRST_CONTRACT, other), [""; 0], "{what}");
        assert_ne!(lines(other, &FIRST_CONTRACT), [""; 0], "{what}, back");
    }
}

fn is_breaking(old: &Contract, new: &Contract) -> bool {
    let changes = old.changes_to(new);
    changes.iter().any(|it| it.impact == Impact::Breaking)
}

#[test]
fn an_answer_that_the_old_contract_finds_breaking_is_a_breaking_change() {
    let mut found = 0;
    for (what, old) in SINGLE_EDITS.iter() {
        for answer in OPERATIONS.iter().flat_map(|it| it.answers()) {
            let Some(operation) = old.operation(answer.operation.id) else {
                continue;
            };
            let response = exchange::response(answer.status(), answer.body);
            let findings = old.judge_response(operation, &response);
            let breaks = findings.iter().any(|it| {
                it.severity == Severity::Breaking
                    // A failure that was not documented is a failure to a client all the same.
                    && it.pointer != "/response/status"
            });
            if breaks {
                found += 1;
                assert!(is_breaking(old, &FIRST_CONTRACT), "{what}: {findings:?}");
            }
        }
    }
    assert!(found > 0, "no example shows a difference");
}

#[test]
fn a_request_that_the_new_contract_finds_wrong_is_a_breaking_change() {
    let mut found = 0;
    for (what, new) in SINGLE_EDITS.iter() {
        for documented in OPERATIONS.iter() {
            for (_, body) in documented.request_examples() {
                let request = exchange::request(documented, body);
                let Some(operation) = new.operation(documented.id) else {
                    continue;
                };
                if !new.judge_request(operation, &request).is_empty() {
                    found += 1;
                    assert!(is_breaking(&FIRST_CONTRACT, new), "{what}");
                }
            }
        }
    }
    assert!(found > 0, "no example shows a difference");
}
