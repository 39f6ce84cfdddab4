//! The parts of an exchange.

/// The part of an exchange that a finding concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The credentials of the request, or a cookie. Many recorders leave both out.
    Credentials,
    /// The method, path, query, headers, cookies or body of the request. A webhook delivery is a request, too.
    Request,
    /// The status code, headers or body of the response.
    Response,
    /// The items of a list in the response, which break a rule of its pagination.
    List,
}

impl Part {
    /// Returns true if the finding concerns the request, including its credentials.
    pub fn is_request(self) -> bool {
        matches!(self, Part::Credentials | Part::Request)
    }
}
