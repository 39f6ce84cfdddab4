//! What the contract says about the parts of an exchange.

use axum::http::StatusCode;
use openapi_conformance::{Contract, Operation};
use serde_json::Value;

use super::described::{Described, Place};

/// The documentation of an exchange. It is empty if the exchange belongs to no operation.
pub struct Documented<'c> {
    root: &'c Value,
    template: &'c str,
    /// The operation, preceded by its path.
    places: Vec<Place<'c>>,
}

impl<'c> Documented<'c> {
    pub fn new(contract: &'c Contract, operation: Option<&'c Operation>) -> Self {
        let root = contract.json();
        let template = operation.map_or("", Operation::path);
        let paths = Place::root(root).get("paths");
        let item = paths.and_then(|paths| paths.get(template));
        let item = item.map(|item| item.resolved(root));
        let method = operation.map(|operation| operation.method().as_str().to_ascii_lowercase());
        let operation = method.and_then(|method| item.as_ref()?.get(&method));
        let places = match operation {
            Some(operation) => item.into_iter().chain([operation]).collect(),
            None => Vec::new(),
        };
        Documented {
            root,
            template,
            places,
        }
    }

    /// Returns the path with its parameters in braces.
    pub fn template(&self) -> &'c str {
        self.template
    }

    /// Returns what describes a parameter, e.g. in `query`.
    pub fn parameter(&self, location: &str, name: &str) -> Option<Described<'c>> {
        let lists = self
            .places
            .iter()
            .filter_map(|place| place.get("parameters"));
        let parameters = lists.flat_map(|list| list.items());
        let mut parameters = parameters.map(|parameter| parameter.resolved(self.root));
        let parameter = parameters.find(|parameter| {
            let text = |key: &str| parameter.value[key].as_str().unwrap_or_default();
            text("in") == location && text("name").eq_ignore_ascii_case(name)
        })?;
        Some(self.content(&parameter, ""))
    }

    pub fn request_body(&self, media_type: &str) -> Described<'c> {
        let body = self
            .places
            .last()
            .and_then(|place| place.get("requestBody"));
        self.body(body, media_type)
    }

    pub fn response_body(&self, status: StatusCode, media_type: &str) -> Described<'c> {
        self.body(self.response(status), media_type)
    }

    pub fn response_header(&self, status: StatusCode, name: &str) -> Option<Described<'c>> {
        let headers = self.response(status)?.resolved(self.root).get("headers")?;
        let names = headers.value.as_object()?.keys();
        let name = { names }.find(|header| header.eq_ignore_ascii_case(name))?;
        let header = headers.get(name)?.resolved(self.root);
        Some(self.content(&header, ""))
    }

    /// Returns the response for a status code: an exact match, its range, or the default.
    fn response(&self, status: StatusCode) -> Option<Place<'c>> {
        let responses = self.places.last()?.get("responses")?;
        let range = status.as_str().get(..1)?;
        [
            status.as_str(),
            &format!("{range}XX"),
            &format!("{range}xx"),
            "default",
        ]
        .into_iter()
        .find_map(|key| responses.get(key))
    }

    fn body(&self, body: Option<Place<'c>>, media_type: &str) -> Described<'c> {
        match body {
            Some(body) => self.content(&body.resolved(self.root), media_type),
            None => Described::new(self.root, Vec::new()),
        }
    }

    /// Returns the schema of a place: its own, or that of the media type. Without a media type, all of them count.
    fn content(&self, place: &Place<'c>, media_type: &str) -> Described<'c> {
        let content = place.get("content");
        let ranges = content
            .as_ref()
            .and_then(|content| content.value.as_object());
        let ranges = ranges.into_iter().flat_map(|ranges| ranges.keys());
        let ranges = ranges.filter(|range| media_type.is_empty() || includes(range, media_type));
        let schemas = ranges.filter_map(|range| content.as_ref()?.get(range)?.get("schema"));
        let schemas = schemas.chain(place.get("schema"));
        Described::new(self.root, schemas.collect())
    }
}

fn includes(range: &str, media_type: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(prefix) => media_type.starts_with(&prefix.to_ascii_lowercase()),
        None => range.eq_ignore_ascii_case(media_type),
    }
}
