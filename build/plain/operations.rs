//! Operations in plain form: parameters, bodies and responses.

use serde_json::{Map, Value};

use super::super::lint::ids::Rule;
use super::super::lint::keys::METHODS;
use super::super::lint::media::{self, Media};
use super::super::lint::names;
use super::super::lint::place::escape;
use super::documentation::constraints;
use super::schemas::{Kind, Schema};
use super::{List, Reader, nested_name};

/// What the documentation of an idempotency key says.
const IDEMPOTENCY_KEY: &str = "All attempts of a call have the same key, so the call is retried even if it may have been \
    processed. Default: a random UUID for each call. To send a call again after \
    [`Outcome::Unknown`](crate::Outcome::Unknown), set the same key as before.";

/// An operation in plain form.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub description: String,
    /// The page that documents the operation.
    pub page: Option<String>,
    pub deprecated: bool,
    /// The request is sent without the API key.
    pub public: bool,
    /// The operation's parameters after those of its path, each in the contract's order.
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// The successful responses, by status code.
    pub responses: Vec<Response>,
    pub list: Option<List>,
}

/// A parameter in plain form.
pub struct Parameter {
    /// The name in the contract.
    pub name: String,
    /// `path`, `query` or `header`.
    pub location: String,
    pub required: bool,
    pub documentation: String,
    pub deprecated: Option<String>,
    /// What separates the items of an array; `None` repeats the parameter.
    pub separator: Option<&'static str>,
    /// The header is an idempotency key: the client sets it, unless the caller does.
    pub is_idempotency_key: bool,
    pub schema: Schema,
}

/// A request body in plain form.
pub struct Body {
    pub description: String,
    pub required: bool,
    pub media_type: String,
    pub kind: BodyKind,
    pub schema: Schema,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    Multipart,
    Text,
    Bytes,
}

/// A successful response in plain form.
pub struct Response {
    /// The key in the contract, e.g. `201` or `2XX`.
    pub status: String,
    /// The media type and the kind of the body, if there is one.
    pub content: Option<(String, BodyKind)>,
    /// The other media types of the body, which are not JSON.
    pub others: Vec<(String, BodyKind)>,
    pub schema: Schema,
    pub headers: Vec<Header>,
}

/// A documented header of a response.
pub struct Header {
    pub name: String,
    pub documentation: String,
    /// Why the header is deprecated.
    pub deprecated: Option<String>,
    pub schema: Schema,
}

impl<'c> Reader<'c> {
    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.contract["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if METHODS.contains(&method.as_str()) {
                    let pointer = format!("/paths/{}/{method}", escape(path));
                    operations.push(self.operation(path, item, method, operation, &pointer));
                }
            }
        }
        operations
    }

    fn operation(
        &mut self,
        path: &str,
        item: &'c Value,
        method: &str,
        operation: &'c Value,
        pointer: &str,
    ) -> Operation {
        let text = |key: &str| operation[key].as_str().unwrap_or_default().trim_end();
        let id = text("operationId").to_owned();
        let name = names::builder_name(&id);
        let page = operation["externalDocs"]["url"].as_str();
        let public = operation["security"].as_array().is_some_and(Vec::is_empty);
        let mut read = Operation {
            method: method.to_owned(),
            path: path.to_owned(),
            description: match text("description") {
                "" => text("summary").to_owned(),
                description => description.to_owned(),
            },
            page: page.map(str::to_owned),
            deprecated: operation["deprecated"] == Value::Bool(true),
            public,
            parameters: self.parameters(item, operation, pointer, &name),
            body: self.body(operation, pointer, &name),
            responses: self.responses(operation, pointer, &name),
            list: None,
            id,
        };
        self.check_idempotency_key(&read, pointer);
        self.check_methods(&read, pointer);
        if let Some(list) = operation.get("x-pagination") {
            read.list = Some(self.list(&read, list, &format!("{pointer}/x-pagination")));
        }
        read
    }

    /// Reports an idempotency key that the client could not set.
    fn check_idempotency_key(&mut self, operation: &Operation, pointer: &str) {
        let parameters = operation.parameters.iter();
        let keys: Vec<_> = parameters
            .filter(|parameter| parameter.is_idempotency_key)
            .collect();
        let Some(key) = keys.first() else { return };
        let reason = if keys.len() > 1 {
            "an operation has one idempotency key; remove the other `x-idempotency-key`"
        } else if matches!(operation.method.as_str(), "get" | "head") {
            "a GET and a HEAD are retried without a key; remove `x-idempotency-key`"
        } else if key.location != "header" || !self.holds_a_uuid(&key.schema) {
            "an idempotency key is a header with a string that can be a UUID; remove `x-idempotency-key`, and set the \
             parameter in each call"
        } else {
            return;
        };
        self.report(pointer, Rule::IdempotencyKeyInvalid, reason);
    }

    /// Reports a parameter whose setter has the name of a method that asks for another media type.
    fn check_methods(&mut self, operation: &Operation, pointer: &str) {
        let responses = operation.responses.iter();
        for (media_type, _) in responses.flat_map(|response| &response.others) {
            let method = names::send_method(media_type);
            let mut parameters = operation.parameters.iter();
            if parameters.any(|parameter| names::parameter_name(&parameter.name) == method) {
                let reason = format!(
                    "a parameter and the media type `{media_type}` become the same method `{method}`"
                );
                self.report(pointer, Rule::NameCollision, reason);
            }
        }
    }

    fn holds_a_uuid(&self, schema: &Schema) -> bool {
        let component = schema.reference.as_ref();
        let target = component.and_then(|name| self.schemas.get(name));
        let schema = target.unwrap_or(schema);
        schema.is_plain_string() && schema.maximum_length.is_none_or(|length| length >= 36)
    }

    fn parameters(
        &mut self,
        item: &'c Value,
        operation: &'c Value,
        pointer: &str,
        owner: &str,
    ) -> Vec<Parameter> {
        let mut declared: Vec<&Value> = Vec::new();
        let shared = item["parameters"].as_array().into_iter().flatten();
        for parameter in shared.chain(operation["parameters"].as_array().into_iter().flatten()) {
            let parameter = self.resolved(parameter);
            // An operation's parameter replaces that of its path.
            declared.retain(|other| {
                other["name"] != parameter["name"] || other["in"] != parameter["in"]
            });
            declared.push(parameter);
        }
        let mut parameters = Vec::new();
        for (index, parameter) in declared.into_iter().enumerate() {
            let text = |key: &str| parameter[key].as_str().unwrap_or_default().trim_end();
            let pointer = format!("{pointer}/parameters/{index}/schema");
            let mut schema = self.schema(
                &parameter["schema"],
                &pointer,
                &nested_name(owner, text("name")),
            );
            schema.sensitive |= parameter["x-sensitive"] == Value::Bool(true);
            let mut sentences = vec![text("description").to_owned()];
            sentences.extend(constraints(&parameter["schema"]));
            let is_idempotency_key = parameter["x-idempotency-key"] == Value::Bool(true);
            if is_idempotency_key {
                sentences.push(IDEMPOTENCY_KEY.to_owned());
            }
            sentences.retain(|sentence| !sentence.is_empty());
            let deprecated =
                parameter["deprecated"] == Value::Bool(true) || schema.deprecated.is_some();
            parameters.push(Parameter {
                name: text("name").to_owned(),
                location: text("in").to_owned(),
                required: parameter["required"] == Value::Bool(true) && !is_idempotency_key,
                documentation: sentences.join(" "),
                deprecated: deprecated.then(|| text("description").to_owned()),
                separator: separator(parameter),
                is_idempotency_key,
                schema,
            });
        }
        parameters
    }

    fn body(&mut self, operation: &'c Value, pointer: &str, owner: &str) -> Option<Body> {
        let declared = self.resolved(operation.get("requestBody")?);
        let (media_type, media) = declared["content"].as_object()?.iter().next()?;
        let kind = kind(media_type);
        let pointer = format!(
            "{pointer}/requestBody/content/{}/schema",
            escape(media_type)
        );
        let schema = match kind {
            BodyKind::Text | BodyKind::Bytes => Schema {
                kind: Some(if kind == BodyKind::Text {
                    Kind::String
                } else {
                    Kind::Binary
                }),
                ..Schema::default()
            },
            _ => self.schema(
                &media["schema"],
                &pointer,
                &names::type_name(&nested_name(owner, "request")),
            ),
        };
        let description = declared["description"]
            .as_str()
            .unwrap_or_default()
            .trim_end();
        Some(Body {
            description: description.to_owned(),
            required: declared["required"] == Value::Bool(true),
            media_type: media_type.clone(),
            kind,
            schema,
        })
    }

    fn responses(&mut self, operation: &'c Value, pointer: &str, owner: &str) -> Vec<Response> {
        let declared = operation["responses"].as_object().into_iter().flatten();
        let success: Vec<_> = declared
            .filter(|(status, _)| status.starts_with('2'))
            .collect();
        let mut responses = Vec::new();
        for (status, response) in &success {
            let response = self.resolved(response);
            let mut contents: Vec<_> = response["content"]
                .as_object()
                .into_iter()
                .flatten()
                .collect();
            contents.sort_by_key(|(media_type, _)| kind(media_type) != BodyKind::Json);
            let content = contents.first().copied();
            let others = contents.iter().skip(1);
            // With one success, its status code is not part of the name.
            let suffix = if success.len() == 1 {
                "response".to_owned()
            } else {
                format!("response_{}", status.to_lowercase())
            };
            let pointer = format!("{pointer}/responses/{status}");
            let schema = match content {
                Some((media_type, media)) if kind(media_type) == BodyKind::Json => {
                    let place = format!("{pointer}/content/{}/schema", escape(media_type));
                    let name = nested_name(owner, &suffix);
                    self.schema(
                        media.get("schema").unwrap_or(&Value::Null),
                        &place,
                        &names::type_name(&name),
                    )
                }
                _ => Schema::default(),
            };
            responses.push(Response {
                status: (*status).clone(),
                content: content.map(|(media_type, _)| (media_type.clone(), kind(media_type))),
                others: others
                    .map(|(media_type, _)| ((*media_type).clone(), kind(media_type)))
                    .collect(),
                schema,
                headers: self.headers(response["headers"].as_object(), &pointer, owner),
            });
        }
        responses
    }

    fn headers(
        &mut self,
        declared: Option<&'c Map<String, Value>>,
        pointer: &str,
        owner: &str,
    ) -> Vec<Header> {
        let mut headers = Vec::new();
        for (name, header) in declared.into_iter().flatten() {
            let header = self.resolved(header);
            let pointer = format!("{pointer}/headers/{name}/schema");
            let schema = self.schema(&header["schema"], &pointer, &nested_name(owner, name));
            let description = header["description"].as_str().unwrap_or_default();
            let deprecated =
                header["deprecated"] == Value::Bool(true) || schema.deprecated.is_some();
            headers.push(Header {
                name: name.clone(),
                documentation: description.trim_end().to_owned(),
                deprecated: deprecated.then(|| description.trim_end().to_owned()),
                schema,
            });
        }
        headers
    }
}

/// How a body of this media type is written and read.
fn kind(media_type: &str) -> BodyKind {
    match media::of(media_type) {
        Media::Json => BodyKind::Json,
        Media::Form => BodyKind::Form,
        Media::Multipart => BodyKind::Multipart,
        Media::Text => BodyKind::Text,
        Media::Bytes | Media::Unsupported => BodyKind::Bytes,
    }
}

/// What separates the items of an array in a parameter.
fn separator(parameter: &Value) -> Option<&'static str> {
    let exploded = parameter.get("explode").and_then(Value::as_bool);
    match (parameter["in"].as_str(), parameter["style"].as_str()) {
        (Some("query"), Some("spaceDelimited")) => Some("%20"),
        (Some("query"), Some("pipeDelimited")) => Some("%7C"),
        (Some("query"), _) if exploded != Some(false) => None,
        _ => Some(","),
    }
}
