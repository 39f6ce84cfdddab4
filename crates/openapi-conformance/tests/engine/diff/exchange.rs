//! Changes of credentials, media types, the need for a body, and how parameters are written.

use openapi_conformance::Contract;
use serde_json::{Value, json};

use super::{changes, parsed};

/// Returns a contract with one operation that has these keys.
fn operation(keys: Value) -> Contract {
    let mut operation = json!({
        "operationId": "x",
        "responses": {"200": {"description": "d"}},
    });
    for (key, value) in keys.as_object().unwrap() {
        operation[key] = value.clone();
    }
    parsed(&json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": operation}},
        "components": {"securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "oauth": {"type": "oauth2", "flows": {}},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        }},
    }))
}

#[track_caller]
fn assert_ids(old: Value, new: Value, forward: &[&str], backward: &[&str]) {
    let ids = |old: &Value, new: &Value| -> Vec<String> {
        let lines = changes(&operation(old.clone()), &operation(new.clone())).into_iter();
        lines
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(ids(&old, &new), forward, "{old} -> {new}");
    assert_eq!(ids(&new, &old), backward, "{new} -> {old}");
}

#[test]
fn required_credentials_are_breaking_and_optional_ones_additive() {
    let token = json!({"security": [{"token": []}]});
    let (required, optional) = (
        "breaking credentials-required",
        "additive credentials-optional",
    );
    assert_ids(json!({}), token.clone(), &[required], &[optional]);
    let or_none = json!({"security": [{"token": []}, {}]});
    assert_ids(or_none, token, &[required], &[optional]);
}

#[test]
fn changed_credentials_are_breaking_and_additional_ones_additive() {
    let changed = "breaking credentials-changed";
    let token = json!({"security": [{"token": []}]});
    let key = json!({"security": [{"key": []}]});
    let either = json!({"security": [{"key": []}, {"token": []}]});
    let both = json!({"security": [{"key": [], "token": []}]});
    assert_ids(token.clone(), key, &[changed], &[changed]);
    assert_ids(
        token.clone(),
        either,
        &["additive credentials-added"],
        &[changed],
    );
    assert_ids(
        token.clone(),
        both,
        &[changed],
        &["additive credentials-added"],
    );
    assert_ids(token, json!({"security": [{"oauth": []}]}), &[], &[]);
}

#[test]
fn media_types_of_a_request_and_a_response() {
    let content = |types: &[&str]| -> Value {
        let media = types.iter().map(|name| ((*name).to_owned(), json!({})));
        json!({"required": true, "content": Value::Object(media.collect())})
    };
    let (json, both) = (
        ["application/json"],
        ["application/json", "application/xml"],
    );
    let request = |types: &[&str]| json!({"requestBody": content(types)});
    assert_ids(
        request(&json),
        request(&both),
        &["additive request-media-type-added"],
        &["breaking request-media-type-removed"],
    );
    let response = |types: &[&str]| json!({"responses": {"200": content(types)}});
    assert_ids(
        response(&json),
        response(&both),
        &["breaking response-media-type-added"],
        &["breaking response-media-type-removed"],
    );
}

#[test]
fn required_request_body_is_breaking_and_optional_one_additive() {
    let body = |required: bool| json!({"requestBody": {"required": required, "content": {"application/json": {}}}});
    let (required, optional) = (
        "breaking request-body-required",
        "additive request-body-optional",
    );
    assert_ids(body(false), body(true), &[required], &[optional]);
}

fn parameter(keys: Value) -> Value {
    let mut parameter = json!({"name": "a", "in": "query"});
    for (key, value) in keys.as_object().unwrap() {
        parameter[key] = value.clone();
    }
    json!({"parameters": [parameter]})
}

#[test]
fn changed_style_of_an_array_is_breaking_and_of_a_scalar_ignored() {
    let with = |kind: &str, explode: bool| {
        parameter(json!({"schema": {"type": kind}, "explode": explode}))
    };
    let changed = ["breaking parameter-style-changed"];
    assert_ids(
        with("array", true),
        with("array", false),
        &changed,
        &changed,
    );
    assert_ids(with("string", true), with("string", false), &[], &[]);
    let text = json!({"schema": {"type": "string"}});
    let encoded = json!({"content": {"application/json": {"schema": {"type": "string"}}}});
    assert_ids(parameter(text), parameter(encoded), &changed, &changed);
}

#[test]
fn cookie_that_becomes_required_is_breaking_and_optional_one_additive() {
    let cookie = |required: bool| {
        parameter(json!({"in": "cookie", "required": required, "schema": {"type": "string"}}))
    };
    let (required, optional) = ("breaking parameter-required", "additive parameter-optional");
    assert_ids(cookie(false), cookie(true), &[required], &[optional]);
    let removed = ["breaking parameter-removed"];
    assert_ids(
        cookie(false),
        json!({}),
        &removed,
        &["additive parameter-added"],
    );
}
