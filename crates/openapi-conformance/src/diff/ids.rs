//! The ids of all contract changes. Programs may depend on them, so an id is never renamed or reused.
//!
//! `request` means data that the caller sends, including responses to events. `response` means data that the API
//! sends, including events.

use super::Impact;
use super::location::Direction;
use crate::validate::Sender;

macro_rules! ids {
    ($($name:ident, $impact:ident, $id:literal, $meaning:literal;)*) => {
        /// A kind of change. It determines the impact on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Id {
            $(#[doc = $meaning] $name,)*
        }

        impl Id {
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Id::$name => $id,)*
                }
            }

            pub fn impact(self) -> Impact {
                match self {
                    $(Id::$name => Impact::$impact,)*
                }
            }
        }

        /// All ids with their meanings.
        pub const ALL: &[(&str, &str)] = &[$(($id, $meaning)),*];
    };
}

// The columns: impact on the wire, id, meaning. What has none matters only for generated clients.
ids! {
    BaseUrlChanged, Breaking, "base-url-changed", "The base URL is different, or that of an operation with servers of its own.";

    OperationRemoved, Breaking, "operation-removed", "An operation is removed.";
    OperationAdded, Additive, "operation-added", "An operation is added.";
    DeprecatedOperationRemoved, Additive, "deprecated-operation-removed", "A deprecated operation or event is removed, after its sunset if it has one.";
    OperationDeprecated, Additive, "operation-deprecated", "An operation or event is now deprecated.";
    OperationReactivated, Additive, "operation-reactivated", "An operation or event is no longer deprecated.";
    OperationMoved, Breaking, "operation-moved", "An operation has a different method or path.";
    EventRemoved, Breaking, "event-removed", "An event is removed.";
    EventAdded, Additive, "event-added", "An event is added.";
    EventTypeChanged, Breaking, "event-type-changed", "An event has a different type or method.";

    CredentialsRequired, Breaking, "credentials-required", "A request that needed no credentials now needs some.";
    CredentialsOptional, Additive, "credentials-optional", "A request no longer needs credentials.";
    CredentialsChanged, Breaking, "credentials-changed", "Credentials or scopes that were sufficient no longer are.";
    CredentialsAdded, Additive, "credentials-added", "Other credentials, or fewer scopes, are also sufficient.";
    CredentialsUrlChanged, Breaking, "credentials-url-changed", "Credentials are obtained from a different URL.";
    OauthFlowRemoved, Breaking, "oauth-flow-removed", "An OAuth flow is removed.";
    OauthFlowAdded, Additive, "oauth-flow-added", "An OAuth flow is added.";
    OauthScopeRemoved, Breaking, "oauth-scope-removed", "An OAuth scope is no longer offered.";
    OauthScopeAdded, Additive, "oauth-scope-added", "An OAuth scope is offered for the first time.";

    ParameterRemoved, Breaking, "parameter-removed", "A parameter or header of a request is removed.";
    DeprecatedParameterRemoved, Additive, "deprecated-parameter-removed", "A deprecated parameter or header is removed, after its sunset if it has one.";
    ParameterDeprecated, Additive, "parameter-deprecated", "A parameter or header is now deprecated.";
    ParameterReactivated, Additive, "parameter-reactivated", "A parameter or header is no longer deprecated.";
    ParameterAdded, Additive, "parameter-added", "An optional parameter or header of a request is added.";
    RequiredParameterAdded, Breaking, "required-parameter-added", "A required parameter or header of a request is added.";
    ParameterRequired, Breaking, "parameter-required", "A parameter or header of a request is now required.";
    ParameterOptional, Additive, "parameter-optional", "A parameter or header of a request is now optional.";
    ParameterStyleChanged, Breaking, "parameter-style-changed", "The value of a parameter or header is written differently.";
    ParameterDefaultAdded, Additive, "parameter-default-added", "A parameter has a default for the first time.";
    ParameterDefaultChanged, Breaking, "parameter-default-changed", "A parameter has a different default.";
    ParameterDefaultRemoved, Breaking, "parameter-default-removed", "A parameter no longer has a default.";

    ResponseHeaderRemoved, Breaking, "response-header-removed", "A header of a response or event is removed.";
    ResponseHeaderAdded, Additive, "response-header-added", "A header of a response or event is added.";
    ResponseHeaderRequired, Additive, "response-header-required", "A header of a response or event is now always sent.";
    ResponseHeaderOptional, Breaking, "response-header-optional", "A header of a response or event is no longer always sent.";

    RequestPropertyRemoved, Breaking, "request-property-removed", "A property of a request is removed.";
    DeprecatedPropertyRemoved, Additive, "deprecated-property-removed", "A deprecated property is removed, after its sunset if it has one.";
    PropertyDeprecated, Additive, "property-deprecated", "A property is now deprecated.";
    PropertyReactivated, Additive, "property-reactivated", "A property is no longer deprecated.";
    SunsetAdded, Additive, "sunset-added", "Something deprecated has a sunset for the first time.";
    SunsetPostponed, Additive, "sunset-postponed", "The sunset of something deprecated is later.";
    SunsetAdvanced, Breaking, "sunset-advanced", "The sunset of something deprecated is earlier, so that programs have less time to change.";
    SunsetRemoved, Breaking, "sunset-removed", "Something deprecated no longer has a sunset, so that it may be removed at any time.";
    RequestPropertyAdded, Additive, "request-property-added", "An optional property of a request is added.";
    RequiredRequestPropertyAdded, Breaking, "required-request-property-added", "A required property of a request is added.";
    RequestPropertyRequired, Breaking, "request-property-required", "A property of a request is now required.";
    RequestPropertyOptional, Additive, "request-property-optional", "A property of a request is now optional.";
    RequestPropertyDefaultAdded, Additive, "request-property-default-added", "A property of a request has a default for the first time.";
    RequestPropertyDefaultChanged, Breaking, "request-property-default-changed", "A property of a request has a different default.";
    RequestPropertyDefaultRemoved, Breaking, "request-property-default-removed", "A property of a request no longer has a default.";
    ResponsePropertyDefaultChanged, Additive, "response-property-default-changed", "The default of a property of a response or event is added, changed or removed.";
    ResponsePropertyRemoved, Breaking, "response-property-removed", "A property of a response or event is removed.";
    ResponsePropertyAdded, Additive, "response-property-added", "A property of a response or event is added.";
    ResponsePropertyRequired, Additive, "response-property-required", "A property of a response or event is now always sent.";
    ResponsePropertyOptional, Breaking, "response-property-optional", "A property of a response or event is no longer always sent.";

    RequestBodyRemoved, Breaking, "request-body-removed", "A request no longer has a body.";
    RequestBodyAdded, Additive, "request-body-added", "A request has an optional body for the first time.";
    RequiredRequestBodyAdded, Breaking, "required-request-body-added", "A request has a required body for the first time.";
    RequestBodyRequired, Breaking, "request-body-required", "The body of a request is now required.";
    RequestBodyOptional, Additive, "request-body-optional", "The body of a request is now optional.";
    ResponseBodyRemoved, Breaking, "response-body-removed", "A response no longer has a body.";
    SuccessBodyAdded, Breaking, "success-body-added", "The response of a successful call has a body for the first time.";
    FailureBodyAdded, Additive, "failure-body-added", "The response of a failed call has a body for the first time.";
    EventBodyRemoved, Breaking, "event-body-removed", "An event no longer has a body.";
    EventBodyAdded, Additive, "event-body-added", "An event has a body for the first time.";
    EventBodyRequired, Additive, "event-body-required", "The body of an event is now always sent.";
    EventBodyOptional, Breaking, "event-body-optional", "The body of an event is no longer always sent.";
    EventResponseBodyRemoved, Breaking, "event-response-body-removed", "The response to an event no longer has a body.";
    EventResponseBodyAdded, Breaking, "event-response-body-added", "The response to an event has a body for the first time.";
    RequestMediaTypeRemoved, Breaking, "request-media-type-removed", "A media type of a request is removed.";
    RequestMediaTypeAdded, Additive, "request-media-type-added", "A media type of a request is added.";
    ResponseMediaTypeRemoved, Breaking, "response-media-type-removed", "A media type of a response or event is removed, and others remain.";
    ResponseMediaTypeAdded, Breaking, "response-media-type-added", "A media type of a response or event is added.";
    BodyEncodingChanged, Breaking, "body-encoding-changed", "A property of a form or multipart body is written differently.";

    SuccessStatusCodeRemoved, Breaking, "success-status-code-removed", "A success status code, or a range of them, is removed.";
    SuccessStatusCodeAdded, Breaking, "success-status-code-added", "A success status code, or a range of them, is added.";
    SuccessStatusCodesNarrowed, Additive, "success-status-codes-narrowed", "A range of success status codes is reduced to some of them.";
    FailureStatusCodeRemoved, Additive, "failure-status-code-removed", "A failure status code is removed, or a range is reduced.";
    FailureStatusCodeAdded, Additive, "failure-status-code-added", "A failure status code, or a range of them, is added.";
    EventResponseStatusCodeRemoved, Breaking, "event-response-status-code-removed", "A status code of the response to an event is removed, or a range is reduced.";
    EventResponseStatusCodeAdded, Additive, "event-response-status-code-added", "A status code of the response to an event, or a range of them, is added.";

    ErrorCodeMoved, Breaking, "error-code-moved", "An error code comes with another status code.";
    ErrorCodeRemoved, Additive, "error-code-removed", "An error code no longer comes with a status code.";
    ErrorCodeAdded, Additive, "error-code-added", "An error code is added to a status code.";

    PaginationRemoved, Breaking, "pagination-removed", "A list no longer has pagination.";
    PaginationChanged, Breaking, "pagination-changed", "The pagination of a list uses different properties or parameters.";
    PaginationAdded, Additive, "pagination-added", "A list has pagination for the first time, or describes more of it.";

    RequestNullDisallowed, Breaking, "request-null-disallowed", "A value in a request may no longer be null.";
    RequestNullAllowed, Additive, "request-null-allowed", "A value in a request may now be null.";
    ResponseNullDisallowed, Additive, "response-null-disallowed", "A value in a response or event may no longer be null.";
    ResponseNullAllowed, Breaking, "response-null-allowed", "A value in a response or event may now be null.";

    TypeChanged, Breaking, "type-changed", "A value has a different type, e.g. string instead of integer, or a map instead of named properties.";
    RequestTypeNarrowed, Breaking, "request-type-narrowed", "A value in a request has fewer types, e.g. integer instead of number.";
    RequestTypeWidened, Additive, "request-type-widened", "A value in a request has more types, e.g. number instead of integer.";
    ResponseTypeNarrowed, Additive, "response-type-narrowed", "A value in a response or event has fewer types, e.g. integer instead of number.";
    ResponseTypeWidened, Breaking, "response-type-widened", "A value in a response or event has more types, e.g. number instead of integer.";

    RequestAlternativeRemoved, Breaking, "request-alternative-removed", "An alternative of a value in a request is removed.";
    RequestAlternativeAdded, Additive, "request-alternative-added", "A value in a request has an additional alternative.";
    ResponseAlternativeRemoved, Additive, "response-alternative-removed", "An alternative of a value in a response or event is removed.";
    ResponseAlternativeAdded, Breaking, "response-alternative-added", "A value in a response or event has an additional alternative.";
    RequestConditionAdded, Breaking, "request-condition-added", "A condition of a value in a request is added or stricter, e.g. `not`, `if` or `contains`.";
    RequestConditionRemoved, Additive, "request-condition-removed", "A condition of a value in a request is removed or less strict.";
    ResponseConditionAdded, Additive, "response-condition-added", "A condition of a value in a response or event is added or stricter.";
    ResponseConditionRemoved, Breaking, "response-condition-removed", "A condition of a value in a response or event is removed or less strict.";
    SchemaChanged, Breaking, "schema-changed", "A condition or a combination of alternatives is different, neither stricter nor less strict.";
    SchemaTooComplex, Breaking, "schema-too-complex", "Comparing the schemas takes too many steps, so that some are not compared.";

    RequestPropertiesRestricted, Breaking, "request-properties-restricted", "An object in a request may no longer have arbitrary properties.";
    RequestPropertiesUnrestricted, Additive, "request-properties-unrestricted", "An object in a request may now have arbitrary properties.";
    ResponsePropertiesRestricted, Additive, "response-properties-restricted", "An object in a response or event no longer has arbitrary properties.";
    ResponsePropertiesUnrestricted, Breaking, "response-properties-unrestricted", "An object in a response or event now has arbitrary properties.";
    RequestAdditionalPropertiesDisallowed, Breaking, "request-additional-properties-disallowed", "An object in a request may no longer have properties beside the documented ones.";
    RequestAdditionalPropertiesAllowed, Additive, "request-additional-properties-allowed", "An object in a request may now have properties beside the documented ones.";
    ResponseAdditionalPropertiesDisallowed, Additive, "response-additional-properties-disallowed", "An object in a response or event may no longer have properties beside the documented ones.";
    ResponseAdditionalPropertiesAllowed, Additive, "response-additional-properties-allowed", "An object in a response or event may now have properties beside the documented ones.";

    RequestMinimumRaised, Breaking, "request-minimum-raised", "The minimum of a number in a request is added or raised.";
    RequestMinimumLowered, Additive, "request-minimum-lowered", "The minimum of a number in a request is lowered or removed.";
    RequestMaximumLowered, Breaking, "request-maximum-lowered", "The maximum of a number in a request is added or lowered.";
    RequestMaximumRaised, Additive, "request-maximum-raised", "The maximum of a number in a request is raised or removed.";
    ResponseMinimumRaised, Additive, "response-minimum-raised", "The minimum of a number in a response or event is added or raised.";
    ResponseMinimumLowered, Breaking, "response-minimum-lowered", "The minimum of a number in a response or event is lowered or removed.";
    ResponseMaximumLowered, Additive, "response-maximum-lowered", "The maximum of a number in a response or event is added or lowered.";
    ResponseMaximumRaised, Breaking, "response-maximum-raised", "The maximum of a number in a response or event is raised or removed.";
    MultipleOfChanged, Breaking, "multiple-of-changed", "A number is a multiple of a different factor.";
    RequestMultipleOfNarrowed, Breaking, "request-multiple-of-narrowed", "A number in a request must be a multiple of a factor, or of a greater one.";
    RequestMultipleOfWidened, Additive, "request-multiple-of-widened", "A number in a request no longer has to be a multiple of a factor, or of a smaller one.";
    ResponseMultipleOfNarrowed, Additive, "response-multiple-of-narrowed", "A number in a response or event is a multiple of a factor, or of a greater one.";
    ResponseMultipleOfWidened, Breaking, "response-multiple-of-widened", "A number in a response or event is no longer a multiple of a factor, or of a smaller one.";

    RequestLengthNarrowed, Breaking, "request-length-narrowed", "The length of a string in a request is limited more.";
    RequestLengthWidened, Additive, "request-length-widened", "The length of a string in a request is limited less.";
    ResponseLengthNarrowed, Additive, "response-length-narrowed", "The length of a string in a response or event is limited more.";
    ResponseLengthWidened, Breaking, "response-length-widened", "The length of a string in a response or event is limited less.";
    RequestSizeNarrowed, Breaking, "request-size-narrowed", "The number of items or properties in a request is limited more.";
    RequestSizeWidened, Additive, "request-size-widened", "The number of items or properties in a request is limited less.";
    ResponseSizeNarrowed, Additive, "response-size-narrowed", "The number of items or properties in a response or event is limited more.";
    ResponseSizeWidened, Breaking, "response-size-widened", "The number of items or properties in a response or event is limited less.";
    RequestUniqueItemsAdded, Breaking, "request-unique-items-added", "The items of an array in a request must now be unique.";
    RequestUniqueItemsRemoved, Additive, "request-unique-items-removed", "The items of an array in a request need no longer be unique.";
    ResponseUniqueItemsAdded, Additive, "response-unique-items-added", "The items of an array in a response or event are now unique.";
    ResponseUniqueItemsRemoved, Breaking, "response-unique-items-removed", "The items of an array in a response or event are no longer unique.";

    ContentChanged, Breaking, "content-changed", "A string has different contents: `contentEncoding` or `contentMediaType`.";
    RequestContentAdded, Breaking, "request-content-added", "The contents of a string in a request are described for the first time.";
    RequestContentRemoved, Additive, "request-content-removed", "The contents of a string in a request are no longer described.";
    ResponseContentAdded, Additive, "response-content-added", "The contents of a string in a response or event are described for the first time.";
    ResponseContentRemoved, Breaking, "response-content-removed", "The contents of a string in a response or event are no longer described.";
    FormatChanged, Breaking, "format-changed", "A string has a different format.";
    RequestFormatAdded, Breaking, "request-format-added", "A string in a request has a format for the first time.";
    RequestFormatRemoved, Additive, "request-format-removed", "A string in a request no longer has a format.";
    ResponseFormatAdded, Additive, "response-format-added", "A string in a response or event has a format for the first time.";
    ResponseFormatRemoved, Breaking, "response-format-removed", "A string in a response or event no longer has a format.";

    PatternChanged, Breaking, "pattern-changed", "A string has a different pattern.";
    RequestPatternAdded, Breaking, "request-pattern-added", "A string in a request has a pattern for the first time.";
    RequestPatternRemoved, Additive, "request-pattern-removed", "A string in a request no longer has a pattern.";
    ResponsePatternAdded, Additive, "response-pattern-added", "A string in a response or event has a pattern for the first time.";
    ResponsePatternRemoved, Breaking, "response-pattern-removed", "A string in a response or event no longer has a pattern.";

    EnumValueAdded, Additive, "enum-value-added", "An open enum has a new known value.";
    RequestEnumValueRemoved, Breaking, "request-enum-value-removed", "A value is removed from an open enum in a request.";
    ResponseEnumValueRemoved, Additive, "response-enum-value-removed", "A value is removed from an open enum in a response or event.";
    EnumRemoved, Additive, "enum-removed", "An open enum becomes a plain string.";
    RequestEnumAdded, Breaking, "request-enum-added", "A string in a request becomes an open enum.";
    ResponseEnumAdded, Additive, "response-enum-added", "A string in a response or event becomes an open enum.";
    RequestClosedEnumValueRemoved, Breaking, "request-closed-enum-value-removed", "A value is removed from a closed enum in a request.";
    RequestClosedEnumValueAdded, Additive, "request-closed-enum-value-added", "A value is added to a closed enum in a request.";
    ResponseClosedEnumValueRemoved, Additive, "response-closed-enum-value-removed", "A value is removed from a closed enum in a response or event.";
    ResponseClosedEnumValueAdded, Breaking, "response-closed-enum-value-added", "A value is added to a closed enum in a response or event.";
    RequestClosedEnumAdded, Breaking, "request-closed-enum-added", "A value in a request is limited to a closed enum.";
    RequestClosedEnumRemoved, Additive, "request-closed-enum-removed", "A value in a request is no longer limited to a closed enum.";
    ResponseClosedEnumAdded, Additive, "response-closed-enum-added", "A value in a response or event is limited to a closed enum.";
    ResponseClosedEnumRemoved, Breaking, "response-closed-enum-removed", "A value in a response or event is no longer limited to a closed enum.";

    VersionTooLow, Unaffected, "version-too-low", "`info.version` rises less than the changes require.";

    OperationIdChanged, Unaffected, "operation-id-changed", "An operation has a different `operationId`, which names a method.";
    PathParameterRenamed, Unaffected, "path-parameter-renamed", "A path parameter has a different name, which names a setter.";
    ParameterMaximumAdded, Unaffected, "parameter-maximum-added", "A parameter has a maximum for the first time, which is a constant.";
    ParameterMaximumRemoved, Unaffected, "parameter-maximum-removed", "A parameter no longer has a maximum, which was a constant.";
    RequiredReordered, Unaffected, "required-reordered", "The required properties of a component have another order, which is that of the arguments of a constructor.";
    ComponentRenamed, Unaffected, "component-renamed", "A schema is a component with a different name, which names a type.";
    ComponentInlined, Unaffected, "component-inlined", "A component becomes an inline schema, so that a type loses its name.";
    ComponentExtracted, Unaffected, "component-extracted", "An inline schema becomes a component, which names a type.";
    NumberTypeChanged, Unaffected, "number-type-changed", "A number has a different format, which determines its type, e.g. `int32` instead of `int64`.";
}

/// The ids of a constraint that becomes narrower or wider, in requests and in responses.
pub struct Family {
    request: [Id; 2],
    response: [Id; 2],
    different: Id,
}

impl Family {
    pub fn id(&self, direction: Direction, sender: Sender) -> Id {
        let [narrower, wider] = match sender {
            Sender::Client => self.request,
            Sender::Api => self.response,
        };
        match direction {
            Direction::Narrower => narrower,
            Direction::Wider => wider,
            Direction::Different => self.different,
        }
    }
}

macro_rules! families {
    ($($name:ident: $a:ident $b:ident, $c:ident $d:ident, $different:ident;)*) => {
        $(pub const $name: Family = Family {
            request: [Id::$a, Id::$b],
            response: [Id::$c, Id::$d],
            different: Id::$different,
        };)*
    };
}

// The columns: narrower and wider in a request, narrower and wider in a response, neither.
families! {
    NULL: RequestNullDisallowed RequestNullAllowed, ResponseNullDisallowed ResponseNullAllowed, TypeChanged;
    TYPE: RequestTypeNarrowed RequestTypeWidened, ResponseTypeNarrowed ResponseTypeWidened, TypeChanged;
    PROPERTIES: RequestPropertiesRestricted RequestPropertiesUnrestricted, ResponsePropertiesRestricted ResponsePropertiesUnrestricted, TypeChanged;
    ADDITIONAL: RequestAdditionalPropertiesDisallowed RequestAdditionalPropertiesAllowed, ResponseAdditionalPropertiesDisallowed ResponseAdditionalPropertiesAllowed, TypeChanged;
    MINIMUM: RequestMinimumRaised RequestMinimumLowered, ResponseMinimumRaised ResponseMinimumLowered, SchemaChanged;
    MAXIMUM: RequestMaximumLowered RequestMaximumRaised, ResponseMaximumLowered ResponseMaximumRaised, SchemaChanged;
    MULTIPLE_OF: RequestMultipleOfNarrowed RequestMultipleOfWidened, ResponseMultipleOfNarrowed ResponseMultipleOfWidened, MultipleOfChanged;
    LENGTH: RequestLengthNarrowed RequestLengthWidened, ResponseLengthNarrowed ResponseLengthWidened, SchemaChanged;
    SIZE: RequestSizeNarrowed RequestSizeWidened, ResponseSizeNarrowed ResponseSizeWidened, SchemaChanged;
    UNIQUE_ITEMS: RequestUniqueItemsAdded RequestUniqueItemsRemoved, ResponseUniqueItemsAdded ResponseUniqueItemsRemoved, SchemaChanged;
    FORMAT: RequestFormatAdded RequestFormatRemoved, ResponseFormatAdded ResponseFormatRemoved, FormatChanged;
    PATTERN: RequestPatternAdded RequestPatternRemoved, ResponsePatternAdded ResponsePatternRemoved, PatternChanged;
    ENUM: RequestEnumAdded EnumRemoved, ResponseEnumAdded EnumRemoved, SchemaChanged;
    ENUM_VALUE: RequestEnumValueRemoved EnumValueAdded, ResponseEnumValueRemoved EnumValueAdded, SchemaChanged;
    CLOSED_ENUM: RequestClosedEnumAdded RequestClosedEnumRemoved, ResponseClosedEnumAdded ResponseClosedEnumRemoved, SchemaChanged;
    CLOSED_ENUM_VALUE: RequestClosedEnumValueRemoved RequestClosedEnumValueAdded, ResponseClosedEnumValueRemoved ResponseClosedEnumValueAdded, SchemaChanged;
    ALTERNATIVE: RequestAlternativeRemoved RequestAlternativeAdded, ResponseAlternativeRemoved ResponseAlternativeAdded, SchemaChanged;
    CONTENT: RequestContentAdded RequestContentRemoved, ResponseContentAdded ResponseContentRemoved, ContentChanged;
    CONDITION: RequestConditionAdded RequestConditionRemoved, ResponseConditionAdded ResponseConditionRemoved, SchemaChanged;
}
