//! How the client reads undocumented responses, generated from the examples of the contract.

use serde_json::{Value, json};
use watsi::{Error, ErrorKind};
use wiremock::ResponseTemplate;

use crate::calls::Success;
use crate::contract::{DocumentedResponse, OPERATIONS, Spot, assert_same, json_type, spots};
use crate::responses::Served;

/// A success of the contract with one change.
struct Changed {
    documented: DocumentedResponse,
    body: Value,
    what: String,
}

/// Returns a copy of every success for each place that `change` changes.
fn changed(change: impl Fn(&Spot, &mut Value) -> bool) -> Vec<Changed> {
    let mut all = Vec::new();
    for operation in OPERATIONS.iter() {
        for (index, documented) in operation.documented_responses().into_iter().enumerate() {
            if !documented.has_value() {
                continue;
            }
            for mut spot in spots(documented.schema, documented.body) {
                spot.nullable |= spot.pointer.is_empty() && documented.may_be_empty();
                let mut body = documented.body.clone();
                if change(&spot, &mut body) {
                    let what = format!("{} {} {}", operation.id, documented.example, spot.pointer);
                    let documented = operation.documented_responses().remove(index);
                    all.push(Changed {
                        documented,
                        body,
                        what,
                    });
                }
            }
        }
    }
    assert!(!all.is_empty(), "the contract has nothing to change");
    all
}

fn remove(body: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return false;
    };
    let object = body.pointer_mut(parent).and_then(Value::as_object_mut);
    object.is_some_and(|object| object.remove(name).is_some())
}

async fn read(server: &Served, changed: &Changed) -> Result<Success, Error> {
    let template = ResponseTemplate::new(changed.documented.status()).set_body_json(&changed.body);
    server.outcome(&changed.documented, template).await
}

async fn assert_read(all: Vec<Changed>, expected: impl Fn(&Changed) -> Value) {
    let server = Served::start().await;
    for changed in all {
        let read = read(&server, &changed).await;
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", changed.what));
        assert_same(
            changed.documented.schema,
            &read.json.unwrap_or_else(|| expected(&changed)),
            &expected(&changed),
            &changed.what,
        );
    }
}

async fn assert_undecodable(all: Vec<Changed>) {
    let server = Served::start().await;
    for changed in all {
        let error = read(&server, &changed).await.err();
        let error = error.unwrap_or_else(|| panic!("{} was read", changed.what));
        assert_eq!(error.kind(), ErrorKind::Decode, "{}", changed.what);
        assert_eq!(
            error.status().unwrap().as_u16(),
            changed.documented.status()
        );
        let body: Value = serde_json::from_slice(error.response_body().unwrap()).unwrap();
        assert_eq!(body, changed.body, "{}", changed.what);
        assert!(error.json_path().is_some(), "{}", changed.what);
    }
}

/// Returns true if the schema allows every value.
fn is_anything(spot: &Spot) -> bool {
    json_type(spot.schema).is_empty()
}

fn is_timestamp(spot: &Spot) -> bool {
    spot.schema["format"] == "date-time" || spot.schema["format"] == "date"
}

fn is_free_form(spot: &Spot) -> bool {
    spot.schema["additionalProperties"] == Value::Bool(true)
}

#[tokio::test]
async fn an_unknown_property_is_ignored() {
    let all = changed(|spot, body| {
        let object = body
            .pointer_mut(&spot.pointer)
            .and_then(Value::as_object_mut);
        let has_values = spot.schema["additionalProperties"].is_object();
        let Some(object) = object.filter(|_| !is_free_form(spot) && !has_values) else {
            return false;
        };
        object.insert("introduced_later".to_owned(), json!({"a": [1]}));
        true
    });
    assert_read(all, |changed| changed.documented.body.clone()).await;
}

#[tokio::test]
async fn an_unknown_property_of_a_free_form_object_is_kept() {
    let all = changed(|spot, body| {
        let object = body
            .pointer_mut(&spot.pointer)
            .and_then(Value::as_object_mut);
        let Some(object) = object.filter(|_| is_free_form(spot)) else {
            return false;
        };
        object.insert("introduced_later".to_owned(), json!({"a": [1, null]}));
        true
    });
    assert_read(all, |changed| changed.body.clone()).await;
}

#[tokio::test]
async fn empty_free_form_object_is_kept() {
    let all = changed(|spot, body| {
        *body.pointer_mut(&spot.pointer).unwrap() = json!({});
        is_free_form(spot) && spot.schema.get("required").is_none()
    });
    assert_read(all, |changed| changed.body.clone()).await;
}

#[tokio::test]
async fn unknown_value_of_an_open_enum_is_kept() {
    let all = changed(|spot, body| {
        *body.pointer_mut(&spot.pointer).unwrap() = json!("introduced later");
        spot.schema.get("x-extensible-enum").is_some()
    });
    assert_read(all, |changed| changed.body.clone()).await;
}

#[tokio::test]
async fn an_optional_property_may_be_absent() {
    let all = changed(|spot, body| !spot.required && remove(body, &spot.pointer));
    assert_read(all, |changed| changed.body.clone()).await;
}

#[tokio::test]
async fn an_optional_or_nullable_property_may_be_null() {
    let all = changed(|spot, body| {
        *body.pointer_mut(&spot.pointer).unwrap() = Value::Null;
        spot.nullable || !spot.required
    });
    assert_read(all, |changed| changed.body.clone()).await;
}

#[tokio::test]
async fn a_required_property_that_is_absent_is_an_error() {
    let all = changed(|spot, body| {
        // One that is absent is read like null.
        let must_be_there = spot.required && !spot.nullable && !spot.in_union;
        must_be_there && remove(body, &spot.pointer)
    });
    assert_undecodable(all).await;
}

#[tokio::test]
async fn a_required_property_that_is_null_is_an_error() {
    let all = changed(|spot, body| {
        *body.pointer_mut(&spot.pointer).unwrap() = Value::Null;
        spot.required && !spot.nullable && !spot.in_union && !is_anything(spot)
    });
    assert_undecodable(all).await;
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error() {
    for wrong in [
        json!(7),
        json!("text"),
        json!(true),
        json!(["text"]),
        json!({"a": 1}),
    ] {
        let all = changed(|spot, body| {
            *body.pointer_mut(&spot.pointer).unwrap() = wrong.clone();
            match json_type(spot.schema) {
                _ if spot.in_union || is_anything(spot) => false,
                // serde reads an array as the properties of an object, of which optional ones can be absent.
                "object" => {
                    let required = spot.schema["required"].as_array().map_or(0, Vec::len);
                    !wrong.is_object() && (!wrong.is_array() || required > 1)
                }
                "array" => !wrong.is_array(),
                "string" => !wrong.is_string() || is_timestamp(spot),
                "boolean" => !wrong.is_boolean(),
                "integer" | "number" => !wrong.is_number(),
                other => panic!("no wrong value for type {other}"),
            }
        });
        assert_undecodable(all).await;
    }
}

#[tokio::test]
async fn truncated_empty_or_html_body_is_an_error() {
    let server = Served::start().await;
    let responses = OPERATIONS
        .iter()
        .flat_map(|operation| operation.documented_responses());
    for response in responses.filter(DocumentedResponse::has_value) {
        // An empty body is read as null, which a union keeps.
        let root = spots(response.schema, response.body).remove(0);
        let keeps_null =
            root.in_union || root.nullable || is_anything(&root) || response.may_be_empty();
        let json = response.body.to_string().into_bytes();
        let ends = (0..json.len()).step_by(7);
        let mut bodies: Vec<_> = ends.map(|end| json[..end].to_vec()).collect();
        bodies.push(b"<html><body>Bad Gateway</body></html>".to_vec());
        bodies.retain(|body| !body.is_empty() || !keeps_null);
        for body in bodies {
            let template = ResponseTemplate::new(response.status()).set_body_bytes(body.clone());
            let error = server.outcome(&response, template).await.err();
            let error = error.unwrap_or_else(|| panic!("{} read {body:?}", response.operation.id));
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_eq!(error.status().unwrap().as_u16(), response.status());
            assert_eq!(*error.response_body().unwrap(), body);
        }
    }
}
