//! Reads validated requests.

use bytes::Bytes;
use http::Request;
use serde::de::DeserializeOwned;
use serde_json::Map;
use url::form_urlencoded;

use super::ApiError;
use watsi::types::ErrorCode;

/// Deserializes the body of a validated request.
///
/// # Errors
///
/// Returns an error for what the contract cannot exclude, e.g. a string with half of a surrogate pair.
pub fn body<T: DeserializeOwned>(request: &Request<Bytes>) -> Result<T, ApiError> {
    serde_json::from_slice(request.body()).map_err(|error| {
        let problem = format!("cannot be read: {error}");
        let details = Map::from_iter([("body".to_owned(), problem.into())]);
        ApiError::new(ErrorCode::ValidationError).details(details)
    })
}

/// Returns a validated number of items. A JSON number can have an exponent, e.g. `1e1`.
pub fn count(text: &str) -> Option<usize> {
    text.parse::<f64>().ok().map(|count| count as usize)
}

/// Returns the first value of a query parameter.
pub fn parameter(request: &Request<Bytes>, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
