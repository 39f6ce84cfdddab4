//! The parameters of an operation, as the generator names and types them.

use heck::ToSnakeCase;
use serde_json::Value;
use syn::{Fields, Ident, Item, Type};

use super::objects::argument;
use super::text;

/// A parameter or the request body, as progenitor names and types it.
pub struct Parameter<'c> {
    pub ident: Ident,
    pub kind: Type,
    /// The name in the contract, or `body`.
    pub name: &'c str,
    /// `path`, `query`, `header` or `body`.
    pub location: &'c str,
    /// The position among the parameters in the contract.
    pub position: usize,
    /// The parameter or request body in the contract.
    pub declared: &'c Value,
    pub required: bool,
}

/// The fields of progenitor's builder, each with its declaration in the contract.
pub fn parameters<'c>(
    items: &[Item],
    name: &Ident,
    operation: &'c Value,
    shared: &'c Value,
    contract: &'c Value,
) -> Result<Vec<Parameter<'c>>, String> {
    let fields = items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == *name => match &item.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    });
    let fields = fields.ok_or_else(|| format!("the generator wrote no builder `{name}`"))?;
    let declared = [shared, &operation["parameters"]];
    let declared: Vec<_> = declared
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(|parameter| resolved(parameter, contract))
        .collect();
    let mut parameters = Vec::new();
    for field in fields {
        let ident = field.ident.clone().ok_or("a field without a name")?;
        if ident == "client" {
            continue;
        }
        let kind = argument(&field.ty, "Result").ok_or("a parameter of an unexpected type")?;
        let (kind, optional) = match argument(kind, "Option") {
            Some(kind) => (kind, true),
            None => (kind, false),
        };
        let position = declared.iter().position(|parameter| {
            // progenitor appends an underscore to a keyword.
            text(parameter, "name").to_snake_case() == ident.to_string().trim_end_matches('_')
        });
        let (name, location, declared) = match position.map(|position| declared[position]) {
            Some(found) => (text(found, "name"), text(found, "in"), found),
            None if ident == "body" => ("body", "body", &operation["requestBody"]),
            None => {
                return Err(format!(
                    "the contract has no parameter for `{name}::{ident}`"
                ));
            }
        };
        parameters.push(Parameter {
            ident,
            kind: without_builder(kind),
            name,
            location,
            position: position.unwrap_or(usize::MAX),
            declared,
            required: !optional,
        });
    }
    Ok(parameters)
}

fn resolved<'c>(parameter: &'c Value, contract: &'c Value) -> &'c Value {
    let reference = parameter["$ref"].as_str();
    let name = reference.and_then(|text| text.strip_prefix("#/components/parameters/"));
    name.map_or(parameter, |name| {
        &contract["components"]["parameters"][name]
    })
}

/// progenitor holds a body as its builder: `types::builder::X` is `types::X`.
fn without_builder(kind: &Type) -> Type {
    let mut kind = kind.clone();
    if let Type::Path(path) = &mut kind {
        let kept = path
            .path
            .segments
            .iter()
            .filter(|segment| segment.ident != "builder");
        path.path.segments = kept.cloned().collect();
    }
    kind
}
