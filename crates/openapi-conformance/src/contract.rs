//! A contract prepared for validation: its operations and the schemas they use.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use http::Method;
use serde_json::Value;

use super::digest::{self, Digest};
use super::document;
use super::documents::{self, Location, OtherDocument};
use super::media::{self, Syntax};
use super::note::{self, Note};
use super::operation::{self, Operation};
use super::place::Place;
use super::position::{Position, Source};
use super::schema::{Dialect, Reader, Schemas};
use super::security::{self, Scheme, Security};
use super::servers::Server;

/// The size in bytes of a document that is not kept as JSON.
const LARGE: usize = 1 << 20;

/// The maximum size of the base URL in bytes.
const LONGEST_URL: usize = 1 << 20;

/// An API contract, parsed from an OpenAPI document.
pub struct Contract {
    pub(super) operations: Vec<Operation>,
    pub(super) events: Vec<Operation>,
    pub(super) schemas: Schemas,
    pub(super) name: Option<Arc<str>>,
    /// The servers of the contract, followed by those of paths and operations that have their own.
    pub(super) servers: Vec<Vec<Server>>,
    schemes: Vec<Scheme>,
    base_url: String,
    notes: Vec<Note>,
    /// The whole document. It takes several times as much memory as the text, so that of a large one is read again when
    /// it is needed.
    value: OnceLock<Value>,
    source: Source,
    /// The documents that the first one refers to.
    others: Vec<OtherDocument>,
    /// The digests of what is referred to, by JSON pointer.
    pub(super) targets: HashMap<String, Digest>,
    /// `components/securitySchemes`
    pub(super) security_schemes: Value,
    /// `info.version`
    pub(super) version: Option<String>,
}

/// The result of routing a request by method and path.
#[derive(Clone, Copy, Debug)]
pub enum Route<'c> {
    /// An operation of the contract.
    Operation(&'c Operation),
    /// The path is documented, but not with this method. [`Contract::methods`] returns the documented methods.
    NoMethod,
    /// The path is not documented.
    NoPath,
}

/// An error returned by [`Contract::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    reasons: Vec<String>,
}

impl ContractError {
    pub(super) fn of(reason: String) -> Self {
        ContractError::all(vec![reason])
    }

    pub(super) fn all(reasons: Vec<String>) -> Self {
        ContractError { reasons }
    }

    /// Returns every problem with its location: a JSON pointer into the contract, or a line and column.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reasons.join("\n"))
    }
}

impl std::error::Error for ContractError {}

impl Contract {
    /// Parses an OpenAPI 3.0 or 3.1 document in YAML or JSON, as [`parse`](Self::parse) does. Findings and changes show
    /// the name, e.g. that of the file.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`parse`](Self::parse).
    pub fn named(name: &str, text: &str) -> Result<Self, ContractError> {
        let value = document::parse(text).map_err(ContractError::of)?;
        Contract::of_documents(Some(name), value, text.to_owned(), Vec::new())
    }

    /// Returns the name that the contract was [given](Self::named).
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Parses an OpenAPI 3.0 or 3.1 document in YAML or JSON. A document of version 3.2 is read as one of version 3.1.
    /// [`Documents`](super::Documents) also reads the documents that it refers to.
    ///
    /// Parts that cannot be validated are skipped. [`notes`](Self::notes) lists them.
    ///
    /// # Errors
    ///
    /// Returns a [`ContractError`] that lists every problem found:
    ///
    /// - The text is not valid YAML or JSON, or is larger than 64 MiB.
    /// - The OpenAPI version is not supported.
    /// - A reference has no target, or its target is outside the document.
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        let value = document::parse(text).map_err(ContractError::of)?;
        Contract::of_documents(None, value, text.to_owned(), Vec::new())
    }

    /// Reads a contract. The value contains the other documents, too.
    pub(super) fn of_documents(
        name: Option<&str>,
        value: Value,
        text: String,
        others: Vec<OtherDocument>,
    ) -> Result<Self, ContractError> {
        let dialect = dialect(&value).map_err(ContractError::of)?;
        let mut reader = Reader::new(&value, dialect);
        if value.get("$self").is_some() {
            reader.notes.add(note::PART_UNSUPPORTED, "$self", "/$self");
        }
        let root = reader.root.clone();
        let mut all = Operations {
            security: security::read(&mut reader, &root).unwrap_or_default(),
            servers: vec![Server::all(&root).unwrap_or_default()],
            known_servers: HashMap::new(),
        };
        let mut operations = all.read(&mut reader, "paths");
        // A literal segment takes precedence over a parameter: `/a/b` over `/a/{id}`.
        operations.sort_by_key(|operation| operation.path.matches('{').count());
        all.security.clear();
        let mut events = Vec::new();
        for key in ["webhooks", "x-webhooks"] {
            events.extend(all.read(&mut reader, key));
        }
        if let Some(components) = root.pointer("/components/schemas") {
            for (_, place) in components.children() {
                reader.schema(&place);
            }
        }
        let schemes = security::schemes(&mut reader);
        let (schemas, notes, reasons) = reader.finish();
        if !reasons.is_empty() {
            return Err(ContractError::all(reasons));
        }
        for operation in operations.iter_mut().chain(&mut events) {
            operation.prepare(&root, &schemas);
        }
        let targets = digest::targets(&value);
        let declared = value.pointer("/components/securitySchemes");
        let security_schemes = declared.cloned().unwrap_or_default();
        let version = value
            .pointer("/info/version")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let base_url = first_url(&root.value["servers"]).unwrap_or_else(|| "/".to_owned());
        let value = if text.len() > LARGE && others.is_empty() {
            OnceLock::new()
        } else {
            value.into()
        };
        Ok(Contract {
            targets,
            security_schemes,
            version,
            operations,
            events,
            schemas,
            base_url,
            name: name.map(Arc::from),
            schemes,
            servers: all.servers,
            notes: notes.into_vec(),
            value,
            source: Source::new(text),
            others,
        })
    }

    /// Returns the operations that a client can call.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// Returns the events that the API delivers to subscribers, from `webhooks` (OpenAPI 3.1) or `x-webhooks`.
    pub fn events(&self) -> impl Iterator<Item = &Operation> {
        self.events.iter()
    }

    /// Returns the operation or event with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        let mut all = self.operations.iter().chain(&self.events);
        all.find(|operation| operation.id == id)
    }

    /// Finds the operation for a method and a path. The path is relative to the base URL, e.g. `/conversations`.
    pub fn route(&self, method: &Method, path: &str) -> Route<'_> {
        self.route_among(method, path, |_| true)
    }

    /// Finds one of the operations that `includes` returns true for.
    pub(super) fn route_among(
        &self,
        method: &Method,
        path: &str,
        includes: impl Fn(&Operation) -> bool,
    ) -> Route<'_> {
        let mut route = Route::NoPath;
        for operation in self.at_path(path).filter(|operation| includes(operation)) {
            if operation.method == *method {
                return Route::Operation(operation);
            }
            route = Route::NoMethod;
        }
        route
    }

    /// Returns the documented methods of a path.
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let operations = self.at_path(path);
        operations
            .map(|operation| operation.method.clone())
            .collect()
    }

    pub(super) fn at_path(&self, path: &str) -> impl Iterator<Item = &Operation> {
        let operations = self.operations.iter();
        operations.filter(move |operation| operation.is_at(path))
    }

    /// Returns the security schemes of the contract.
    pub fn security_schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// Returns the URL of the contract's first server, with variables replaced by their defaults.
    ///
    /// The URL may be relative. It is `/` if the contract has no server, or if the URL is longer than 1 MiB.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns notes about the parts of the contract that are not validated. Each kind is listed once.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the whole contract as JSON.
    ///
    /// The first call for a document of more than 1 MiB parses the text again.
    pub fn json(&self) -> &Value {
        let parse = || document::parse(self.source.text()).unwrap_or_default();
        self.value.get_or_init(parse)
    }

    /// Returns true if both were parsed from the same texts.
    pub(super) fn has_text_of(&self, other: &Contract) -> bool {
        self.texts().eq(other.texts())
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let others = self.others.iter().map(|other| other.source.text());
        std::iter::once(self.source.text()).chain(others)
    }

    /// Returns the position in the contract's text that a JSON pointer (RFC 6901) refers to, e.g. a
    /// [`Finding::contract_pointer`](super::Finding::contract_pointer).
    ///
    /// For a property, this is the position of its name. If the target does not exist in the text, this is the position
    /// of its nearest ancestor. The first call parses the text again.
    pub fn position(&self, pointer: &str) -> Option<Position> {
        let Some(location) = documents::in_other(pointer) else {
            return self.source.position(pointer);
        };
        let mut others = self.others.iter();
        let other = others.find(|other| Some(&other.name) == location.document.as_ref())?;
        other.source.position(&location.pointer)
    }

    /// Returns the document that a JSON pointer into the contract leads to, and the pointer in that document. They differ
    /// from the contract's name and the given pointer if the contract has several [`Documents`](super::Documents).
    pub fn location(&self, pointer: &str) -> Location {
        documents::in_other(pointer).unwrap_or_else(|| Location {
            document: self.name.as_deref().map(str::to_owned),
            pointer: pointer.to_owned(),
        })
    }

    /// Returns the documented errors of all operations, each with its status code and example.
    pub fn errors(&self) -> impl Iterator<Item = (http::StatusCode, &Value)> {
        let operations = self.operations.iter();
        let responses = operations.flat_map(|operation| &operation.responses);
        responses.flat_map(move |response| {
            let status = response.key.parse().ok();
            response.codes.iter().filter_map(move |code| {
                let media = format!("{}/content/application~1json", response.pointer);
                let example = self.json().pointer(&format!("{media}/examples/{code}"))?;
                Some((status?, example_value(self.json(), example)?))
            })
        })
    }

    /// Returns the first example of an operation's JSON request body, by name.
    pub fn request_example(&self, operation: &Operation) -> Option<&Value> {
        let content = format!("{}/content", operation.body.as_ref()?.pointer);
        let examples = self
            .json()
            .pointer(&content)?
            .get("application/json")?
            .get("examples")?;
        example_value(self.json(), examples.as_object()?.values().next()?)
    }

    /// Returns the first documented success of an operation, with the example of each of its media types, JSON first.
    /// One without content has one example. There is none if no success is documented.
    pub fn examples(&self, operation: &Operation) -> Vec<ResponseExample<'_>> {
        let of_success = || {
            let success = operation.success()?;
            let status = success.key.replace('X', "0").parse().ok()?;
            let content = self.json().pointer(&success.pointer)?["content"].as_object();
            let of_media = content.into_iter().flatten().map(|(media_type, media)| {
                let (media_type, body) =
                    (Some(media_type.as_str()), first_example(self.json(), media));
                ResponseExample {
                    status,
                    media_type,
                    body,
                }
            });
            let mut examples: Vec<_> = of_media.collect();
            examples.sort_by_key(|example| !example.is_json());
            if examples.is_empty() {
                examples.push(ResponseExample {
                    status,
                    media_type: None,
                    body: None,
                });
            }
            Some(examples)
        };
        of_success().unwrap_or_default()
    }
}

/// An example of a documented success; see [`Contract::examples`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ResponseExample<'c> {
    /// The status code, the first of a range.
    pub status: http::StatusCode,
    /// The media type of the body, as the contract writes it. A response without content has none.
    pub media_type: Option<&'c str>,
    /// The body, if the contract has an example of it: the first one, by name.
    pub body: Option<&'c Value>,
}

impl ResponseExample<'_> {
    /// Returns true if the body is JSON.
    pub fn is_json(&self) -> bool {
        self.media_type.is_some_and(|media_type| {
            let essence = media::essence(media_type.as_bytes());
            media::syntax(&essence) == Syntax::Json
        })
    }
}

/// Returns the `example` of a parameter or a media type, or the first of its `examples`.
pub(super) fn first_example<'d>(document: &'d Value, place: &'d Value) -> Option<&'d Value> {
    let named = || example_value(document, place["examples"].as_object()?.values().next()?);
    place.get("example").or_else(named)
}

/// Returns the value of one of the `examples`, which can be a reference.
pub(super) fn example_value<'d>(document: &'d Value, example: &'d Value) -> Option<&'d Value> {
    let reference = example["$ref"].as_str();
    let referenced = reference.and_then(|reference| document.pointer(reference.strip_prefix('#')?));
    referenced.unwrap_or(example).get("value")
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

pub(super) fn dialect(value: &Value) -> Result<Dialect, String> {
    let version = match &value["openapi"] {
        Value::String(version) => version.clone(),
        // Without a patch version, YAML reads a number.
        Value::Number(version) => version.to_string(),
        _ if value.get("swagger").is_some() => {
            return Err(
                "Swagger 2.0 is not supported; convert the document to OpenAPI 3, e.g. with \
                        `npx swagger2openapi` or https://converter.swagger.io"
                    .into(),
            );
        }
        _ => return Err("not an OpenAPI document: the key `openapi` is missing".into()),
    };
    match version.split('.').take(2).collect::<Vec<_>>()[..] {
        ["3", "0"] => Ok(Dialect::OpenApi30),
        ["3", "1" | "2"] => Ok(Dialect::OpenApi31),
        _ => Err("only OpenAPI 3.0, 3.1 and 3.2 are supported".into()),
    }
}

/// What the operations of a contract have in common.
struct Operations {
    security: Security,
    servers: Vec<Vec<Server>>,
    /// The indices of servers by their JSON.
    known_servers: HashMap<String, usize>,
}

impl Operations {
    fn read<'a>(&mut self, reader: &mut Reader<'a>, key: &str) -> Vec<Operation> {
        let mut operations = Vec::new();
        let Some(paths) = reader.root.get(key) else {
            return operations;
        };
        if !paths.value.is_object() {
            reader.notes.add(note::PART_INVALID, key, &paths.pointer);
        }
        for (path, item) in reader.resolved(&paths).children() {
            if path.starts_with("x-") {
                continue;
            }
            // OpenAPI 3.1 allows keys beside the reference of a path item.
            let mut items = vec![reader.resolved(&item)];
            if items[0].pointer != item.pointer {
                items.push(item);
            }
            let parts = items.iter();
            let shared: Vec<_> = parts
                .flat_map(|item| item.children_of("parameters"))
                .collect();
            let own = items.iter().rev().find_map(|item| self.servers_of(item));
            let servers = own.unwrap_or(0);
            let url_of = |item: &Place<'_>| first_url(&item.value["servers"]);
            let url = items.iter().rev().find_map(url_of);
            for item in &items {
                for (key, place) in item.children() {
                    if matches!(key.as_str(), "query" | "additionalOperations") {
                        let id = note::PART_UNSUPPORTED;
                        reader.notes.add(id, &key, &place.pointer);
                    }
                    if let Some(method) = operation::method(&key) {
                        // Not a part of OpenAPI, but vendors write each operation in a file.
                        let place = reader.resolved(&place);
                        let security = &self.security;
                        let mut operation =
                            Operation::read(reader, &path, method, &place, &shared, security);
                        operation.servers = self.servers_of(&place).unwrap_or(servers);
                        operation.base_url = url_of(&place).or_else(|| url.clone());
                        operations.push(operation);
                    }
                }
            }
        }
        operations
    }

    /// Returns the index of a place's own servers.
    fn servers_of(&mut self, place: &Place<'_>) -> Option<usize> {
        let own = Server::all(place)?;
        let next = self.servers.len();
        let json = place.value["servers"].to_string();
        let index = *self.known_servers.entry(json).or_insert(next);
        if index == next {
            self.servers.push(own);
        }
        Some(index)
    }
}

/// Returns the URL of the first server, with the defaults of its variables.
fn first_url(servers: &Value) -> Option<String> {
    let server = servers.get(0)?;
    let mut url = server["url"].as_str().unwrap_or("/").to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        let default = variable["default"].as_str().unwrap_or_default();
        // Defaults may contain variables, so the URL could grow exponentially.
        if url.len().saturating_mul(default.len()) > LONGEST_URL {
            return None;
        }
        url = url.replace(&format!("{{{name}}}"), default);
    }
    Some(url)
}
