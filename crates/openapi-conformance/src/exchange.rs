//! Validates a request and its response against their operation.

use http::{HeaderMap, Request, Response};
use serde_json::Value;

use super::Finding;
use super::contract::Contract;
use super::duplicate_keys;
use super::ids::{Id, Part, RESPONSE};
use super::media::{self, Media, Syntax, essence, syntax};
use super::operation::Operation;
use super::schema::SchemaId;
use super::validate::{Sender, Validator};

/// The result of validating an exchange: its findings, and the schemas of the properties that were present.
#[derive(Default)]
pub(super) struct Validated {
    pub findings: Vec<Finding>,
    pub seen: Vec<SchemaId>,
}

impl Contract {
    /// Validates a request for an operation, and its response. Use [`route`](Self::route) to find the operation.
    ///
    /// Parts of the URL that are not in the contract, e.g. the base URL, are ignored.
    pub fn validate(
        &self,
        operation: &Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.validate_with_coverage(operation, request, response)
            .findings
    }

    /// Validates a request without its response: the path parameters, query, headers, cookies and body.
    ///
    /// The method and the rest of the path are not validated, because [`route`](Self::route) uses them to find the
    /// operation.
    pub fn validate_request(
        &self,
        operation: &Operation,
        request: &Request<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let mut validator = ExchangeValidator::new(self, Sender::Client);
        validator.request(operation, request);
        validator.validated.findings
    }

    /// Validates a response without its request. For a list, checks that depend on the request are skipped.
    pub fn validate_response(
        &self,
        operation: &Operation,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let mut validator = ExchangeValidator::new(self, Sender::Api);
        validator.response(operation, None, response);
        validator.validated.findings
    }

    /// Validates a webhook delivery. The API is the sender, so findings are breaking or additive.
    pub fn validate_delivery(
        &self,
        event: &Operation,
        delivery: &Request<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let mut validator = ExchangeValidator::new(self, Sender::Api);
        validator.request(event, delivery);
        validator.validated.findings
    }

    /// Validates a value sent by the API against the schema at a JSON pointer into the contract. Returns `None` if the
    /// contract has no schema there. The [pointer](Finding::pointer) of each finding is relative to the value.
    pub fn validate_value(&self, pointer: &str, value: &Value) -> Option<Vec<Finding>> {
        let schema = self.schemas.at(pointer)?;
        let mut validator = Validator::new(&self.schemas, Sender::Api, RESPONSE, "");
        validator.validate(schema, value);
        Some(validator.findings)
    }

    pub(super) fn validate_with_coverage(
        &self,
        operation: &Operation,
        request: &Request<impl AsRef<[u8]>>,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Validated {
        let mut validator = ExchangeValidator::new(self, Sender::Client);
        validator.request(operation, request);
        validator.sender = Sender::Api;
        let query = request.uri().query().unwrap_or_default();
        validator.response(operation, Some((request.method(), query)), response);
        validator.validated
    }
}

pub(super) struct ExchangeValidator<'c> {
    pub(super) contract: &'c Contract,
    pub(super) sender: Sender,
    pub(super) validated: Validated,
}

impl<'c> ExchangeValidator<'c> {
    fn new(contract: &'c Contract, sender: Sender) -> Self {
        ExchangeValidator {
            contract,
            sender,
            validated: Validated::default(),
        }
    }

    pub(super) fn report(&mut self, id: Id, pointer: &str, contract: &str, sentence: &str) {
        let severity = self.sender.violation();
        let finding = Finding::new(id, severity, pointer, contract, sentence);
        self.validated.findings.push(finding);
    }

    pub(super) fn validate(
        &mut self,
        part: &'static Part,
        root: &str,
        schema: SchemaId,
        value: &Value,
    ) {
        let mut validator = Validator::new(&self.contract.schemas, self.sender, part, root);
        validator.validate(schema, value);
        self.validated.findings.extend(validator.findings);
        self.validated.seen.extend(validator.seen);
    }

    /// Validates a body that is not empty, and returns its value if its media type can be read.
    pub(super) fn body(
        &mut self,
        part: &'static Part,
        headers: &HeaderMap,
        body: &[u8],
        content: &[Media],
        at: &str,
    ) -> Option<Value> {
        let pointer = format!("{}/headers/content-type", part.pointer);
        let mut types = headers.get_all(http::header::CONTENT_TYPE).iter();
        let media_type = match (types.next(), types.next()) {
            (Some(content_type), None) => essence(content_type.as_bytes()),
            (None, _) => {
                self.report(part.content_type_missing, &pointer, at, "is missing");
                let mut media = content.iter();
                let json = media.find(|media| syntax(&media.range) == Syntax::Json)?;
                json.range.clone()
            }
            (Some(_), Some(_)) => {
                let id = part.content_type_mismatch;
                self.report(id, &pointer, at, "is duplicated");
                return None;
            }
        };
        let mut documented = content.iter();
        let Some(media) = documented.find(|media| media.includes(&media_type)) else {
            let names: Vec<_> = content.iter().map(|media| media.range.as_str()).collect();
            let sentence = format!("is not {}", names.join(" or "));
            self.report(part.content_type_mismatch, &pointer, at, &sentence);
            return None;
        };
        let pointer = format!("{}/body", part.pointer);
        let value = match syntax(&media_type) {
            Syntax::Json => self.json(part, body, &pointer, at)?,
            Syntax::Form => media::form(&self.contract.schemas, media.schema?, body),
            Syntax::Text => Value::from(String::from_utf8_lossy(body)),
            Syntax::Opaque => return None,
        };
        if let Some(schema) = media.schema {
            self.validate(part, &pointer, schema, &value);
        }
        Some(value)
    }

    fn json(&mut self, part: &Part, body: &[u8], pointer: &str, at: &str) -> Option<Value> {
        match serde_json::from_slice(body) {
            Ok(value) => {
                for name in duplicate_keys::names(body, &value) {
                    let id = part.property_duplicate;
                    self.report(id, &format!("{pointer}{name}"), at, "is duplicated");
                }
                Some(value)
            }
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let sentence = format!("is not valid JSON (line {line}, column {column})");
                self.report(part.body_not_json, pointer, at, &sentence);
                None
            }
        }
    }
}
