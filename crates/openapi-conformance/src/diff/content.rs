//! Compares bodies and their media types.

use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use super::{Diff, Kind};
use crate::media::Media;
use crate::operation::{Operation, RequestBody};
use crate::validate::Sender;

/// The content of a body and its location.
#[derive(Clone, Copy)]
pub struct Body<'c> {
    pub content: &'c [Media],
    pub pointer: &'c str,
}

impl<'c> Diff<'c> {
    pub fn request_body(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind) {
        let (sender, whole) = match kind {
            Kind::Call => (Sender::Client, "the request"),
            Kind::Event => (Sender::Api, "the event"),
        };
        let location = Location::new(sender, whole);
        let (added, removed) = match kind {
            Kind::Call => (Id::RequestBodyAdded, Id::RequestBodyRemoved),
            Kind::Event => (Id::EventBodyAdded, Id::EventBodyRemoved),
        };
        let (old, new) = (old.body.as_ref(), new.body.as_ref());
        if let (Some(was), Some(is)) = (old, new)
            && was.required != is.required
        {
            let (id, what) = match (kind, is.required) {
                (Kind::Call, true) => (Id::RequestBodyRequired, "now needs a body"),
                (Kind::Call, false) => (Id::RequestBodyOptional, "no longer needs a body"),
                (Kind::Event, true) => (Id::EventBodyRequired, "now always has a body"),
                (Kind::Event, false) => (Id::EventBodyOptional, "may have no body"),
            };
            self.report(&location, id, &is.pointer, what.to_owned());
        }
        let of = |body: Option<&'c RequestBody>| {
            let body = body?;
            let (content, pointer) = (&body.content[..], body.pointer.as_str());
            Some(Body { content, pointer })
        };
        self.body(&location, of(old), of(new), added, removed);
    }

    /// Compares whole bodies.
    pub fn body(
        &mut self,
        location: &Location,
        old: Option<Body<'c>>,
        new: Option<Body<'c>>,
        added: Id,
        removed: Id,
    ) {
        let documented = |body: &Body| !body.content.is_empty();
        let (was, is) = (old.filter(documented), new.filter(documented));
        match (was, is) {
            (Some(was), Some(is)) => self.content(location, was, is),
            (Some(was), None) => {
                let what = "no longer has a body".to_owned();
                self.report(location, removed, was.pointer, what);
            }
            (None, Some(is)) => {
                self.report(location, added, is.pointer, "now has a body".to_owned());
            }
            (None, None) => {}
        }
    }

    fn content(&mut self, location: &Location, old: Body<'c>, new: Body<'c>) {
        let (removed, added) = match location.sender {
            Sender::Client => (Id::RequestMediaTypeRemoved, Id::RequestMediaTypeAdded),
            Sender::Api => (Id::ResponseMediaTypeRemoved, Id::ResponseMediaTypeAdded),
        };
        let find = |body: Body<'c>, range: &str| -> Option<&'c Media> {
            body.content.iter().find(|media| media.range == range)
        };
        for before in old.content {
            let Some(now) = find(new, &before.range) else {
                let what = format!("no longer has the media type {}", before.range);
                let pointer = format!("{}/content", old.pointer);
                self.report(location, removed, &pointer, what);
                continue;
            };
            let schema = |media: &Media| media.schema.map_or(Applied::default(), Applied::of);
            self.schema(location.clone(), new.pointer, schema(before), schema(now));
        }
        for now in new.content {
            if find(old, &now.range).is_none() {
                let what = format!("now has the media type {}", now.range);
                let pointer = format!("{}/content", new.pointer);
                self.report(location, added, &pointer, what);
            }
        }
    }
}
