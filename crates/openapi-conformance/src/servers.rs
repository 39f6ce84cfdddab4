//! The servers of a contract, and which URLs belong to them.

use regex::{Regex, RegexBuilder, escape};
use serde_json::Value;
use url::Url;

use super::base_url;
use super::place::Place;

/// The maximum size of a compiled server in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// A server: a URL template whose variables have one of their documented values, or any value if there are none.
#[derive(Debug)]
pub(crate) struct Server {
    /// Matches scheme, host and port. `None` for a relative URL.
    origin: Option<Regex>,
    /// Matches a whole path. Its group is the part below the server's path.
    path: Regex,
    has_path: bool,
}

impl Server {
    /// Reads the servers of the whole contract, of a path or of an operation. Returns `None` if there are none.
    pub fn all(place: &Place<'_>) -> Option<Vec<Server>> {
        let servers = place.value["servers"].as_array()?;
        (!servers.is_empty()).then(|| servers.iter().filter_map(Server::read).collect())
    }

    fn read(server: &Value) -> Option<Self> {
        let url = server["url"].as_str()?;
        let variables = &server["variables"];
        if url.contains("://") {
            return Server::new(url, variables);
        }
        // The origin may be the value of a variable.
        if let Some((name, rest)) = url.strip_prefix('{').and_then(|url| url.split_once('}'))
            && let Some(default) = variables[name]["default"].as_str()
            && default.contains("://")
        {
            return Server::new(&format!("{default}{rest}"), variables);
        }
        Some(Server {
            origin: None,
            path: path(url, variables)?,
            has_path: !url.trim_matches('/').is_empty(),
        })
    }

    /// Creates a server with an absolute URL.
    pub fn new(url: &str, variables: &Value) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let start = rest.find('/').unwrap_or(rest.len());
        let (authority, below) = rest.split_at(start);
        let port = match (authority.rsplit_once(':'), scheme) {
            (Some((_, port)), _) if !port.ends_with(']') => "",
            (_, "https") => ":443",
            (_, "http") => ":80",
            _ => ":(80|443)",
        };
        let origin = format!(
            "{}://{}",
            pattern(scheme, variables),
            pattern(authority, variables)
        );
        Some(Server {
            origin: Some(compiled(&format!(r"(?i)\A{origin}{port}\z"))?),
            path: path(below, variables)?,
            has_path: !below.trim_matches('/').is_empty(),
        })
    }

    /// Returns the path below this server, if the URL belongs to it.
    pub fn path<'u>(&self, url: &'u Url) -> Option<&'u str> {
        let host = url.host_str()?;
        let port = url.port_or_known_default()?;
        let origin = format!("{}://{host}:{port}", url.scheme());
        let is_same = self
            .origin
            .as_ref()
            .is_some_and(|known| known.is_match(&origin));
        self.below(url).filter(|_| is_same)
    }

    /// Returns the path below this server's path, whatever its host is. Without a path, none can be told apart.
    pub fn local_path<'u>(&self, url: &'u Url) -> Option<&'u str> {
        let is_local = self.has_path && base_url::is_loopback(url);
        self.below(url).filter(|_| is_local)
    }

    fn below<'u>(&self, url: &'u Url) -> Option<&'u str> {
        let below = self.path.captures(url.path())?;
        Some(below.get(1).map_or("", |rest| rest.as_str()))
    }
}

fn path(template: &str, variables: &Value) -> Option<Regex> {
    let template = template.split(['?', '#']).next().unwrap_or_default();
    let prefix = template.trim_end_matches('/');
    let slash = if prefix.is_empty() || prefix.starts_with(['/', '{']) {
        ""
    } else {
        "/"
    };
    compiled(&format!(r"\A{slash}{}(/.*)?\z", pattern(prefix, variables)))
}

fn compiled(pattern: &str) -> Option<Regex> {
    let mut builder = RegexBuilder::new(pattern);
    builder.size_limit(SIZE_LIMIT).build().ok()
}

/// Returns the regular expression of a template.
fn pattern(template: &str, variables: &Value) -> String {
    let mut pattern = String::new();
    let mut rest = template;
    while let Some((before, variable)) = rest.split_once('{') {
        let Some((name, after)) = variable.split_once('}') else {
            break;
        };
        pattern += &escape(before);
        let variable = &variables[name];
        let values: Vec<_> = match variable["enum"].as_array() {
            Some(values) => values
                .iter()
                .filter_map(Value::as_str)
                .map(escape)
                .collect(),
            None => {
                let default = variable["default"].as_str().unwrap_or_default();
                vec![escape(default.trim_end_matches('/')), "[^/?#]+".to_owned()]
            }
        };
        pattern += &format!("(?:{})", values.join("|"));
        rest = after;
    }
    pattern + &escape(rest)
}
