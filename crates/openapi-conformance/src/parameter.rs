//! Parameters and headers, and how their values are written as text.

use http::HeaderMap;
use http::header::ToStrError;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::media::{Syntax, essence, syntax};
use super::note;
use super::place::Place;
use super::schema::{Reader, SchemaId, Schemas, Types};

pub(super) struct Parameter {
    pub name: String,
    pub place: In,
    pub required: bool,
    pub pointer: String,
    pub schema: SchemaId,
    /// Whether it is deprecated, and its `x-sunset`.
    pub deprecated: bool,
    pub sunset: Option<String>,
    /// The value that the API assumes if the parameter is omitted.
    pub default: Option<Value>,
    encoding: Encoding,
    types: Types,
    /// The types of the items of an array.
    item_types: Types,
    /// The properties of an object and their types.
    properties: Vec<(String, Types)>,
    /// Whether an object can have other properties.
    open: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    Path,
    Query,
    Header,
    Cookie,
}

/// How an array or an object is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// As JSON, because the parameter has `content` of this type.
    Json,
    /// As a single string, because the parameter has `content` of another type.
    Text,
    /// Items and members are separated by this character: `a,b` and `name,value`.
    Separated(char),
    /// Members are separated by this character: `name=value,name=value`.
    Members(char),
    /// Each item or member is a pair of its own: `ids=a&ids=b` and `name=value`.
    Pairs,
    /// Each member is a pair of its own with its name in brackets: `filter[name]=value`.
    Deep,
    /// `;ids=a,b` in a path.
    Matrix { explode: bool },
    /// `.a.b` in a path.
    Label { explode: bool },
}

impl Parameter {
    /// Reads a parameter or, with the name of a header, a header of a response.
    pub fn read<'a>(
        reader: &mut Reader<'a>,
        place: &Place<'a>,
        header: Option<&str>,
    ) -> Option<Self> {
        let place = &reader.resolved(place);
        let name = header.or_else(|| place.text("name"));
        let location = match place.text("in") {
            _ if header.is_some() => Some(In::Header),
            Some("path") => Some(In::Path),
            Some("query") => Some(In::Query),
            Some("header") => Some(In::Header),
            Some("cookie") => Some(In::Cookie),
            _ => None,
        };
        let media = place.children_of("content").into_iter().next();
        let schema = place
            .get("schema")
            .or_else(|| media.as_ref()?.1.get("schema"));
        let (Some(name), Some(location), Some(schema)) = (name, location, schema) else {
            reader
                .notes
                .add(note::PART_INVALID, "parameter", &place.pointer);
            return None;
        };
        let encoding = match media {
            Some(media) if syntax(&essence(media.0.as_bytes())) == Syntax::Json => {
                Some(Encoding::Json)
            }
            Some(_) => Some(Encoding::Text),
            None => encoding(location, place),
        };
        if encoding.is_none() {
            let id = note::PARAMETER_UNSUPPORTED;
            reader.notes.add(id, name, &place.pointer);
        }
        Some(Parameter {
            name: name.to_owned(),
            place: location,
            required: place.value["required"] == Value::Bool(true) || location == In::Path,
            pointer: place.pointer.clone(),
            deprecated: place.value["deprecated"] == Value::Bool(true),
            sunset: place.text("x-sunset").map(str::to_owned),
            default: schema.value.get("default").cloned(),
            schema: reader.schema(&schema),
            encoding: encoding?,
            types: Types::ALL,
            item_types: Types::ALL,
            properties: Vec::new(),
            open: true,
        })
    }

    /// Determines which values can be written, once all schemas have been read.
    pub fn prepare(&mut self, schemas: &Schemas) {
        self.types = schemas.types(self.schema);
        let schema = &schemas[schemas.resolve(self.schema)];
        self.item_types = schema
            .items
            .map_or(Types::ALL, |items| schemas.types(items));
        let properties = schema.properties.iter();
        self.properties = properties
            .map(|property| (property.name.clone(), schemas.types(property.schema)))
            .collect();
        let others = schema.additional_properties.map(|id| &schemas[id]);
        self.open = others.map_or(self.properties.is_empty(), |others| !others.never);
    }

    /// Returns whether both parameters are written in the same way. How items are separated has no meaning for a scalar.
    pub fn is_written_like(&self, other: &Parameter) -> bool {
        let encoding = |parameter: &Parameter| match parameter.encoding {
            Encoding::Separated(_) | Encoding::Members(_)
                if !parameter.is_array() && !parameter.is_object() =>
            {
                Encoding::Pairs
            }
            encoding => encoding,
        };
        encoding(self) == encoding(other)
    }

    /// Returns whether each item of an array is a parameter of its own: `ids=a&ids=b`.
    pub fn is_repeated(&self) -> bool {
        self.encoding == Encoding::Pairs && self.is_array()
    }

    /// Returns whether values are written as text, instead of as JSON.
    pub fn is_text(&self) -> bool {
        self.encoding != Encoding::Json
    }

    fn is_object(&self) -> bool {
        self.types.without(Types::NULL) == Types::OBJECT
    }

    fn is_array(&self) -> bool {
        self.types.without(Types::NULL) == Types::ARRAY
    }

    /// Returns the text of a header, or `None` if it is missing. A list may be split over several lines.
    pub fn header(&self, headers: &HeaderMap) -> Option<Result<String, ToStrError>> {
        let mut lines = headers.get_all(&self.name).iter();
        let first = lines.next()?.to_str().map(str::to_owned);
        if !self.is_array() {
            return Some(first);
        }
        let rest = lines.map(|line| line.to_str().map(str::to_owned));
        let all: Result<Vec<_>, _> = std::iter::once(first).chain(rest).collect();
        Some(all.map(|lines| lines.join(",")))
    }

    /// Returns whether a name of the query or a form belongs to this parameter.
    pub fn owns(&self, name: &str) -> bool {
        match self.encoding {
            Encoding::Deep => name
                .strip_prefix(&self.name)
                .is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']')),
            Encoding::Pairs if self.is_object() => {
                self.open || self.properties.iter().any(|(known, _)| known == name)
            }
            _ => name == self.name,
        }
    }

    /// Returns whether every pair that this parameter owns is a part of one value, so that its name may be duplicated.
    pub fn repeats(&self) -> bool {
        self.encoding == Encoding::Deep
            || self.encoding == Encoding::Pairs && (self.is_array() || self.is_object())
    }

    /// Converts pairs of the query, which are all owned by this parameter, to the value that they represent.
    pub fn pairs(&self, pairs: &[(&str, &str)]) -> Value {
        match self.encoding {
            // Not part of the specification, but common: `ids[]=a&ids[]=b`.
            Encoding::Deep if self.is_array() => self.array(pairs.iter().map(|(_, text)| *text)),
            Encoding::Deep => self.object(pairs.iter().map(|(name, text)| {
                let name = &name[self.name.len()..];
                (name.trim_matches(['[', ']']), *text)
            })),
            Encoding::Pairs if self.is_object() => self.object(pairs.iter().copied()),
            Encoding::Pairs if self.is_array() => self.array(pairs.iter().map(|(_, text)| *text)),
            _ => self.text(pairs.first().map_or("", |(_, text)| *text)),
        }
    }

    /// Converts a single text to the value that it represents.
    pub fn text(&self, text: &str) -> Value {
        match self.encoding {
            Encoding::Json => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
            Encoding::Members(separator) if self.is_object() => self.members(text.split(separator)),
            Encoding::Separated(separator) | Encoding::Members(separator)
                if self.is_array() || self.is_object() =>
            {
                self.separated(text.split(separator))
            }
            Encoding::Matrix { explode } => {
                let text = text.strip_prefix(';').unwrap_or(text);
                let prefix = format!("{}=", self.name);
                if explode && self.is_object() {
                    return self.members(text.split(';'));
                }
                let parts = text.split(';');
                let parts: Vec<_> = parts
                    .map(|part| part.strip_prefix(&prefix).unwrap_or(part))
                    .collect();
                let parts = if explode {
                    parts.join(",")
                } else {
                    parts.concat()
                };
                self.separated(parts.split(','))
            }
            Encoding::Label { explode } => {
                let text = text.strip_prefix('.').unwrap_or(text);
                let separator = if explode { '.' } else { ',' };
                if explode && self.is_object() {
                    return self.members(text.split(separator));
                }
                if !self.is_array() && !self.is_object() {
                    return scalar(self.types, text);
                }
                self.separated(text.split(separator))
            }
            _ => scalar(self.types, text),
        }
    }

    /// Converts the text of a path segment, which is percent-encoded.
    pub fn segment(&self, text: &str) -> Value {
        self.text(&percent_decode_str(text).decode_utf8_lossy())
    }

    fn separated<'t>(&self, mut parts: impl Iterator<Item = &'t str>) -> Value {
        if self.is_object() {
            let mut pairs = Vec::new();
            while let Some(name) = parts.next() {
                pairs.push((name, parts.next().unwrap_or_default()));
            }
            return self.object(pairs.into_iter());
        }
        if self.is_array() {
            return self.array(parts);
        }
        let parts: Vec<_> = parts.collect();
        scalar(self.types, &parts.join(","))
    }

    fn members<'t>(&self, parts: impl Iterator<Item = &'t str>) -> Value {
        self.object(parts.map(|part| part.split_once('=').unwrap_or((part, ""))))
    }

    fn array<'t>(&self, items: impl Iterator<Item = &'t str>) -> Value {
        // A list in a header may have spaces after its commas.
        let trimmed = |item: &'t str| match self.place {
            In::Header => item.trim(),
            _ => item,
        };
        items
            .map(|item| scalar(self.item_types, trimmed(item)))
            .collect()
    }

    fn object<'t>(&self, members: impl Iterator<Item = (&'t str, &'t str)>) -> Value {
        let types = |name: &str| {
            let mut known = self.properties.iter();
            known
                .find(|(known, _)| known == name)
                .map_or(Types::STRING, |known| known.1)
        };
        let members = members.map(|(name, text)| (name.to_owned(), scalar(types(name), text)));
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// Converts a text to a number or boolean if it has to be one. Otherwise it is a string.
pub(super) fn scalar(types: Types, text: &str) -> Value {
    if types.contains(Types::STRING) {
        return Value::from(text);
    }
    let number = || serde_json::from_str::<serde_json::Number>(text).ok();
    let read = match text {
        "true" | "false" if types.contains(Types::BOOLEAN) => Some(Value::from(text == "true")),
        _ if types.intersects(Types::NUMBER) => number().map(Value::Number),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(text))
}

fn encoding(location: In, place: &Place<'_>) -> Option<Encoding> {
    let form = matches!(location, In::Query | In::Cookie);
    let style = place
        .text("style")
        .unwrap_or(if form { "form" } else { "simple" });
    let explode = place
        .value
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(style == "form");
    match (style, location) {
        ("form", In::Query | In::Cookie) if explode => Some(Encoding::Pairs),
        ("form", In::Query | In::Cookie) => Some(Encoding::Separated(',')),
        ("spaceDelimited" | "pipeDelimited", In::Query) if explode => Some(Encoding::Pairs),
        ("spaceDelimited", In::Query) => Some(Encoding::Separated(' ')),
        ("pipeDelimited", In::Query) => Some(Encoding::Separated('|')),
        ("deepObject", In::Query) => Some(Encoding::Deep),
        ("simple", In::Path | In::Header) if explode => Some(Encoding::Members(',')),
        ("simple", In::Path | In::Header) => Some(Encoding::Separated(',')),
        ("matrix", In::Path) => Some(Encoding::Matrix { explode }),
        ("label", In::Path) => Some(Encoding::Label { explode }),
        _ => None,
    }
}
