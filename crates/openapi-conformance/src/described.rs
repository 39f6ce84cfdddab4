//! What a contract says about the parts of an exchange, for programs that treat values by their schemas.

use http::StatusCode;
use serde_json::Value;

use super::contract::Contract;
use super::finding::Finding;
use super::media::Media;
use super::media_type::{MediaType, Syntax, syntax};
use super::operation::Operation;
use super::parameter::{In, Parameter};
use super::schema::{SchemaId, Types, View};
use super::validate::Sender;

/// The schemas that apply to a value, including those behind references and the parts of compositions. It is empty if
/// the contract does not describe the value.
#[derive(Clone)]
pub struct Described<'c> {
    contract: &'c Contract,
    view: View<'c>,
    sender: Sender,
}

impl Contract {
    /// Returns what describes a parameter of an operation, e.g. in `query`. Header names are case-insensitive. The
    /// properties of an object that is written as `name=value` are parameters, too.
    pub fn parameter(
        &self,
        operation: &Operation,
        location: &str,
        name: &str,
    ) -> Option<Described<'_>> {
        let place = In::named(location)?;
        let parameters = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.place == place);
        let named = parameters.clone().find(|parameter| {
            parameter.name == name
                || place == In::Header && parameter.name.eq_ignore_ascii_case(name)
        });
        if let Some(parameter) = named {
            return Some(self.described(Sender::Client, vec![parameter.schema]));
        }
        parameters
            .filter(|parameter| parameter.is_exploded_object())
            .map(|object| self.described(Sender::Client, vec![object.schema]))
            .find_map(|object| object.property(name))
    }

    /// Returns what describes the request body of an operation with this content type. Without one, it is JSON.
    pub fn request_body(&self, operation: &Operation, content_type: &str) -> Described<'_> {
        let content = operation.body.iter().flat_map(|body| &body.content);
        self.content(Sender::Client, content, content_type)
    }

    /// Returns what describes the response body of an operation with this status code and content type. Without one, it
    /// is JSON.
    pub fn response_body(
        &self,
        operation: &Operation,
        status: StatusCode,
        content_type: &str,
    ) -> Described<'_> {
        let response = operation.response(status);
        let content = response.into_iter().flat_map(|response| &response.content);
        self.content(Sender::Api, content, content_type)
    }

    /// Returns what describes a header of an operation's response with this status code.
    pub fn response_header(
        &self,
        operation: &Operation,
        status: StatusCode,
        name: &str,
    ) -> Option<Described<'_>> {
        let mut headers = operation.response(status)?.headers.iter();
        let header = headers.find(|header: &&Parameter| header.name.eq_ignore_ascii_case(name))?;
        Some(self.described(Sender::Api, vec![header.schema]))
    }

    /// Returns the description of a value that the contract does not describe.
    pub fn undescribed(&self) -> Described<'_> {
        self.described(Sender::Api, Vec::new())
    }

    fn content<'m>(
        &self,
        sender: Sender,
        mut content: impl Iterator<Item = &'m Media>,
        content_type: &str,
    ) -> Described<'_> {
        let media_type = MediaType::parse(content_type.as_bytes());
        let media = content.find(|media| {
            if content_type.is_empty() {
                syntax(&media.range) == Syntax::Json
            } else {
                media.includes(&media_type)
            }
        });
        let schema = media.and_then(|media| media.schema);
        self.described(sender, schema.into_iter().collect())
    }

    fn described(&self, sender: Sender, stated: Vec<SchemaId>) -> Described<'_> {
        Described {
            contract: self,
            view: View::new(&self.schemas, stated),
            sender,
        }
    }
}

impl<'c> Described<'c> {
    /// Returns the schemas as the contract has them.
    pub fn schemas(&self) -> impl Iterator<Item = &'c Value> {
        let contract = self.contract.json();
        let schemas = self.view.all.iter();
        schemas.filter_map(|schema| contract.pointer(&schema.pointer))
    }

    /// Returns true if the value can have this JSON type, e.g. `string`, and has a schema.
    pub fn has_type(&self, name: &str) -> bool {
        let types = Types::named(name).unwrap_or(Types::NONE);
        let mut stated = self.view.all.iter().filter_map(|schema| schema.types);
        stated.any(|stated| stated.intersects(types))
    }

    /// Returns what describes a property, or `None` if no schema has its name.
    pub fn property(&self, name: &str) -> Option<Described<'c>> {
        Some(self.with(self.view.property(name)?))
    }

    /// Returns what describes properties with a name that no schema has.
    pub fn other_property(&self, name: &str) -> Described<'c> {
        self.with(self.view.other_property(name))
    }

    /// Returns what describes an item of an array.
    pub fn item(&self, index: usize) -> Described<'c> {
        self.with(self.view.item(index))
    }

    /// Validates a value, as a part of a request or of a response. The [pointer](Finding::pointer) of each finding is
    /// relative to the value.
    pub fn validate(&self, value: &Value) -> Vec<Finding> {
        let stated = self.view.stated.iter();
        stated
            .flat_map(|schema| self.contract.validate_schema(*schema, value, self.sender))
            .collect()
    }

    fn with(&self, view: View<'c>) -> Described<'c> {
        Described {
            contract: self.contract,
            view,
            sender: self.sender,
        }
    }
}

impl std::fmt::Debug for Described<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pointers = self.view.all.iter().map(|schema| &schema.pointer);
        f.debug_list().entries(pointers).finish()
    }
}
