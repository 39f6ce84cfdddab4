//! The stable ids of findings. A sentence may be reworded at any time; an id changes only with its rule.

use super::part::Part;

/// The id of a finding, and the part of an exchange that it concerns. Only this module can create one.
#[derive(Clone, Copy)]
pub(super) struct Id {
    id: &'static str,
    part: Part,
}

impl Id {
    pub fn as_str(self) -> &'static str {
        self.id
    }

    pub fn part(self) -> Part {
        self.part
    }
}

/// Defines each id once: as a field of [`Rules`] if the rule applies to requests and responses, otherwise as a constant.
macro_rules! ids {
    (
        $($rule:ident: $request:literal, $response:literal, $shared:literal;)*
        ---
        $($part:ident $name:ident: $id:literal, $meaning:literal;)*
    ) => {
        /// The ids of the rules that requests and responses have in common. A webhook delivery is a request.
        pub(super) struct Rules {
            pub pointer: &'static str,
            $(pub $rule: Id,)*
        }

        pub(super) const REQUEST: &Rules = &Rules {
            pointer: "/request",
            $($rule: Id { id: $request, part: Part::Request },)*
        };
        pub(super) const RESPONSE: &Rules = &Rules {
            pointer: "/response",
            $($rule: Id { id: $response, part: Part::Response },)*
        };
        $(pub(super) const $name: Id = Id { id: $id, part: Part::$part };)*

        /// All ids with their meanings.
        pub(super) const ALL: &[(&str, &str)] = &[
            $(($request, $shared), ($response, $shared),)*
            $(($id, $meaning),)*
        ];
    };
}

ids! {
    body_missing: "request-body-missing", "response-body-missing",
        "The documented body is missing.";
    body_undocumented: "request-body-undocumented", "response-body-undocumented",
        "There is a body, but the contract documents none.";
    body_not_json: "request-body-not-json", "response-body-not-json",
        "The body is not valid JSON.";
    content_type_missing: "request-content-type-missing", "response-content-type-missing",
        "The `Content-Type` header is missing.";
    content_type_mismatch: "request-content-type-mismatch", "response-content-type-mismatch",
        "The content type is not documented.";
    header_not_ascii: "request-header-not-ascii", "response-header-not-ascii",
        "A documented header has a value that is not visible ASCII.";
    property_missing: "request-property-missing", "response-property-missing",
        "A required property is missing.";
    property_unknown: "request-property-unknown", "response-property-unknown",
        "A property is not documented.";
    property_duplicate: "request-property-duplicate", "response-property-duplicate",
        "A JSON object has a duplicate property name.";
    type_mismatch: "request-type-mismatch", "response-type-mismatch",
        "A value has the wrong type, or is null although it is not nullable.";
    date_time_invalid: "request-date-time-invalid", "response-date-time-invalid",
        "A timestamp is not a valid RFC 3339 date-time.";
    uri_invalid: "request-uri-invalid", "response-uri-invalid",
        "A string is not a valid absolute URI.";
    pattern_mismatch: "request-pattern-mismatch", "response-pattern-mismatch",
        "A string does not match its pattern.";
    format_invalid: "request-format-invalid", "response-format-invalid",
        "A string does not have its format.";
    string_too_short: "request-string-too-short", "response-string-too-short",
        "A string has too few characters.";
    string_too_long: "request-string-too-long", "response-string-too-long",
        "A string has too many characters.";
    enum_mismatch: "request-enum-mismatch", "response-enum-mismatch",
        "A value is not one of the values of its enum.";
    const_mismatch: "request-const-mismatch", "response-const-mismatch",
        "A value is not the constant.";
    enum_value_unknown: "request-enum-value-unknown", "response-enum-value-unknown",
        "A value of an open enum is unknown.";
    below_minimum: "request-below-minimum", "response-below-minimum",
        "A number is below its minimum.";
    above_maximum: "request-above-maximum", "response-above-maximum",
        "A number is above its maximum.";
    not_multiple: "request-not-multiple", "response-not-multiple",
        "A number is not a multiple of its factor.";
    items_too_few: "request-items-too-few", "response-items-too-few",
        "An array has too few items.";
    items_too_many: "request-items-too-many", "response-items-too-many",
        "An array has too many items.";
    items_duplicate: "request-items-duplicate", "response-items-duplicate",
        "An array has duplicate items.";
    contains_mismatch: "request-contains-mismatch", "response-contains-mismatch",
        "An array contains too few or too many items of the required kind.";
    properties_too_few: "request-properties-too-few", "response-properties-too-few",
        "An object has too few properties.";
    properties_too_many: "request-properties-too-many", "response-properties-too-many",
        "An object has too many properties.";
    property_name_invalid: "request-property-name-invalid", "response-property-name-invalid",
        "The name of a property is not allowed.";
    value_not_allowed: "request-value-not-allowed", "response-value-not-allowed",
        "No value is allowed here.";
    any_of_mismatch: "request-any-of-mismatch", "response-any-of-mismatch",
        "A value matches no alternative of `anyOf`.";
    one_of_mismatch: "request-one-of-mismatch", "response-one-of-mismatch",
        "A value matches no alternative of `oneOf`.";
    one_of_ambiguous: "request-one-of-ambiguous", "response-one-of-ambiguous",
        "A value matches more than one alternative of `oneOf`.";
    not_mismatch: "request-not-mismatch", "response-not-mismatch",
        "A value matches the schema under `not`.";
    too_complex: "request-too-complex", "response-too-complex",
        "Validating the value takes too many steps.";
    ---
    Request REQUEST_PATH_UNDOCUMENTED: "request-path-undocumented",
        "No operation has the path of the request.";
    Request REQUEST_METHOD_UNDOCUMENTED: "request-method-undocumented",
        "No operation at this path has the method of the request.";
    Request REQUEST_PARAMETER_MISSING: "request-parameter-missing",
        "A required parameter is missing.";
    Request REQUEST_PARAMETER_UNKNOWN: "request-parameter-unknown",
        "A query parameter is not documented.";
    Request REQUEST_PARAMETER_MALFORMED: "request-parameter-malformed",
        "A parameter is not written in its documented style.";
    Request REQUEST_PARAMETER_DUPLICATE: "request-parameter-duplicate",
        "A query parameter is duplicated.";
    Credentials REQUEST_AUTHORIZATION_MISSING: "request-authorization-missing",
        "The credentials are missing.";
    Credentials REQUEST_AUTHORIZATION_INVALID: "request-authorization-invalid",
        "The credentials do not have the documented scheme.";
    Response RESPONSE_STATUS_UNDOCUMENTED: "response-status-undocumented",
        "The status code is not documented.";
    Response RESPONSE_SUCCESS_EXPECTED: "response-success-expected",
        "A valid request did not succeed.";
    Response RESPONSE_REJECTION_EXPECTED: "response-rejection-expected",
        "An invalid request was not rejected with the documented status code.";
    Response RESPONSE_PROPERTY_WRITE_ONLY: "response-property-write-only",
        "A property of requests (`writeOnly`) is in a response.";
    Response RESPONSE_HEADER_MISSING: "response-header-missing",
        "A required header is missing.";
    Response RESPONSE_ERROR_CODE_MISMATCH: "response-error-code-mismatch",
        "The error code is documented for a different status code.";
    List LIST_LIMIT_EXCEEDED: "list-limit-exceeded",
        "A page has more items than its limit.";
    List LIST_CURSOR_EXCEEDED: "list-cursor-exceeded",
        "An item is not beyond the requested cursor in the order of the list.";
    List LIST_ORDER: "list-order",
        "An item is not in the order of the list, e.g. more recent than the item before it.";
    List LIST_ITEM_DUPLICATE: "list-item-duplicate",
        "An item is duplicated on a page.";
    List LIST_FILTER_MISMATCH: "list-filter-mismatch",
        "An item does not match the requested filter.";
    List LIST_FILTER_IGNORED: "list-filter-ignored",
        "A list has items although its filter matches none.";
    List LIST_FILTER_INCOMPLETE: "list-filter-incomplete",
        "A filtered list omits a matching item.";
    List LIST_PAGE_MISMATCH: "list-page-mismatch",
        "A page differs from the same part of the whole list.";
    List LIST_MORE_AFTER_EMPTY_PAGE: "list-more-after-empty-page",
        "An empty page claims that more items follow.";
    List LIST_MORE_BUT_NONE_FOLLOW: "list-more-but-none-follow",
        "A page claims that more items follow, but none do.";
    List LIST_END_BUT_MORE_FOLLOW: "list-end-but-more-follow",
        "A page claims to be the last one, but more items follow.";
}
