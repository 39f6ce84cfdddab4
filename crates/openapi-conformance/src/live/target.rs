//! An operation with a value for everything that it requires.

use http::header::COOKIE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use url::form_urlencoded;

use super::known::{Resource, text};
use super::{Live, Query};
use crate::Operation;
use crate::example::first_example;
use crate::media_type::{Syntax, essence, syntax};
use crate::parameter::{In, Parameter};
use crate::validate::Sender;

/// The characters of a path segment that are encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request body and its media type.
#[derive(Clone)]
pub(super) struct Body {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// An operation, and what all requests to it have in common.
#[derive(Clone)]
pub(super) struct Target<'c> {
    pub operation: &'c Operation,
    /// The path with its values.
    pub path: String,
    /// The path without values that the server returned.
    pub shown_path: String,
    /// The values in the path.
    pub path_values: Vec<(String, Value)>,
    /// Whether the server has what the path names. Other values are guesses.
    pub exists: bool,
    /// The required parameters of the query.
    pub query: Query,
    /// The required headers and cookies.
    pub headers: Vec<(String, String)>,
    pub body: Option<Body>,
}

/// A value for a parameter in a path.
struct PathValue {
    name: String,
    value: Value,
    /// Whether the contract has the value, which may then be shown.
    is_documented: bool,
}

/// The values for a path.
struct PathValues {
    all: Vec<PathValue>,
    /// Whether every value comes from a list of the server.
    exist: bool,
}

impl<'c> Target<'c> {
    /// Creates a target without path parameters that has a JSON body.
    pub fn with_body(operation: &'c Operation, body: &Value) -> Self {
        Target {
            operation,
            path: operation.path.clone(),
            shown_path: operation.path.clone(),
            path_values: Vec::new(),
            exists: true,
            query: Query::new(),
            headers: Vec::new(),
            body: Some(Body {
                content_type: "application/json".to_owned(),
                bytes: body.to_string().into_bytes(),
            }),
        }
    }
}

impl<'c> Live<'c> {
    /// Returns the contract's example of a request body, which is `None` if the operation has no body. Returns `None` if
    /// there is no example of a type that can be written.
    pub(super) fn example_body(&self, operation: &Operation) -> Option<Option<Body>> {
        let Some(body) = &operation.body else {
            return Some(None);
        };
        let content = self
            .contract
            .json()
            .pointer(&format!("{}/content", body.pointer));
        for (content_type, media) in content.and_then(Value::as_object).into_iter().flatten() {
            let in_schema = || self.schema_example(media);
            let Some(example) = first_example(self.contract.json(), media).or_else(in_schema)
            else {
                continue;
            };
            let bytes = match (syntax(&essence(content_type.as_bytes())), example) {
                (Syntax::Json, example) => example.to_string(),
                (Syntax::Form, Value::Object(fields)) => {
                    let mut form = form_urlencoded::Serializer::new(String::new());
                    for (name, value) in fields {
                        form.append_pair(name, &text(value)?);
                    }
                    form.finish()
                }
                (_, Value::String(text)) => text.clone(),
                _ => continue,
            };
            return Some(Some(Body {
                content_type: content_type.clone(),
                bytes: bytes.into_bytes(),
            }));
        }
        (!body.required).then_some(None)
    }

    /// Returns the example of the schema of a body.
    fn schema_example<'v>(&'v self, media: &'v Value) -> Option<&'v Value> {
        let schema = media.get("schema")?;
        let target = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'));
        let schema = target.map_or(Some(schema), |pointer| {
            self.contract.json().pointer(pointer)
        })?;
        schema
            .get("example")
            .or_else(|| schema.pointer("/examples/0"))
    }

    /// Returns the operation with its required values, or the name of a parameter that has none.
    pub(super) fn target(&self, operation: &'c Operation) -> Result<Target<'c>, String> {
        let values = self.path_values(operation, &operation.path)?;
        let (mut path, mut shown_path) = (operation.path.clone(), operation.path.clone());
        for PathValue {
            name,
            value,
            is_documented,
        } in &values.all
        {
            let encoded: String =
                utf8_percent_encode(&text(value).unwrap_or_default(), ENCODED).collect();
            let mut parameters = operation.parameters.iter();
            let parameter =
                parameters.find(|parameter| parameter.place == In::Path && parameter.name == *name);
            let written =
                parameter.map_or(encoded.clone(), |parameter| parameter.path_text(&encoded));
            let template = format!("{{{name}}}");
            path = path.replace(&template, &written);
            if *is_documented {
                shown_path = shown_path.replace(&template, &written);
            }
        }
        let mut target = Target {
            operation,
            path,
            shown_path,
            path_values: values
                .all
                .into_iter()
                .map(|value| (value.name, value.value))
                .collect(),
            exists: values.exist,
            query: Query::new(),
            headers: Vec::new(),
            body: None,
        };
        let schemas = &self.contract.schemas;
        let required = |parameter: &&Parameter| parameter.required && parameter.place != In::Path;
        for parameter in operation.parameters.iter().filter(required) {
            let value = self.documented_value(parameter);
            let Some(pairs) = value.and_then(|value| parameter.pairs_of(&value)) else {
                if parameter.is_valid_if_left_out(schemas) {
                    continue;
                }
                return Err(parameter.name.clone());
            };
            match parameter.place {
                In::Query => target.query.extend(pairs),
                In::Cookie => {
                    let cookies: Vec<_> = pairs
                        .into_iter()
                        .map(|(name, value)| format!("{name}={value}"))
                        .collect();
                    target
                        .headers
                        .push((COOKIE.to_string(), cookies.join("; ")));
                }
                _ => target.headers.extend(pairs),
            }
        }
        Ok(target)
    }

    /// Returns values for the parameters of a template, or the name of one that has none. An identifier comes from the
    /// response to the path before it, e.g. that of `/pets/{id}` from `/pets`.
    fn path_values(&self, operation: &Operation, template: &str) -> Result<PathValues, String> {
        let Some((before, rest)) = template.rsplit_once('{') else {
            return Ok(PathValues {
                all: Vec::new(),
                exist: true,
            });
        };
        let name = rest.split_once('}').map_or(rest, |(name, _)| name);
        let mut parameters = operation.parameters.iter();
        let parameter =
            parameters.find(|parameter| parameter.place == In::Path && parameter.name == *name);
        let path_value = |value: &Value, is_documented| PathValue {
            name: name.to_owned(),
            value: value.clone(),
            is_documented,
        };
        let is_valid = |value: &&Value| self.is_path_value(parameter, value);
        let path_of = |resource: &Resource| {
            let mut values = Vec::new();
            for (name, value) in &resource.path {
                values.push(PathValue {
                    name: name.clone(),
                    value: value.clone(),
                    is_documented: false,
                });
            }
            values
        };
        // Another operation at the same path has succeeded.
        if let Some(same) = self.known.at(template.trim_end_matches('/')) {
            let all = path_of(same);
            return Ok(PathValues { all, exist: true });
        }
        let parent = self.known.at(before.trim_end_matches('/'));
        if let Some(parent) = parent
            && let Some(value) = parent.identifier(name).filter(is_valid)
        {
            let mut all = path_of(parent);
            all.push(path_value(value, false));
            return Ok(PathValues { all, exist: true });
        }
        let mut values = self.path_values(operation, before)?;
        let schemas = &self.contract.schemas;
        let of_response = self
            .known
            .of_response(schemas, operation, name)
            .filter(is_valid);
        let found = of_response.or_else(|| self.known.named(name).filter(is_valid));
        values.exist = false;
        if let Some(value) = found {
            values.all.push(path_value(value, false));
            return Ok(values);
        }
        let documented = parameter.and_then(|parameter| self.documented_value(parameter));
        match documented.as_ref().filter(is_valid) {
            Some(value) => values.all.push(path_value(value, true)),
            // A plan has no responses to take it from.
            None if self.is_planning => values.all.push(path_value(&Value::from("x"), false)),
            None => return Err(name.to_owned()),
        }
        Ok(values)
    }

    /// Returns true if the value can be a segment of a path, and conforms to the parameter's schema.
    fn is_path_value(&self, parameter: Option<&Parameter>, value: &Value) -> bool {
        let Some(text) = text(value).filter(|text| !matches!(text.as_str(), "" | "." | ".."))
        else {
            return false;
        };
        let conforms = |parameter: &Parameter| {
            let is_valid = |value: &Value| {
                let findings =
                    self.contract
                        .validate_schema(parameter.schema, value, Sender::Client);
                findings.is_empty()
            };
            is_valid(value) || is_valid(&Value::from(text))
        };
        parameter.is_none_or(conforms)
    }
}
