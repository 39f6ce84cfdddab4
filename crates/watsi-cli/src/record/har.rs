//! Exchanges as entries of HAR 1.2.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::exchange::{Body, Exchange, Message, Response};

pub fn entry(exchange: &Exchange) -> Value {
    let Exchange {
        started,
        elapsed,
        method,
        url,
        request,
        response,
    } = exchange;
    let time = elapsed.as_secs_f64() * 1000.0;
    let query = url
        .query_pairs()
        .map(|(name, value)| json!({"name": name, "value": value}));
    let mut sent = json!({
        "method": method.as_str(),
        "url": url.as_str(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": query.collect::<Vec<_>>(),
        "headersSize": -1,
        "bodySize": request.body.size(),
    });
    if request.body.size() > 0 {
        sent["postData"] = body(request);
    }
    let mut entry = json!({
        "startedDateTime": started.to_rfc3339_opts(SecondsFormat::Millis, true),
        "time": time,
        "request": sent,
        "response": response.as_ref().map_or_else(no_response, received),
        "cache": {},
        "timings": {"send": 0, "wait": time, "receive": 0},
    });
    if response.is_none() {
        entry["comment"] = Value::from("the target did not respond");
    }
    entry
}

fn received(response: &Response) -> Value {
    let Response {
        version,
        status,
        message,
    } = response;
    let mut content = body(message);
    content["size"] = Value::from(message.body.size());
    json!({
        "status": status.as_u16(),
        "statusText": status.canonical_reason().unwrap_or_default(),
        "httpVersion": if *version == Version::HTTP_2 { "HTTP/2" } else { "HTTP/1.1" },
        "cookies": [],
        "headers": headers(&message.headers),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": message.body.size(),
    })
}

/// Returns what HAR has in place of a response that did not arrive.
fn no_response() -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    })
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        json!({"name": name.as_str(), "value": value})
    });
    headers.collect()
}

fn body(message: &Message) -> Value {
    let content_type = message.headers.get(CONTENT_TYPE);
    let media_type = content_type.and_then(|value| value.to_str().ok());
    let mut body = json!({"mimeType": media_type.unwrap_or("x-unknown")});
    if let Body::Recorded(bytes) = &message.body {
        match std::str::from_utf8(bytes) {
            Ok(text) => body["text"] = Value::from(text),
            Err(_) => {
                body["text"] = Value::from(BASE64_STANDARD.encode(bytes));
                body["encoding"] = Value::from("base64");
            }
        }
    }
    body
}
