//! Compares the responses of an operation: status codes, headers, bodies, error codes.

use std::collections::HashMap;

use super::bodies::Body;
use super::ids::Id;
use super::location::{Direction, Location};
use super::{Diff, Kind};
use crate::operation::{DocumentedResponse, Operation};
use crate::validate::Sender;

impl<'c> Diff<'c> {
    pub fn responses(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind) {
        let sender = match kind {
            Kind::Call => Sender::Api,
            // The subscriber responds to an event.
            Kind::Event => Sender::Client,
        };
        for before in &old.responses {
            if let Some(after) = covering(new, &before.key) {
                // A status code that became a range. A range that already existed beside it is not a change.
                let is_same = after.key.eq_ignore_ascii_case(&before.key);
                if !is_same && !is_default(&after.key) && !has(old, &after.key) {
                    let what = format!("{} becomes the range {}", before.key, after.key);
                    self.status(sender, Direction::Wider, new, &after.key, &what);
                }
                self.response(sender, before, after);
            } else if let Some(after) = within(new, &before.key) {
                let what = format!("range {} is narrowed to {}", before.key, keys(new));
                self.status(sender, Direction::Narrower, new, &after.key, &what);
            } else {
                let what = format!("{} is removed, documented are {}", before.key, keys(new));
                self.status(sender, Direction::Different, old, &before.key, &what);
            }
        }
        for after in &new.responses {
            if has(old, &after.key) {
                continue;
            }
            if let Some(before) = covering(old, &after.key) {
                self.response(sender, before, after);
            } else if within(old, &after.key).is_none() {
                let what = format!("{} is added", after.key);
                self.status(sender, Direction::Wider, new, &after.key, &what);
            }
        }
        if kind == Kind::Call {
            self.codes(old, new);
        }
    }

    /// A client handles any failure status code in the same way. But it cannot interpret a new success status code, and
    /// relies on those it expects. A subscriber's response is rejected if its status code was removed.
    fn status(
        &mut self,
        sender: Sender,
        direction: Direction,
        operation: &Operation,
        key: &str,
        what: &str,
    ) {
        let id = match (sender, direction) {
            (Sender::Client, Direction::Wider) => Id::EventResponseStatusCodeAdded,
            (Sender::Client, _) => Id::EventResponseStatusCodeRemoved,
            (Sender::Api, Direction::Wider) if is_success(key) => Id::SuccessStatusCodeAdded,
            (Sender::Api, Direction::Narrower) if is_success(key) => Id::SuccessStatusCodesNarrowed,
            (Sender::Api, Direction::Different) if is_success(key) => Id::SuccessStatusCodeRemoved,
            (Sender::Api, Direction::Wider) => Id::FailureStatusCodeAdded,
            (Sender::Api, _) => Id::FailureStatusCodeRemoved,
        };
        let pointer = format!("{}/responses/{key}", operation.pointer);
        let location = Location::new(sender, "the status code");
        self.report(&location, id, &pointer, what.to_owned());
    }

    fn response(
        &mut self,
        sender: Sender,
        old: &'c DocumentedResponse,
        new: &'c DocumentedResponse,
    ) {
        self.response_headers(sender, old, new);
        let (added, removed) = match sender {
            Sender::Client => (Id::EventResponseBodyAdded, Id::EventResponseBodyRemoved),
            Sender::Api if is_success(&new.key) => (Id::SuccessBodyAdded, Id::ResponseBodyRemoved),
            Sender::Api => (Id::FailureBodyAdded, Id::ResponseBodyRemoved),
        };
        let location = Location::new(sender, "the response");
        let body = |response: &'c DocumentedResponse| Body {
            content: &response.content,
            pointer: &response.pointer,
        };
        match (old.content.is_empty(), new.content.is_empty()) {
            (true, true) => {}
            (true, false) => {
                self.report(&location, added, &new.pointer, "now has a body".to_owned());
            }
            (false, true) => {
                let what = "no longer has a body".to_owned();
                self.report(&location, removed, &old.pointer, what);
            }
            (false, false) => self.content(&location, body(old), body(new)),
        }
    }

    /// Compares error codes. A code belongs to the status codes that have an example of it. One that moved to another
    /// status code is breaking, because programs branch on either. Codes of a status code that was added or removed are
    /// covered by the change of the status code.
    fn codes(&mut self, old: &'c Operation, new: &'c Operation) {
        let (before, after) = (Codes::of(old), Codes::of(new));
        for code in &before.all {
            let (was_with, is_with) = (before.responses(code), after.responses(code));
            let moved = is_with.iter().find(|response| {
                let known = old.response_at(&response.key);
                !known.is_some_and(|known| was_with.iter().any(|with| with.key == known.key))
            });
            if let Some(moved) = moved {
                let what = format!(
                    "comes with status code {} instead of {}",
                    joined(is_with),
                    joined(was_with)
                );
                self.code(code, Id::ErrorCodeMoved, moved, &what);
                continue;
            }
            for gone in was_with {
                let stays = is_with.iter().any(|response| response.key == gone.key);
                if !stays && has(new, &gone.key) {
                    let what = format!("no longer comes with status code {}", gone.key);
                    self.code(code, Id::ErrorCodeRemoved, gone, &what);
                }
            }
        }
        for code in &after.all {
            if !before.responses(code).is_empty() {
                continue;
            }
            for response in after.responses(code) {
                if has(old, &response.key) {
                    let what = format!("now comes with status code {}", response.key);
                    self.code(code, Id::ErrorCodeAdded, response, &what);
                }
            }
        }
    }

    fn code(&mut self, code: &str, id: Id, response: &DocumentedResponse, what: &str) {
        let location = Location::new(Sender::Api, "the error code");
        let pointer = format!("{}/content/application~1json", response.pointer);
        self.report(&location, id, &pointer, format!("`{code}` {what}"));
    }
}

/// The error codes of an operation, in order, and the responses that have an example of each.
#[derive(Default)]
struct Codes<'c> {
    all: Vec<&'c str>,
    responses: HashMap<&'c str, Vec<&'c DocumentedResponse>>,
}

impl<'c> Codes<'c> {
    fn of(operation: &'c Operation) -> Self {
        let mut codes = Codes::default();
        for response in &operation.responses {
            for code in &response.codes {
                let responses = codes.responses.entry(code).or_default();
                if responses.is_empty() {
                    codes.all.push(code);
                }
                responses.push(response);
            }
        }
        codes
    }

    fn responses(&self, code: &str) -> &[&'c DocumentedResponse] {
        self.responses.get(code).map_or(&[], Vec::as_slice)
    }
}

fn joined(responses: &[&DocumentedResponse]) -> String {
    let keys = responses.iter().map(|response| response.key.as_str());
    keys.collect::<Vec<_>>().join(", ")
}

/// Returns the documented status codes.
fn keys(operation: &Operation) -> String {
    let responses: Vec<_> = operation.responses.iter().collect();
    joined(&responses)
}

fn is_success(key: &str) -> bool {
    key.starts_with('2')
}

fn is_default(key: &str) -> bool {
    key.eq_ignore_ascii_case("default")
}

fn has(operation: &Operation, key: &str) -> bool {
    let mut responses = operation.responses.iter();
    responses.any(|response| response.key.eq_ignore_ascii_case(key))
}

/// Returns the response that documents a status code or a range: its own, that of its range, or the default, which
/// stands for failures.
fn covering<'c>(operation: &'c Operation, key: &str) -> Option<&'c DocumentedResponse> {
    if let Some(response) = operation.response_at(key) {
        return Some(response);
    }
    let default = operation.response_at("default");
    default.filter(|_| !is_success(key))
}

/// Returns the first response whose status code is within a range.
fn within<'c>(operation: &'c Operation, range: &str) -> Option<&'c DocumentedResponse> {
    let class = range.get(..1)?;
    let is_range = range.len() == 3 && range[1..].eq_ignore_ascii_case("XX");
    let mut responses = operation.responses.iter();
    responses.find(|response| is_range && response.key.starts_with(class))
}
