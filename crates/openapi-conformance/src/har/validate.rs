//! Validates an entry of the API, as far as it was recorded.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use url::Url;

use super::entry::Entry;
use super::found;
use crate::{Contract, Coverage, Finding, Operation, Severity, ids};

pub(super) struct Validated {
    pub findings: Vec<Finding>,
    /// Whether both bodies were recorded.
    pub whole: bool,
}

/// Validates an entry of this operation.
pub(super) fn entry<'c>(
    coverage: &mut Coverage<'c>,
    operation: &'c Operation,
    url: &Url,
    mut entry: Entry,
    status: StatusCode,
) -> Validated {
    let (sent, received) = entry.bodies(&operation.method, status);
    let whole = sent.is_some() && received.is_some();
    let unrecorded = [
        sent.is_none().then_some("/request/body"),
        received.is_none().then_some("/response/body"),
    ];
    let headers = entry.request.headers.0;
    let mut request = Request::new(sent.unwrap_or_else(|| stand_in(&headers)));
    *request.headers_mut() = headers;
    *request.method_mut() = operation.method.clone();
    let uri = Uri::try_from(&url[url::Position::BeforePath..url::Position::AfterQuery]);
    let readable = uri.is_ok();
    *request.uri_mut() = uri.unwrap_or_default();
    let headers = entry.response.headers.0;
    let mut response = Response::new(received.unwrap_or_else(|| stand_in(&headers)));
    *response.headers_mut() = headers;
    *response.status_mut() = status;

    let mut findings = coverage.validate(operation, &request, &response);
    findings.retain(|finding| !unrecorded.contains(&Some(finding.pointer.as_str())));
    if !readable {
        // The findings so far are based on another query.
        findings = vec![Finding::new(
            ids::REQUEST_QUERY_TOO_LONG,
            Severity::Request,
            "/request/query",
            &operation.pointer,
            "is too long to be validated",
        )];
    }
    Validated { findings, whole }
}

/// Returns the finding for a request that matches no operation.
pub(super) fn not_documented(contract: &Contract, path: &str, method: Option<&Method>) -> Finding {
    let here = contract.at_path(path).next();
    let item = here.and_then(|operation| operation.pointer.rsplit_once('/'));
    let method = method.filter(|method| found::is_plain(method));
    let Some((item, _)) = item else {
        return Finding::new(
            ids::REQUEST_PATH_UNDOCUMENTED,
            Severity::Request,
            "/request/path",
            "/paths",
            "is not documented",
        );
    };
    let named = method.map(|method| format!("`{method}` "));
    Finding::new(
        ids::REQUEST_METHOD_UNDOCUMENTED,
        Severity::Request,
        "/request/method",
        item,
        format!("{}is not documented", named.unwrap_or_default()),
    )
}

/// Returns a placeholder for a body that was not recorded, so that its media type is still validated, if it has one.
fn stand_in(headers: &HeaderMap) -> Vec<u8> {
    let body = if headers.contains_key(CONTENT_TYPE) {
        "null"
    } else {
        ""
    };
    body.into()
}
