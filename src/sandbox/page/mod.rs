//! The pages for a browser: the sandbox itself under `/_sandbox/`, and the interactive reference under `/docs`.

mod reference;

use std::sync::OnceLock;

use http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use super::api::{ApiError, Response, with_body};
use super::control;
use super::state::Shared;
use crate::types::ErrorCode;

const CONTRACT: &str = include_str!("../../../openapi.yaml");

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const YAML: &str = "application/yaml";

/// No other site may show the pages in a frame, and guess what is clicked.
const HEADERS: [(HeaderName, HeaderValue); 2] = [
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// The page loads nothing from other servers, and runs no script but its own.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'",
);

pub(super) struct Pages {
    uri: String,
    /// The API key as JSON within a script element, which `<` could end.
    api_key: String,
    reference: OnceLock<String>,
}

impl Pages {
    pub fn new(shared: &Shared) -> Self {
        let api_key = Value::from(shared.settings.api_key.as_str()).to_string();
        Pages {
            uri: shared.uri.clone(),
            api_key: api_key.replace('<', "\\u003c"),
            reference: OnceLock::new(),
        }
    }

    /// Returns the response to a request for a page, or `None` if the request is for the API.
    pub fn page(&self, method: &Method, path: &str) -> Option<Response> {
        let (media, body) = self.document(path)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            let error = ApiError::new(ErrorCode::MethodNotAllowed);
            return Some(error.allow(&[Method::GET, Method::HEAD]).response("page"));
        }
        let mut response = with_body(StatusCode::OK, media, body);
        response.headers_mut().extend(HEADERS);
        if path == "/_sandbox/" {
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, POLICY);
        }
        Some(response)
    }

    fn document(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        let (media, text) = match path {
            "/_sandbox/" => (
                HTML,
                include_str!("index.html").replacen("\"API_KEY\"", &self.api_key, 1),
            ),
            "/_sandbox/page.css" => (CSS, include_str!("page.css").to_owned()),
            "/_sandbox/page.js" => (JAVASCRIPT, include_str!("page.js").to_owned()),
            "/_sandbox/openapi.yaml" => {
                (YAML, control::CONTRACT.replacen(control::URL, &self.uri, 1))
            }
            "/openapi.yaml" => (YAML, CONTRACT.replacen(crate::BASE_URL, &self.uri, 1)),
            "/docs" => (HTML, reference::page(&self.api_key)),
            "/docs/contract.json" => {
                let reference = self
                    .reference
                    .get_or_init(|| reference::contract(&self.uri).to_string());
                ("application/json", reference.clone())
            }
            _ => {
                let (media, file) = reference::file(path.strip_prefix("/docs/")?)?;
                return Some((media, file.to_vec()));
            }
        };
        Some((media, text.into_bytes()))
    }
}
