//! The keys that each object of the contract may have, and why other OpenAPI keys are unsupported.

/// The keys of an OpenAPI object that the build supports.
pub struct Keys {
    pub object: &'static str,
    pub allowed: &'static [&'static str],
    /// OpenAPI keys that the generated client would not implement.
    pub refused: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// Returns the JSON type that the value of `key` must have, if only one is allowed.
    pub fn kind(&self, key: &str) -> Option<&'static str> {
        let schema = self.object == SCHEMA.object;
        let components = self.object == COMPONENTS.object;
        match key {
            // The values of its properties are names.
            _ if self.object == CURSOR_LIST.object => None,
            "required" if schema => Some("list"),
            "required" | "nullable" | "x-sensitive" => Some("boolean"),
            "parameters" if components => Some("object"),
            "parameters" | "tags" | "servers" | "security" | "allOf" | "anyOf"
            | "x-extensible-enum" => Some("list"),
            "components" | "content" | "examples" | "externalDocs" | "headers" | "info"
            | "items" | "paths" | "properties" | "requestBody" | "responses" | "schema"
            | "schemas" | "securitySchemes" | "x-cursor-list" | "x-webhooks" => Some("object"),
            "$ref" | "description" | "format" | "in" | "name" | "openapi" | "operationId"
            | "pattern" | "scheme" | "summary" | "title" | "type" | "url" | "version" => {
                Some("text")
            }
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
    refused: &[],
};

pub const INFO: Keys = Keys {
    object: "info",
    allowed: &["title", "version", "description"],
    refused: &[],
};

pub const SERVER: Keys = Keys {
    object: "a server",
    allowed: &["url", "description"],
    refused: &[("variables", "the client takes the URL as it stands")],
};

pub const TAG: Keys = Keys {
    object: "a tag",
    allowed: &["name", "description", "externalDocs"],
    refused: &[],
};

pub const EXTERNAL_DOCS: Keys = Keys {
    object: "externalDocs",
    allowed: &["url", "description"],
    refused: &[],
};

pub const PATH_ITEM: Keys = Keys {
    object: "a path",
    allowed: &["get", "put", "post", "delete", "patch", "parameters"],
    refused: &[
        ("servers", "the client has one base URL"),
        ("$ref", "the generator does not read path items elsewhere"),
        ("head", "the client decodes a body in every answer"),
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
    refused: &[
        (
            "security",
            "the client authenticates every call in the same way",
        ),
        ("servers", "the client has one base URL"),
        ("callbacks", "the generator ignores them; use x-webhooks"),
        (
            "deprecated",
            "the generator ignores it; say it in the description",
        ),
    ],
};

pub const CURSOR_LIST: Keys = Keys {
    object: "x-cursor-list",
    allowed: &["items", "id", "timestamp", "more"],
    refused: &[],
};

pub const PARAMETER: Keys = Keys {
    object: "a parameter",
    allowed: &["name", "in", "required", "description", "schema", "example"],
    refused: &[
        ("style", "the generator writes the default style only"),
        (
            "explode",
            "the generator ignores it and writes `explode: true`",
        ),
        (
            "allowReserved",
            "the generator always encodes reserved characters",
        ),
        ("allowEmptyValue", "the generator ignores it"),
        ("content", "the generator needs a schema"),
        ("examples", "use `example`: the suite sends that one"),
        (
            "deprecated",
            "the generator ignores it; say it in the description",
        ),
    ],
};

pub const REQUEST_BODY: Keys = Keys {
    object: "a request body",
    allowed: &["description", "required", "content"],
    refused: &[],
};

pub const MEDIA_TYPE: Keys = Keys {
    object: "a media type",
    allowed: &["schema", "examples"],
    refused: &[
        ("example", "use `examples`: snapshots are named after them"),
        ("encoding", "the generator does not write encodings"),
    ],
};

pub const EXAMPLE: Keys = Keys {
    object: "an example",
    allowed: &["summary", "description", "value"],
    refused: &[("externalValue", "the suite reads nothing but the contract")],
};

pub const RESPONSE: Keys = Keys {
    object: "a response",
    allowed: &["description", "headers", "content"],
    refused: &[("links", "the generator ignores them")],
};

pub const HEADER: Keys = Keys {
    object: "a header",
    allowed: &["description", "schema", "required"],
    refused: &[],
};

pub const COMPONENTS: Keys = Keys {
    object: "components",
    allowed: &["securitySchemes", "parameters", "schemas", "responses"],
    refused: &[
        ("examples", "the suite reads examples where they are used"),
        ("requestBodies", "state the body at its operation"),
        ("headers", "state the header at its response"),
        ("links", "the generator ignores them"),
        ("callbacks", "the generator ignores them; use x-webhooks"),
    ],
};

pub const SECURITY_SCHEME: Keys = Keys {
    object: "a security scheme",
    allowed: &["type", "scheme", "description"],
    refused: &[],
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
    refused: &[
        (
            "enum",
            "a value that the API adds later would fail every response; use x-extensible-enum",
        ),
        (
            "oneOf",
            "the generator invents names for the variants; describe one schema",
        ),
        ("not", "the generator cannot express it"),
        ("discriminator", "the generator ignores it"),
        ("minLength", "it would reject responses"),
        ("maxLength", "it would reject responses"),
        ("multipleOf", "the generator ignores it"),
        ("minItems", "the generator ignores it"),
        ("maxItems", "the generator ignores it"),
        (
            "uniqueItems",
            "the generator would make a set, which loses order and duplicates",
        ),
        ("minProperties", "the generator ignores it"),
        ("maxProperties", "the generator ignores it"),
        ("readOnly", "the generator ignores it; use two schemas"),
        ("writeOnly", "the generator ignores it; use two schemas"),
        (
            "deprecated",
            "the generator ignores it; say it in the description",
        ),
        ("title", "the generator takes it for the type's name"),
        ("xml", "the client speaks JSON"),
        (
            "externalDocs",
            "the generator ignores it; name the page in the description",
        ),
    ],
};
