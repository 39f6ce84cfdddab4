//! Compares the responses of an operation: status codes, headers, bodies, error codes.

use super::ids::Id;
use super::members::{Member, PARAMETER, RESPONSE_HEADER};
use super::spot::{Spot, Turn};
use super::{Diff, Kind};
use crate::conformance::operation::{DocumentedResponse, Operation};
use crate::conformance::walk::Writer;

impl<'c> Diff<'c> {
    pub fn responses(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind) {
        let writer = match kind {
            Kind::Call => Writer::Api,
            // The subscriber responds to an event.
            Kind::Event => Writer::Caller,
        };
        for before in &old.responses {
            match new.response_at(&before.key) {
                Some(now) => {
                    // A status code that became a range. A range that already existed beside it is not a change.
                    if now.key != before.key && !has(old, &now.key) {
                        let what = format!("{} becomes the range {}", before.key, now.key);
                        self.status(writer, Turn::Wider, new, &now.key, &what);
                    }
                    self.response(writer, before, now);
                }
                None => match within(new, &before.key) {
                    Some(now) => {
                        let what = format!("range {} is narrowed", before.key);
                        self.status(writer, Turn::Narrower, new, &now.key, &what);
                    }
                    None => {
                        let what = format!("{} is removed", before.key);
                        self.status(writer, Turn::Another, old, &before.key, &what);
                    }
                },
            }
        }
        for now in new
            .responses
            .iter()
            .filter(|response| !has(old, &response.key))
        {
            match old.response_at(&now.key) {
                Some(before) => self.response(writer, before, now),
                None if within(old, &now.key).is_some() => {}
                None => {
                    let what = format!("{} is added", now.key);
                    self.status(writer, Turn::Wider, new, &now.key, &what);
                }
            }
        }
        if kind == Kind::Call {
            self.codes(old, new);
        }
    }

    /// A client handles any failure status code in the same way. But it cannot interpret a new success status code, and
    /// relies on those it expects. A subscriber's response is rejected if its status code was removed.
    fn status(&mut self, writer: Writer, turn: Turn, operation: &Operation, key: &str, what: &str) {
        let id = match (writer, turn) {
            (Writer::Caller, Turn::Wider) => Id::EventResponseStatusCodeAdded,
            (Writer::Caller, _) => Id::EventResponseStatusCodeRemoved,
            (Writer::Api, Turn::Wider) if key.starts_with('2') => Id::SuccessStatusCodeAdded,
            (Writer::Api, Turn::Narrower) if key.starts_with('2') => Id::SuccessStatusCodesNarrowed,
            (Writer::Api, Turn::Another) if key.starts_with('2') => Id::SuccessStatusCodeRemoved,
            (Writer::Api, Turn::Wider) => Id::FailureStatusCodeAdded,
            (Writer::Api, _) => Id::FailureStatusCodeRemoved,
        };
        let pointer = format!("{}/responses/{key}", operation.pointer);
        let spot = Spot::new(writer, "the status code");
        self.report(&spot, id, &pointer, what.to_owned());
    }

    fn response(
        &mut self,
        writer: Writer,
        old: &'c DocumentedResponse,
        new: &'c DocumentedResponse,
    ) {
        self.members(&headers(writer, old), &headers(writer, new));
        let (added, removed) = match writer {
            Writer::Caller => (Id::EventResponseBodyAdded, Id::EventResponseBodyRemoved),
            Writer::Api if new.key.starts_with('2') => {
                (Id::SuccessBodyAdded, Id::ResponseBodyRemoved)
            }
            Writer::Api => (Id::FailureBodyAdded, Id::ResponseBodyRemoved),
        };
        self.body(
            &Spot::new(writer, "the response"),
            (old.schema.as_ref(), &old.pointer),
            (new.schema.as_ref(), &new.pointer),
            added,
            removed,
        );
    }
}

pub fn has(operation: &Operation, key: &str) -> bool {
    operation
        .responses
        .iter()
        .any(|response| response.key == key)
}

/// Returns the first response whose status code is within a range.
fn within<'c>(operation: &'c Operation, range: &str) -> Option<&'c DocumentedResponse> {
    let class = range.strip_suffix("XX")?;
    let mut responses = operation.responses.iter();
    responses.find(|response| response.key.starts_with(class))
}

fn headers(writer: Writer, response: &DocumentedResponse) -> Vec<Member<'_>> {
    let ids = match writer {
        Writer::Api => &RESPONSE_HEADER,
        Writer::Caller => &PARAMETER,
    };
    let headers = response.headers.iter();
    let members = headers.map(|header| Member {
        key: header.name.to_lowercase(),
        ids,
        spot: Spot::new(writer, format!("the response header `{}`", header.name)),
        required: header.required,
        pointer: &header.pointer,
        schemas: vec![&header.schema],
        default: None,
    });
    members.collect()
}
