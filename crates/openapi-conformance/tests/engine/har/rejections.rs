//! A request that the server rejects as documented has no findings and is counted.

use serde_json::{Value, json};

use super::{Shown, additive, breaking, entries, found, har, in_request, listed, read, sent, with};

const BELOW_MINIMUM: &str = "https://api.example.com/api/v1/conversations?limit=0";

/// Returns the entry with a documented error as its response.
fn rejected(entry: Value, status: u16, code: &str) -> Value {
    let body = json!({"error": {"code": code, "message": "x"}});
    let entry = with(entry, "/response/status", json!(status));
    with(
        entry,
        "/response/content",
        json!({"text": body.to_string()}),
    )
}

fn below_minimum() -> Value {
    with(listed(), "/request/url", json!(BELOW_MINIMUM))
}

fn limit() -> Shown {
    in_request(0, "request-below-minimum", "query/limit")
}

/// Asserts that the entry is validated, has no findings, and counts as rejected if `is_counted`.
#[track_caller]
fn assert_rejected(entry: &Value, is_counted: bool) {
    let read = read(har(std::slice::from_ref(entry)));
    assert_eq!(read.found, []);
    let without_credentials = read.entries.without_credentials;
    let expected = entries(|count| {
        count.validated = 1;
        count.rejected = usize::from(is_counted);
        count.without_credentials = without_credentials;
    });
    assert_eq!(read.entries, expected);
}

#[test]
fn rejected_query_is_counted() {
    assert_rejected(&rejected(below_minimum(), 400, "VALIDATION_ERROR"), true);
}

#[test]
fn rejected_query_with_an_unknown_enum_value_is_counted() {
    let url = format!("{BELOW_MINIMUM}&status=snoozed");
    let entry = with(listed(), "/request/url", json!(url));
    assert_rejected(&rejected(entry, 400, "VALIDATION_ERROR"), true);
}

#[test]
fn rejected_body_is_counted() {
    let entry = with(sent(), "/request/postData/text", json!("{}"));
    assert_rejected(&rejected(entry, 400, "VALIDATION_ERROR"), true);
}

#[test]
fn rejected_request_without_an_api_key_is_counted() {
    let entry = with(listed(), "/request/headers", json!([]));
    let entry = rejected(entry, 401, "UNAUTHORIZED");
    assert_rejected(&entry, true);
    assert_eq!(found(&[listed(), entry.clone(), listed()]), []);
}

#[test]
fn conforming_request_with_an_error_is_not_counted() {
    let entry = rejected(listed(), 401, "UNAUTHORIZED");
    assert_rejected(&entry, false);
}

#[test]
fn api_key_that_was_not_recorded_is_not_counted() {
    let entry = with(listed(), "/request/headers", json!([]));
    assert_rejected(&rejected(entry, 404, "NOT_FOUND"), false);
}

#[test]
fn accepted_request_has_findings() {
    assert_eq!(found(&[below_minimum()]), [limit()]);
}

#[test]
fn request_has_findings_after_a_server_error() {
    let entry = rejected(below_minimum(), 500, "INTERNAL_ERROR");
    assert_eq!(found(&[entry]), [limit()]);
}

#[test]
fn request_has_findings_if_the_status_code_is_undocumented() {
    let entry = rejected(below_minimum(), 418, "VALIDATION_ERROR");
    let status = breaking(0, "response-status-undocumented", "status");
    assert_eq!(found(&[entry]), [limit(), status]);
}

#[test]
fn request_has_findings_if_the_error_does_not_conform() {
    let entry = rejected(below_minimum(), 400, "VALIDATION_ERROR");
    let text = r#"{"error": {"code": "VALIDATION_ERROR", "message": "x"}, "extra": 1}"#;
    let entry = with(entry, "/response/content/text", json!(text));
    let extra = additive(0, "response-property-unknown", "body/extra");
    assert_eq!(found(&[entry]), [limit(), extra]);
}

#[test]
fn undocumented_path_or_method_is_rejected_with_404_or_405() {
    let url = json!("https://api.example.com/api/v1/contacts");
    for entry in [
        with(listed(), "/request/url", url),
        with(listed(), "/request/method", json!("DELETE")),
    ] {
        for status in [404, 405] {
            assert_rejected(
                &with(entry.clone(), "/response/status", json!(status)),
                true,
            );
        }
        for status in [400, 401, 500] {
            let entry = with(entry.clone(), "/response/status", json!(status));
            assert_eq!(found(&[entry]).len(), 1, "{status}");
        }
    }
}
