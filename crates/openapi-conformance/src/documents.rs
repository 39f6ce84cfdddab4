//! Contracts that consist of several documents.

use std::collections::{HashMap, VecDeque};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

use super::contract::{Contract, ContractError, dialect};
use super::document;
use super::location::{KEY, OtherDocument};
use super::place::{escape, unescape};
use super::position::Source;

/// The maximum number of documents.
const MOST: usize = 10_000;

/// The maximum size of all documents together, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// The keys below which a value is data, where `$ref` is no reference.
const DATA: [&str; 4] = ["example", "const", "default", "enum"];

/// The keys whose value is an object with names of the contract's author.
const NAMES: [&str; 17] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
];

/// The documents of a contract, which the caller reads from files or from a server.
///
/// A document may refer to others: to files in the directory of the first one or below it, and to URLs of the same
/// origin. Each is read once.
///
/// ```
/// use openapi_conformance::Documents;
///
/// let read = |name: &str| match name {
///     "api/openapi.yaml" => "{openapi: 3.1.0, paths: {}, components: {schemas: {Pet: {$ref: 'pets/pet.yaml#/Pet'}}}}",
///     _ => "{Pet: {type: object}}",
/// };
/// let mut documents = Documents::new("api/openapi.yaml");
/// while let Some(name) = documents.next_name() {
///     assert!(["api/openapi.yaml", "api/pets/pet.yaml"].contains(&name));
///     let text = read(name).to_owned();
///     documents.add(text)?;
/// }
/// let contract = documents.parse()?;
/// # Ok::<(), openapi_conformance::ContractError>(())
/// ```
#[derive(Debug)]
pub struct Documents {
    base: Base,
    /// The names of the documents that have not been read.
    open: VecDeque<String>,
    /// The documents that refer to each document first.
    known: HashMap<String, Referrer>,
    read: Vec<Document>,
    size: usize,
}

/// Where the documents are.
#[derive(Debug)]
enum Base {
    /// A directory with a separator at its end, or an empty string.
    Directory(String),
    Origin(Url),
}

/// The place of a reference.
#[derive(Debug)]
struct Referrer(String);

#[derive(Debug)]
struct Document {
    name: String,
    text: String,
    value: Value,
}

impl Documents {
    /// Starts with the document of this name: a path, or an absolute URL.
    pub fn new(name: &str) -> Self {
        let url = Url::parse(name).ok().filter(|url| url.has_host());
        let base = match url {
            Some(url) => Base::Origin(url),
            None => {
                let end = name.rfind(std::path::is_separator).map_or(0, |end| end + 1);
                Base::Directory(name[..end].to_owned())
            }
        };
        Documents {
            base,
            open: VecDeque::from([name.to_owned()]),
            known: HashMap::from([(name.to_owned(), Referrer(String::new()))]),
            read: Vec::new(),
            size: 0,
        }
    }

    /// Returns the name of the next document to read: a path or a URL. Returns `None` if all have been read.
    pub fn next_name(&self) -> Option<&str> {
        self.open.front().map(String::as_str)
    }

    /// Returns the place of the first reference to the next document, e.g. `openapi.yaml#/components/schemas/Pet`.
    pub fn referrer(&self) -> Option<&str> {
        let Referrer(place) = self.known.get(self.open.front()?)?;
        (!place.is_empty()).then_some(place)
    }

    /// Adds the text of the next document.
    ///
    /// # Errors
    ///
    /// Returns a [`ContractError`] if the text is not valid YAML or JSON, if the first document is not a supported
    /// version of OpenAPI, if a reference leads out of the directory or to another origin, or if there are too many
    /// documents.
    pub fn add(&mut self, text: String) -> Result<(), ContractError> {
        let Some(name) = self.open.pop_front() else {
            return Ok(());
        };
        let is_first = self.read.is_empty();
        let named = |reason: String| {
            if is_first {
                ContractError::of(reason)
            } else {
                ContractError::of(format!("{name}: {reason}"))
            }
        };
        self.size += text.len();
        if self.size > LARGEST {
            let reason = format!("the documents are larger than {LARGEST} bytes");
            return Err(ContractError::of(reason));
        }
        let mut value = document::parse(&text).map_err(named)?;
        if is_first {
            dialect(&value).map_err(ContractError::of)?;
        }
        let mut references = References {
            documents: self,
            name: &name,
            pointer: String::new(),
            found: Vec::new(),
            errors: Vec::new(),
        };
        references.rewrite(&mut value);
        let References { found, errors, .. } = references;
        if !errors.is_empty() {
            return Err(ContractError::all(errors));
        }
        for Found { name, place } in found {
            if !self.known.contains_key(&name) {
                self.open.push_back(name.clone());
                self.known.insert(name, Referrer(place));
            }
        }
        if self.known.len() > MOST {
            let reason = format!("the contract has more than {MOST} documents");
            return Err(ContractError::of(reason));
        }
        self.read.push(Document { name, text, value });
        Ok(())
    }

    /// Parses the contract, as [`Contract::parse`] does. A JSON pointer into another document than the first one starts
    /// with a key of its own; [`Contract::location`] returns the name of the document and the pointer in it.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Contract::parse`].
    pub fn parse(self) -> Result<Contract, ContractError> {
        let mut read = self.read.into_iter();
        let Some(Document {
            name,
            text,
            mut value,
        }) = read.next()
        else {
            return Err(ContractError::of(
                "the document has not been read".to_owned(),
            ));
        };
        let mut values = Map::new();
        let mut others = Vec::new();
        for document in read {
            values.insert(document.name.clone(), document.value);
            others.push(OtherDocument {
                name: document.name,
                source: Source::new(document.text),
            });
        }
        if let Value::Object(root) = &mut value
            && !values.is_empty()
        {
            root.insert(KEY.to_owned(), Value::Object(values));
        }
        Contract::of_documents(Some(&name), value, text, others).map_err(|error| {
            let reasons = error.reasons().iter();
            ContractError::all(reasons.map(|reason| readable(reason)).collect())
        })
    }

    /// Returns the name of the document that a reference without its fragment leads to, from the document `from`.
    fn resolve(&self, from: &str, reference: &str) -> Result<String, &'static str> {
        match &self.base {
            Base::Origin(base) => {
                let url = Url::parse(from)
                    .and_then(|from| from.join(reference))
                    .map_err(|_| "is not a valid URL")?;
                let is_same = url.origin() == base.origin();
                let has_user = !url.username().is_empty() || url.password().is_some();
                if is_same && !has_user {
                    Ok(url.into())
                } else {
                    Err("is not of the contract's server")
                }
            }
            Base::Directory(directory) => {
                if Url::parse(reference).is_ok() {
                    return Err("is a URL, which only a contract with a URL may refer to");
                }
                let decoded = percent_decode_str(reference)
                    .decode_utf8()
                    .map_err(|_| "is not valid UTF-8")?;
                if decoded.contains(['\\', '\0']) {
                    return Err(
                        "has a character that is not allowed; directories are separated by `/`",
                    );
                }
                let escapes = "leads out of the directory of the contract";
                if decoded.starts_with('/') {
                    return Err(escapes);
                }
                let below = from.strip_prefix(directory.as_str()).unwrap_or(from);
                let parent = below.rsplit_once('/').map_or("", |(parent, _)| parent);
                let mut segments: Vec<&str> = Vec::new();
                for segment in parent.split('/').chain(decoded.split('/')) {
                    match segment {
                        "" | "." => {}
                        ".." if segments.pop().is_none() => return Err(escapes),
                        ".." => {}
                        segment => segments.push(segment),
                    }
                }
                Ok(format!("{directory}{}", segments.join("/")))
            }
        }
    }
}

/// A reference to another document.
struct Found {
    name: String,
    place: String,
}

/// The references of a document.
struct References<'d> {
    documents: &'d Documents,
    /// The name of the document.
    name: &'d str,
    pointer: String,
    found: Vec<Found>,
    errors: Vec<String>,
}

impl References<'_> {
    /// Makes all references point to the place that the documents have in the whole contract.
    fn rewrite(&mut self, value: &mut Value) {
        match value {
            Value::Object(object) => self.object(object, false),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.below(&index.to_string(), |references| references.rewrite(item));
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, has_names: bool) {
        let is_example = !has_names && is_example(object);
        for (key, value) in object {
            let is_data =
                !has_names && DATA.contains(&key.as_str()) || is_example && key == "value";
            // Extensions are not read, except the events of OpenAPI 3.0.
            let is_extension = !has_names && key.starts_with("x-") && key != "x-webhooks";
            // The examples of a schema are a list of values, and those of a media type are objects by name.
            let is_list = key == "examples" && value.is_array();
            if is_data || is_extension || is_list {
                continue;
            }
            self.below(key, |references| match value {
                // No name stands for a string, so that even all paths together may be a reference.
                Value::String(reference) if key == "$ref" => {
                    references.reference(reference);
                }
                Value::Object(mapping) if !has_names && key == "mapping" => {
                    references.mapping(mapping);
                }
                Value::Object(examples) if !has_names && key == "examples" => {
                    references.examples(examples);
                }
                Value::Object(names) if !has_names && NAMES.contains(&key.as_str()) => {
                    references.object(names, true);
                }
                value => references.rewrite(value),
            });
        }
    }

    /// Rewrites the references to examples. An example itself is data.
    fn examples(&mut self, examples: &mut Map<String, Value>) {
        for (name, example) in examples {
            if let Some(Value::String(reference)) = example.get_mut("$ref") {
                self.below(name, |references| references.reference(reference));
            }
        }
    }

    /// Rewrites the targets of a discriminator, which may also be names.
    fn mapping(&mut self, mapping: &mut Map<String, Value>) {
        for target in mapping.values_mut() {
            if let Value::String(target) = target
                && (target.contains(['/', '#']) || is_file(target))
            {
                self.reference(target);
            }
        }
    }

    fn below(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer += &escape(key);
        visit(self);
        self.pointer.truncate(length);
    }

    fn reference(&mut self, reference: &mut String) {
        let (document, fragment) = match reference.split_once('#') {
            Some((document, fragment)) => (document, fragment),
            None => (reference.as_str(), ""),
        };
        let target = match document {
            "" => Ok(self.name.to_owned()),
            document => self.documents.resolve(self.name, document),
        };
        let place = format!("{}#{}", self.name, self.pointer);
        let target = match target {
            Ok(target) => target,
            Err(reason) => {
                self.errors.push(format!("{place}: `{reference}` {reason}"));
                return;
            }
        };
        let first = self.documents.read.first();
        if target == first.map_or(self.name, |first| &first.name) {
            *reference = format!("#{fragment}");
            return;
        }
        // The fragment of a reference is percent-encoded.
        let key = escape(&target).replace('%', "%25");
        let rewritten = format!("#/{KEY}/{key}{fragment}");
        self.found.push(Found {
            name: target,
            place,
        });
        *reference = rewritten;
    }
}

/// Returns true if an object can only be an example: its value is data.
fn is_example(object: &Map<String, Value>) -> bool {
    let keys = ["value", "summary", "description"];
    object.keys().all(|key| keys.contains(&key.as_str()))
}

fn is_file(target: &str) -> bool {
    let endings = [".yaml", ".yml", ".json"];
    endings.iter().any(|ending| target.ends_with(ending))
}

/// Returns a text in which the pointers into other documents have their names.
fn readable(text: &str) -> String {
    let mut readable = String::new();
    let key = format!("/{KEY}/");
    let mut parts = text.split(&key);
    readable += parts.next().unwrap_or_default();
    for part in parts {
        let end = part.find(['/', ':', '`']).unwrap_or(part.len());
        let end = match part.find("://") {
            Some(_) => part.find('/').unwrap_or(end),
            None => end,
        };
        let (name, rest) = part.split_at(end);
        let before = readable.trim_end_matches('#').len();
        readable.truncate(before);
        readable += &format!("{}#{rest}", unescape(name));
    }
    readable
}
