//! Parameters and headers, and how their values are written as text.

use http::HeaderMap;
use http::header::ToStrError;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::media_type::{Syntax, essence, syntax};
use super::note;
use super::place::Place;
use super::schema::{Reader, SchemaId, Schemas, Types, View};
use super::written::{Member, Pair, Written, conforms, decoded};

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
    /// Whether this is the field of a form.
    is_field: bool,
    /// Whether an empty value is valid, whatever the schema says.
    allows_empty: bool,
    /// The types that the value can have, and the properties of an object.
    types: Types,
    properties: Vec<String>,
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

impl In {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "path" => Some(In::Path),
            "query" => Some(In::Query),
            "header" => Some(In::Header),
            "cookie" => Some(In::Cookie),
            _ => None,
        }
    }
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

/// A parameter that is not written in its documented style.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Parameter {
    /// Reads a parameter or, with the name of a header, a header of a response.
    pub fn read<'a>(
        reader: &mut Reader<'a>,
        place: &Place<'a>,
        header: Option<&str>,
    ) -> Option<Self> {
        let place = &reader.resolved(place);
        let name = header.or_else(|| place.text("name"));
        let location = match header {
            Some(_) => Some(In::Header),
            None => place.text("in").and_then(In::named),
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
            is_field: false,
            allows_empty: place.value["allowEmptyValue"] == Value::Bool(true),
            types: Types::ALL,
            properties: Vec::new(),
            open: true,
        })
    }

    /// Creates the parameter that the field of a form is read as. `stated` is its encoding object.
    pub fn field(schemas: &Schemas, name: &str, schema: SchemaId, stated: &Value) -> Self {
        let has_style = stated.get("style").or(stated.get("explode")).is_some();
        let media_type = stated["contentType"].as_str().unwrap_or_default();
        let is_json = !has_style && syntax(&essence(media_type.as_bytes())) == Syntax::Json;
        let encoding = if is_json {
            Some(Encoding::Json)
        } else {
            encoding(In::Query, &Place::root(stated))
        };
        let mut field = Parameter {
            name: name.to_owned(),
            place: In::Query,
            required: false,
            pointer: schemas[schema].pointer.to_string(),
            schema,
            deprecated: false,
            sunset: None,
            default: None,
            encoding: encoding.unwrap_or(Encoding::Pairs),
            is_field: !has_style || encoding != Some(Encoding::Pairs),
            allows_empty: false,
            types: Types::ALL,
            properties: Vec::new(),
            open: false,
        };
        field.prepare(schemas);
        field
    }

    /// Determines which values can be written, once all schemas have been read.
    pub fn prepare(&mut self, schemas: &Schemas) {
        let view = self.view(schemas);
        let open = view.is_open();
        let properties = view.properties().map(str::to_owned).collect();
        (self.types, self.properties, self.open) = (view.types(), properties, open);
    }

    fn view<'c>(&self, schemas: &'c Schemas) -> View<'c> {
        View::new(schemas, vec![self.schema])
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

    /// Returns whether each property is a pair of its own.
    pub fn is_exploded_object(&self) -> bool {
        self.encoding == Encoding::Pairs && !self.is_field && self.is_object()
    }

    fn is_array(&self) -> bool {
        self.types.without(Types::NULL) == Types::ARRAY
    }

    /// Returns what separates the items of an array that is a single pair.
    pub fn separator(&self) -> Option<char> {
        match self.encoding {
            Encoding::Separated(separator) if self.is_array() => Some(separator),
            _ => None,
        }
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

    /// Writes a value that is not an object as pairs of a query, a header or a cookie. The values are not encoded.
    #[cfg(feature = "live")]
    pub fn pairs_of(&self, value: &Value) -> Option<Vec<(String, String)>> {
        let pair = |text: String| (self.name.clone(), text);
        if self.encoding == Encoding::Json {
            return Some(vec![pair(value.to_string())]);
        }
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let Value::Array(items) = value else {
            return Some(vec![pair(text(value)?)]);
        };
        let texts = items.iter().map(text).collect::<Option<Vec<_>>>()?;
        match self.encoding {
            Encoding::Pairs => Some(texts.into_iter().map(pair).collect()),
            Encoding::Separated(separator) | Encoding::Members(separator) => {
                Some(vec![pair(texts.join(&separator.to_string()))])
            }
            _ => None,
        }
    }

    /// Encodes a text for a query. The commas of a list are not part of its items, so they stay as they are.
    #[cfg(feature = "live")]
    pub fn encoded(&self, text: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        if self.encoding == Encoding::Separated(',') {
            encoded.replace("%2C", ",")
        } else {
            encoded
        }
    }

    /// Writes an encoded scalar as a part of a path.
    #[cfg(feature = "live")]
    pub fn path_text(&self, encoded: &str) -> String {
        match self.encoding {
            Encoding::Label { .. } => format!(".{encoded}"),
            Encoding::Matrix { .. } => format!(";{}={encoded}", self.name),
            _ => encoded.to_owned(),
        }
    }

    /// Returns whether a name of the query or a form belongs to this parameter.
    pub fn owns(&self, name: &str) -> bool {
        match self.encoding {
            Encoding::Deep => self.has_brackets(name),
            Encoding::Pairs if self.is_field => name == self.name || self.has_brackets(name),
            _ if self.is_exploded_object() => {
                self.open || self.properties.iter().any(|known| known == name)
            }
            _ => name == self.name,
        }
    }

    fn has_brackets(&self, name: &str) -> bool {
        let rest = name.strip_prefix(&self.name);
        rest.is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']'))
    }

    /// Returns whether every pair that this parameter owns is a part of one value, so that its name may be duplicated.
    pub fn repeats(&self) -> bool {
        let is_list = self.types != Types::ALL && self.types.intersects(Types::ARRAY);
        match self.encoding {
            Encoding::Deep => true,
            Encoding::Pairs => self.is_field || is_list || self.is_object(),
            _ => false,
        }
    }

    /// Returns whether the value is empty and may be so, whatever the schema says.
    pub fn is_allowed_empty(&self, pairs: &[&Pair<'_>]) -> bool {
        self.allows_empty && pairs.iter().all(|pair| pair.text.is_empty())
    }

    /// Returns whether no pair at all is a value: an object without properties.
    pub fn is_valid_if_left_out(&self, schemas: &Schemas) -> bool {
        let is_spread = self.is_exploded_object() || self.encoding == Encoding::Deep;
        is_spread && conforms(&self.view(schemas), &Value::Object(Map::new()))
    }

    /// Converts pairs of the query, a form or cookies, which are all owned by this parameter, to the value that they
    /// represent.
    pub fn pairs(&self, schemas: &Schemas, pairs: &[&Pair<'_>]) -> Result<Value, Malformed> {
        let first = pairs.first().map_or("", |pair| pair.text);
        let mut written = Written::list(pairs.iter().map(|pair| self.decoded(pair.text)).collect());
        match self.encoding {
            Encoding::Deep | Encoding::Pairs
                if pairs.iter().any(|pair| self.has_brackets(&pair.name)) =>
            {
                for pair in pairs {
                    let name = pair.name[self.name.len()..].trim_end_matches("[]");
                    // Brackets without a name are not part of the specification, but common: `ids[]=a&ids[]=b`.
                    if !name.is_empty() {
                        let name = name.trim_matches(['[', ']']).to_owned();
                        let text = self.decoded(pair.text);
                        written.members.push(Member { name, text });
                    }
                }
            }
            Encoding::Pairs if self.is_field && self.types.intersects(Types::OBJECT) => {
                let json = serde_json::from_str(&written.scalar);
                if let Some(object) = json.ok().filter(Value::is_object) {
                    return Ok(object);
                }
            }
            Encoding::Deep => {}
            // A field that occurs more than once is a list, even if its schema does not allow one.
            Encoding::Pairs
                if self.is_field && pairs.len() > 1 && !self.types.intersects(Types::ARRAY) =>
            {
                return Ok(written.items.into());
            }
            Encoding::Pairs => {
                let members = pairs.iter().map(|pair| Member {
                    name: pair.name.clone().into_owned(),
                    text: self.decoded(pair.text),
                });
                written.members = members.collect();
            }
            _ => return self.text(schemas, first),
        }
        Ok(written.read(&self.view(schemas)))
    }

    /// Converts a single text, which is still encoded, to the value that it represents.
    pub fn text(&self, schemas: &Schemas, text: &str) -> Result<Value, Malformed> {
        let written = match self.encoding {
            Encoding::Json => {
                let text = self.decoded(text);
                return Ok(serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text)));
            }
            // An encoded comma is part of an item, except in a form, which is encoded as a whole.
            Encoding::Separated(',') if !self.is_field => {
                let view = self.view(schemas);
                let value = self.separated(text, text.split(',')).read(&view);
                // Many clients encode each comma of a query, and many servers decode it first.
                if self.place == In::Query && !conforms(&view, &value) {
                    let decoded = self.decoded(text);
                    let items = decoded.split(',').map(str::to_owned).collect();
                    let other = Written::alternating(decoded.clone(), items).read(&view);
                    if conforms(&view, &other) {
                        return Ok(other);
                    }
                }
                return Ok(value);
            }
            Encoding::Separated(separator) => {
                let text = self.decoded(text);
                let items = text.split(separator).map(str::to_owned).collect();
                Written::alternating(text, items)
            }
            Encoding::Members(separator) => self.members(text, separator),
            Encoding::Matrix { explode } => {
                let text = text.strip_prefix(';').ok_or(Malformed)?;
                let prefix = format!("{}=", self.name);
                // An empty value has no equals sign.
                let text = if text == self.name { &prefix } else { text };
                if explode && self.is_object() {
                    self.members(text, ';')
                } else {
                    let parts = text.split(if explode { ';' } else { ',' }).enumerate();
                    let mut items = Vec::new();
                    for (index, part) in parts {
                        let item = part.strip_prefix(&prefix);
                        items.push(if explode || index == 0 {
                            item.ok_or(Malformed)?
                        } else {
                            part
                        });
                    }
                    let scalar = text.strip_prefix(&prefix).unwrap_or(text);
                    self.separated(scalar, items.into_iter())
                }
            }
            Encoding::Label { explode } => {
                let text = text.strip_prefix('.').ok_or(Malformed)?;
                match if explode { '.' } else { ',' } {
                    '.' if self.is_object() => self.members(text, '.'),
                    separator => self.separated(text, text.split(separator)),
                }
            }
            Encoding::Text | Encoding::Pairs | Encoding::Deep => {
                self.separated(text, [text].into_iter())
            }
        };
        Ok(written.read(&self.view(schemas)))
    }

    /// Decodes a text as the part of the request that it is from.
    fn decoded(&self, text: &str) -> String {
        match self.place {
            In::Path => percent_decode_str(text).decode_utf8_lossy().into_owned(),
            In::Query => decoded(text).into_owned(),
            // A list in a header may have spaces after its commas.
            In::Header => text.trim().to_owned(),
            In::Cookie => text.to_owned(),
        }
    }

    fn separated<'t>(&self, text: &str, parts: impl Iterator<Item = &'t str>) -> Written {
        let items = parts.map(|part| self.decoded(part)).collect();
        Written::alternating(self.decoded(text), items)
    }

    fn members(&self, text: &str, separator: char) -> Written {
        let mut written = self.separated(text, text.split(separator));
        let parts = text.split(separator).map(|part| {
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            Member {
                name: self.decoded(name),
                text: self.decoded(text),
            }
        });
        written.members = parts.collect();
        written
    }
}

fn encoding(location: In, place: &Place<'_>) -> Option<Encoding> {
    let form = matches!(location, In::Query | In::Cookie);
    let style = place
        .text("style")
        .unwrap_or(if form { "form" } else { "simple" });
    let explode = place.value["explode"].as_bool().unwrap_or(style == "form");
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
