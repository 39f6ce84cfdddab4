//! The document itself: version, server, security, webhooks.

use serde_json::json;

use super::{CUSTOMER, assert_finding, assert_finding_at, assert_finding_without};

#[test]
fn openapi_version_must_be_3_0_or_3_1() {
    let id = "openapi-version-unsupported";
    assert_finding_without(id, "", "openapi");
    for version in ["2.0", "3.2.0", "3.1"] {
        assert_finding_at("", id, "/openapi", json!(version));
    }
}

#[test]
fn keywords_must_be_those_of_the_version() {
    let id = "keyword-version";
    let name = format!("{CUSTOMER}/properties/name");
    assert_finding(id, &format!("{name}/nullable"), json!(true));
    assert_finding_at(&format!("{name}/type"), id, "/openapi", json!("3.0.3"));
    assert_finding_at("/webhooks", id, "/openapi", json!("3.0.3"));
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
    let webhook = "/webhooks/contact.created";
    assert_finding_at(
        webhook,
        "event-type-unlisted",
        types,
        json!(["contact.updated"]),
    );
}

#[test]
fn a_webhook_must_be_a_post() {
    let webhook = "/webhooks/contact.created";
    assert_finding("webhook-method-unsupported", webhook, json!({"put": {}}));
}

#[test]
fn a_webhook_must_not_have_keys_of_calls() {
    for key in ["security", "deprecated", "x-pagination"] {
        let pointer = format!("/webhooks/contact.created/post/{key}");
        assert_finding("key-unsupported", &pointer, json!(true));
    }
}
