//! Compares error codes. A code belongs to the status codes that have an example of it.

use super::Diff;
use super::ids::Id;
use super::location::Location;
use super::responses::has;
use crate::operation::{DocumentedResponse, Operation};
use crate::validate::Sender;

impl<'c> Diff<'c> {
    /// A code that moved to another status code is breaking, because programs branch on either. Codes of a status code
    /// that was added or removed are covered by the change of the status code.
    pub fn codes(&mut self, old: &'c Operation, new: &'c Operation) {
        for code in codes(old) {
            let (was, is) = (responses(old, code), responses(new, code));
            let known = |key: &str| {
                old.response_at(key)
                    .is_some_and(|response| response.codes.iter().any(|known| known == code))
            };
            if let Some(moved) = is.iter().find(|response| !known(&response.key)) {
                let what = format!(
                    "comes with status code {} instead of {}",
                    keys(&is),
                    keys(&was)
                );
                self.code(code, Id::ErrorCodeMoved, moved, what);
                continue;
            }
            for gone in was {
                let stays = is.iter().any(|response| response.key == gone.key);
                if !stays && has(new, &gone.key) {
                    let what = format!("no longer comes with status code {}", gone.key);
                    self.code(code, Id::ErrorCodeRemoved, gone, what);
                }
            }
        }
        for code in codes(new) {
            if !responses(old, code).is_empty() {
                continue;
            }
            for response in responses(new, code) {
                if has(old, &response.key) {
                    let what = format!("now comes with status code {}", response.key);
                    self.code(code, Id::ErrorCodeAdded, response, what);
                }
            }
        }
    }

    fn code(&mut self, code: &str, id: Id, response: &DocumentedResponse, what: String) {
        let location = Location::new(Sender::Api, "the error code");
        let pointer = format!("{}/content/application~1json", response.pointer);
        self.report(&location, id, &pointer, format!("`{code}` {what}"));
    }
}

/// Returns each code once.
fn codes(operation: &Operation) -> Vec<&str> {
    let mut codes: Vec<&str> = Vec::new();
    for code in operation
        .responses
        .iter()
        .flat_map(|response| &response.codes)
    {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    codes
}

/// Returns the responses that have an example of a code.
fn responses<'c>(operation: &'c Operation, code: &str) -> Vec<&'c DocumentedResponse> {
    let responses = operation.responses.iter();
    let matching = responses.filter(|response| response.codes.iter().any(|known| known == code));
    matching.collect()
}

fn keys(responses: &[&DocumentedResponse]) -> String {
    let keys: Vec<_> = responses
        .iter()
        .map(|response| response.key.as_str())
        .collect();
    keys.join(", ")
}
