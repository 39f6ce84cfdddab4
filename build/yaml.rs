//! Parses the contract's YAML at build time only. This parser takes a fifth of the build time of a serde-based one,
//! which every dependent would have to build. (`conformance` reads other people's contracts, with limits against
//! hostile input.)

use serde_json::{Map, Number, Value};
use yaml_rust2::{Yaml, YamlLoader};

/// Parses a YAML document.
///
/// # Errors
///
/// Returns a description of the problem, with line and column if the parser knows them.
pub fn read(text: &str) -> Result<Value, String> {
    let mut documents = YamlLoader::load_from_str(text).map_err(|error| error.to_string())?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => value(document),
        (None, _) => Err("there is no YAML document".to_owned()),
        (Some(_), false) => Err("there is more than one YAML document".to_owned()),
    }
}

fn value(yaml: Yaml) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(flag) => Value::Bool(flag),
        Yaml::Integer(number) => Value::from(number),
        Yaml::Real(text) => Value::Number(real(&text)?),
        Yaml::String(text) => Value::String(text),
        Yaml::Array(items) => items.into_iter().map(value).collect::<Result<_, _>>()?,
        Yaml::Hash(members) => {
            let mut object = Map::new();
            for (key, member) in members {
                let key = name(key)?;
                let member = value(member)?;
                if object.insert(key.clone(), member).is_some() {
                    return Err(format!("the key `{key}` stands twice in one mapping"));
                }
            }
            Value::Object(object)
        }
        Yaml::Alias(_) | Yaml::BadValue => return Err("a node has no value".to_owned()),
    })
}

/// Converts a key to a string, as in JSON. A status code is easily written as a number.
fn name(key: Yaml) -> Result<String, String> {
    match key {
        Yaml::String(text) | Yaml::Real(text) => Ok(text),
        Yaml::Integer(number) => Ok(number.to_string()),
        Yaml::Boolean(flag) => Ok(flag.to_string()),
        other => Err(format!("a key is no text: {other:?}")),
    }
}

fn real(text: &str) -> Result<Number, String> {
    let read = text.parse().ok().and_then(Number::from_f64);
    read.ok_or_else(|| format!("`{text}` is no number of JSON"))
}
