//! Parses the contract's YAML in the build script. Every dependent builds this parser, and it takes a fifth of the build
//! time of `serde-saphyr`, which the feature `conformance` uses because it limits hostile input.

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
        (None, _) => Err("expected one YAML document, got none".to_owned()),
        (Some(_), false) => Err("expected one YAML document, got several".to_owned()),
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
        Yaml::Hash(mapping) => {
            let mut object = Map::new();
            for (key, property) in mapping {
                let key = name(key)?;
                if object.insert(key.clone(), value(property)?).is_some() {
                    return Err(format!("duplicate key `{key}`"));
                }
            }
            Value::Object(object)
        }
        Yaml::Alias(_) | Yaml::BadValue => return Err("a node has no value".to_owned()),
    })
}

/// Converts a key to a string, as in JSON. A status code may be written as a number.
fn name(key: Yaml) -> Result<String, String> {
    match key {
        Yaml::String(text) | Yaml::Real(text) => Ok(text),
        Yaml::Integer(number) => Ok(number.to_string()),
        Yaml::Boolean(flag) => Ok(flag.to_string()),
        other => Err(format!("expected string as key, got {other:?}")),
    }
}

fn real(text: &str) -> Result<Number, String> {
    // The parser reads integers above the maximum of `i64` as floating-point numbers.
    if let Ok(number) = text.parse::<u64>() {
        return Ok(number.into());
    }
    let number = text.parse().ok().and_then(Number::from_f64);
    number.ok_or_else(|| format!("`{text}` is not a JSON number"))
}
