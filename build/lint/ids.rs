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
    KeyUnknown "key-unknown" "The object has no such key in OpenAPI or in the extensions of this contract."
    KeyUnsupported "key-unsupported" "OpenAPI allows the key, but the generated client would ignore it or misread it."
    KeyMissing "key-missing" "A required key is missing."
    KeywordVersion "keyword-version" "The keyword belongs to another version of OpenAPI than that of the contract."
    ValueTypeMismatch "value-type-mismatch" "The value has the wrong JSON type."
    DescriptionCodeBlock "description-code-block" "A description contains a code block, which rustdoc would run as a test."
    NameInvalid "name-invalid" "A name cannot become a name in Rust."
    NameCollision "name-collision" "Two names become the same name in Rust."
    ReferenceUnresolved "reference-unresolved" "A `$ref` does not point to an existing component of the right kind."
    ReferenceSiblings "reference-siblings" "There are keys next to a `$ref`, which OpenAPI ignores."

    OpenapiVersionUnsupported "openapi-version-unsupported" "The OpenAPI version is neither 3.0 nor 3.1."
    ServerCount "server-count" "There is not exactly one server."
    ServerUrlInvalid "server-url-invalid" "The URL of the server cannot be a base URL."
    SecurityUnsupported "security-unsupported" "The contract or an operation does not require exactly the API key, or nothing."
    SecuritySchemeUnsupported "security-scheme-unsupported" "The security scheme is not a bearer token."

    PathInvalid "path-invalid" "The path is not a valid path template."
    WebhookMethodUnsupported "webhook-method-unsupported" "A webhook has no `post`, or another method."
    EventTypeUnlisted "event-type-unlisted" "A webhook is not listed in the schema `EventType`."
    OperationIdInvalid "operation-id-invalid" "An `operationId` cannot become the name of a method."
    OperationIdDuplicate "operation-id-duplicate" "Two operations have the same `operationId`, or the same name in Rust."

    ParameterLocationUnsupported "parameter-location-unsupported" "A parameter is not in the path, the query or a header."
    ParameterNotScalar "parameter-not-scalar" "A parameter or a header of a response is an object, or an array of arrays or objects."
    ParameterStyleUnsupported "parameter-style-unsupported" "The client does not write a parameter in this style."
    PathParameterMismatch "path-parameter-mismatch" "The parameters in the path template differ from the declared path parameters."
    PathParameterOptional "path-parameter-optional" "A path parameter is not required."
    HeaderNameInvalid "header-name-invalid" "The name of a header parameter is not a valid header name."
    HeaderNameReserved "header-name-reserved" "The client, OpenAPI or HTTP controls the header."

    IdempotencyKeyInvalid "idempotency-key-invalid" "`x-idempotency-key` is not at a header that can hold a UUID, of an operation that needs a key."

    MediaTypeUnsupported "media-type-unsupported" "The client cannot write or read bodies of the media type."
    MediaTypeCount "media-type-count" "A body has more media types than the client can tell apart."
    FormInvalid "form-invalid" "A form is not an object, or a field cannot be written in it."
    SuccessResponseMissing "success-response-missing" "An operation has no 2xx response."
    SuccessResponseTypes "success-response-types" "The 2xx responses of an operation are not all JSON, text or bytes."
    NoContentWithBody "no-content-with-body" "A 204 response or a response to HEAD has a body."

    PaginationItems "pagination-items" "`items` of `x-pagination` does not name the required array of the page."
    PaginationId "pagination-id" "`id` of `x-pagination` does not name a required string or integer of the items."
    PaginationTimestamp "pagination-timestamp" "`timestamp` of `x-pagination` does not name a timestamp of the items."
    PaginationMore "pagination-more" "`more` of `x-pagination` does not name a required boolean of the page."
    PaginationLimit "pagination-limit" "`limit` of `x-pagination` does not name a suitable query parameter."
    PaginationNext "pagination-next" "`x-pagination` does not tell how the list continues, or names an unsuitable parameter or property."

    SchemaAlias "schema-alias" "References between schemas lead back to themselves."
    SchemaTypeMissing "schema-type-missing" "A schema has keywords of a type, but no `type`."
    SchemaTypeUnsupported "schema-type-unsupported" "The `type` of a schema is unknown, or allows no value."
    FormatUnsupported "format-unsupported" "The `format` does not belong to this type, or not in this place."
    KeywordMisplaced "keyword-misplaced" "A schema keyword is not allowed in this place."
    KeywordTypeMismatch "keyword-type-mismatch" "A schema keyword does not apply to the type of the schema."
    SensitiveInvalid "sensitive-invalid" "`x-sensitive` is not `true`, or nothing can be redacted in this place."
    PhoneNumberInvalid "phone-number-invalid" "`x-phone-number` is not `true`, or not at a component that is a sensitive string."
    AdditionalPropertiesUnsupported "additional-properties-unsupported" "An object without `properties` forbids all properties."
    RequiredPropertyUndeclared "required-property-undeclared" "`required` lists a property that is not declared."
    DirectionMixed "direction-mixed" "A property that is only in requests or only in responses is in a schema of both."
    OpenEnumInvalid "open-enum-invalid" "An enum is empty, or has a value of another type."
    EnumValueInvalid "enum-value-invalid" "The value of an open enum cannot become the name of a variant."
    AllOfUnsupported "all-of-unsupported" "The parts of `allOf` cannot be merged into one object."
    UnionAmbiguous "union-ambiguous" "The variants of `oneOf` or `anyOf` cannot be told apart."
    ReferenceTypeChanged "reference-type-changed" "A keyword next to a reference, `allOf`, `oneOf` or `anyOf` changes its type."
    NullableIneffective "nullable-ineffective" "`nullable` next to `allOf` has no effect."
}
