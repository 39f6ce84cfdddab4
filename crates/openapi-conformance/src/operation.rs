//! An operation of a contract, prepared for validation.

use std::fmt;

use http::{Method, StatusCode};
use serde_json::Value;

use super::contract::example_value;
use super::digest::Digest;
use super::list::CursorList;
use super::media::{Media, Syntax, syntax};
use super::note;
use super::parameter::{In, Parameter};
use super::path;
use super::place::{Place, escape, unescape};
use super::schema::{Reader, SchemaId, Schemas};
use super::security::{self, Security};

/// An operation of a contract: a client's call, or an event that is delivered to a subscriber.
pub struct Operation {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) pointer: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<RequestBody>,
    pub(super) responses: Vec<DocumentedResponse>,
    pub(super) security: Security,
    /// The JSON pointer of the security requirements.
    pub(super) security_pointer: String,
    pub(super) list: Option<CursorList>,
    /// Whether it is deprecated, and its `x-sunset`.
    pub(super) deprecated: bool,
    pub(super) sunset: Option<String>,
    /// `security`, of the operation or of the contract.
    pub(super) requirements: Value,
    /// The digest of the operation and of the parameters of its path.
    pub(super) digest: Digest,
    /// The requests that the API sends to URLs from a request. Their path is the name of the callback and its URL.
    pub(super) callbacks: Vec<Operation>,
    /// The index of its servers among those of the contract.
    pub(super) servers: usize,
    /// The URL of the first of its own servers, or of those of its path.
    pub(super) base_url: Option<String>,
}

pub(super) struct RequestBody {
    pub pointer: String,
    pub required: bool,
    pub content: Vec<Media>,
}

/// A documented response.
pub(super) struct DocumentedResponse {
    /// The key in the contract, e.g. `404`, `2XX` or `default`.
    pub key: String,
    pub pointer: String,
    /// The documented media types. Empty if the response has no body.
    pub content: Vec<Media>,
    pub headers: Vec<Parameter>,
    /// The error codes in the response's examples, which are the documented codes of its status code.
    pub codes: Vec<String>,
    /// The JSON pointer to the code in the body.
    pub code_pointer: String,
}

impl Operation {
    /// Returns the `operationId`, e.g. `send_message`, or the method and the path if there is none.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the JSON pointer (RFC 6901) of the operation in the contract.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path relative to the base URL, with parameters in braces. For an event, returns its type.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reads an operation and its callbacks. `shared` are the parameters of its path.
    pub(super) fn read<'a>(
        reader: &mut Reader<'a>,
        path: &str,
        method: Method,
        place: &Place<'a>,
        shared: &[(String, Place<'a>)],
        default_security: &Security,
    ) -> Self {
        let mut operation =
            Self::without_callbacks(reader, path, method, place, shared, default_security);
        operation.callbacks = callbacks(reader, place);
        operation
    }

    fn without_callbacks<'a>(
        reader: &mut Reader<'a>,
        path: &str,
        method: Method,
        place: &Place<'a>,
        shared: &[(String, Place<'a>)],
        default_security: &Security,
    ) -> Self {
        let mut parameters: Vec<Parameter> = Vec::new();
        for (_, place) in shared.iter().chain(&place.children_of("parameters")) {
            let Some(parameter) = Parameter::read(reader, place, None) else {
                continue;
            };
            // An operation's own parameter replaces the shared one.
            let same = |other: &Parameter| {
                (other.place, &other.name) == (parameter.place, &parameter.name)
            };
            parameters.retain(|other| !same(other));
            if !is_ignored(&parameter) {
                parameters.push(parameter);
            }
        }
        for name in path::combined_parameters(path) {
            let id = note::PARAMETER_UNSUPPORTED;
            reader.notes.add(id, name, &place.pointer);
        }
        if place.get("callbacks").is_some() {
            let id = note::CALLBACK_UNSUPPORTED;
            reader.notes.add(id, "", &place.pointer);
        }
        let body = place.get("requestBody").map(|body| {
            let body = reader.resolved(&body);
            RequestBody {
                required: body.value["required"] == Value::Bool(true),
                content: Media::read(reader, &body),
                pointer: body.pointer,
            }
        });
        let mut responses = Vec::new();
        for (key, place) in place.children_of("responses") {
            if !key.starts_with("x-") {
                responses.push(response(reader, key, &place));
            }
        }
        let own_security = security::read(reader, place);
        let security_pointer = match own_security {
            Some(_) => format!("{}/security", place.pointer),
            None => "/security".to_owned(),
        };
        let id = place.text("operationId").map(str::to_owned);
        let root = reader.root.value;
        let requirements = place.value.get("security").or(root.get("security"));
        let mut digested = vec![Some(place.value)];
        digested.extend(shared.iter().map(|(_, place)| Some(place.value)));
        Operation {
            id: id.unwrap_or_else(|| format!("{method} {path}")),
            method,
            path: path.to_owned(),
            pointer: place.pointer.clone(),
            parameters,
            body,
            responses,
            security: own_security.unwrap_or_else(|| default_security.clone()),
            security_pointer,
            list: None,
            deprecated: place.value["deprecated"] == Value::Bool(true),
            sunset: place.text("x-sunset").map(str::to_owned),
            requirements: requirements.cloned().unwrap_or_default(),
            digest: Digest::of(&digested),
            callbacks: Vec::new(),
            servers: 0,
            base_url: None,
        }
    }

    /// Completes the operation, once all schemas have been read.
    pub(super) fn prepare(&mut self, root: &Place<'_>, schemas: &Schemas) {
        for response in &mut self.responses {
            for header in &mut response.headers {
                header.prepare(schemas);
            }
            for media in &mut response.content {
                media.prepare(schemas);
            }
            response.read_codes(root, schemas);
        }
        for media in self.body.iter_mut().flat_map(|body| &mut body.content) {
            media.prepare(schemas);
        }
        for parameter in &mut self.parameters {
            parameter.prepare(schemas);
        }
        for callback in &mut self.callbacks {
            callback.prepare(root, schemas);
        }
        let list = root.pointer(&format!("{}/x-pagination", self.pointer));
        self.list = list.and_then(|list| CursorList::read(&list, self, schemas));
    }

    /// Returns whether `path` matches this operation. A parameter matches one non-empty segment.
    pub(super) fn is_at(&self, path: &str) -> bool {
        path::matches(&self.path, path)
    }

    /// Returns the documented response for a status code: an exact match, its range, or the default.
    pub(super) fn response(&self, status: StatusCode) -> Option<&DocumentedResponse> {
        self.response_at(status.as_str())
            .or_else(|| self.response_at("default"))
    }

    /// Returns whether a response with this status code is documented.
    pub fn documents(&self, status: StatusCode) -> bool {
        self.response(status).is_some()
    }

    /// Returns the documented response for a status code as written in a contract: `404`, or a range, `4XX`.
    pub(super) fn response_at(&self, key: &str) -> Option<&DocumentedResponse> {
        let of = |key: &str| {
            let mut responses = self.responses.iter();
            responses.find(|response| response.key.eq_ignore_ascii_case(key))
        };
        of(key).or_else(|| of(&format!("{}XX", key.get(..1)?)))
    }

    /// Returns the first documented success response.
    pub(super) fn success(&self) -> Option<&DocumentedResponse> {
        let mut responses = self.responses.iter();
        responses.find(|response| response.key.starts_with('2'))
    }

    /// Returns the names of the query parameters.
    pub fn query_names(&self) -> impl Iterator<Item = &str> {
        self.query_parameters()
            .map(|parameter| parameter.name.as_str())
    }

    /// Returns the default of a query parameter.
    pub fn default(&self, name: &str) -> Option<i64> {
        self.query(name)?.default.as_ref()?.as_i64()
    }

    pub(super) fn query(&self, name: &str) -> Option<&Parameter> {
        let mut parameters = self.query_parameters();
        parameters.find(|parameter| parameter.name == name)
    }

    /// Returns the items of a query parameter that is an array, or its only value.
    pub(super) fn query_items<'t>(&self, name: &str, text: &'t str) -> Vec<&'t str> {
        match self.query(name).and_then(Parameter::separator) {
            Some(separator) => text.split(separator).collect(),
            None => vec![text],
        }
    }

    pub(super) fn query_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let parameters = self.parameters.iter();
        parameters.filter(|parameter| parameter.place == In::Query)
    }

    /// Returns the schemas of all bodies.
    pub(super) fn body_schemas(&self) -> impl Iterator<Item = SchemaId> {
        let request = self.body.iter().flat_map(|body| &body.content);
        let responses = self.responses.iter();
        request
            .chain(responses.flat_map(|response| &response.content))
            .filter_map(|media| media.schema)
    }
}

impl DocumentedResponse {
    /// Returns the schema of the JSON body.
    pub fn json(&self) -> Option<SchemaId> {
        let mut media = self.content.iter();
        media
            .find(|media| syntax(&media.range) == Syntax::Json)?
            .schema
    }

    /// Reads the documented error codes: the names of examples whose value has the same name in a property with known
    /// values.
    fn read_codes(&mut self, root: &Place<'_>, schemas: &Schemas) {
        let content = root.pointer(&format!("{}/content/application~1json", self.pointer));
        let (Some(media), Some(schema)) = (content, self.json()) else {
            return;
        };
        for (name, example) in media.children_of("examples") {
            let Some(pointer) =
                example_value(root.value, example.value).and_then(|value| pointer_of(value, &name))
            else {
                continue;
            };
            let mut property = Some(schema);
            for token in pointer.split('/').skip(1) {
                property = property.and_then(|object| schemas.property(object, &unescape(token)));
            }
            let is_listed = property.is_some_and(|property| {
                let schema = &schemas[schemas.resolve(property)];
                schema.known_values.is_some() || schema.values.is_some()
            });
            if is_listed && (self.codes.is_empty() || self.code_pointer == pointer) {
                self.codes.push(name);
                self.code_pointer = pointer;
            }
        }
    }
}

/// Returns the JSON pointer to the first string in an object that is equal to `text`.
fn pointer_of(value: &Value, text: &str) -> Option<String> {
    let mut open = vec![(String::new(), value)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(found) if found == text => return Some(pointer),
            Value::Object(object) => {
                let properties = object.iter().rev();
                open.extend(
                    properties.map(|(name, value)| (format!("{pointer}/{}", escape(name)), value)),
                );
            }
            _ => {}
        }
    }
    None
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({} {} {})", self.id, self.method, self.path)
    }
}

/// Reads the callbacks of an operation, without those of the callbacks.
fn callbacks<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Vec<Operation> {
    let mut callbacks = Vec::new();
    for (name, callback) in place.children_of("callbacks") {
        for (url, item) in reader.resolved(&callback).children() {
            let item = reader.resolved(&item);
            let shared = item.children_of("parameters");
            let path = format!("{name} {url}");
            for (key, place) in item.children() {
                if let Some(method) = method(&key) {
                    callbacks.push(Operation::without_callbacks(
                        reader,
                        &path,
                        method,
                        &place,
                        &shared,
                        &Vec::new(),
                    ));
                }
            }
        }
    }
    callbacks
}

/// Returns the method that a key of a path item stands for, if it stands for one.
pub(super) fn method(key: &str) -> Option<Method> {
    const METHODS: [&str; 8] = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let method = METHODS.contains(&key).then(|| key.to_uppercase())?;
    Method::from_bytes(method.as_bytes()).ok()
}

/// Returns whether OpenAPI gives the parameter no meaning, because other parts of the contract describe the header.
fn is_ignored(parameter: &Parameter) -> bool {
    let names = ["accept", "content-type", "authorization"];
    parameter.place == In::Header && names.contains(&parameter.name.to_ascii_lowercase().as_str())
}

fn response<'a>(reader: &mut Reader<'a>, key: String, place: &Place<'a>) -> DocumentedResponse {
    let place = reader.resolved(place);
    let mut headers = Vec::new();
    for (name, place) in place.children_of("headers") {
        if !name.eq_ignore_ascii_case("content-type") {
            headers.extend(Parameter::read(reader, &place, Some(&name)));
        }
    }
    DocumentedResponse {
        key,
        headers,
        content: Media::read(reader, &place),
        codes: Vec::new(),
        code_pointer: String::new(),
        pointer: place.pointer,
    }
}
