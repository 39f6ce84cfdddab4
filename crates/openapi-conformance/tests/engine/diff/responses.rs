//! Changes of bodies, status codes, response headers and error codes.

use serde_json::{Value, json};

use super::{LIST, RATE_LIMITED, RECEIVED, SEND, assert_changes, at, value_at};

#[test]
fn added_or_removed_request_body_is_breaking() {
    assert_changes(
        &[],
        &[(&at(SEND, "/requestBody"), Value::Null)],
        &["breaking request-body-removed send_message /paths/~1messages/post/requestBody"],
        &["breaking required-request-body-added send_message /paths/~1messages/post/requestBody"],
    );
}

#[test]
fn added_or_removed_body_of_a_success_is_breaking() {
    assert_changes(
        &[],
        &[(&at(SEND, "/responses/2XX/content"), Value::Null)],
        &["breaking response-body-removed send_message /paths/~1messages/post/responses/2XX"],
        &["breaking success-body-added send_message /paths/~1messages/post/responses/2XX"],
    );
}

#[test]
fn removed_body_of_a_failure_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(RATE_LIMITED, "/content"), Value::Null)],
        &[
            "breaking response-body-removed - /components/responses/RateLimited",
            "additive error-code-removed - /components/responses/RateLimited/content/application~1json",
        ],
        &[
            "additive failure-body-added - /components/responses/RateLimited",
            "additive error-code-added - /components/responses/RateLimited/content/application~1json",
        ],
    );
}

#[test]
fn added_or_removed_body_of_an_event_response_is_breaking() {
    let content = value_at(&at(RATE_LIMITED, "/content"));
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/responses/401/content"), content)],
        &[
            "breaking event-response-body-added message_received /x-webhooks/message.received/post/responses/401",
        ],
        &[
            "breaking event-response-body-removed message_received /x-webhooks/message.received/post/responses/401",
        ],
    );
}

#[test]
fn removed_event_body_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/requestBody"), Value::Null)],
        &[
            "breaking event-body-removed message_received /x-webhooks/message.received/post/requestBody",
        ],
        &[
            "additive event-body-added message_received /x-webhooks/message.received/post/requestBody",
        ],
    );
}

#[test]
fn added_or_removed_failure_status_code_is_additive() {
    assert_changes(
        &[],
        &[(&at(LIST, "/responses/409"), Value::Null)],
        &[
            "additive failure-status-code-removed list_conversations /paths/~1conversations/get/responses/409",
        ],
        &[
            "additive failure-status-code-added list_conversations /paths/~1conversations/get/responses/409",
        ],
    );
}

#[test]
fn added_or_removed_success_status_code_is_breaking() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(
        &[
            (&at(SEND, "/responses/200"), success.clone()),
            (&at(SEND, "/responses/2XX"), Value::Null),
        ],
        &[(&at(SEND, "/responses/202"), success)],
        &["breaking success-status-code-added send_message /paths/~1messages/post/responses/202"],
        &["breaking success-status-code-removed send_message /paths/~1messages/post/responses/202"],
    );
}

#[test]
fn wider_range_of_success_status_codes_is_breaking_and_narrower_one_additive() {
    let success = value_at(&at(SEND, "/responses/2XX"));
    assert_changes(
        &[],
        &[
            (&at(SEND, "/responses/200"), success),
            (&at(SEND, "/responses/2XX"), Value::Null),
        ],
        &[
            "additive success-status-codes-narrowed send_message /paths/~1messages/post/responses/200",
        ],
        &["breaking success-status-code-added send_message /paths/~1messages/post/responses/2XX"],
    );
}

#[test]
fn narrower_range_of_failure_status_codes_is_additive() {
    let range = at(LIST, "/responses/5XX");
    assert_changes(
        &[(&range, json!({"description": "d"}))],
        &[(&range, Value::Null)],
        &[
            "additive failure-status-code-removed list_conversations /paths/~1conversations/get/responses/500",
        ],
        &[],
    );
}

#[test]
fn removed_status_code_of_an_event_response_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(RECEIVED, "/responses/401"), Value::Null)],
        &[
            "breaking event-response-status-code-removed message_received /x-webhooks/message.received/post/responses/401",
        ],
        &[
            "additive event-response-status-code-added message_received /x-webhooks/message.received/post/responses/401",
        ],
    );
}

#[test]
fn removed_response_header_is_breaking_and_added_one_additive() {
    assert_changes(
        &[],
        &[(&at(RATE_LIMITED, "/headers/Retry-After"), Value::Null)],
        &[
            "breaking response-header-removed - /components/responses/RateLimited/headers/Retry-After",
        ],
        &["additive response-header-added - /components/responses/RateLimited/headers/Retry-After"],
    );
}

#[test]
fn response_header_that_becomes_required_is_additive_and_optional_breaking() {
    assert_changes(
        &[(
            &at(RATE_LIMITED, "/headers/Retry-After/required"),
            json!(false),
        )],
        &[(
            &at(RATE_LIMITED, "/headers/Retry-After/required"),
            json!(true),
        )],
        &[
            "additive response-header-required - /components/responses/RateLimited/headers/Retry-After",
        ],
        &[
            "breaking response-header-optional - /components/responses/RateLimited/headers/Retry-After",
        ],
    );
}

#[test]
fn error_code_with_another_status_code_is_breaking() {
    let media = "/components/responses/NotFound/content/application~1json";
    let example =
        value_at("/components/responses/Conflict/content/application~1json/examples/CONFLICT");
    assert_changes(
        &[],
        &[(&at(media, "/examples/CONFLICT"), example)],
        &["breaking error-code-moved - /components/responses/NotFound/content/application~1json"],
        &["additive error-code-removed - /components/responses/NotFound/content/application~1json"],
    );
}

#[test]
fn added_or_removed_error_code_is_additive() {
    assert_changes(
        &[],
        &[(
            "/components/responses/BadRequest/content/application~1json/examples/BAD_REQUEST",
            Value::Null,
        )],
        &[
            "additive error-code-removed - /components/responses/BadRequest/content/application~1json",
        ],
        &["additive error-code-added - /components/responses/BadRequest/content/application~1json"],
    );
}
