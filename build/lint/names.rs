//! The names of the generated code, made from those of the contract.
//!
//! A name depends on nothing but the name in the contract, so that an addition to the contract renames nothing.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Names of types that the generated types use themselves.
const TYPES: [&str; 31] = [
    "Box",
    "Bytes",
    "Clone",
    "DateTime",
    "Debug",
    "Default",
    "Deserialize",
    "Err",
    "Form",
    "From",
    "HashMap",
    "Into",
    "Map",
    "NaiveDate",
    "None",
    "Nullable",
    "Ok",
    "Option",
    "Redacted",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "ToString",
    "TryFrom",
    "UnknownValue",
    "Upload",
    "Utc",
    "Value",
    "Vec",
];
/// Names that the module of operations imports, beside those of types.
const OPERATIONS: [&str; 16] = [
    "Client",
    "Cow",
    "Error",
    "Future",
    "IntoIterator",
    "Iterator",
    "Method",
    "PagedList",
    "Reader",
    "Request",
    "Response",
    "RequestBuilder",
    "Send",
    "StatusCode",
    "Text",
    "TryInto",
];
/// The client's own methods.
const CLIENT: [&str; 8] = [
    "base_url",
    "builder",
    "from_env",
    "new",
    "new_with_client",
    "request",
    "with_retry",
    "with_timeout",
];
/// The own methods of request builders.
const BUILDER: [&str; 9] = [
    "build",
    "client",
    "items",
    "items_from",
    "new",
    "pages",
    "pages_from",
    "send",
    "clone",
];

/// The own methods of responses.
const RESPONSE: [&str; 8] = [
    "clone",
    "header",
    "headers",
    "into_inner",
    "map",
    "request_id",
    "status",
    "value_mut",
];

/// The name of a component's type.
pub fn type_name(component: &str) -> String {
    let name = component.to_upper_camel_case();
    if TYPES.contains(&name.as_str()) {
        format!("{name}Schema")
    } else {
        name
    }
}

/// Returns true if the name of a component can become that of a type.
pub fn is_type(component: &str) -> bool {
    let name = component.to_upper_camel_case();
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric());
    plain && name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// The name of the client's method for an operation.
pub fn method_name(operation: &str) -> String {
    let name = operation.to_snake_case();
    if CLIENT.contains(&name.as_str()) || is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// The name of the request builder of an operation.
pub fn builder_name(operation: &str) -> String {
    let name = operation.to_upper_camel_case();
    let reserved = TYPES.contains(&name.as_str()) || OPERATIONS.contains(&name.as_str());
    if reserved {
        format!("{name}Operation")
    } else {
        name
    }
}

/// The name of the field, argument and setter for a parameter.
pub fn parameter_name(parameter: &str) -> String {
    let name = parameter.to_snake_case();
    if BUILDER.contains(&name.as_str()) || is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// The name of the method of a request builder that asks for another media type: `send_csv` for `text/csv`.
pub fn send_method(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or(("", essence));
    let name = if subtype == "*" { kind } else { subtype };
    format!("send_{}", name.to_snake_case())
}

/// The name of the method of a response that reads a header: `etag` for `ETag`, because the case has no meaning.
pub fn header_name(header: &str) -> String {
    let name = header.to_ascii_lowercase().to_snake_case();
    if RESPONSE.contains(&name.as_str()) || is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// Returns true if a name can be that of a method: ASCII, and a letter first.
pub fn is_identifier(name: &str) -> bool {
    name.is_ascii() && name.starts_with(|first: char| first.is_ascii_lowercase())
}

fn is_keyword(name: &str) -> bool {
    let keywords = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
        "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
        "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
        "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    keywords.contains(&name)
}
