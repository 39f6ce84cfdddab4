//! Compares the responses of an operation: status codes, headers, bodies, error codes.

use super::content::Body;
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
            match covering(new, &before.key) {
                Some(now) => {
                    // A status code that became a range. A range that already existed beside it is not a change.
                    let is_same = now.key.eq_ignore_ascii_case(&before.key);
                    if !is_same && !is_default(&now.key) && !has(old, &now.key) {
                        let what = format!("{} becomes the range {}", before.key, now.key);
                        self.status(sender, Direction::Wider, new, &now.key, &what);
                    }
                    self.response(sender, before, now);
                }
                None => match within(new, &before.key) {
                    Some(now) => {
                        let what = format!("range {} is narrowed", before.key);
                        self.status(sender, Direction::Narrower, new, &now.key, &what);
                    }
                    None => {
                        let what = format!("{} is removed", before.key);
                        self.status(sender, Direction::Different, old, &before.key, &what);
                    }
                },
            }
        }
        let added = new.responses.iter();
        for now in added.filter(|response| !has(old, &response.key)) {
            match covering(old, &now.key) {
                Some(before) => self.response(sender, before, now),
                None if within(old, &now.key).is_some() => {}
                None => {
                    let what = format!("{} is added", now.key);
                    self.status(sender, Direction::Wider, new, &now.key, &what);
                }
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
        let of = |response: &'c DocumentedResponse| Body {
            content: &response.content,
            pointer: &response.pointer,
        };
        self.body(&location, Some(of(old)), Some(of(new)), added, removed);
    }
}

fn is_success(key: &str) -> bool {
    key.starts_with('2')
}

fn is_default(key: &str) -> bool {
    key.eq_ignore_ascii_case("default")
}

pub fn has(operation: &Operation, key: &str) -> bool {
    let mut responses = operation.responses.iter();
    responses.any(|response| response.key.eq_ignore_ascii_case(key))
}

/// Returns the response that documents a status code or a range: its own, that of its range, or the default, which
/// stands for failures.
fn covering<'c>(operation: &'c Operation, key: &str) -> Option<&'c DocumentedResponse> {
    let own = operation.response_at(key);
    own.or_else(|| {
        operation
            .response_at("default")
            .filter(|_| !is_success(key))
    })
}

/// Returns the first response whose status code is within a range.
fn within<'c>(operation: &'c Operation, range: &str) -> Option<&'c DocumentedResponse> {
    let class = range.get(..1)?;
    let is_range = range.len() == 3 && range[1..].eq_ignore_ascii_case("XX");
    let mut responses = operation.responses.iter();
    responses.find(|response| is_range && response.key.starts_with(class))
}
