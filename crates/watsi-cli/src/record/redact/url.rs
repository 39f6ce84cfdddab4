//! Redacts paths and queries.

use watsi::reqwest::Url;

use super::body::is_identifier;
use super::described::{has_sensitive_items, is_sensitive};
use super::operation::Documented;
use super::{REDACTED, Redactor};

impl Redactor {
    pub(super) fn url(&mut self, url: &Url, documented: Documented<'_>) -> Url {
        let mut redacted = url.clone();
        let path = self.path(url.path(), documented);
        redacted.set_path(&path);
        if let Some(query) = url.query() {
            let pairs: Vec<_> = query
                .split('&')
                .map(|pair| self.pair(pair, documented))
                .collect();
            redacted.set_query(Some(&pairs.join("&")));
        }
        redacted
    }

    fn path(&mut self, path: &str, documented: Documented<'_>) -> String {
        let template: Vec<_> = documented.template().rsplit('/').collect();
        let literals = literals(self);
        let segments = path.rsplit('/').enumerate().map(|(index, segment)| {
            let parameter = template.get(index).and_then(|part| {
                let name = part.split_once('{')?.1.split_once('}')?.0;
                documented.parameter("path", name)
            });
            match parameter {
                Some(described) if !is_sensitive(&described) => segment.to_owned(),
                _ if literals.iter().any(|literal| literal == segment) => segment.to_owned(),
                Some(described) => encoded(&self.string(decoded(segment), &described)),
                None => encoded(&self.placeholders.of(&decoded(segment), |_| true)),
            }
        });
        let mut segments: Vec<_> = segments.collect();
        segments.reverse();
        segments.join("/")
    }

    /// Redacts `name=value`. What is kept is kept as it was encoded.
    fn pair(&mut self, pair: &str, documented: Documented<'_>) -> String {
        let mut scratch = scratch();
        scratch.set_query(Some(pair));
        let Some((name, value)) = scratch.query_pairs().next() else {
            return String::new();
        };
        let (name, value) = (name.into_owned(), value.into_owned());
        // An object is written as `name[property]=value`.
        let start = name.split('[').next().unwrap_or_default();
        let parameter = documented
            .parameter("query", &name)
            .or_else(|| documented.parameter("query", start));
        let (name, value) = match parameter {
            _ if self.credentials.is_query(&name) => (name, REDACTED.to_owned()),
            Some(described) if !has_sensitive_items(&described) => return pair.to_owned(),
            Some(described) => (name, self.string(value, &described)),
            None => {
                let value = self.placeholders.of(&value, |_| true);
                if is_identifier(&name) {
                    (name, value)
                } else {
                    (self.placeholders.of(&name, |_| true), value)
                }
            }
        };
        scratch.query_pairs_mut().clear().append_pair(&name, &value);
        scratch.query().unwrap_or_default().to_owned()
    }
}

/// Returns the segments of paths that the contract and the base URL have.
fn literals(redactor: &Redactor) -> Vec<String> {
    let operations = redactor.contract.operations();
    operations
        .map(|operation| operation.path())
        .chain([redactor.base_path.as_str()])
        .flat_map(|path| path.split('/'))
        .map(str::to_owned)
        .collect()
}

fn decoded(segment: &str) -> String {
    let mut scratch = scratch();
    // In a query, a plus sign stands for a space.
    scratch.set_query(Some(&segment.replace('+', "%2B")));
    let pair = scratch.query_pairs().next();
    pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn encoded(segment: &str) -> String {
    let mut scratch = scratch();
    if let Ok(mut segments) = scratch.path_segments_mut() {
        segments.clear().push(segment);
    }
    scratch.path().trim_start_matches('/').to_owned()
}

/// Returns a URL whose parser encodes and decodes parts of other URLs.
fn scratch() -> Url {
    Url::parse("http://localhost/").expect("the URL is valid")
}
