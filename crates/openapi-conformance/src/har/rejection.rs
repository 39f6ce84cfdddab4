//! Requests that do not conform to the contract, and that the server rejected.

use http::StatusCode;

use super::api_keys;
use crate::Finding;

/// Returns whether the response is a documented 4xx without findings. The findings about the request then confirm that
/// the server had a reason.
pub(super) fn is_documented(status: StatusCode, findings: &[Finding]) -> bool {
    let mut findings = findings.iter();
    status.is_client_error() && findings.all(|finding| finding.pointer.starts_with("/request"))
}

/// Returns whether the request has a finding. Recorders leave out API keys, so a missing one only counts if the server
/// missed it too.
pub(super) fn is_deserved(status: StatusCode, findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| status == StatusCode::UNAUTHORIZED || finding.pointer != api_keys::POINTER)
}

/// Returns whether the response says that there is no such path or method.
pub(super) fn is_not_found(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
    )
}
