//! The documented content of a request or a response.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::note;
use super::parameter::scalar;
use super::place::Place;
use super::schema::{Reader, SchemaId, Schemas};

/// The documented schema of a media type.
pub(super) struct Media {
    /// The media type or range, in lower case and without parameters: `application/json`, `text/*`.
    pub range: String,
    /// How the properties of a form or a multipart body are written: `encoding`.
    pub encoding: Option<Value>,
    pub schema: Option<SchemaId>,
}

/// How the body of a media type is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Form,
    Text,
    /// The body is not validated.
    Opaque,
}

impl Media {
    /// Reads the entries of `content`.
    pub fn read<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Vec<Media> {
        let mut content = Vec::new();
        for (name, media) in place.children_of("content") {
            let range = essence(name.as_bytes());
            let schema = media.get("schema").map(|place| reader.schema(&place));
            if schema.is_some() && syntax(&range) == Syntax::Opaque && !range.ends_with("/*") {
                let id = note::MEDIA_TYPE_UNSUPPORTED;
                reader.notes.add(id, &range, &media.pointer);
            }
            content.push(Media {
                range,
                encoding: media.value.get("encoding").cloned(),
                schema,
            });
        }
        // A specific type takes precedence over a range: `text/plain` over `text/*` over `*/*`.
        content.sort_by_key(|media| media.range.matches('*').count());
        content
    }

    /// Returns whether a media type is in the range.
    pub fn includes(&self, media_type: &str) -> bool {
        match self.range.strip_suffix('*') {
            Some("*/") => true,
            Some(prefix) => media_type.starts_with(prefix),
            None => self.range == media_type,
        }
    }
}

/// Returns the media type of a `Content-Type` header, in lower case and without parameters.
pub(super) fn essence(content_type: &[u8]) -> String {
    let media = content_type.split(|byte| *byte == b';').next();
    let media = media.unwrap_or_default().trim_ascii();
    String::from_utf8_lossy(media).to_ascii_lowercase()
}

pub(super) fn syntax(media_type: &str) -> Syntax {
    match media_type {
        "application/x-www-form-urlencoded" => Syntax::Form,
        json if json == "application/json" || json.ends_with("+json") => Syntax::Json,
        // Their schemas describe an event or an element, not the text.
        "text/event-stream" | "text/xml" => Syntax::Opaque,
        text if text.starts_with("text/") && !text.ends_with("/*") => Syntax::Text,
        _ => Syntax::Opaque,
    }
}

/// Converts a form to the JSON object that its schema describes. A name that occurs more than once is an array.
pub(super) fn form(schemas: &Schemas, schema: SchemaId, body: &[u8]) -> Value {
    let mut object: Map<String, Value> = Map::new();
    for (name, text) in form_urlencoded::parse(body) {
        let property = schemas.property(schema, &name);
        let types = property.map(|property| schemas.types(property));
        let item = property.and_then(|property| schemas[schemas.resolve(property)].items);
        let is_array = types.is_some_and(|types| types.intersects(super::schema::Types::ARRAY));
        let item_types = item.map(|item| schemas.types(item));
        let value = match item_types.filter(|_| is_array).or(types) {
            Some(types) => scalar(types, &text),
            None => Value::from(text.as_ref()),
        };
        match object.get_mut(name.as_ref()) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None if is_array => _ = object.insert(name.into_owned(), Value::Array(vec![value])),
            None => _ = object.insert(name.into_owned(), value),
        }
    }
    Value::Object(object)
}
