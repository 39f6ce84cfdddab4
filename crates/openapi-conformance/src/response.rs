//! Validates a response.

use http::{HeaderMap, Method, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::exchange::ExchangeValidator;
use super::ids::{self, RESPONSE};
use super::operation::{DocumentedResponse, Operation};

impl ExchangeValidator<'_> {
    /// `request` is the method and the query of the request, if known.
    pub(super) fn response(
        &mut self,
        operation: &Operation,
        request: Option<(&Method, &str)>,
        response: &Response<impl AsRef<[u8]>>,
    ) {
        let Some(documented) = operation.response(response.status()) else {
            let at = format!("{}/responses", operation.pointer);
            let sentence = format!("{} is not documented", response.status().as_str());
            let id = ids::RESPONSE_STATUS_UNDOCUMENTED;
            return self.report(id, "/response/status", &at, &sentence);
        };
        self.response_headers(documented, response.headers());
        let body = response.body().as_ref();
        if documented.content.is_empty() {
            if !body.is_empty() {
                let id = RESPONSE.body_undocumented;
                let place = &documented.pointer;
                self.report(id, "/response/body", place, "is not documented");
            }
            return;
        }
        let at = format!("{}/content", documented.pointer);
        if body.is_empty() {
            let is_head = request.is_some_and(|(method, _)| *method == Method::HEAD);
            if !is_head {
                self.report(RESPONSE.body_missing, "/response/body", &at, "is missing");
            }
            return;
        }
        let headers = response.headers();
        let Some(value) = self.body(RESPONSE, headers, body, &documented.content, &at) else {
            return;
        };
        self.code(documented, &value);
        if let Some(list) = &operation.list
            && documented.key.starts_with('2')
        {
            let query = request.map_or("", |(_, query)| query);
            let query = form_urlencoded::parse(query.as_bytes()).into_owned();
            let query: Vec<(String, String)> = query.collect();
            list.validate(operation, &query, &value, &mut self.validated.findings);
        }
    }

    fn response_headers(&mut self, response: &DocumentedResponse, headers: &HeaderMap) {
        for header in &response.headers {
            let pointer = format!("/response/headers/{}", header.name.to_lowercase());
            match header.header(headers) {
                Some(Ok(text)) => {
                    let value = header.text(&text);
                    self.validate(RESPONSE, &pointer, header.schema, &value);
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
        let code = value.pointer("/error/code").and_then(Value::as_str);
        let Some(code) = code.filter(|_| !response.codes.is_empty()) else {
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
            self.report(id, "/response/body/error/code", &at, &sentence);
        }
    }
}
