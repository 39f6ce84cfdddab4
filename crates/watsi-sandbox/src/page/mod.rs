//! The pages for a browser: the sandbox itself under `/_sandbox/`, and the interactive reference under `/docs`.

mod reference;

use std::sync::OnceLock;

use http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, LOCATION, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use super::api::{ApiError, Response, with_body};
use super::control;
use super::state::Shared;
use watsi::types::ErrorCode;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const YAML: &str = "application/yaml";

/// The files of the sandbox's page, besides the page itself.
const FILES: [(&str, &str, &str); 7] = [
    ("page.css", CSS, include_str!("page.css")),
    ("page.js", JAVASCRIPT, include_str!("page.js")),
    ("api.js", JAVASCRIPT, include_str!("api.js")),
    ("chat.js", JAVASCRIPT, include_str!("chat.js")),
    ("deliveries.js", JAVASCRIPT, include_str!("deliveries.js")),
    ("dom.js", JAVASCRIPT, include_str!("dom.js")),
    ("faults.js", JAVASCRIPT, include_str!("faults.js")),
];

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
        // What people enter who know only the port.
        if *method == Method::GET && matches!(path, "/" | "/_sandbox") {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            response
                .headers_mut()
                .insert(LOCATION, HeaderValue::from_static("/_sandbox/"));
            return Some(response);
        }
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
            "/_sandbox/openapi.yaml" => {
                (YAML, control::CONTRACT.replacen(control::URL, &self.uri, 1))
            }
            "/openapi.yaml" => (YAML, watsi::OPENAPI.replacen(watsi::BASE_URL, &self.uri, 1)),
            "/docs" => (HTML, reference::page(&self.api_key)),
            "/docs/contract.json" => {
                let reference = self
                    .reference
                    .get_or_init(|| reference::contract(&self.uri).to_string());
                ("application/json", reference.clone())
            }
            _ if path.starts_with("/_sandbox/") => {
                let wanted = path.strip_prefix("/_sandbox/")?;
                let (_, media, file) = FILES.iter().find(|(name, _, _)| *name == wanted)?;
                (*media, (*file).to_owned())
            }
            _ => {
                let (media, file) = reference::file(path.strip_prefix("/docs/")?)?;
                return Some((media, file.to_vec()));
            }
        };
        Some((media, text.into_bytes()))
    }
}
