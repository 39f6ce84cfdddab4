//! Compares bodies and their media types.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use super::{Diff, Kind};
use crate::media::Media;
use crate::media_type::{Syntax, syntax};
use crate::operation::{Operation, RequestBody};
use crate::validate::Sender;

/// The content of a body and its location.
#[derive(Clone, Copy)]
pub struct Body<'c> {
    pub content: &'c [Media],
    pub pointer: &'c str,
}

impl<'c> Body<'c> {
    fn of(body: &'c RequestBody) -> Self {
        Body {
            content: &body.content,
            pointer: &body.pointer,
        }
    }
}

impl<'c> Diff<'c> {
    pub fn request_body(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind) {
        let location = match kind {
            Kind::Call => Location::new(Sender::Client, "the request"),
            Kind::Event => Location::new(Sender::Api, "the event"),
        };
        // Without content, an optional body is as good as none.
        let is_body = |body: &RequestBody| body.required || !body.content.is_empty();
        match (&old.body, &new.body) {
            (Some(before), Some(after)) => {
                self.required_body(&location, before, after, kind);
                self.content(&location, Body::of(before), Body::of(after));
            }
            (None, Some(after)) if is_body(after) => {
                let (id, what) = match (kind, after.required) {
                    (Kind::Call, true) => (Id::RequiredRequestBodyAdded, "now needs a body"),
                    (Kind::Call, false) => (Id::RequestBodyAdded, "may now have a body"),
                    (Kind::Event, _) => (Id::EventBodyAdded, "now has a body"),
                };
                self.report(&location, id, &after.pointer, what.to_owned());
            }
            (Some(before), None) if is_body(before) => {
                let id = match kind {
                    Kind::Call => Id::RequestBodyRemoved,
                    Kind::Event => Id::EventBodyRemoved,
                };
                let what = "no longer has a body".to_owned();
                self.report(&location, id, &before.pointer, what);
            }
            _ => {}
        }
    }

    fn required_body(
        &mut self,
        location: &Location,
        old: &RequestBody,
        new: &RequestBody,
        kind: Kind,
    ) {
        if old.required == new.required {
            return;
        }
        let (id, what) = match (kind, new.required) {
            (Kind::Call, true) => (Id::RequestBodyRequired, "now needs a body"),
            (Kind::Call, false) => (Id::RequestBodyOptional, "no longer needs a body"),
            (Kind::Event, true) => (Id::EventBodyRequired, "now always has a body"),
            (Kind::Event, false) => (Id::EventBodyOptional, "may have no body"),
        };
        self.report(location, id, &new.pointer, what.to_owned());
    }

    pub fn content(&mut self, location: &Location, old: Body<'c>, new: Body<'c>) {
        let (removed, added) = match location.sender {
            Sender::Client => (Id::RequestMediaTypeRemoved, Id::RequestMediaTypeAdded),
            Sender::Api => (Id::ResponseMediaTypeRemoved, Id::ResponseMediaTypeAdded),
        };
        let mut left: HashMap<String, &Media> = HashMap::new();
        for media in new.content {
            left.insert(media.name(), media);
        }
        for before in old.content {
            let same = left.remove(&before.name());
            match same.or_else(|| including(new, before)) {
                Some(after) => self.media(location, new.pointer, before, after),
                None => {
                    let what = format!("no longer has the media type {}", before.name());
                    self.report(location, removed, &format!("{}/content", old.pointer), what);
                }
            }
        }
        for after in new.content {
            if !left.contains_key(&after.name()) {
                continue;
            }
            if let Some(before) = including(old, after) {
                self.media(location, new.pointer, before, after);
            } else {
                let what = format!("now has the media type {}", after.name());
                self.report(location, added, &format!("{}/content", new.pointer), what);
            }
        }
    }

    fn media(&mut self, location: &Location, around: &'c str, old: &'c Media, new: &'c Media) {
        let schema = |media: &Media| media.schema.map_or(Applied::default(), Applied::of);
        let is_text = |media: &Media| matches!(syntax(&media.range), Syntax::Form | Syntax::Text);
        let mut whole = location.clone();
        whole.is_text = is_text(old) && is_text(new);
        self.schema(whole, around, schema(old), schema(new));
        let (before, after) = (&old.encoding, &new.encoding);
        let names = |encoding: &'c Value| -> BTreeSet<&'c String> {
            let encoding = encoding.as_object().into_iter();
            encoding.flat_map(|encoding| encoding.keys()).collect()
        };
        for name in names(before).union(&names(after)) {
            let property = |encoding: &'c Value| encoding.get(name.as_str());
            if written(property(before)) != written(property(after)) {
                let location = location.property(name);
                let what = "is written differently".to_owned();
                self.report(&location, Id::BodyEncodingChanged, around, what);
            }
        }
    }
}

/// Returns the media type or range of a body that includes another one.
fn including<'c>(body: Body<'c>, media: &Media) -> Option<&'c Media> {
    let mut content = body.content.iter();
    content.find(|range| range.includes_range(media))
}

/// How a property of a form or a multipart body is written, with the defaults.
#[derive(PartialEq)]
struct Written<'c> {
    content_type: Option<&'c str>,
    style: &'c str,
    explode: bool,
    is_reserved_allowed: bool,
}

fn written(encoding: Option<&Value>) -> Written<'_> {
    let encoding = encoding.unwrap_or(&Value::Null);
    let style = encoding["style"].as_str().unwrap_or("form");
    Written {
        content_type: encoding["contentType"].as_str(),
        style,
        explode: encoding["explode"].as_bool().unwrap_or(style == "form"),
        is_reserved_allowed: encoding["allowReserved"] == Value::Bool(true),
    }
}
