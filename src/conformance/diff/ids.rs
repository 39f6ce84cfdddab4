//! The ids of all contract changes. Programs may depend on them, so an id is never renamed or reused.
//!
//! `request` means data that the caller sends, including responses to events. `response` means data that the API
//! sends, including events.

use super::Impact;

macro_rules! ids {
    ($($name:ident, $impact:ident, $id:literal, $meaning:literal;)*) => {
        /// A kind of change. It determines the impact.
        #[derive(Clone, Copy)]
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

ids! {
    BaseUrlChanged, Breaking, "base-url-changed", "The base URL is different.";

    OperationRemoved, Breaking, "operation-removed", "An operation is removed.";
    OperationAdded, Additive, "operation-added", "An operation is added.";
    OperationMoved, Breaking, "operation-moved", "An operation has a different method or path.";
    EventRemoved, Breaking, "event-removed", "An event is removed.";
    EventAdded, Additive, "event-added", "An event is added.";
    EventTypeChanged, Breaking, "event-type-changed", "An event has a different type or method.";

    ParameterRemoved, Breaking, "parameter-removed", "A parameter or header of a request is removed.";
    ParameterAdded, Additive, "parameter-added", "An optional parameter or header of a request is added.";
    RequiredParameterAdded, Breaking, "required-parameter-added", "A required parameter or header of a request is added.";
    ParameterRequired, Breaking, "parameter-required", "A parameter or header of a request is now required.";
    ParameterOptional, Additive, "parameter-optional", "A parameter or header of a request is now optional.";
    ParameterDefaultAdded, Additive, "parameter-default-added", "A parameter has a default for the first time.";
    ParameterDefaultChanged, Breaking, "parameter-default-changed", "A parameter has a different default.";
    ParameterDefaultRemoved, Breaking, "parameter-default-removed", "A parameter no longer has a default.";

    ResponseHeaderRemoved, Breaking, "response-header-removed", "A header of a response or event is removed.";
    ResponseHeaderAdded, Additive, "response-header-added", "A header of a response or event is added.";
    ResponseHeaderRequired, Additive, "response-header-required", "A header of a response or event is now always sent.";
    ResponseHeaderOptional, Breaking, "response-header-optional", "A header of a response or event is no longer always sent.";

    RequestPropertyRemoved, Breaking, "request-property-removed", "A property of a request is removed.";
    RequestPropertyAdded, Additive, "request-property-added", "An optional property of a request is added.";
    RequiredRequestPropertyAdded, Breaking, "required-request-property-added", "A required property of a request is added.";
    RequestPropertyRequired, Breaking, "request-property-required", "A property of a request is now required.";
    RequestPropertyOptional, Additive, "request-property-optional", "A property of a request is now optional.";
    ResponsePropertyRemoved, Breaking, "response-property-removed", "A property of a response or event is removed.";
    ResponsePropertyAdded, Additive, "response-property-added", "A property of a response or event is added.";
    ResponsePropertyRequired, Additive, "response-property-required", "A property of a response or event is now always sent.";
    ResponsePropertyOptional, Breaking, "response-property-optional", "A property of a response or event is no longer always sent.";

    RequestBodyRemoved, Breaking, "request-body-removed", "A request no longer has a body.";
    RequestBodyAdded, Breaking, "request-body-added", "A request has a body for the first time.";
    ResponseBodyRemoved, Breaking, "response-body-removed", "A response no longer has a body.";
    SuccessBodyAdded, Breaking, "success-body-added", "The response of a successful call has a body for the first time.";
    FailureBodyAdded, Additive, "failure-body-added", "The response of a failed call has a body for the first time.";
    EventBodyRemoved, Breaking, "event-body-removed", "An event no longer has a body.";
    EventBodyAdded, Additive, "event-body-added", "An event has a body for the first time.";
    EventResponseBodyRemoved, Breaking, "event-response-body-removed", "The response to an event no longer has a body.";
    EventResponseBodyAdded, Breaking, "event-response-body-added", "The response to an event has a body for the first time.";

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

    PaginationRemoved, Breaking, "pagination-removed", "A list no longer has cursor pagination.";
    PaginationChanged, Breaking, "pagination-changed", "The cursor pagination of a list uses different properties.";
    PaginationAdded, Additive, "pagination-added", "A list has cursor pagination for the first time.";

    RequestNullDisallowed, Breaking, "request-null-disallowed", "A value in a request may no longer be null.";
    RequestNullAllowed, Additive, "request-null-allowed", "A value in a request may now be null.";
    ResponseNullDisallowed, Additive, "response-null-disallowed", "A value in a response or event may no longer be null.";
    ResponseNullAllowed, Breaking, "response-null-allowed", "A value in a response or event may now be null.";

    TypeChanged, Breaking, "type-changed", "A value has a different type, e.g. string instead of integer, or a map instead of named properties.";
    RequestTypeNarrowed, Breaking, "request-type-narrowed", "A value in a request is limited to integers, or to an additional schema.";
    RequestTypeWidened, Additive, "request-type-widened", "A value in a request may be any number instead of an integer, or needs to conform to fewer schemas.";
    ResponseTypeNarrowed, Additive, "response-type-narrowed", "A value in a response or event is limited to integers, or to an additional schema.";
    ResponseTypeWidened, Breaking, "response-type-widened", "A value in a response or event may be any number instead of an integer, or conforms to fewer schemas.";

    RequestPropertiesRestricted, Breaking, "request-properties-restricted", "An object in a request may no longer have arbitrary properties.";
    RequestPropertiesUnrestricted, Additive, "request-properties-unrestricted", "An object in a request may now have arbitrary properties.";
    ResponsePropertiesRestricted, Additive, "response-properties-restricted", "An object in a response or event no longer has arbitrary properties.";
    ResponsePropertiesUnrestricted, Breaking, "response-properties-unrestricted", "An object in a response or event now has arbitrary properties.";

    RequestMinimumRaised, Breaking, "request-minimum-raised", "The minimum of a number in a request is added or raised.";
    RequestMinimumLowered, Additive, "request-minimum-lowered", "The minimum of a number in a request is lowered or removed.";
    RequestMaximumLowered, Breaking, "request-maximum-lowered", "The maximum of a number in a request is added or lowered.";
    RequestMaximumRaised, Additive, "request-maximum-raised", "The maximum of a number in a request is raised or removed.";
    ResponseMinimumRaised, Additive, "response-minimum-raised", "The minimum of a number in a response or event is added or raised.";
    ResponseMinimumLowered, Breaking, "response-minimum-lowered", "The minimum of a number in a response or event is lowered or removed.";
    ResponseMaximumLowered, Additive, "response-maximum-lowered", "The maximum of a number in a response or event is added or lowered.";
    ResponseMaximumRaised, Breaking, "response-maximum-raised", "The maximum of a number in a response or event is raised or removed.";

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
}

#[cfg(test)]
mod tests {
    use crate::conformance::ids::assert_documented;

    #[test]
    fn ids_are_unique_and_documented() {
        assert_documented("Changes of a contract", super::ALL);
    }
}
