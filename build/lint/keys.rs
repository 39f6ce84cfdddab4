//! The keys that each object of the contract may have, and why other OpenAPI keys are unsupported.

/// The keys of an OpenAPI object that the build supports.
pub struct Keys {
    pub object: &'static str,
    pub allowed: &'static [&'static str],
    /// OpenAPI keys that the generated client would not implement, and what to do instead.
    pub unsupported: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// Returns the JSON types that the value of `key` may have; any, if there are none.
    pub fn kinds(&self, key: &str) -> &'static [&'static str] {
        let schema = self.object == SCHEMA.object;
        let components = self.object == COMPONENTS.object;
        match key {
            // Its values are the names of properties and parameters.
            _ if self.object == PAGINATION.object => &["string"],
            "required" | "examples" if schema => &["array"],
            "type" => &["string", "array"],
            "required" | "nullable" | "x-phone-number" | "x-sensitive" | "x-idempotency-key"
            | "deprecated" | "explode" | "readOnly" | "writeOnly" | "uniqueItems" => &["boolean"],
            "parameters" if components => &["object"],
            "parameters" | "tags" | "servers" | "security" | "allOf" | "anyOf" | "oneOf"
            | "enum" | "x-extensible-enum" => &["array"],
            "components" | "content" | "discriminator" | "examples" | "externalDocs"
            | "headers" | "info" | "paths" | "properties" | "requestBodies" | "requestBody"
            | "responses" | "schemas" | "securitySchemes" | "webhooks" | "x-pagination"
            | "x-webhooks" => &["object"],
            "additionalProperties" | "items" | "schema" => &["object", "boolean"],
            "$comment" | "$ref" | "contentEncoding" | "contentMediaType" | "description"
            | "format" | "in" | "name" | "openapi" | "operationId" | "pattern" | "propertyName"
            | "style" | "summary" | "title" => &["string"],
            "exclusiveMaximum" | "exclusiveMinimum" => &["boolean", "number"],
            "maximum" | "minimum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
            | "maxItems" | "minProperties" | "maxProperties" => &["number"],
            _ => &[],
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
        "webhooks",
        "x-webhooks",
        "components",
    ],
    unsupported: &[(
        "jsonSchemaDialect",
        "the generator reads the dialect of OpenAPI only; remove it",
    )],
};

pub const PATH_ITEM: Keys = Keys {
    object: "a path",
    allowed: &[
        "get",
        "put",
        "post",
        "delete",
        "patch",
        "head",
        "parameters",
        "summary",
        "description",
    ],
    unsupported: &[
        (
            "servers",
            "the client has one base URL; write another contract for another server",
        ),
        ("$ref", "write the path item in `paths`"),
        (
            "options",
            "the client does not make OPTIONS requests; use `Client::request`",
        ),
        (
            "trace",
            "the client does not make TRACE requests; use `Client::request`",
        ),
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
        "deprecated",
        "security",
        "x-pagination",
    ],
    unsupported: &[
        (
            "servers",
            "the client has one base URL; write another contract for another server",
        ),
        (
            "callbacks",
            "the client receives no callbacks; describe the event in `webhooks`",
        ),
    ],
};

pub const PAGINATION: Keys = Keys {
    object: "`x-pagination`",
    allowed: &[
        "items",
        "id",
        "more",
        "limit",
        "timestamp",
        "before",
        "after",
        "cursor",
        "next",
        "page",
        "offset",
        "link",
    ],
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
        "deprecated",
        "style",
        "explode",
        "x-sensitive",
        "x-idempotency-key",
    ],
    unsupported: &[
        (
            "allowReserved",
            "the client encodes reserved characters, which servers decode; remove it",
        ),
        (
            "allowEmptyValue",
            "a parameter is left out or has a value; remove it",
        ),
        (
            "content",
            "a parameter is not JSON; write a `schema`, e.g. a string",
        ),
    ],
};

pub const HEADER: Keys = Keys {
    object: "a header",
    allowed: &[
        "required",
        "description",
        "schema",
        "example",
        "examples",
        "deprecated",
    ],
    unsupported: &[
        ("style", "a header is read as one value; remove it"),
        ("explode", "a header is read as one value; remove it"),
        (
            "content",
            "a header is not JSON; write a `schema`, e.g. a string",
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
    unsupported: &[(
        "encoding",
        "the parts of a form have the media type of their schema or of the uploaded file; remove it",
    )],
};

pub const RESPONSE: Keys = Keys {
    object: "a response",
    allowed: &["description", "headers", "content"],
    unsupported: &[(
        "links",
        "the client follows no links; describe them in the description",
    )],
};

pub const COMPONENTS: Keys = Keys {
    object: "`components`",
    allowed: &[
        "examples",
        "headers",
        "parameters",
        "requestBodies",
        "responses",
        "schemas",
        "securitySchemes",
    ],
    unsupported: &[
        (
            "links",
            "the client follows no links; describe them in the description",
        ),
        (
            "callbacks",
            "the client receives no callbacks; describe the event in `webhooks`",
        ),
        ("pathItems", "write the path item in `paths`"),
    ],
};

pub const DISCRIMINATOR: Keys = Keys {
    object: "a discriminator",
    allowed: &["propertyName", "mapping"],
    unsupported: &[],
};

/// The methods of a path item.
pub const METHODS: [&str; 6] = ["get", "put", "post", "delete", "patch", "head"];

/// Keys of schemas that describe the use of a schema and change no value, so that they may stand beside a reference.
pub const ANNOTATIONS: [&str; 12] = [
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "x-sensitive",
];

/// Keys of schemas that only OpenAPI 3.1 has.
pub const ONLY_3_1: [&str; 5] = [
    "$comment",
    "const",
    "contentEncoding",
    "contentMediaType",
    "examples",
];

pub const SCHEMA: Keys = Keys {
    object: "a schema",
    allowed: &[
        "$comment",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "contentEncoding",
        "contentMediaType",
        "default",
        "deprecated",
        "description",
        "discriminator",
        "enum",
        "example",
        "examples",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "externalDocs",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "nullable",
        "oneOf",
        "pattern",
        "properties",
        "readOnly",
        "required",
        "title",
        "type",
        "uniqueItems",
        "writeOnly",
        "x-extensible-enum",
        "x-phone-number",
        "x-sensitive",
    ],
    unsupported: &[
        (
            "not",
            "the type of a value cannot exclude values; describe it in the description",
        ),
        (
            "if",
            "the type of a value cannot depend on a condition; use `oneOf`",
        ),
        (
            "then",
            "the type of a value cannot depend on a condition; use `oneOf`",
        ),
        (
            "else",
            "the type of a value cannot depend on a condition; use `oneOf`",
        ),
        ("contains", "describe it in the description"),
        (
            "prefixItems",
            "an array has items of one type; use an object",
        ),
        ("patternProperties", "use `additionalProperties`"),
        ("propertyNames", "describe it in the description"),
        ("dependentRequired", "use `oneOf`"),
        ("dependentSchemas", "use `oneOf`"),
        ("unevaluatedProperties", "use `additionalProperties`"),
        ("unevaluatedItems", "use `items`"),
        ("contentSchema", "describe it in the description"),
        ("$defs", "write the schema in `components/schemas`"),
        ("$id", "refer to `#/components/schemas`"),
        ("$anchor", "refer to `#/components/schemas`"),
        ("$dynamicRef", "refer to `#/components/schemas`"),
        (
            "$schema",
            "the generator reads the dialect of OpenAPI only; remove it",
        ),
        ("xml", "the client reads and writes JSON; remove it"),
    ],
};
