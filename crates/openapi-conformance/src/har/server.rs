//! Decides which entries belong to the API.

use url::Url;

use super::HarError;
use crate::{Contract, base_url};

/// The server whose entries are validated.
pub(super) struct Server {
    /// `None` if no URL was given and the contract's own URL is not absolute.
    base: Option<Url>,
    /// Whether no server was given. A server on this machine then counts as a copy of the contract's.
    guess: bool,
}

impl Server {
    pub fn new(contract: &Contract, url: Option<&str>) -> Result<Self, HarError> {
        let base = match url {
            Some(text) => Some(base_url::parse(text).map_err(HarError::BaseUrl)?),
            None => base_url::parse(contract.base_url()).ok(),
        };
        Ok(Server {
            base,
            guess: url.is_none(),
        })
    }

    /// Returns the path below the base URL if `url` belongs to the API.
    pub fn path<'u>(&self, contract: &Contract, url: &'u Url) -> Option<&'u str> {
        let prefix = self.base.as_ref().map_or("", |base| base.path());
        let prefix = prefix.trim_end_matches('/');
        let below = url.path().strip_prefix(prefix);
        let below = below.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        if self.base.as_ref().is_some_and(|base| same(base, url)) {
            return below;
        }
        if !self.guess || !url.scheme().starts_with("http") || !base_url::is_loopback(url) {
            return None;
        }
        // Other things run on this machine, such as the page that calls the API. A path without the prefix must
        // therefore be documented.
        let documented = |path: &&str| !contract.methods(path).is_empty();
        below
            .filter(|_| !prefix.is_empty())
            .or_else(|| Some(url.path()).filter(documented))
    }
}

/// Returns whether both URLs point to the same server. The port is `None` if it is the scheme's default.
fn same(base: &Url, url: &Url) -> bool {
    base.scheme() == url.scheme() && base.host() == url.host() && base.port() == url.port()
}
