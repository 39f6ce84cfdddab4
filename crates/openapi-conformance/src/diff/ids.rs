//! The ids of all contract changes. Programs may depend on them, so an id is never renamed or reused.
//!
//! `request` means data that the caller sends, including responses to events. `response` means data that the API
//! sends, including events.

use super::Impact;

macro_rules! ids {
    ($($name:ident, $impact:ident, $client_impact:ident, $id:literal, $meaning:literal;)*) => {
        /// A kind of change. It determines the impact.
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

            /// Returns the impact on the wire.
            pub fn impact(self) -> Impact {
                match self {
                    $(Id::$name => Impact::$impact,)*
                }
            }

            /// Returns the impact on programs that use the generated client.
            pub fn client_impact(self) -> Impact {
                match self {
                    $(Id::$name => Impact::$client_impact,)*
                }
            }
        }

        /// All ids with their meanings.
        pub const ALL: &[(&str, &str)] = &[$(($id, $meaning)),*];

        #[cfg(test)]
        const KINDS: &[Id] = &[$(Id::$name),*];
    };
}

// The columns: impact on the wire, impact on users of the generated client, id, meaning.
ids! {
    BaseUrlChanged, Breaking, Unaffected, "base-url-changed", "The base URL is different.";

    OperationRemoved, Breaking, Breaking, "operation-removed", "An operation is removed.";
    OperationAdded, Additive, Additive, "operation-added", "An operation is added.";
    OperationMoved, Breaking, Unaffected, "operation-moved", "An operation has a different method or path.";
    OperationIdChanged, Unaffected, Breaking, "operation-id-changed", "An operation has a different `operationId`, which names the client's method.";
    EventRemoved, Breaking, Breaking, "event-removed", "An event is removed.";
    EventAdded, Additive, Additive, "event-added", "An event is added.";
    EventTypeChanged, Breaking, Breaking, "event-type-changed", "An event has a different type or method.";

    CredentialsRequired, Breaking, Unaffected, "credentials-required", "A request that needed no credentials now needs some.";
    CredentialsOptional, Additive, Unaffected, "credentials-optional", "A request no longer needs credentials.";
    CredentialsChanged, Breaking, Unaffected, "credentials-changed", "Credentials that were sufficient no longer are.";
    CredentialsAdded, Additive, Unaffected, "credentials-added", "Other credentials are also sufficient.";

    ParameterRemoved, Breaking, Breaking, "parameter-removed", "A parameter or header of a request is removed.";
    ParameterAdded, Additive, Additive, "parameter-added", "An optional parameter or header of a request is added.";
    RequiredParameterAdded, Breaking, Additive, "required-parameter-added", "A required parameter or header of a request is added.";
    ParameterRequired, Breaking, Unaffected, "parameter-required", "A parameter or header of a request is now required.";
    ParameterOptional, Additive, Unaffected, "parameter-optional", "A parameter or header of a request is now optional.";
    ParameterStyleChanged, Breaking, Unaffected, "parameter-style-changed", "The value of a parameter or header is written differently.";
    ParameterDefaultAdded, Additive, Unaffected, "parameter-default-added", "A parameter has a default for the first time.";
    ParameterDefaultChanged, Breaking, Unaffected, "parameter-default-changed", "A parameter has a different default.";
    ParameterDefaultRemoved, Breaking, Unaffected, "parameter-default-removed", "A parameter no longer has a default.";
    PathParameterRenamed, Unaffected, Breaking, "path-parameter-renamed", "A path parameter has a different name, which names the client's setter.";
    ParameterMaximumAdded, Unaffected, Additive, "parameter-maximum-added", "A parameter has a maximum for the first time, which is a constant of the client.";
    ParameterMaximumRemoved, Unaffected, Breaking, "parameter-maximum-removed", "A parameter no longer has a maximum, which was a constant of the client.";

    ResponseHeaderRemoved, Breaking, Unaffected, "response-header-removed", "A header of a response or event is removed.";
    ResponseHeaderAdded, Additive, Unaffected, "response-header-added", "A header of a response or event is added.";
    ResponseHeaderRequired, Additive, Unaffected, "response-header-required", "A header of a response or event is now always sent.";
    ResponseHeaderOptional, Breaking, Unaffected, "response-header-optional", "A header of a response or event is no longer always sent.";

    RequestPropertyRemoved, Breaking, Breaking, "request-property-removed", "A property of a request is removed.";
    RequestPropertyAdded, Additive, Additive, "request-property-added", "An optional property of a request is added.";
    RequiredRequestPropertyAdded, Breaking, Breaking, "required-request-property-added", "A required property of a request is added.";
    RequestPropertyRequired, Breaking, Breaking, "request-property-required", "A property of a request is now required.";
    RequestPropertyOptional, Additive, Breaking, "request-property-optional", "A property of a request is now optional.";
    ResponsePropertyRemoved, Breaking, Breaking, "response-property-removed", "A property of a response or event is removed.";
    ResponsePropertyAdded, Additive, Additive, "response-property-added", "A property of a response or event is added.";
    ResponsePropertyRequired, Additive, Breaking, "response-property-required", "A property of a response or event is now always sent.";
    ResponsePropertyOptional, Breaking, Breaking, "response-property-optional", "A property of a response or event is no longer always sent.";
    RequiredReordered, Unaffected, Breaking, "required-reordered", "The required properties of a component have another order, which is that of the arguments of `new`.";
    ComponentRenamed, Unaffected, Breaking, "component-renamed", "A schema is a component with a different name, which names the client's type.";
    ComponentInlined, Unaffected, Breaking, "component-inlined", "A component becomes an inline schema, so that the client's type loses its name.";
    ComponentExtracted, Unaffected, Breaking, "component-extracted", "An inline schema becomes a component, which names the client's type.";

    RequestBodyRemoved, Breaking, Breaking, "request-body-removed", "A request no longer has a body.";
    RequestBodyAdded, Breaking, Additive, "request-body-added", "A request has a body for the first time.";
    RequestBodyRequired, Breaking, Unaffected, "request-body-required", "The body of a request is now required.";
    RequestBodyOptional, Additive, Unaffected, "request-body-optional", "The body of a request is now optional.";
    ResponseBodyRemoved, Breaking, Breaking, "response-body-removed", "A response no longer has a body.";
    SuccessBodyAdded, Breaking, Breaking, "success-body-added", "The response of a successful call has a body for the first time.";
    FailureBodyAdded, Additive, Unaffected, "failure-body-added", "The response of a failed call has a body for the first time.";
    EventBodyRemoved, Breaking, Breaking, "event-body-removed", "An event no longer has a body.";
    EventBodyAdded, Additive, Breaking, "event-body-added", "An event has a body for the first time.";
    EventBodyRequired, Additive, Unaffected, "event-body-required", "The body of an event is now always sent.";
    EventBodyOptional, Breaking, Unaffected, "event-body-optional", "The body of an event is no longer always sent.";
    EventResponseBodyRemoved, Breaking, Unaffected, "event-response-body-removed", "The response to an event no longer has a body.";
    EventResponseBodyAdded, Breaking, Unaffected, "event-response-body-added", "The response to an event has a body for the first time.";
    RequestMediaTypeRemoved, Breaking, Breaking, "request-media-type-removed", "A media type of a request is removed.";
    RequestMediaTypeAdded, Additive, Unaffected, "request-media-type-added", "A media type of a request is added.";
    ResponseMediaTypeRemoved, Additive, Unaffected, "response-media-type-removed", "A media type of a response or event is removed, and others remain.";
    ResponseMediaTypeAdded, Breaking, Unaffected, "response-media-type-added", "A media type of a response or event is added.";

    SuccessStatusCodeRemoved, Breaking, Unaffected, "success-status-code-removed", "A success status code, or a range of them, is removed.";
    SuccessStatusCodeAdded, Breaking, Unaffected, "success-status-code-added", "A success status code, or a range of them, is added.";
    SuccessStatusCodesNarrowed, Additive, Unaffected, "success-status-codes-narrowed", "A range of success status codes is reduced to some of them.";
    FailureStatusCodeRemoved, Additive, Unaffected, "failure-status-code-removed", "A failure status code is removed, or a range is reduced.";
    FailureStatusCodeAdded, Additive, Unaffected, "failure-status-code-added", "A failure status code, or a range of them, is added.";
    EventResponseStatusCodeRemoved, Breaking, Unaffected, "event-response-status-code-removed", "A status code of the response to an event is removed, or a range is reduced.";
    EventResponseStatusCodeAdded, Additive, Unaffected, "event-response-status-code-added", "A status code of the response to an event, or a range of them, is added.";

    ErrorCodeMoved, Breaking, Unaffected, "error-code-moved", "An error code comes with another status code.";
    ErrorCodeRemoved, Additive, Unaffected, "error-code-removed", "An error code no longer comes with a status code.";
    ErrorCodeAdded, Additive, Unaffected, "error-code-added", "An error code is added to a status code.";

    PaginationRemoved, Breaking, Breaking, "pagination-removed", "A list no longer has cursor pagination.";
    PaginationChanged, Breaking, Unaffected, "pagination-changed", "The cursor pagination of a list uses different properties.";
    PaginationAdded, Additive, Additive, "pagination-added", "A list has cursor pagination for the first time.";

    RequestNullDisallowed, Breaking, Breaking, "request-null-disallowed", "A value in a request may no longer be null.";
    RequestNullAllowed, Additive, Breaking, "request-null-allowed", "A value in a request may now be null.";
    ResponseNullDisallowed, Additive, Breaking, "response-null-disallowed", "A value in a response or event may no longer be null.";
    ResponseNullAllowed, Breaking, Breaking, "response-null-allowed", "A value in a response or event may now be null.";

    TypeChanged, Breaking, Breaking, "type-changed", "A value has a different type, e.g. string instead of integer, or a map instead of named properties.";
    RequestTypeNarrowed, Breaking, Breaking, "request-type-narrowed", "A value in a request has fewer types, e.g. integer instead of number.";
    RequestTypeWidened, Additive, Breaking, "request-type-widened", "A value in a request has more types, e.g. number instead of integer.";
    ResponseTypeNarrowed, Additive, Breaking, "response-type-narrowed", "A value in a response or event has fewer types, e.g. integer instead of number.";
    ResponseTypeWidened, Breaking, Breaking, "response-type-widened", "A value in a response or event has more types, e.g. number instead of integer.";
    NumberTypeChanged, Unaffected, Breaking, "number-type-changed", "A number has a different format, which determines the client's type, e.g. `i32` instead of `i64`.";

    RequestAlternativeRemoved, Breaking, Breaking, "request-alternative-removed", "An alternative of a value in a request is removed.";
    RequestAlternativeAdded, Additive, Breaking, "request-alternative-added", "A value in a request has an additional alternative.";
    ResponseAlternativeRemoved, Additive, Breaking, "response-alternative-removed", "An alternative of a value in a response or event is removed.";
    ResponseAlternativeAdded, Breaking, Breaking, "response-alternative-added", "A value in a response or event has an additional alternative.";
    SchemaChanged, Breaking, Breaking, "schema-changed", "A schema differs in a way that is not compared in detail, e.g. in `not` or `if`.";
    SchemaTooComplex, Breaking, Breaking, "schema-too-complex", "The schemas are too complex to be compared completely.";

    RequestPropertiesRestricted, Breaking, Breaking, "request-properties-restricted", "An object in a request may no longer have arbitrary properties.";
    RequestPropertiesUnrestricted, Additive, Breaking, "request-properties-unrestricted", "An object in a request may now have arbitrary properties.";
    ResponsePropertiesRestricted, Additive, Breaking, "response-properties-restricted", "An object in a response or event no longer has arbitrary properties.";
    ResponsePropertiesUnrestricted, Breaking, Breaking, "response-properties-unrestricted", "An object in a response or event now has arbitrary properties.";
    RequestAdditionalPropertiesDisallowed, Breaking, Unaffected, "request-additional-properties-disallowed", "An object in a request may no longer have properties beside the documented ones.";
    RequestAdditionalPropertiesAllowed, Additive, Unaffected, "request-additional-properties-allowed", "An object in a request may now have properties beside the documented ones.";
    ResponseAdditionalPropertiesDisallowed, Additive, Unaffected, "response-additional-properties-disallowed", "An object in a response or event may no longer have properties beside the documented ones.";
    ResponseAdditionalPropertiesAllowed, Additive, Unaffected, "response-additional-properties-allowed", "An object in a response or event may now have properties beside the documented ones.";

    RequestMinimumRaised, Breaking, Unaffected, "request-minimum-raised", "The minimum of a number in a request is added or raised.";
    RequestMinimumLowered, Additive, Unaffected, "request-minimum-lowered", "The minimum of a number in a request is lowered or removed.";
    RequestMaximumLowered, Breaking, Unaffected, "request-maximum-lowered", "The maximum of a number in a request is added or lowered.";
    RequestMaximumRaised, Additive, Unaffected, "request-maximum-raised", "The maximum of a number in a request is raised or removed.";
    ResponseMinimumRaised, Additive, Unaffected, "response-minimum-raised", "The minimum of a number in a response or event is added or raised.";
    ResponseMinimumLowered, Breaking, Unaffected, "response-minimum-lowered", "The minimum of a number in a response or event is lowered or removed.";
    ResponseMaximumLowered, Additive, Unaffected, "response-maximum-lowered", "The maximum of a number in a response or event is added or lowered.";
    ResponseMaximumRaised, Breaking, Unaffected, "response-maximum-raised", "The maximum of a number in a response or event is raised or removed.";
    MultipleOfChanged, Breaking, Unaffected, "multiple-of-changed", "A number is a multiple of a different factor.";
    RequestMultipleOfNarrowed, Breaking, Unaffected, "request-multiple-of-narrowed", "A number in a request must be a multiple of a factor, or of a greater one.";
    RequestMultipleOfWidened, Additive, Unaffected, "request-multiple-of-widened", "A number in a request no longer has to be a multiple of a factor, or of a smaller one.";
    ResponseMultipleOfNarrowed, Additive, Unaffected, "response-multiple-of-narrowed", "A number in a response or event is a multiple of a factor, or of a greater one.";
    ResponseMultipleOfWidened, Breaking, Unaffected, "response-multiple-of-widened", "A number in a response or event is no longer a multiple of a factor, or of a smaller one.";

    RequestLengthNarrowed, Breaking, Unaffected, "request-length-narrowed", "The length of a string in a request is limited more.";
    RequestLengthWidened, Additive, Unaffected, "request-length-widened", "The length of a string in a request is limited less.";
    ResponseLengthNarrowed, Additive, Unaffected, "response-length-narrowed", "The length of a string in a response or event is limited more.";
    ResponseLengthWidened, Breaking, Unaffected, "response-length-widened", "The length of a string in a response or event is limited less.";
    RequestSizeNarrowed, Breaking, Unaffected, "request-size-narrowed", "The number of items or properties in a request is limited more.";
    RequestSizeWidened, Additive, Unaffected, "request-size-widened", "The number of items or properties in a request is limited less.";
    ResponseSizeNarrowed, Additive, Unaffected, "response-size-narrowed", "The number of items or properties in a response or event is limited more.";
    ResponseSizeWidened, Breaking, Unaffected, "response-size-widened", "The number of items or properties in a response or event is limited less.";
    RequestUniqueItemsAdded, Breaking, Breaking, "request-unique-items-added", "The items of an array in a request must now be unique.";
    RequestUniqueItemsRemoved, Additive, Breaking, "request-unique-items-removed", "The items of an array in a request need no longer be unique.";
    ResponseUniqueItemsAdded, Additive, Breaking, "response-unique-items-added", "The items of an array in a response or event are now unique.";
    ResponseUniqueItemsRemoved, Breaking, Breaking, "response-unique-items-removed", "The items of an array in a response or event are no longer unique.";

    FormatChanged, Breaking, Breaking, "format-changed", "A string has a different format.";
    RequestFormatAdded, Breaking, Breaking, "request-format-added", "A string in a request has a format for the first time.";
    RequestFormatRemoved, Additive, Breaking, "request-format-removed", "A string in a request no longer has a format.";
    ResponseFormatAdded, Additive, Breaking, "response-format-added", "A string in a response or event has a format for the first time.";
    ResponseFormatRemoved, Breaking, Breaking, "response-format-removed", "A string in a response or event no longer has a format.";

    PatternChanged, Breaking, Unaffected, "pattern-changed", "A string has a different pattern.";
    RequestPatternAdded, Breaking, Unaffected, "request-pattern-added", "A string in a request has a pattern for the first time.";
    RequestPatternRemoved, Additive, Unaffected, "request-pattern-removed", "A string in a request no longer has a pattern.";
    ResponsePatternAdded, Additive, Unaffected, "response-pattern-added", "A string in a response or event has a pattern for the first time.";
    ResponsePatternRemoved, Breaking, Unaffected, "response-pattern-removed", "A string in a response or event no longer has a pattern.";

    EnumValueAdded, Additive, Additive, "enum-value-added", "An open enum has a new known value.";
    RequestEnumValueRemoved, Breaking, Breaking, "request-enum-value-removed", "A value is removed from an open enum in a request.";
    ResponseEnumValueRemoved, Additive, Breaking, "response-enum-value-removed", "A value is removed from an open enum in a response or event.";
    EnumRemoved, Additive, Breaking, "enum-removed", "An open enum becomes a plain string.";
    RequestEnumAdded, Breaking, Breaking, "request-enum-added", "A string in a request becomes an open enum.";
    ResponseEnumAdded, Additive, Breaking, "response-enum-added", "A string in a response or event becomes an open enum.";
    RequestClosedEnumValueRemoved, Breaking, Breaking, "request-closed-enum-value-removed", "A value is removed from a closed enum in a request.";
    RequestClosedEnumValueAdded, Additive, Breaking, "request-closed-enum-value-added", "A value is added to a closed enum in a request.";
    ResponseClosedEnumValueRemoved, Additive, Breaking, "response-closed-enum-value-removed", "A value is removed from a closed enum in a response or event.";
    ResponseClosedEnumValueAdded, Breaking, Breaking, "response-closed-enum-value-added", "A value is added to a closed enum in a response or event.";
    RequestClosedEnumAdded, Breaking, Breaking, "request-closed-enum-added", "A value in a request is limited to a closed enum.";
    RequestClosedEnumRemoved, Additive, Breaking, "request-closed-enum-removed", "A value in a request is no longer limited to a closed enum.";
    ResponseClosedEnumAdded, Additive, Breaking, "response-closed-enum-added", "A value in a response or event is limited to a closed enum.";
    ResponseClosedEnumRemoved, Breaking, Breaking, "response-closed-enum-removed", "A value in a response or event is no longer limited to a closed enum.";
}

#[cfg(test)]
mod tests {
    use crate::ids::assert_documented;

    #[test]
    fn ids_are_unique_and_documented_with_both_impacts() {
        let kinds = super::KINDS.iter().zip(super::ALL);
        let described = kinds.map(|(kind, (id, meaning))| {
            let (wire, client) = (kind.impact(), kind.client_impact());
            (*id, format!("{wire} | {client} | {meaning}"))
        });
        let described: Vec<_> = described.collect();
        let rows: Vec<_> = described
            .iter()
            .map(|(id, text)| (*id, text.as_str()))
            .collect();
        assert_documented("Changes of a contract", &rows);
    }
}
