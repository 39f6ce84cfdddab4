//! Resources that the path of a request refers to by their ids.

use openapi_conformance::Operation;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A resource that the path of a request refers to by its id.
pub enum Resource {
    Item(Item),
    /// A list has such resources, but none with this id.
    Unknown,
    /// No list has such resources.
    Other,
}

/// An item of a list.
pub struct Item {
    pub value: Value,
    /// The name of the property that has the id.
    pub id: String,
}

/// An id in the path of a request, below the path of a list.
pub struct IdBelow {
    pub id: String,
    /// True if the path ends with the id.
    pub is_last: bool,
}

impl IdBelow {
    /// Returns the id below the path of a list, if the path of the operation has a parameter there.
    pub fn find(list: &str, operation: &Operation, path: &str) -> Option<Self> {
        let mut documented = operation.path().split('/');
        let mut actual = path.split('/');
        for segment in list.split('/') {
            let other = documented.next()?;
            actual.next()?;
            if other != segment && !(is_parameter(other) && is_parameter(segment)) {
                return None;
            }
        }
        if !is_parameter(documented.next()?) {
            return None;
        }
        let id = percent_decode_str(actual.next()?).decode_utf8_lossy();
        Some(IdBelow {
            id: id.into_owned(),
            is_last: documented.next().is_none(),
        })
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

impl Item {
    /// Returns the response of an operation that reads or changes the item, made from the example of the operation: the body, or
    /// the first object in it, has the id.
    pub fn in_example(self, example: &Value) -> Option<Value> {
        let mut body = example.as_object()?.clone();
        let target = if body.contains_key(&self.id) {
            &mut body
        } else {
            body.values_mut().find_map(Value::as_object_mut)?
        };
        if let Value::Object(item) = self.value {
            target.extend(item);
        }
        Some(Value::Object(body))
    }
}
