//! The ids of the lint's rules. An id never changes, so tools may rely on it, unlike on the wording of a reason.

macro_rules! ids {
    ($($name:ident $id:literal $meaning:literal)*) => {
        /// A rule of the lint.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule {
            $($name,)*
        }

        /// The id and the meaning of each rule, as listed in `docs/ids.md`.
        pub const IDS: &[(&str, &str)] = &[$(($id, $meaning),)*];
    };
}

impl Rule {
    pub fn id(self) -> &'static str {
        IDS[self as usize].0
    }
}

ids! {
    KeyUnknown "key-unknown" "The object has no such key in OpenAPI 3.0 or in the extensions of this contract."
    KeyUnsupported "key-unsupported" "OpenAPI allows the key, but the generated client would ignore it or misread it."
    KeyMissing "key-missing" "A required key is missing."
    ValueTypeMismatch "value-type-mismatch" "The value has the wrong JSON type."
    DescriptionCodeBlock "description-code-block" "A description contains a code block, which rustdoc would run as a test."
    NameReserved "name-reserved" "The generated code or the client already uses the name."
    NameCollision "name-collision" "Two names become the same name in Rust."
    ReferenceUnresolved "reference-unresolved" "A `$ref` does not point to an existing component of the right kind."
    ReferenceSiblings "reference-siblings" "There are other keys next to a `$ref`, which OpenAPI 3.0 ignores."

    OpenapiVersionUnsupported "openapi-version-unsupported" "The OpenAPI version is not 3.0."
    ServerCount "server-count" "There is not exactly one server."
    ServerUrlInvalid "server-url-invalid" "The URL of the server cannot be a base URL."
    SecurityUnsupported "security-unsupported" "The contract does not require exactly one security scheme."
    SecuritySchemeUnsupported "security-scheme-unsupported" "The security scheme is not a bearer token."

    PathInvalid "path-invalid" "The path is not a valid path template."
    WebhookMethodUnsupported "webhook-method-unsupported" "A webhook has no `post`, or another method."
    EventTypeUnlisted "event-type-unlisted" "A webhook is not listed in the schema `EventType`."
    OperationIdInvalid "operation-id-invalid" "An `operationId` cannot become the name of a method."
    OperationIdDuplicate "operation-id-duplicate" "Two operations have the same `operationId`, or the same name in Rust."

    ParameterLocationUnsupported "parameter-location-unsupported" "A parameter is not in the path, the query or a header."
    ParameterNotScalar "parameter-not-scalar" "A parameter is an object or an array."
    ParameterTimestampUnsupported "parameter-timestamp-unsupported" "A timestamp is in the path or in a header."
    PathParameterMismatch "path-parameter-mismatch" "The parameters in the path template differ from the declared path parameters."
    PathParameterOptional "path-parameter-optional" "A path parameter is not required."
    HeaderNameInvalid "header-name-invalid" "The name of a header parameter is not a valid header name."
    HeaderNameReserved "header-name-reserved" "The client, OpenAPI or HTTP controls the header."

    RequestBodyOptional "request-body-optional" "A request body is not required."
    MediaTypeUnsupported "media-type-unsupported" "A body is not only `application/json`."
    SuccessResponseMissing "success-response-missing" "An operation has no 2xx response."
    SuccessResponseShared "success-response-shared" "A 2xx response is a reference."
    SuccessResponseTypes "success-response-types" "The 2xx responses of an operation have different schemas."
    NoContentWithBody "no-content-with-body" "A 204 response has a body."

    CursorListItems "cursor-list-items" "`items` of `x-cursor-list` does not name the required array of the page."
    CursorListId "cursor-list-id" "`id` of `x-cursor-list` does not name a required string of the items."
    CursorListTimestamp "cursor-list-timestamp" "`timestamp` of `x-cursor-list` does not name a timestamp of the items."
    CursorListMore "cursor-list-more" "`more` of `x-cursor-list` does not name a required boolean of the page."
    CursorListLimit "cursor-list-limit" "A list with cursor pagination has no suitable parameter `limit`."
    CursorListBefore "cursor-list-before" "A list with cursor pagination has no suitable parameter `before`."

    SchemaNameCase "schema-name-case" "The name of a schema is not in UpperCamelCase."
    SchemaAlias "schema-alias" "A schema is only a reference to another schema."
    SchemaTypeMissing "schema-type-missing" "A schema has no `type`."
    SchemaTypeUnsupported "schema-type-unsupported" "The `type` of a schema is unknown."
    FormatUnsupported "format-unsupported" "The client does not support the `format` for this type."
    KeywordMisplaced "keyword-misplaced" "A schema keyword is not allowed in this place."
    KeywordTypeMismatch "keyword-type-mismatch" "A schema keyword does not apply to the type of the schema."
    SensitiveInvalid "sensitive-invalid" "`x-sensitive` is not `true`, or nothing can be redacted in this place."
    AdditionalPropertiesUnsupported "additional-properties-unsupported" "An object with `properties` allows additional properties, or an object without them forbids them."
    RequiredPropertyUndeclared "required-property-undeclared" "`required` lists a property that is not declared."
    ObjectInline "object-inline" "An object with properties is not a component."
    OpenEnumMisplaced "open-enum-misplaced" "An open enum is not a string component."
    OpenEnumInvalid "open-enum-invalid" "`x-extensible-enum` is not an array of strings, or is empty."
    EnumValueInvalid "enum-value-invalid" "The value of an open enum cannot become the name of a variant."
    AllOfUnsupported "all-of-unsupported" "`allOf` is not a single reference at a property or item."
    AllOfNested "all-of-nested" "A part of `allOf` has a keyword that is not supported there."
    AnyOfUnsupported "any-of-unsupported" "`anyOf` is not a nullable reference."
    ReferenceTypeChanged "reference-type-changed" "A keyword next to a wrapped reference changes its type."
    NullableIneffective "nullable-ineffective" "`nullable` next to `allOf` has no effect."
}
