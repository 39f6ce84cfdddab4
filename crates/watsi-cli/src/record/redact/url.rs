//! Redacts paths and queries.

use std::collections::HashSet;

use openapi_conformance::Contract;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use watsi::reqwest::Url;

use super::Redactor;
use super::described::{is_sensitive, words};
use super::operation::Documented;
use super::written::{Coding, Kind};
use crate::screen::{REDACTED, is_credential};

const PATH: Coding = Coding {
    decode: path_decoded,
    encode: path_encoded,
    separators: &[",", "."],
};

const QUERY: Coding = Coding {
    decode: query_decoded,
    encode: query_encoded,
    separators: &[",", "%2C", "%2c", "|", "%7C", "%7c", "%20", "+"],
};

/// What a form encodes, besides the space.
const FORM: AsciiSet = NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

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
        let mut segments = Vec::new();
        for (index, segment) in path.rsplit('/').enumerate() {
            segments.push(if self.literals.contains(&path_decoded(segment)) {
                segment.to_owned()
            } else {
                let part = template.get(index).copied().unwrap_or_default();
                self.segment(segment, part, documented)
            });
        }
        segments.reverse();
        segments.join("/")
    }

    /// Redacts a segment of a path that this part of the template describes, e.g. `{id}.json`.
    fn segment(&mut self, segment: &str, template: &str, documented: Documented<'_>) -> String {
        let parameter = template.split_once('{').and_then(|(before, rest)| {
            let (name, after) = rest.rsplit_once('}')?;
            let value = segment.strip_prefix(before)?.strip_suffix(after)?;
            let kind = Kind {
                described: &documented.parameter("path", name)?,
                is_hidden: false,
                coding: &PATH,
            };
            let redacted = match value.strip_prefix(['.', ';']) {
                Some(text) if value.starts_with(';') => self.matrix(text, name, kind),
                Some(text) => format!(".{}", self.written(text, kind)),
                None => self.written(value, kind),
            };
            Some(format!("{before}{redacted}{after}"))
        });
        parameter.unwrap_or_else(|| {
            // Several parameters in one segment.
            let literals = template.split('}').map(|part| part.split('{').next());
            let words: Vec<_> = literals.flatten().flat_map(words).collect();
            let decoded = path_decoded(segment);
            path_encoded(&self.placeholders.with_words(&decoded, &words))
        })
    }

    /// Redacts `name=value;name=value`.
    fn matrix(&mut self, text: &str, name: &str, kind: Kind<'_>) -> String {
        let parts = text.split(';').map(|part| {
            let (start, value) = part.split_once('=').unwrap_or((part, ""));
            let [shown_name, shown_value] = if start == name {
                [start.to_owned(), self.written(value, kind)]
            } else {
                self.member([start, value], kind)
            };
            format!(";{shown_name}={shown_value}")
        });
        parts.collect()
    }

    /// Redacts `name=value`.
    fn pair(&mut self, pair: &str, documented: Documented<'_>) -> String {
        let (raw_name, raw) = pair.split_once('=').unwrap_or((pair, ""));
        let name = query_decoded(raw_name);
        let described = documented.parameter("query", &name);
        let [shown_name, value] = if self.credentials.has_query(&name) {
            [raw_name.to_owned(), REDACTED.to_owned()]
        } else if let Some(described) = &described {
            let kind = Kind {
                described,
                is_hidden: is_credential(&name),
                coding: &QUERY,
            };
            [raw_name.to_owned(), self.written(raw, kind)]
        } else if is_credential(&name) {
            let shown_name = self.name(name, false);
            [query_encoded(&shown_name), REDACTED.to_owned()]
        } else {
            self.other_pair(&name, raw, documented)
        };
        if value.is_empty() && !pair.contains('=') {
            return shown_name;
        }
        format!("{shown_name}={value}")
    }

    /// Redacts a pair whose name is not that of a parameter. An object is written as `parameter[property]=value`.
    fn other_pair(&mut self, name: &str, raw: &str, documented: Documented<'_>) -> [String; 2] {
        let bracketed = name.split_once('[').and_then(|(start, rest)| {
            let parameter = documented.parameter("query", start)?;
            Some((start, rest.trim_end_matches(']'), parameter))
        });
        let [shown_name, value] = match bracketed {
            Some((start, property, parameter)) => {
                let object = Kind {
                    described: &parameter,
                    is_hidden: is_sensitive(&parameter),
                    coding: &QUERY,
                };
                let [property, value] = self.member([&query_encoded(property), raw], object);
                [format!("{start}[{}]", query_decoded(&property)), value]
            }
            None => {
                let value = self.placeholders.of(&query_decoded(raw));
                let is_data = documented.operation.is_none();
                [self.name(name.to_owned(), is_data), query_encoded(&value)]
            }
        };
        [query_encoded(&shown_name), value]
    }
}

/// Returns the segments of paths that the contract and the base URL have.
pub(super) fn literals(contract: &Contract, base_path: &str) -> HashSet<String> {
    let paths = contract.operations().map(|operation| operation.path());
    let segments = paths.chain([base_path]).flat_map(|path| path.split('/'));
    segments.map(path_decoded).collect()
}

fn path_decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn path_encoded(segment: &str) -> String {
    let mut url = Url::parse("http://localhost/").expect("the URL is valid");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().push(segment);
    }
    url.path().trim_start_matches('/').to_owned()
}

fn query_decoded(text: &str) -> String {
    path_decoded(&text.replace('+', " "))
}

fn query_encoded(text: &str) -> String {
    let encoded = utf8_percent_encode(text, &FORM).to_string();
    encoded.replace("%20", "+")
}
