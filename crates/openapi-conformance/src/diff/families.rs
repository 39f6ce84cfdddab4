//! Ids of constraints that become narrower or wider, in requests and in responses.

use super::ids::Id;
use super::location::Direction;
use crate::validate::Sender;

/// The ids of a constraint that becomes narrower or wider.
pub struct Family {
    pub request: [Id; 2],
    pub response: [Id; 2],
    pub different: Id,
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

macro_rules! family {
    ($name:ident, $a:ident, $b:ident, $c:ident, $d:ident, $different:ident) => {
        pub const $name: Family = Family {
            request: [Id::$a, Id::$b],
            response: [Id::$c, Id::$d],
            different: Id::$different,
        };
    };
}

family!(
    NULL,
    RequestNullDisallowed,
    RequestNullAllowed,
    ResponseNullDisallowed,
    ResponseNullAllowed,
    TypeChanged
);
family!(
    TYPE,
    RequestTypeNarrowed,
    RequestTypeWidened,
    ResponseTypeNarrowed,
    ResponseTypeWidened,
    TypeChanged
);
family!(
    PROPERTIES,
    RequestPropertiesRestricted,
    RequestPropertiesUnrestricted,
    ResponsePropertiesRestricted,
    ResponsePropertiesUnrestricted,
    TypeChanged
);
family!(
    ADDITIONAL,
    RequestAdditionalPropertiesDisallowed,
    RequestAdditionalPropertiesAllowed,
    ResponseAdditionalPropertiesDisallowed,
    ResponseAdditionalPropertiesAllowed,
    TypeChanged
);
family!(
    MINIMUM,
    RequestMinimumRaised,
    RequestMinimumLowered,
    ResponseMinimumRaised,
    ResponseMinimumLowered,
    SchemaChanged
);
family!(
    MAXIMUM,
    RequestMaximumLowered,
    RequestMaximumRaised,
    ResponseMaximumLowered,
    ResponseMaximumRaised,
    SchemaChanged
);
family!(
    MULTIPLE_OF,
    RequestMultipleOfNarrowed,
    RequestMultipleOfWidened,
    ResponseMultipleOfNarrowed,
    ResponseMultipleOfWidened,
    MultipleOfChanged
);
family!(
    LENGTH,
    RequestLengthNarrowed,
    RequestLengthWidened,
    ResponseLengthNarrowed,
    ResponseLengthWidened,
    SchemaChanged
);
family!(
    SIZE,
    RequestSizeNarrowed,
    RequestSizeWidened,
    ResponseSizeNarrowed,
    ResponseSizeWidened,
    SchemaChanged
);
family!(
    UNIQUE_ITEMS,
    RequestUniqueItemsAdded,
    RequestUniqueItemsRemoved,
    ResponseUniqueItemsAdded,
    ResponseUniqueItemsRemoved,
    SchemaChanged
);
family!(
    FORMAT,
    RequestFormatAdded,
    RequestFormatRemoved,
    ResponseFormatAdded,
    ResponseFormatRemoved,
    FormatChanged
);
family!(
    PATTERN,
    RequestPatternAdded,
    RequestPatternRemoved,
    ResponsePatternAdded,
    ResponsePatternRemoved,
    PatternChanged
);
family!(
    ENUM,
    RequestEnumAdded,
    EnumRemoved,
    ResponseEnumAdded,
    EnumRemoved,
    SchemaChanged
);
family!(
    ENUM_VALUE,
    RequestEnumValueRemoved,
    EnumValueAdded,
    ResponseEnumValueRemoved,
    EnumValueAdded,
    SchemaChanged
);
family!(
    CLOSED_ENUM,
    RequestClosedEnumAdded,
    RequestClosedEnumRemoved,
    ResponseClosedEnumAdded,
    ResponseClosedEnumRemoved,
    SchemaChanged
);
family!(
    CLOSED_ENUM_VALUE,
    RequestClosedEnumValueRemoved,
    RequestClosedEnumValueAdded,
    ResponseClosedEnumValueRemoved,
    ResponseClosedEnumValueAdded,
    SchemaChanged
);
family!(
    ALTERNATIVE,
    RequestAlternativeRemoved,
    RequestAlternativeAdded,
    ResponseAlternativeRemoved,
    ResponseAlternativeAdded,
    SchemaChanged
);
