//! The impact of changes on programs that use a client generated from the contract, and what only they notice: names
//! of types and methods, and the order of arguments.

use super::applied::Applied;
use super::ids::Id;
use super::keywords::constraint;
use super::location::Location;
use super::shape::Shape;
use super::{Audience, Diff, Impact};
use crate::parameter::{In, Parameter};
use crate::schema::Format;

/// Returns the impact of a change on the source code of a program that uses a generated client.
pub fn impact(id: Id) -> Impact {
    match id {
        Id::OperationRemoved
        | Id::OperationIdChanged
        | Id::EventRemoved
        | Id::EventTypeChanged
        | Id::ParameterRemoved
        | Id::PathParameterRenamed
        | Id::ParameterMaximumRemoved
        | Id::RequestPropertyRemoved
        | Id::RequiredRequestPropertyAdded
        | Id::RequestPropertyRequired
        | Id::RequestPropertyOptional
        | Id::ResponsePropertyRemoved
        | Id::ResponsePropertyRequired
        | Id::ResponsePropertyOptional
        | Id::RequiredReordered
        | Id::ComponentRenamed
        | Id::ComponentInlined
        | Id::ComponentExtracted
        | Id::RequestBodyRemoved
        | Id::ResponseBodyRemoved
        | Id::SuccessBodyAdded
        | Id::EventBodyRemoved
        | Id::EventBodyAdded
        | Id::RequestMediaTypeRemoved
        | Id::PaginationRemoved
        | Id::RequestNullDisallowed
        | Id::RequestNullAllowed
        | Id::ResponseNullDisallowed
        | Id::ResponseNullAllowed
        | Id::TypeChanged
        | Id::RequestTypeNarrowed
        | Id::RequestTypeWidened
        | Id::ResponseTypeNarrowed
        | Id::ResponseTypeWidened
        | Id::NumberTypeChanged
        | Id::RequestAlternativeRemoved
        | Id::RequestAlternativeAdded
        | Id::ResponseAlternativeRemoved
        | Id::ResponseAlternativeAdded
        | Id::SchemaChanged
        | Id::SchemaTooComplex
        | Id::RequestPropertiesRestricted
        | Id::RequestPropertiesUnrestricted
        | Id::ResponsePropertiesRestricted
        | Id::ResponsePropertiesUnrestricted
        | Id::RequestUniqueItemsAdded
        | Id::RequestUniqueItemsRemoved
        | Id::ResponseUniqueItemsAdded
        | Id::ResponseUniqueItemsRemoved
        | Id::FormatChanged
        | Id::RequestFormatAdded
        | Id::RequestFormatRemoved
        | Id::ResponseFormatAdded
        | Id::ResponseFormatRemoved
        | Id::RequestEnumValueRemoved
        | Id::ResponseEnumValueRemoved
        | Id::EnumRemoved
        | Id::RequestEnumAdded
        | Id::ResponseEnumAdded
        | Id::RequestClosedEnumValueRemoved
        | Id::RequestClosedEnumValueAdded
        | Id::ResponseClosedEnumValueRemoved
        | Id::ResponseClosedEnumValueAdded
        | Id::RequestClosedEnumAdded
        | Id::RequestClosedEnumRemoved
        | Id::ResponseClosedEnumAdded
        | Id::ResponseClosedEnumRemoved
        | Id::RequestConditionAdded
        | Id::RequestConditionRemoved
        | Id::ResponseConditionAdded
        | Id::ResponseConditionRemoved
        | Id::ContentChanged
        // What the contract requires is an argument of the method.
        | Id::RequiredParameterAdded
        | Id::ParameterRequired
        | Id::ParameterOptional
        | Id::RequiredRequestBodyAdded
        | Id::DeprecatedOperationRemoved
        | Id::DeprecatedParameterRemoved
        | Id::DeprecatedPropertyRemoved => Impact::Breaking,
        Id::OperationAdded
        | Id::EventAdded
        | Id::ParameterAdded
        | Id::ParameterMaximumAdded
        | Id::RequestPropertyAdded
        | Id::ResponsePropertyAdded
        | Id::RequestBodyAdded
        | Id::PaginationAdded
        | Id::EnumValueAdded
        | Id::OperationDeprecated
        | Id::OperationReactivated
        | Id::PropertyDeprecated
        | Id::PropertyReactivated => Impact::Additive,
        _ => Impact::Unaffected,
    }
}

impl<'c> Diff<'c> {
    /// Reports a different name of a component. A rename affects a client only, so it never makes schemas unequal.
    pub fn renamed(&mut self, location: &Location, around: &str, old: &Applied, new: &Applied) {
        if self.audience != Audience::GeneratedClients {
            return;
        }
        let before = old.component(&self.old.schemas);
        let after = new.component(&self.new.schemas);
        let (id, what) = match (before, after) {
            (Some(before), Some(after)) if before != after => (
                Id::ComponentRenamed,
                format!("is the component `{after}` instead of `{before}`"),
            ),
            (Some(before), None) => (
                Id::ComponentInlined,
                format!("is an inline schema instead of the component `{before}`"),
            ),
            (None, Some(after)) => (
                Id::ComponentExtracted,
                format!("is the component `{after}` instead of an inline schema"),
            ),
            _ => return,
        };
        let pointer = new.pointer(&self.new.schemas).unwrap_or(around);
        self.report(location, id, pointer, what);
    }

    /// Reports another order of required properties, which are the arguments of a constructor.
    pub fn required_order(
        &mut self,
        location: &Location,
        schema: &Applied,
        old: &Shape<'c>,
        new: &Shape<'c>,
    ) {
        if self.audience != Audience::GeneratedClients || self.schemas.is_relating() {
            return;
        }
        let (before, after) = (&old.members.required, &new.members.required);
        let is_component = schema.component(&self.new.schemas).is_some();
        if is_component && before != after && sorted(before) == sorted(after) {
            let what = "has its required properties in another order".to_owned();
            self.report(location, Id::RequiredReordered, new.pointer, what);
        }
    }

    /// Reports another type of a number, which depends on the format.
    pub fn number_type(&mut self, location: &Location, old: &Shape, new: &Shape) {
        if self.audience != Audience::GeneratedClients || self.schemas.is_relating() {
            return;
        }
        let small = |shape: &Shape| {
            let format = shape.number_format;
            format.filter(|format| matches!(format, Format::Int32 | Format::Float))
        };
        let (before, after) = (small(old), small(new));
        if before != after {
            let (before, after) = (before.map(Format::name), after.map(Format::name));
            let what = constraint("format", before, after);
            self.report(location, Id::NumberTypeChanged, new.pointer, what);
        }
    }

    /// Reports another name of a path parameter, and a maximum that becomes a constant or is none any more.
    pub fn parameter_names(&mut self, location: &Location, old: &Parameter, new: &Parameter) {
        if new.place == In::Path && old.name != new.name {
            let what = format!("was named `{}`", old.name);
            self.report(location, Id::PathParameterRenamed, &new.pointer, what);
        }
        if new.place == In::Query {
            let before = self.old.schemas.maximum(old.schema);
            let after = self.new.schemas.maximum(new.schema);
            let id = match (before, after) {
                (Some(_), None) => Id::ParameterMaximumRemoved,
                (None, Some(_)) => Id::ParameterMaximumAdded,
                _ => return,
            };
            let what = constraint("constant for its maximum", before, after);
            self.report(location, id, &new.pointer, what);
        }
    }
}

fn sorted<'c>(names: &[&'c str]) -> Vec<&'c str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}
