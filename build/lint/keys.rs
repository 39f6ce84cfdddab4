//! The keys that each object of the contract may have, and why other OpenAPI keys are unsupported.

/// The keys of an OpenAPI object that the build supports.
pub struct Keys {
    pub object: &'static str,
    pub allowed: &'static [&'static str],
    /// OpenAPI keys that the generated client would not implement, and why.
    pub unsupported: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// Returns the JSON type that the value of `key` must have, if only one is allowed.
    pub fn kind(&self, key: &str) -> Option<&'static str> {
        let schema = self.object == SCHEMA.object;
        let components = self.object == COMPONENTS.object;
        match key {
            // Its values are the names of properties.
            _ if self.object == CURSOR_LIST.object => Some("string"),
            "required" if schema => Some("array"),
            "required" | "nullable" | "x-sensitive" => Some("boolean"),
            "parameters" if components => Some("object"),
            "parameters" | "tags" | "servers" | "security" | "allOf" | "anyOf"
            | "x-extensible-enum" => Some("array"),
            "components" | "content" | "examples" | "externalDocs" | "headers" | "info"
            | "items" | "paths" | "properties" | "requestBody" | "responses" | "schema"
            | "schemas" | "securitySchemes" | "x-cursor-list" | "x-webhooks" => Some("object"),
            "$ref" | "description" | "format" | "in" | "name" | "openapi" | "operationId"
            | "pattern" | "summary" | "type" => Some("string"),
            "exclusiveMaximum" | "exclusiveMinimum" => Some("boolean"),
            "maximum" | "minimum" => Some("number"),
            _ => None,
        }
    }
}

pub const ROOT: Keys = Keys {
    object: "the contract",
    allowed: &[
        "openapi",
        "info",
        "externalDocs",
        "servers",
        "security",
        "tags",
        "paths",
        "x-webhooks",
        "components",
    ],
    unsupported: &[],
};

pub const PATH_ITEM: Keys = Keys {
    object: "a path",
    allowed: &["get", "put", "post", "delete", "patch", "parameters"],
    unsupported: &[
        ("servers", "the client has one base URL"),
        ("$ref", "the generator reads path items in `paths` only"),
        ("head", "the client decodes the body of every response"),
        ("options", "the client does not make OPTIONS requests"),
        ("trace", "the client does not make TRACE requests"),
    ],
};

pub const OPERATION: Keys = Keys {
    object: "an operation",
    allowed: &[
        "operationId",
        "summary",
        "description",
        "tags",
        "externalDocs",
        "parameters",
        "requestBody",
        "responses",
        "x-cursor-list",
    ],
    unsupported: &[
        ("security", "the client sends the API key with every call"),
        ("servers", "the client has one base URL"),
        ("callbacks", "the generator ignores them; use `x-webhooks`"),
        (
            "deprecated",
            "the generator ignores it; mention it in the description",
        ),
    ],
};

pub const CURSOR_LIST: Keys = Keys {
    object: "`x-cursor-list`",
    allowed: &["items", "id", "timestamp", "more"],
    unsupported: &[],
};

pub const PARAMETER: Keys = Keys {
    object: "a parameter",
    allowed: &[
        "name",
        "in",
        "required",
        "description",
        "schema",
        "example",
        "examples",
    ],
    unsupported: &[
        ("style", "the generator supports only the default style"),
        ("explode", "the generator always uses `explode: true`"),
        (
            "allowReserved",
            "the generator always encodes reserved characters",
        ),
        ("allowEmptyValue", "the generator ignores it"),
        ("content", "the generator needs a schema"),
        (
            "deprecated",
            "the generator ignores it; mention it in the description",
        ),
    ],
};

pub const REQUEST_BODY: Keys = Keys {
    object: "a request body",
    allowed: &["description", "required", "content"],
    unsupported: &[],
};

pub const MEDIA_TYPE: Keys = Keys {
    object: "a media type",
    allowed: &["schema", "example", "examples"],
    unsupported: &[("encoding", "the generator ignores it")],
};

pub const RESPONSE: Keys = Keys {
    object: "a response",
    allowed: &["description", "headers", "content"],
    unsupported: &[("links", "the generator ignores them")],
};

pub const COMPONENTS: Keys = Keys {
    object: "`components`",
    allowed: &[
        "examples",
        "headers",
        "parameters",
        "responses",
        "schemas",
        "securitySchemes",
    ],
    unsupported: &[
        ("requestBodies", "write the body in its operation"),
        ("links", "the generator ignores them"),
        ("callbacks", "the generator ignores them; use `x-webhooks`"),
    ],
};

pub const SCHEMA: Keys = Keys {
    object: "a schema",
    allowed: &[
        "type",
        "format",
        "description",
        "nullable",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "allOf",
        "anyOf",
        "example",
        "default",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "pattern",
        "x-extensible-enum",
        "x-sensitive",
    ],
    unsupported: &[
        (
            "enum",
            "the client would fail on values that the API adds later; use `x-extensible-enum`",
        ),
        (
            "oneOf",
            "the generator invents names for the variants; use one schema",
        ),
        ("not", "the generator cannot express it"),
        ("discriminator", "the generator ignores it"),
        ("minLength", "the client would reject responses"),
        ("maxLength", "the client would reject responses"),
        ("multipleOf", "the generator ignores it"),
        ("minItems", "the generator ignores it"),
        ("maxItems", "the generator ignores it"),
        (
            "uniqueItems",
            "the generator would use a set, which loses order and duplicates",
        ),
        ("minProperties", "the generator ignores it"),
        ("maxProperties", "the generator ignores it"),
        ("readOnly", "the generator ignores it; use two schemas"),
        ("writeOnly", "the generator ignores it; use two schemas"),
        (
            "deprecated",
            "the generator ignores it; mention it in the description",
        ),
        (
            "title",
            "the generator would use it as the name of the type",
        ),
        ("xml", "the client supports only JSON"),
        (
            "externalDocs",
            "the generator ignores it; link the page in the description",
        ),
    ],
};
