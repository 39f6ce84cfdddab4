//! The document itself: version, server, security, webhooks.

use serde_json::json;

use super::{assert_finding, assert_finding_at, assert_finding_without};

#[test]
fn the_openapi_version_must_be_3_0() {
    assert_finding_without("openapi-version-unsupported", "", "openapi");
    assert_finding_at(
        "",
        "openapi-version-unsupported",
        "/openapi",
        json!("3.1.0"),
    );
}

#[test]
fn there_must_be_one_server() {
    assert_finding_without("server-count", "", "servers");
}

#[test]
fn the_server_url_must_be_a_base_url() {
    for url in [
        "/api",
        "not a url",
        "https://a?b=c",
        "https://{a}.example",
        "https://a/",
    ] {
        assert_finding_at(
            "/servers/0",
            "server-url-invalid",
            "/servers/0/url",
            json!(url),
        );
    }
}

#[test]
fn the_contract_must_require_a_bearer_token() {
    let scheme = "/components/securitySchemes/apiKey";
    let id = "security-scheme-unsupported";
    assert_finding_at(scheme, id, &format!("{scheme}/scheme"), json!("basic"));
    assert_finding_at(scheme, id, &format!("{scheme}/type"), json!("apiKey"));
    assert_finding_at("", "security-unsupported", "/security", json!([]));
    assert_finding_without("security-unsupported", "", "security");
}

#[test]
fn a_webhook_must_be_listed_in_the_event_type() {
    let types = "/components/schemas/EventType/x-extensible-enum";
    let webhook = "/x-webhooks/contact.created";
    assert_finding_at(
        webhook,
        "event-type-unlisted",
        types,
        json!(["contact.updated"]),
    );
}

#[test]
fn a_webhook_must_be_a_post() {
    let webhook = "/x-webhooks/contact.created";
    assert_finding("webhook-method-unsupported", webhook, json!({"put": {}}));
}
