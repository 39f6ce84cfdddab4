//! Decides which entries belong to the API.

use http::Method;
use serde_json::Value;
use url::Url;

use super::HarError;
use crate::servers::Server;
use crate::{Contract, Route, base_url};

/// The servers whose entries are validated.
pub(super) enum Servers {
    /// A given server, which has all operations.
    Given(Server),
    /// Those of the contract. A server on this machine counts as a copy of them.
    Documented,
}

/// What the URL of an entry belongs to.
pub(super) struct Target<'c, 'u> {
    /// The path below the base URL.
    pub path: &'u str,
    pub route: Route<'c>,
}

impl Servers {
    pub fn new(base_url: Option<&str>) -> Result<Self, HarError> {
        let Some(text) = base_url else {
            return Ok(Servers::Documented);
        };
        let url = base_url::parse(text).map_err(HarError::BaseUrl)?;
        let server = Server::new(url.as_str(), &Value::Null);
        let invalid = HarError::BaseUrl("it is too long");
        server.map(Servers::Given).ok_or(invalid)
    }

    /// Returns what a request belongs to, or `None` if its server is not one of the API.
    pub fn target<'c, 'u>(
        &self,
        contract: &'c Contract,
        method: &Method,
        url: &'u Url,
    ) -> Option<Target<'c, 'u>> {
        match self {
            Servers::Given(server) => {
                let path = server.path(url)?;
                let route = contract.route(method, path);
                Some(Target { path, route })
            }
            Servers::Documented => {
                let documented = among(contract, method, url, Server::path);
                let local = || among(contract, method, url, Server::local_path);
                documented.or_else(local).or_else(|| {
                    // Other things run on this machine, such as the page that calls the API. A path without the
                    // prefix must therefore be documented.
                    let path = url.path();
                    let route = contract.route(method, path);
                    let is_api = base_url::is_loopback(url) && !matches!(route, Route::NoPath);
                    is_api.then_some(Target { path, route })
                })
            }
        }
    }
}

/// Returns the target among the servers whose path is found by `below`: an operation if there is one.
fn among<'c, 'u>(
    contract: &'c Contract,
    method: &Method,
    url: &'u Url,
    below: impl Fn(&Server, &'u Url) -> Option<&'u str>,
) -> Option<Target<'c, 'u>> {
    let mut best: Option<Target<'c, 'u>> = None;
    for (index, servers) in contract.servers.iter().enumerate() {
        for path in servers.iter().filter_map(|server| below(server, url)) {
            let route = contract.route_among(method, path, |operation| operation.servers == index);
            let is_better = match (&route, &best) {
                (Route::Operation(_), _) => return Some(Target { path, route }),
                (_, None) => true,
                (Route::NoMethod, Some(best)) => matches!(best.route, Route::NoPath),
                (Route::NoPath, Some(_)) => false,
            };
            if is_better {
                best = Some(Target { path, route });
            }
        }
    }
    best
}
