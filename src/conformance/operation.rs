//! An operation of a contract, prepared for validation.

use std::fmt;

use http::{Method, StatusCode};
use serde_json::Value;

use super::list::CursorList;
use super::rules::Place;
use super::schema::{Components, Kind, Schema};

/// An operation of a contract: a client's call, or an event that is delivered to a subscriber.
pub struct Operation {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) pointer: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) request: Option<Schema>,
    pub(super) responses: Vec<DocumentedResponse>,
    pub(super) list: Option<CursorList>,
}

pub(super) struct Parameter {
    pub name: String,
    pub place: In,
    pub required: bool,
    pub pointer: String,
    pub schema: Schema,
    /// The value that the API assumes if the parameter is omitted.
    pub default: Option<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    Path,
    Query,
    Header,
}

/// A documented response.
pub(super) struct DocumentedResponse {
    /// The key in the contract, e.g. `2XX` or `404`.
    pub key: String,
    pub pointer: String,
    /// The schema of the body, or `None` if the response has no content.
    pub schema: Option<Schema>,
    pub headers: Vec<Header>,
    /// The error codes in the response's examples, which are the documented codes of its status code.
    pub codes: Vec<String>,
}

pub(super) struct Header {
    pub name: String,
    pub required: bool,
    pub pointer: String,
    pub schema: Schema,
}

impl Parameter {
    /// Returns the maximum of an integer.
    pub fn maximum(&self) -> Option<i64> {
        match &self.schema.kind {
            #[expect(clippy::cast_possible_truncation, reason = "a limit is small")]
            Kind::Integer(bounds) => bounds.maximum.map(|maximum| maximum as i64),
            _ => None,
        }
    }
}

impl Operation {
    /// Returns the `operationId`, e.g. `send_message`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path relative to the base URL, with parameters in braces. For an event, returns its type.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn read(
        root: &Place<'_>,
        path: &str,
        method: Method,
        place: &Place<'_>,
        shared: &[(String, Place<'_>)],
        components: &Components,
    ) -> Result<Self, String> {
        let own = place.children_of("parameters");
        let parameters = shared.iter().chain(&own);
        let parameters: Result<Vec<_>, String> = parameters
            .map(|(_, place)| parameter(&resolved(root, place)))
            .collect();
        let responses: Result<Vec<_>, String> = place
            .children_of("responses")
            .into_iter()
            .map(|(key, place)| response(key, &resolved(root, &place)))
            .collect();
        let request = place.get("requestBody").and_then(|body| schema(&body));
        let mut operation = Operation {
            id: place.text("operationId").unwrap_or_default().to_owned(),
            method,
            path: path.to_owned(),
            pointer: place.pointer.clone(),
            parameters: parameters?,
            request: request.map(|place| Schema::read(&place)).transpose()?,
            responses: responses?,
            list: None,
        };
        operation.list = place
            .get("x-cursor-list")
            .and_then(|place| CursorList::read(&place, &operation, components));
        Ok(operation)
    }

    /// Returns whether `path` matches this operation. A parameter matches one non-empty segment.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        let mut templates = self.path.split('/');
        loop {
            match (templates.next(), segments.next()) {
                (None, None) => return true,
                (Some(template), Some(segment)) if fits(template, segment) => {}
                _ => return false,
            }
        }
    }

    /// Returns the documented response for a status code: an exact match, or its range.
    pub(super) fn response(&self, status: StatusCode) -> Option<&DocumentedResponse> {
        self.response_at(status.as_str())
    }

    /// Returns the documented response for a status code as written in a contract: `404`, or a range, `4XX`.
    pub(super) fn response_at(&self, key: &str) -> Option<&DocumentedResponse> {
        let of = |key: &str| self.responses.iter().find(|response| response.key == key);
        of(key).or_else(|| of(&format!("{}XX", key.get(..1)?)))
    }

    /// Returns the default of a query parameter.
    #[cfg(feature = "sandbox")]
    pub(crate) fn default(&self, name: &str) -> Option<i64> {
        self.query(name)?.default.as_ref()?.as_i64()
    }

    pub(super) fn query(&self, name: &str) -> Option<&Parameter> {
        let mut named = self
            .parameters
            .iter()
            .filter(|parameter| parameter.place == In::Query);
        named.find(|parameter| parameter.name == name)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({} {} {})", self.id, self.method, self.path)
    }
}

/// Returns whether a path segment matches its template, which may contain a parameter: `{id}`, `{id}.json`.
fn fits(template: &str, segment: &str) -> bool {
    match (template.find('{'), template.rfind('}')) {
        (Some(open), Some(close)) if open < close => {
            let (before, after) = (&template[..open], &template[close + 1..]);
            segment.len() > before.len() + after.len()
                && segment.starts_with(before)
                && segment.ends_with(after)
        }
        _ => template == segment,
    }
}

fn resolved<'a>(root: &Place<'a>, place: &Place<'a>) -> Place<'a> {
    let target = place.text("$ref").and_then(|reference| {
        let mut names = reference.strip_prefix("#/")?.split('/');
        names.try_fold(root.clone(), |place, name| place.get(name))
    });
    target.unwrap_or_else(|| place.clone())
}

/// Returns the schema of a request body or a response body.
fn schema<'a>(place: &Place<'a>) -> Option<Place<'a>> {
    place.get("content")?.get("application/json")?.get("schema")
}

fn parameter(place: &Place<'_>) -> Result<Parameter, String> {
    let schema = place
        .get("schema")
        .ok_or_else(|| format!("{}: missing key `schema`", place.pointer))?;
    Ok(Parameter {
        name: place.text("name").unwrap_or_default().to_owned(),
        place: match place.text("in") {
            Some("path") => In::Path,
            Some("header") => In::Header,
            _ => In::Query,
        },
        required: place.value["required"] == Value::Bool(true),
        pointer: place.pointer.clone(),
        default: schema.value.get("default").cloned(),
        schema: Schema::read(&schema)?,
    })
}

fn response(key: String, place: &Place<'_>) -> Result<DocumentedResponse, String> {
    let examples = place
        .get("content")
        .and_then(|content| content.get("application/json"))
        .map(|media| media.children_of("examples"));
    let codes = examples.into_iter().flatten().filter_map(|(_, example)| {
        let code = example.value.pointer("/value/error/code")?.as_str()?;
        Some(code.to_owned())
    });
    let headers: Result<Vec<_>, String> = place
        .children_of("headers")
        .into_iter()
        .map(|(name, place)| {
            let Parameter {
                required,
                pointer,
                schema,
                ..
            } = parameter(&place)?;
            Ok(Header {
                name,
                required,
                pointer,
                schema,
            })
        })
        .collect();
    Ok(DocumentedResponse {
        key,
        pointer: place.pointer.clone(),
        schema: schema(place)
            .map(|place| Schema::read(&place))
            .transpose()?,
        headers: headers?,
        codes: codes.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_parameter_of_a_path_is_not_empty() {
        assert!(fits("{id}.json", "a.json"));
        assert!(!fits("{id}.json", ".json"));
        assert!(!fits("{id}", ""));
    }
}
