//! The pages for a browser: the sandbox itself under `/_sandbox/`, and the interactive reference under `/docs`.

mod reference;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, LOCATION, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use super::contract::{ApiError, Response, with_body};
use super::control;
use super::shared::Shared;
use watsi::types::ErrorCode;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const YAML: &str = "application/yaml";

/// The files of the sandbox's page, besides the page itself.
const FILES: [(&str, &str, &str); 8] = [
    ("page.css", CSS, include_str!("page.css")),
    ("page.js", JAVASCRIPT, include_str!("page.js")),
    ("api.js", JAVASCRIPT, include_str!("api.js")),
    ("chat.js", JAVASCRIPT, include_str!("chat.js")),
    ("deliveries.js", JAVASCRIPT, include_str!("deliveries.js")),
    ("dom.js", JAVASCRIPT, include_str!("dom.js")),
    ("faults.js", JAVASCRIPT, include_str!("faults.js")),
    (
        "subscriptions.js",
        JAVASCRIPT,
        include_str!("subscriptions.js"),
    ),
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
    shared: Arc<Shared>,
    page: Bytes,
    control_contract: Bytes,
    contract: Bytes,
    reference_page: Bytes,
    /// Made when it is first requested.
    reference_contract: OnceLock<Bytes>,
}

/// A file and its media type.
struct Document {
    media: &'static str,
    body: Bytes,
}

impl Pages {
    pub fn new(shared: &Arc<Shared>) -> Self {
        // The API key as JSON within a script element, which `<` could end.
        let api_key = Value::from(shared.settings.api_key.as_str())
            .to_string()
            .replace('<', "\\u003c");
        let page = include_str!("index.html").replacen("\"API_KEY\"", &api_key, 1);
        let control_contract = control::CONTRACT.replacen(control::URL, &shared.uri, 1);
        let api = &shared.api;
        let contract = api.text.replacen(api.contract.base_url(), &shared.uri, 1);
        Pages {
            page: page.into(),
            control_contract: control_contract.into(),
            contract: contract.into(),
            reference_page: reference::page(&api_key).into(),
            reference_contract: OnceLock::new(),
            shared: Arc::clone(shared),
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
        let Document { media, body } = self.document(path)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            let error =
                ApiError::new(ErrorCode::MethodNotAllowed).allow(&[Method::GET, Method::HEAD]);
            return Some(self.shared.error(error));
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

    fn document(&self, path: &str) -> Option<Document> {
        let (media, body) = match path {
            "/_sandbox/" => (HTML, self.page.clone()),
            "/_sandbox/openapi.yaml" => (YAML, self.control_contract.clone()),
            "/openapi.yaml" => (YAML, self.contract.clone()),
            "/docs" => (HTML, self.reference_page.clone()),
            "/docs/contract.json" => {
                let make = || reference::contract(&self.shared).to_string().into();
                let contract = self.reference_contract.get_or_init(make);
                ("application/json", contract.clone())
            }
            _ => {
                if let Some(file) = path.strip_prefix("/docs/") {
                    return reference::file(file);
                }
                let wanted = path.strip_prefix("/_sandbox/")?;
                let (_, media, text) = FILES.iter().find(|(name, _, _)| *name == wanted)?;
                (*media, Bytes::from_static(text.as_bytes()))
            }
        };
        Some(Document { media, body })
    }
}
