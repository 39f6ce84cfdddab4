//! Edits of JSON documents.

use serde_json::Value;

/// What an edit can put into a document.
pub struct Palette<'p> {
    pub values: &'p [Value],
    pub names: &'p [&'p str],
}

/// Returns the value at this index in traversal order, if there is one.
fn place<'v>(value: &'v mut Value, index: &mut usize) -> Option<&'v mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Object(object) => object.values_mut().find_map(|child| place(child, index)),
        Value::Array(items) => items.iter_mut().find_map(|child| place(child, index)),
        _ => None,
    }
}

/// Applies an edit. Four bytes say where and what, so an input is a list of edits.
pub fn edit(document: &mut Value, palette: &Palette<'_>, edit: [u8; 4]) {
    let mut index = usize::from(u16::from_be_bytes([edit[0], edit[1]]));
    let Some(place) = place(document, &mut index) else {
        return;
    };
    let nth = usize::from(edit[3]);
    match (edit[2] % 4, place) {
        (1, Value::Object(object)) => {
            let key = object.keys().nth(nth % object.len().max(1)).cloned();
            key.and_then(|key| object.remove(&key));
        }
        (2, Value::Object(object)) => {
            let key = object.keys().nth(nth % object.len().max(1)).cloned();
            if let Some(value) = key.and_then(|key| object.remove(&key)) {
                let name = palette.names[nth % palette.names.len()];
                object.insert(name.to_owned(), value);
            }
        }
        (3, Value::Object(object)) => {
            let copy = object.values().nth(nth % object.len().max(1)).cloned();
            copy.and_then(|copy| object.insert("copy".to_owned(), copy));
        }
        (1..=3, Value::Array(items)) => {
            let copy = items.get(nth % items.len().max(1)).cloned();
            items.extend(copy);
        }
        (_, place) => *place = palette.values[nth % palette.values.len()].clone(),
    }
}
