//! Validates a response.

use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

use super::exchange::{ExchangeValidator, Received, Sent};
use super::ids::{self, RESPONSE};
use super::operation::{DocumentedResponse, Operation};

impl ExchangeValidator<'_> {
    /// `request` is the request, if it is known.
    pub(super) fn response(
        &mut self,
        operation: &Operation,
        request: Option<&Sent<'_>>,
        response: &Received<'_>,
    ) {
        let Some(documented) = operation.response(response.status) else {
            return self.undocumented_status(operation, request, response.status);
        };
        self.response_headers(documented, response.headers);
        let method = request.map_or(operation.method(), |request| request.method);
        if *method == Method::HEAD || response.status == StatusCode::NOT_MODIFIED {
            return;
        }
        let is_empty = response.body.is_some_and(|body| body.bytes.is_empty());
        if documented.content.is_empty() {
            if response.body.is_some() && !is_empty {
                // A response without `content` leaves its body unspecified.
                let id = RESPONSE.body_undocumented;
                let (pointer, contract) = ("/response/body", &documented.pointer);
                let severity = self.sender.undocumented();
                self.report_as(severity, id, pointer, contract, "is not documented");
            }
            return;
        }
        let contract = format!("{}/content", documented.pointer);
        if is_empty {
            let id = RESPONSE.body_missing;
            return self.report(id, "/response/body", &contract, "is missing");
        }
        let (headers, content) = (response.headers, &documented.content);
        let Some(value) = self.body(RESPONSE, headers, response.body, content, &contract) else {
            return;
        };
        self.code(documented, &value);
        if let Some(list) = &operation.list
            && documented.key.starts_with('2')
        {
            let query = request.map_or("", |request| request.query);
            let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect();
            list.validate(operation, &pairs, &value, &mut self.validated.findings);
        }
    }

    fn undocumented_status(
        &mut self,
        operation: &Operation,
        request: Option<&Sent<'_>>,
        status: StatusCode,
    ) {
        let is_read = request.is_none_or(|request| {
            *request.method == Method::GET || *request.method == Method::HEAD
        });
        // The answer to a conditional request is a part of HTTP.
        if status == StatusCode::NOT_MODIFIED && is_read {
            return;
        }
        let keys = operation.responses.iter();
        let documented: Vec<_> = keys.map(|response| response.key.as_str()).collect();
        let sentence = match &documented[..] {
            [] => format!("{} is not documented", status.as_str()),
            keys => format!(
                "{} is not documented, only {}",
                status.as_str(),
                keys.join(", ")
            ),
        };
        let contract = format!("{}/responses", operation.pointer);
        let id = ids::RESPONSE_STATUS_UNDOCUMENTED;
        self.report(id, "/response/status", &contract, &sentence);
    }

    fn response_headers(&mut self, response: &DocumentedResponse, headers: &HeaderMap) {
        for header in &response.headers {
            let pointer = format!("/response/headers/{}", header.name.to_lowercase());
            match header.header(headers) {
                Some(Ok(text)) => {
                    if let Ok(value) = header.text(&self.contract.schemas, &text) {
                        self.validate(RESPONSE, &pointer, header.schema, &value);
                    }
                }
                Some(Err(_)) => self.not_ascii(RESPONSE.header_not_ascii, header, &pointer),
                None if header.required => {
                    let id = ids::RESPONSE_HEADER_MISSING;
                    self.report(id, &pointer, &header.pointer, "is missing");
                }
                None => {}
            }
        }
    }

    /// A documented code belongs to the status codes that have an example of it.
    fn code(&mut self, response: &DocumentedResponse, value: &Value) {
        let code = value.pointer(&response.code_pointer);
        let Some(code) = code.and_then(Value::as_str) else {
            return;
        };
        if response.codes.iter().any(|known| known == code) {
            return;
        }
        let operations = self.contract.operations.iter();
        let mut responses = operations.flat_map(|operation| &operation.responses);
        if responses.any(|other| other.codes.iter().any(|known| known == code)) {
            let at = format!("{}/content/application~1json/examples", response.pointer);
            let sentence = format!(
                "is `{code}`, which is documented for a status code other than {}",
                response.key
            );
            let id = ids::RESPONSE_ERROR_CODE_MISMATCH;
            let pointer = format!("/response/body{}", response.code_pointer);
            self.report(id, &pointer, &at, &sentence);
        }
    }
}
