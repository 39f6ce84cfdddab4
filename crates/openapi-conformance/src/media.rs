//! The documented content of a request or a response.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use encoding_rs::{Encoding, UTF_8};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use serde_json::{Map, Value};

use super::note;
use super::parameter::Parameter;
use super::place::Place;
use super::schema::{Reader, SchemaId, Schemas, View};
use super::written::{Pair, Written, decoded};

/// The documented schema of a media type.
pub(super) struct Media {
    /// The media type or range, in lower case and without parameters: `application/json`, `text/*`.
    pub range: String,
    /// The parameters that a content type must have, except `charset`.
    parameters: Vec<MediaParameter>,
    pub schema: Option<SchemaId>,
    /// The encoding object of a form.
    pub encoding: Value,
    /// The properties of a form, sorted by name.
    fields: Vec<Parameter>,
    /// The indices of the fields whose properties are fields of their own.
    exploded: Vec<usize>,
}

/// A media type, as a `Content-Type` header has it.
pub(super) struct MediaType {
    pub essence: String,
    parameters: Vec<MediaParameter>,
}

#[derive(PartialEq, Eq)]
struct MediaParameter {
    name: String,
    value: String,
}

/// A recorded or received body.
#[derive(Clone, Copy)]
pub(super) struct Payload<'e> {
    pub bytes: &'e [u8],
    /// Whether the bytes are UTF-8, whatever `charset` says, because a recorder has decoded them.
    pub is_text: bool,
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

impl MediaType {
    pub fn parse(content_type: &[u8]) -> Self {
        let text = String::from_utf8_lossy(content_type);
        let mut parameters = Vec::new();
        for part in text.split(';').skip(1) {
            if let Some((name, value)) = part.split_once('=') {
                parameters.push(MediaParameter {
                    name: name.trim().to_ascii_lowercase(),
                    value: value.trim().trim_matches('"').to_ascii_lowercase(),
                });
            }
        }
        MediaType {
            essence: essence(content_type),
            parameters,
        }
    }

    /// Returns the body in UTF-8.
    pub fn decoded<'e>(&self, payload: Payload<'e>) -> Cow<'e, [u8]> {
        let mut parameters = self.parameters.iter();
        let charset = parameters.find(|parameter| parameter.name == "charset");
        match charset.and_then(|charset| Encoding::for_label(charset.value.as_bytes())) {
            Some(encoding) if encoding != UTF_8 && !payload.is_text => {
                let (text, ..) = encoding.decode(payload.bytes);
                Cow::Owned(text.into_owned().into_bytes())
            }
            _ => Cow::Borrowed(payload.bytes),
        }
    }
}

impl Payload<'_> {
    /// Returns true if the body is still compressed, so that it cannot be validated.
    pub fn is_compressed(self, headers: &HeaderMap) -> bool {
        const MAGIC: [&[u8]; 2] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];
        if MAGIC.iter().any(|magic| self.bytes.starts_with(magic)) {
            return true;
        }
        let encoding = headers.get(CONTENT_ENCODING);
        if encoding.is_none_or(|encoding| encoding == "identity") {
            return false;
        }
        // A recorder that writes compressed bytes as text replaces most of them.
        std::str::from_utf8(self.bytes).map_or(true, |text| {
            self.is_text && text.contains(['\u{fffd}', '\0'])
        })
    }
}

impl Media {
    /// Reads the entries of `content`.
    pub fn read<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Vec<Media> {
        let mut content = Vec::new();
        for (name, media) in place.children_of("content") {
            let MediaType {
                essence: range,
                mut parameters,
            } = MediaType::parse(name.as_bytes());
            // Most contracts that state it do not mean to exclude others.
            parameters.retain(|parameter| parameter.name != "charset");
            for key in ["itemSchema", "itemEncoding", "prefixEncoding"] {
                if let Some(part) = media.get(key) {
                    reader.notes.add(note::PART_UNSUPPORTED, key, &part.pointer);
                }
            }
            let schema = media.get("schema").map(|place| reader.schema(&place));
            if schema.is_some() && syntax(&range) == Syntax::Opaque {
                let id = note::MEDIA_TYPE_UNSUPPORTED;
                reader.notes.add(id, &range, &media.pointer);
            }
            content.push(Media {
                range,
                parameters,
                schema,
                encoding: media.value["encoding"].clone(),
                fields: Vec::new(),
                exploded: Vec::new(),
            });
        }
        // What is specific takes precedence: `text/plain` over `text/*` over `*/*`.
        content.sort_by_key(|media| {
            let ranges = media.range.matches('*').count();
            (ranges, usize::MAX - media.parameters.len())
        });
        content
    }

    /// Determines the fields of a form, once all schemas have been read.
    pub fn prepare(&mut self, schemas: &Schemas) {
        let Some(schema) = self.schema else {
            return;
        };
        if syntax(&self.range) != Syntax::Form && !self.range.ends_with('*') {
            return;
        }
        let view = View::new(schemas, vec![schema]);
        let mut names: Vec<_> = view.properties().collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(property) = view.property(name) else {
                continue;
            };
            let encoding = &self.encoding[name];
            let field = Parameter::field(schemas, name, property.stated[0], encoding);
            if field.is_exploded_object() {
                self.exploded.push(self.fields.len());
            }
            self.fields.push(field);
        }
    }

    /// Returns whether a media type is in the range, and has its parameters.
    pub fn includes(&self, media_type: &MediaType) -> bool {
        let essence = &media_type.essence;
        let is_in_range = match self.range.strip_suffix('*') {
            Some("*/") => true,
            Some(prefix) => essence.starts_with(prefix),
            None => self.range == *essence,
        };
        let mut required = self.parameters.iter();
        is_in_range && required.all(|parameter| media_type.parameters.contains(parameter))
    }

    /// Returns whether every media type of another range is in the range.
    pub fn includes_range(&self, other: &Media) -> bool {
        let is_in_range = match self.range.strip_suffix('*') {
            Some("*/") => true,
            Some(prefix) => other.range.starts_with(prefix),
            None => self.range == other.range,
        };
        let mut required = self.parameters.iter();
        is_in_range && required.all(|parameter| other.parameters.contains(parameter))
    }

    /// Returns the media type or range with its parameters, in one order.
    pub fn name(&self) -> String {
        let mut parameters = Vec::new();
        for MediaParameter { name, value } in &self.parameters {
            parameters.push(format!("; {name}={value}"));
        }
        parameters.sort_unstable();
        format!("{}{}", self.range, parameters.concat())
    }

    /// Converts a form to the JSON object that its schema describes.
    pub fn form(&self, schemas: &Schemas, schema: SchemaId, body: &[u8]) -> Value {
        let text = String::from_utf8_lossy(body);
        let pairs = Pair::all(&text);
        let mut fields: BTreeMap<usize, Vec<&Pair<'_>>> = BTreeMap::new();
        let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for pair in &pairs {
            match self.field(&pair.name) {
                Some(field) => fields.entry(field).or_default().push(pair),
                None => {
                    let texts = others.entry(&pair.name).or_default();
                    texts.push(decoded(pair.text).into_owned());
                }
            }
        }
        let mut object = Map::new();
        for (index, pairs) in fields {
            let field = &self.fields[index];
            if let Ok(value) = field.pairs(schemas, &pairs) {
                object.insert(field.name.clone(), value);
            }
        }
        let view = View::new(schemas, vec![schema]);
        for (name, texts) in others {
            let value = match &texts[..] {
                [_] => Written::list(texts).read(&view.other_property(name)),
                _ => texts.into(),
            };
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    }

    /// Returns the index of the field that a name belongs to.
    fn field(&self, name: &str) -> Option<usize> {
        let start = name.split('[').next().unwrap_or_default();
        for name in [name, start] {
            let found = |field: &Parameter| field.name.as_str().cmp(name);
            if let Ok(index) = self.fields.binary_search_by(found) {
                return Some(index);
            }
        }
        let mut exploded = self.exploded.iter().copied();
        exploded.find(|index| self.fields[*index].owns(name))
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.range)?;
        for MediaParameter { name, value } in &self.parameters {
            write!(f, "; {name}={value}")?;
        }
        Ok(())
    }
}

impl<'e> From<&'e [u8]> for Payload<'e> {
    fn from(bytes: &'e [u8]) -> Self {
        Payload {
            bytes,
            is_text: false,
        }
    }
}

/// Returns the media type of a `Content-Type` header, in lower case and without parameters.
pub(super) fn essence(content_type: &[u8]) -> String {
    let mut parts = content_type.split(|byte| *byte == b';');
    let media = parts.next().unwrap_or_default().trim_ascii();
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
