//! Validates a request and its response against their operation.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::Value;

use super::contract::Contract;
use super::duplicate_keys;
use super::finding::{Finding, Severity};
use super::ids::{Id, REQUEST, RESPONSE, Rules};
use super::json::{self, JsonError};
use super::media::Media;
use super::media_type::{MediaType, Payload, Syntax, syntax};
use super::operation::Operation;
use super::schema::{SchemaId, Types, View};
use super::validate::{Sender, Validator};
use super::written::Written;

/// A request, as far as it is known.
pub(super) struct Sent<'e> {
    pub method: &'e Method,
    pub path: &'e str,
    pub query: &'e str,
    pub headers: &'e HeaderMap,
    /// `None` if the body is unknown. It is empty if there is none.
    pub body: Option<Payload<'e>>,
}

/// A response, as far as it is known.
pub(super) struct Received<'e> {
    pub status: StatusCode,
    pub headers: &'e HeaderMap,
    /// `None` if the body is unknown. It is empty if there is none.
    pub body: Option<Payload<'e>>,
}

impl<'e, B: AsRef<[u8]>> From<&'e Request<B>> for Sent<'e> {
    fn from(request: &'e Request<B>) -> Self {
        Sent {
            method: request.method(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: request.headers(),
            body: Some(Payload::from(request.body().as_ref())),
        }
    }
}

impl<'e, B: AsRef<[u8]>> From<&'e Response<B>> for Received<'e> {
    fn from(response: &'e Response<B>) -> Self {
        Received {
            status: response.status(),
            headers: response.headers(),
            body: Some(Payload::from(response.body().as_ref())),
        }
    }
}

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
        self.validate_exchange(operation, &request.into(), &response.into())
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
        validator.request(operation, &request.into());
        validator.finish().findings
    }

    /// Validates a response without its request. For a list, checks that depend on the request are skipped.
    pub fn validate_response(
        &self,
        operation: &Operation,
        response: &Response<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        let mut validator = ExchangeValidator::new(self, Sender::Api);
        validator.response(operation, None, &response.into());
        validator.finish().findings
    }

    /// Validates a webhook delivery. The API is the sender, so findings are breaking or additive.
    pub fn validate_delivery(
        &self,
        event: &Operation,
        delivery: &Request<impl AsRef<[u8]>>,
    ) -> Vec<Finding> {
        self.delivery_findings(event, &delivery.into())
    }

    pub(super) fn delivery_findings(&self, event: &Operation, delivery: &Sent<'_>) -> Vec<Finding> {
        let mut validator = ExchangeValidator::new(self, Sender::Api);
        validator.request(event, delivery);
        validator.finish().findings
    }

    /// Validates a value sent by the API against the schema at a JSON pointer into the contract. Returns `None` if the
    /// contract has no schema there. The [pointer](Finding::pointer) of each finding is relative to the value.
    pub fn validate_value(&self, pointer: &str, value: &Value) -> Option<Vec<Finding>> {
        Some(self.validate_schema(self.schemas.at(pointer)?, value, Sender::Api))
    }

    pub(super) fn validate_schema(
        &self,
        schema: SchemaId,
        value: &Value,
        sender: Sender,
    ) -> Vec<Finding> {
        let rules = match sender {
            Sender::Api => RESPONSE,
            Sender::Client => REQUEST,
        };
        let mut validator = Validator::new(&self.schemas, sender, rules, "");
        validator.validate(schema, value);
        self.named_findings(validator.findings)
    }

    pub(super) fn validate_exchange(
        &self,
        operation: &Operation,
        request: &Sent<'_>,
        response: &Received<'_>,
    ) -> Validated {
        let mut validator = ExchangeValidator::new(self, Sender::Client);
        validator.request(operation, request);
        validator.sender = Sender::Api;
        validator.response(operation, Some(request), response);
        validator.finish()
    }

    /// Completes findings with the name of this contract.
    pub(super) fn named_findings(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            finding.set_contract(self.name.as_ref());
        }
        findings
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

    fn finish(self) -> Validated {
        Validated {
            findings: self.contract.named_findings(self.validated.findings),
            seen: self.validated.seen,
        }
    }

    pub(super) fn report(&mut self, id: Id, pointer: &str, contract: &str, sentence: &str) {
        self.report_as(self.sender.violation(), id, pointer, contract, sentence);
    }

    pub(super) fn report_as(
        &mut self,
        severity: Severity,
        id: Id,
        pointer: &str,
        contract: &str,
        sentence: &str,
    ) {
        let finding = Finding::of(id, severity, pointer, contract, sentence);
        self.validated.findings.push(finding);
    }

    pub(super) fn validate(
        &mut self,
        rules: &'static Rules,
        root: &str,
        schema: SchemaId,
        value: &Value,
    ) {
        let mut validator = Validator::new(&self.contract.schemas, self.sender, rules, root);
        validator.validate(schema, value);
        self.validated.findings.extend(validator.findings);
        self.validated.seen.extend(validator.seen);
    }

    /// Validates a body that is not empty, and returns its value if its media type can be read. Of an unknown body, the
    /// content type is validated if there is one.
    pub(super) fn body(
        &mut self,
        rules: &'static Rules,
        headers: &HeaderMap,
        body: Option<Payload<'_>>,
        content: &[Media],
        contract: &str,
    ) -> Option<Value> {
        let pointer = format!("{}/headers/content-type", rules.pointer);
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let media_type = match (types.next(), types.next()) {
            (Some(content_type), None) => MediaType::parse(content_type.as_bytes()),
            (None, _) => {
                body?;
                self.report(rules.content_type_missing, &pointer, contract, "is missing");
                let mut media = content.iter();
                let json = media.find(|media| syntax(&media.range) == Syntax::Json)?;
                MediaType::parse(json.range.as_bytes())
            }
            (Some(_), Some(_)) => {
                let id = rules.content_type_mismatch;
                self.report(id, &pointer, contract, "is duplicated");
                return None;
            }
        };
        let mut documented = content.iter();
        let Some(media) = documented.find(|media| media.includes(&media_type)) else {
            let names: Vec<_> = content.iter().map(Media::to_string).collect();
            let sentence = format!("is not {}", names.join(" or "));
            self.report(rules.content_type_mismatch, &pointer, contract, &sentence);
            return None;
        };
        let body = body.filter(|body| !body.is_compressed(headers))?;
        let text = media_type.decoded(body);
        let pointer = format!("{}/body", rules.pointer);
        let value = match syntax(&media_type.essence) {
            Syntax::Json => self.json(rules, &text, &pointer, contract)?,
            Syntax::Form => media.form(&self.contract.schemas, media.schema?, &text),
            Syntax::Text => self.text(&text, media.schema),
            Syntax::Opaque => return None,
        };
        if let Some(schema) = media.schema {
            self.validate(rules, &pointer, schema, &value);
        }
        Some(value)
    }

    /// Reads a text as the scalar that it stands for.
    fn text(&self, text: &[u8], schema: Option<SchemaId>) -> Value {
        let text = String::from_utf8_lossy(text).into_owned();
        let view = View::new(&self.contract.schemas, schema.into_iter().collect());
        if view.types().intersects(Types::ARRAY.or(Types::OBJECT)) {
            return text.into();
        }
        Written::list(vec![text]).read(&view)
    }

    fn json(&mut self, rules: &Rules, body: &[u8], pointer: &str, contract: &str) -> Option<Value> {
        match json::parse(body) {
            Ok(value) => {
                for name in duplicate_keys::names(body, &value) {
                    let id = rules.property_duplicate;
                    self.report(id, &format!("{pointer}{name}"), contract, "is duplicated");
                }
                Some(value)
            }
            Err(JsonError::Invalid { line, column }) => {
                let sentence = format!("is not valid JSON (line {line}, column {column})");
                self.report(rules.body_not_json, pointer, contract, &sentence);
                None
            }
            Err(JsonError::ParserLimit) => {
                let sentence = "is nested too deeply to be validated, or has a number out of range";
                self.report(rules.too_complex, pointer, contract, sentence);
                None
            }
        }
    }
}
