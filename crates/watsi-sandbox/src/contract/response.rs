//! The responses of a sandbox. Errors are the contract's examples, completed with what is known about the request.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use openapi_conformance::ResponseExample;
use serde::Serialize;
use serde_json::{Map, Value};

use super::ApiContract;
use watsi::types::ErrorCode;

pub type Response = http::Response<Bytes>;

const JSON: &str = "application/json";

/// An error whose request id is not yet known.
pub struct ApiError {
    code: ErrorCode,
    message: Option<String>,
    details: Option<Box<Map<String, Value>>>,
    header: Option<Header>,
}

struct Header {
    name: HeaderName,
    value: String,
}

impl ApiError {
    pub fn new(code: ErrorCode) -> Self {
        ApiError {
            code,
            message: None,
            details: None,
            header: None,
        }
    }

    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    pub fn details(mut self, details: Map<String, Value>) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.header = Some(Header {
            name: RETRY_AFTER,
            value: seconds.to_string(),
        });
        self
    }

    pub fn allow(mut self, methods: &[Method]) -> Self {
        let methods: Vec<_> = methods.iter().map(Method::as_str).collect();
        self.header = Some(Header {
            name: ALLOW,
            value: methods.join(", "),
        });
        self
    }

    /// Returns the response with this request id.
    pub fn response(self, api: &ApiContract, request_id: String) -> Response {
        let code = self.code.as_str();
        // A contract that documents no example of an error has those of the client's contract.
        let (status, mut body) = [api, ApiContract::of_client()]
            .into_iter()
            .flat_map(|contract| contract.contract.errors())
            .find(|(_, body)| body["error"]["code"] == code)
            .map_or_else(
                || (StatusCode::INTERNAL_SERVER_ERROR, Value::Null),
                |(status, body)| (status, body.clone()),
            );
        let error = &mut body["error"];
        if let Some(message) = self.message {
            error["message"] = Value::from(message);
            // Those of the example belong to another message.
            error.as_object_mut().map(|error| error.remove("details"));
        }
        if let Some(details) = self.details {
            error["details"] = Value::Object(*details);
        }
        error["request_id"] = request_id.into();
        let mut response = json(status, &body);
        response.extensions_mut().insert(self.code);
        if let Some(Header { name, value }) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// Returns a documented response. A file needs no example.
pub fn example(status: StatusCode, media_type: Option<&str>, body: Option<&Value>) -> Response {
    let Some(media_type) = media_type else {
        let mut response = Response::default();
        *response.status_mut() = status;
        return response;
    };
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_json = essence == JSON || essence.ends_with("+json");
    let body = match body {
        Some(Value::String(text)) if !is_json => text.clone(),
        Some(value) => value.to_string(),
        None if is_json => String::new(),
        None => "content".to_owned(),
    };
    with_body(status, &concrete(media_type), body)
}

/// Returns a media type of a range: RFC 4735 reserves `image/example`.
fn concrete(media_type: &str) -> String {
    media_type.replace('*', "example")
}

/// Returns a documented response with another JSON body.
pub fn like(example: &ResponseExample<'_>, body: &Value) -> Response {
    let media_type = example.media_type.unwrap_or(JSON);
    with_body(example.status, media_type, body.to_string())
}

pub fn success(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// Returns an HTML page, as from a proxy.
pub fn page(status: StatusCode) -> Response {
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    with_body(status, "text/html", page)
}

pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap_or_default();
    with_body(status, JSON, body)
}

pub fn with_body(status: StatusCode, media_type: &str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Ok(media_type) = HeaderValue::from_str(media_type) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    response
}
