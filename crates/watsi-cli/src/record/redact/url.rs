//! Redacts paths and queries.

use watsi::reqwest::Url;

use super::Redactor;
use super::described::{is_map, is_sensitive};
use super::operation::Documented;
use crate::screen::REDACTED;

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
                _ if literals.iter().any(|literal| literal == segment) => segment.to_owned(),
                Some(described) => {
                    let text = decoded(segment);
                    let redacted = self.written(text.clone(), &described, false);
                    // What is kept is kept as it was encoded.
                    if redacted == text {
                        segment.to_owned()
                    } else {
                        encoded(&redacted)
                    }
                }
                None => encoded(&self.placeholders.of(&decoded(segment), |_| true)),
            }
        });
        let mut segments: Vec<_> = segments.collect();
        segments.reverse();
        segments.join("/")
    }

    /// Redacts `name=value`. What is kept is kept as it was encoded.
    fn pair(&mut self, pair: &str, documented: Documented<'_>) -> String {
        let mut url = empty_url();
        url.set_query(Some(pair));
        let Some((name, value)) = url.query_pairs().next() else {
            return String::new();
        };
        let (redacted, text) = if self.credentials.is_query(&name) {
            (self.name(name.to_string(), false), REDACTED.to_owned())
        } else if let Some(described) = documented.parameter("query", &name) {
            let text = self.written(value.to_string(), &described, false);
            (name.to_string(), text)
        } else {
            self.other_pair(&name, &value, documented)
        };
        if redacted == name && text == value {
            return pair.to_owned();
        }
        url.query_pairs_mut().clear().append_pair(&redacted, &text);
        url.query().unwrap_or_default().to_owned()
    }

    /// Redacts a pair whose name is not that of a parameter. An object is written as `parameter[property]=value`.
    fn other_pair(
        &mut self,
        name: &str,
        value: &str,
        documented: Documented<'_>,
    ) -> (String, String) {
        let bracketed = name.split_once('[').and_then(|(start, rest)| {
            let parameter = documented.parameter("query", start)?;
            Some((start, rest.trim_end_matches(']'), parameter))
        });
        let Some((start, property, parameter)) = bracketed else {
            let value = self.placeholders.of(value, |_| true);
            return (self.name(name.to_owned(), false), value);
        };
        let hidden = is_sensitive(&parameter);
        match parameter.property(property) {
            Some(described) => {
                let value = self.written(value.to_owned(), &described, hidden);
                (name.to_owned(), value)
            }
            None => {
                let property = self.name(property.to_owned(), is_map(&parameter));
                let value = self.placeholders.of(value, |_| true);
                (format!("{start}[{property}]"), value)
            }
        }
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
    let mut url = empty_url();
    // In a query, a plus sign stands for a space.
    url.set_query(Some(&segment.replace('+', "%2B")));
    let pair = url.query_pairs().next();
    pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn encoded(segment: &str) -> String {
    let mut url = empty_url();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().push(segment);
    }
    url.path().trim_start_matches('/').to_owned()
}

/// Returns a URL whose parser encodes and decodes parts of other URLs.
fn empty_url() -> Url {
    Url::parse("http://localhost/").expect("the URL is valid")
}
