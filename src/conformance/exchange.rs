//! Validates a request and its response against their operation.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::contract::Contract;
use super::duplicate_keys;
use super::ids::{self, Id, Part, REQUEST, RESPONSE};
use super::operation::{DocumentedResponse, In, Operation};
use super::schema::{Kind, Schema};
use super::walk::{Walk, Writer, token};
use super::{Finding, Severity};

/// The result of validating an exchange: its findings, and contract pointers to the parts that were present.
#[derive(Default)]
pub(super) struct Validated<'c> {
    pub findings: Vec<Finding>,
    pub seen: Vec<&'c str>,
}

impl Contract {
    /// Validates a request of an operation and its response. Parts of the path that are not in the contract, such as
    /// the base URL, are ignored. [`route`](Self::route) finds the operation.
    pub fn validate(
        &self,
        operation: &Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.validate_with_coverage(operation, request, response)
            .findings
    }

    /// Validates a request alone: its query, headers and body. The method and path are not checked, because
    /// [`route`](Self::route) used them to find the operation. Values in the path are ignored.
    pub fn validate_request(
        &self,
        operation: &Operation,
        request: &Request<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.request(operation, request, Writer::Caller).findings
    }

    /// Validates a response alone. For a list, checks that depend on the request are skipped.
    pub fn validate_response(
        &self,
        operation: &Operation,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.response(operation, None, response).findings
    }

    /// Validates a webhook delivery. The API is the sender, so findings are breaking or additive.
    pub fn validate_delivery(
        &self,
        event: &Operation,
        delivery: &Request<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.request(event, delivery, Writer::Api).findings
    }

    /// Validates a value as sent by the API, using the schema at a JSON pointer into the contract. Returns `None` if
    /// the contract has no schema there. The findings' pointers point into the value.
    pub fn validate_value(&self, pointer: &str, value: &Value) -> Option<Vec<Finding>> {
        let schema = self.schema_at(pointer)?;
        let mut walk = Walk::new(&self.components, Writer::Api, RESPONSE, "");
        walk.value(&schema, value);
        Some(walk.findings)
    }

    pub(super) fn validate_with_coverage<'c>(
        &'c self,
        operation: &'c Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Validated<'c> {
        let mut validated = self.request(operation, request, Writer::Caller);
        let query = request.uri().query().unwrap_or_default();
        let validated_response = self.response(operation, Some(query), response);
        validated.findings.extend(validated_response.findings);
        validated.seen.extend(validated_response.seen);
        validated
    }

    fn request<'c>(
        &'c self,
        operation: &'c Operation,
        request: &Request<impl AsRef<[u8]>>,
        writer: Writer,
    ) -> Validated<'c> {
        let mut validator = Validator {
            contract: self,
            writer,
            validated: Validated::default(),
        };
        validator.query(operation, request.uri().query().unwrap_or_default());
        validator.headers(operation, request.headers());
        let body = request.body().as_ref();
        let at = format!("{}/requestBody", operation.pointer);
        match &operation.request {
            Some(_) if body.is_empty() => {
                validator.report(REQUEST.body_missing, "/request/body", &at, "is missing");
            }
            Some(schema) => {
                if let Some(value) = validator.json(REQUEST, request.headers(), body, &at) {
                    validator.walk(REQUEST, "/request/body", schema, &value);
                }
            }
            None if !body.is_empty() => {
                let place = &operation.pointer;
                let id = REQUEST.body_undocumented;
                validator.report(id, "/request/body", place, "is not documented");
            }
            None => {}
        }
        validator.validated
    }

    /// `query` is the query of the request, if known.
    fn response<'c>(
        &'c self,
        operation: &'c Operation,
        query: Option<&str>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Validated<'c> {
        let mut validator = Validator {
            contract: self,
            writer: Writer::Api,
            validated: Validated::default(),
        };
        let Some(documented) = operation.response(response.status()) else {
            let at = format!("{}/responses", operation.pointer);
            let sentence = format!("{} is not documented", response.status().as_str());
            let id = ids::RESPONSE_STATUS_UNDOCUMENTED;
            validator.report(id, "/response/status", &at, &sentence);
            return validator.validated;
        };
        validator.response_headers(documented, response.headers());
        let body = response.body().as_ref();
        let at = format!("{}/content", documented.pointer);
        let Some(schema) = &documented.schema else {
            if !body.is_empty() {
                let id = RESPONSE.body_undocumented;
                validator.report(
                    id,
                    "/response/body",
                    &documented.pointer,
                    "is not documented",
                );
            }
            return validator.validated;
        };
        if body.is_empty() {
            let id = RESPONSE.body_missing;
            validator.report(id, "/response/body", &at, "is missing");
            return validator.validated;
        }
        let Some(value) = validator.json(RESPONSE, response.headers(), body, &at) else {
            return validator.validated;
        };
        validator.walk(RESPONSE, "/response/body", schema, &value);
        validator.code(documented, &value);
        if let Some(list) = operation
            .list
            .as_ref()
            .filter(|_| documented.key.starts_with('2'))
        {
            let query: Vec<(String, String)> =
                form_urlencoded::parse(query.unwrap_or_default().as_bytes())
                    .into_owned()
                    .collect();
            list.validate(operation, &query, &value, &mut validator.validated.findings);
        }
        validator.validated
    }
}

struct Validator<'c> {
    contract: &'c Contract,
    writer: Writer,
    validated: Validated<'c>,
}

impl<'c> Validator<'c> {
    fn report(&mut self, id: Id, pointer: &str, contract: &str, sentence: &str) {
        let severity = match self.writer {
            Writer::Api => Severity::Breaking,
            Writer::Caller => Severity::Request,
        };
        let finding = Finding::new(id, severity, pointer, contract, sentence);
        self.validated.findings.push(finding);
    }

    fn walk(&mut self, part: &'static Part, root: &str, schema: &'c Schema, value: &Value) {
        let mut walk = Walk::new(&self.contract.components, self.writer, part, root);
        walk.value(schema, value);
        self.validated.findings.extend(walk.findings);
        self.validated.seen.extend(walk.seen);
    }

    fn query(&mut self, operation: &'c Operation, query: &str) {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        for (index, (name, value)) in pairs.iter().enumerate() {
            let pointer = format!("/request/query/{}", token(name));
            let Some(parameter) = operation.query(name) else {
                let id = ids::REQUEST_PARAMETER_UNKNOWN;
                self.report(id, &pointer, &operation.pointer, "is not documented");
                continue;
            };
            if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                let id = ids::REQUEST_PARAMETER_DUPLICATE;
                self.report(id, &pointer, &parameter.pointer, "is duplicated");
                continue;
            }
            self.scalar(REQUEST, &pointer, &parameter.schema, value);
        }
        for parameter in &operation.parameters {
            let present = pairs.iter().any(|(name, _)| *name == parameter.name);
            if parameter.place == In::Query && parameter.required && !present {
                let pointer = format!("/request/query/{}", parameter.name);
                let id = ids::REQUEST_PARAMETER_MISSING;
                self.report(id, &pointer, &parameter.pointer, "is missing");
            }
        }
    }

    fn headers(&mut self, operation: &'c Operation, headers: &HeaderMap) {
        if self.writer == Writer::Caller {
            let pointer = "/request/headers/authorization";
            match headers.get(AUTHORIZATION).map(|value| value.as_bytes()) {
                None => {
                    let id = ids::REQUEST_AUTHORIZATION_MISSING;
                    self.report(id, pointer, "/security", "is missing");
                }
                Some(value) if bearer(value).is_some() => {}
                Some(_) => {
                    let id = ids::REQUEST_AUTHORIZATION_INVALID;
                    self.report(id, pointer, "/security", "is not a bearer token");
                }
            }
        }
        for parameter in operation
            .parameters
            .iter()
            .filter(|parameter| parameter.place == In::Header)
        {
            let pointer = format!("/request/headers/{}", parameter.name.to_lowercase());
            match headers.get(&parameter.name).map(|value| value.to_str()) {
                Some(Ok(value)) => self.scalar(REQUEST, &pointer, &parameter.schema, value),
                Some(Err(_)) => {
                    let id = REQUEST.header_not_ascii;
                    self.report(id, &pointer, &parameter.pointer, "is not visible ASCII");
                }
                None if parameter.required => {
                    let id = ids::REQUEST_PARAMETER_MISSING;
                    self.report(id, &pointer, &parameter.pointer, "is missing");
                }
                None => {}
            }
        }
    }

    fn response_headers(&mut self, response: &'c DocumentedResponse, headers: &HeaderMap) {
        for header in &response.headers {
            let pointer = format!("/response/headers/{}", header.name.to_lowercase());
            match headers.get(&header.name).map(|value| value.to_str()) {
                Some(Ok(value)) => self.scalar(RESPONSE, &pointer, &header.schema, value),
                Some(Err(_)) => {
                    let id = RESPONSE.header_not_ascii;
                    self.report(id, &pointer, &header.pointer, "is not visible ASCII");
                }
                None if header.required => {
                    let id = ids::RESPONSE_HEADER_MISSING;
                    self.report(id, &pointer, &header.pointer, "is missing");
                }
                None => {}
            }
        }
    }

    fn scalar(&mut self, part: &'static Part, root: &str, schema: &'c Schema, text: &str) {
        let value = scalar(schema, self.contract, text);
        self.walk(part, root, schema, &value);
    }

    /// Parses the body as JSON, unless its content type is a different one. Reports problems with either as findings.
    fn json(&mut self, part: &Part, headers: &HeaderMap, body: &[u8], at: &str) -> Option<Value> {
        let content_type = format!("{}/headers/content-type", part.pointer);
        let mut media = headers.get_all(CONTENT_TYPE).iter();
        match headers.get(CONTENT_TYPE) {
            None => self.report(part.content_type_missing, &content_type, at, "is missing"),
            Some(_) if !media.all(|value| is_json(value.as_bytes())) => {
                let id = part.content_type_mismatch;
                self.report(id, &content_type, at, "is not application/json");
                return None;
            }
            Some(_) => {}
        }
        let pointer = format!("{}/body", part.pointer);
        match serde_json::from_slice(body) {
            Ok(value) => {
                for name in duplicate_keys::names(body) {
                    let id = part.property_duplicate;
                    self.report(id, &format!("{pointer}{name}"), at, "is duplicated");
                }
                Some(value)
            }
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let sentence = format!("is not valid JSON (line {line}, column {column})");
                self.report(part.body_not_json, &pointer, at, &sentence);
                None
            }
        }
    }

    /// A documented code belongs to the status codes that have an example of it.
    fn code(&mut self, response: &DocumentedResponse, value: &Value) {
        let code = value.pointer("/error/code").and_then(Value::as_str);
        let Some(code) = code.filter(|_| !response.codes.is_empty()) else {
            return;
        };
        let responses = self
            .contract
            .operations
            .iter()
            .flat_map(|operation| &operation.responses);
        let known = responses
            .clone()
            .any(|response| response.codes.iter().any(|known| known == code));
        if known && !response.codes.iter().any(|known| known == code) {
            let at = format!("{}/content/application~1json/examples", response.pointer);
            let sentence = format!(
                "is `{code}`, which is documented for a status code other than {}",
                response.key
            );
            let id = ids::RESPONSE_ERROR_CODE_MISMATCH;
            self.report(id, "/response/body/error/code", &at, &sentence);
        }
    }
}

/// Converts `text` to the JSON value it represents for a parameter with this schema.
fn scalar(schema: &Schema, contract: &Contract, text: &str) -> Value {
    let read = match schema.target(&contract.components).kind {
        Kind::Integer(_) => serde_json::from_str::<i64>(text).ok().map(Value::from),
        Kind::Number(_) => serde_json::from_str::<f64>(text).ok().map(Value::from),
        Kind::Boolean => serde_json::from_str::<bool>(text).ok().map(Value::from),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(text))
}

/// Returns the token of an `Authorization` header if its scheme is `Bearer`.
pub(crate) fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

fn is_json(content_type: &[u8]) -> bool {
    let media = content_type.split(|byte| *byte == b';').next();
    media.is_some_and(|media| media.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}
