//! Validates requests, and describes the problem of each field.

use bytes::Bytes;
use http::Request;
use openapi_conformance::{Contract, Finding, Operation, Route, Severity};
use serde_json::Map;

use super::ApiError;
use watsi::types::ErrorCode;

/// The maximum number of values in a JSON body. It bounds the time that validation takes.
const MOST_VALUES: usize = 10_000;

/// The maximum number of fields whose problem is described.
const MOST_DETAILS: usize = 100;

/// Returns the operation, or the error for a request to another path or method.
pub fn routed<'c>(
    contract: &Contract,
    route: Route<'c>,
    request: &Request<Bytes>,
) -> Result<&'c Operation, ApiError> {
    match route {
        Route::Operation(operation) => Ok(operation),
        Route::NoMethod => {
            let methods = contract.methods(request.uri().path());
            Err(ApiError::new(ErrorCode::MethodNotAllowed).allow(&methods))
        }
        Route::NoPath => Err(ApiError::new(ErrorCode::NotFound)),
    }
}

/// Rejects a body with so many values that it would take long to validate.
pub fn check_complexity(request: &Request<Bytes>) -> Result<(), ApiError> {
    if !has_more_values(request.body(), MOST_VALUES) {
        return Ok(());
    }
    let problem = format!("has more than {MOST_VALUES} values");
    let details = Map::from_iter([("body".to_owned(), problem.into())]);
    Err(ApiError::new(ErrorCode::ValidationError).details(details))
}

/// Rejects what the contract does not document, and describes the problem of each field.
pub fn validate(
    contract: &Contract,
    operation: &Operation,
    request: &Request<Bytes>,
    is_accepted: impl Fn(&Finding) -> bool,
) -> Result<(), ApiError> {
    let mut details = Map::new();
    for finding in contract.validate_request(operation, request) {
        if details.len() >= MOST_DETAILS {
            break;
        }
        if finding.severity == Severity::Request && !is_accepted(&finding) {
            details.insert(field(&finding), finding.sentence.into());
        }
    }
    if details.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::ValidationError).details(details))
}

/// Returns whether a JSON text has more values than this, by counting its commas outside of strings.
fn has_more_values(json: &[u8], most: usize) -> bool {
    let (mut values, mut in_string, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b',' if !in_string => values += 1,
            _ => {}
        }
    }
    values > most
}

/// Returns the name of the field: `limit`, `conversation_id`, `events.0`, or `body` for the whole body.
fn field(finding: &Finding) -> String {
    let place = finding.pointer.trim_start_matches("/request/");
    let name = place.split_once('/').map_or(place, |(_, name)| name);
    name.replace('/', ".").replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::has_more_values;

    #[test]
    fn only_commas_outside_of_strings_separate_values() {
        assert!(has_more_values(br#"{"a": [1, 2], "b": 3}"#, 2));
        assert!(!has_more_values(br#"{"a": [1, 2], "b": 3}"#, 3));
        assert!(!has_more_values(br#"["a, \", \\", "b,"]"#, 2));
    }
}
