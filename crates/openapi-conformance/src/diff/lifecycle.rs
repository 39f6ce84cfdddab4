//! Compares what is deprecated, and whether the version of the contract rises as much as its changes require.

use std::fmt;
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};

use super::ids::Id;
use super::location::Location;
use super::{Bump, Diff, Found};
use crate::operation::Operation;
use crate::parameter::Parameter;
use crate::schema::{SchemaId, Schemas};
use crate::validate::Sender;

/// Whether something is deprecated, and until when it is available.
#[derive(Clone, Copy, Default)]
pub struct Lifecycle<'c> {
    pub is_deprecated: bool,
    /// The day on which it may be removed, as written.
    pub sunset: Option<&'c str>,
}

/// The ids of a thing that can be deprecated.
pub struct LifecycleIds {
    pub removed: Id,
    pub deprecated: Id,
    pub reactivated: Id,
}

pub const OPERATION: LifecycleIds = LifecycleIds {
    removed: Id::DeprecatedOperationRemoved,
    deprecated: Id::OperationDeprecated,
    reactivated: Id::OperationReactivated,
};

pub const PARAMETER: LifecycleIds = LifecycleIds {
    removed: Id::DeprecatedParameterRemoved,
    deprecated: Id::ParameterDeprecated,
    reactivated: Id::ParameterReactivated,
};

pub const PROPERTY: LifecycleIds = LifecycleIds {
    removed: Id::DeprecatedPropertyRemoved,
    deprecated: Id::PropertyDeprecated,
    reactivated: Id::PropertyReactivated,
};

impl<'c> Lifecycle<'c> {
    pub fn of_operation(operation: &'c Operation) -> Self {
        Lifecycle {
            is_deprecated: operation.deprecated,
            sunset: operation.sunset.as_deref(),
        }
    }

    /// Reads the same of a parameter or a header.
    pub fn of_parameter(parameter: &'c Parameter) -> Self {
        Lifecycle {
            is_deprecated: parameter.deprecated,
            sunset: parameter.sunset.as_deref(),
        }
    }

    /// Reads the same of a property, from its own schema or the one that it refers to.
    pub fn of_schema(schemas: &'c Schemas, id: SchemaId) -> Self {
        let (own, target) = (&schemas[id], &schemas[schemas.resolve(id)]);
        Lifecycle {
            is_deprecated: own.deprecated || target.deprecated,
            sunset: own.sunset.as_deref().or(target.sunset.as_deref()),
        }
    }

    /// Returns whether callers had to expect the removal: it was deprecated, and its sunset is past.
    fn has_ended(self, now: SystemTime) -> bool {
        let is_over = |sunset: &str| {
            date(sunset).is_some_and(|date| date <= DateTime::<Utc>::from(now).date_naive())
        };
        self.is_deprecated && self.sunset.is_none_or(is_over)
    }
}

/// Returns the date of a sunset: `2026-12-31`, or with a time.
fn date(sunset: &str) -> Option<NaiveDate> {
    sunset.get(..10)?.parse().ok()
}

impl Diff<'_> {
    /// Reports that something is removed, which is breaking unless callers had to expect it.
    pub fn removed(
        &mut self,
        location: &Location,
        lifecycle: Lifecycle,
        expected: &LifecycleIds,
        breaking: Id,
        pointer: &str,
    ) {
        if lifecycle.has_ended(self.now) {
            let what = "is removed, after it was deprecated".to_owned();
            return self.report(location, expected.removed, pointer, what);
        }
        let what = match lifecycle.sunset.filter(|_| lifecycle.is_deprecated) {
            Some(sunset) => format!("is removed before its sunset, `{sunset}`"),
            None => "is removed".to_owned(),
        };
        self.report(location, breaking, pointer, what);
    }

    pub fn lifecycle(
        &mut self,
        location: &Location,
        ids: &LifecycleIds,
        pointer: &str,
        old: Lifecycle,
        new: Lifecycle,
    ) {
        match (old.is_deprecated, new.is_deprecated) {
            (false, false) => {}
            (false, true) => {
                let what = match new.sunset {
                    Some(sunset) => format!("is deprecated, with the sunset `{sunset}`"),
                    None => "is deprecated".to_owned(),
                };
                self.report(location, ids.deprecated, pointer, what);
            }
            (true, false) => {
                let what = "is no longer deprecated".to_owned();
                self.report(location, ids.reactivated, pointer, what);
            }
            (true, true) => self.sunset(location, pointer, old.sunset, new.sunset),
        }
    }

    fn sunset(&mut self, location: &Location, pointer: &str, old: Option<&str>, new: Option<&str>) {
        let id = match (old, new) {
            (None, None) => return,
            (None, Some(_)) => Id::SunsetAdded,
            (Some(_), None) => Id::SunsetRemoved,
            (Some(before), Some(after)) if before == after => return,
            (Some(before), Some(after)) if date(before) <= date(after) => Id::SunsetPostponed,
            (Some(_), Some(_)) => Id::SunsetAdvanced,
        };
        let what = super::keywords::constraint("sunset", old, new);
        self.report(location, id, pointer, what);
    }

    /// Reports a version of the contract that rises less than the changes require. Other versions than semantic ones
    /// have no rules.
    pub fn version(&mut self) {
        let (Some(old), Some(new)) = (&self.old.version, &self.new.version) else {
            return;
        };
        let (Some(from), Some(to)) = (Version::parse(old), Version::parse(new)) else {
            return;
        };
        let worst = self.found.iter().map(|found: &Found| found.impact).min();
        let Some(required) = worst.map(Bump::from).filter(|bump| *bump != Bump::Patch) else {
            return;
        };
        let least = from.raised(required);
        if to >= least {
            return;
        }
        let what = format!("is `{new}`, but after `{old}` a change requires at least `{least}`");
        let location = Location::new(Sender::Api, "the version of the contract");
        let id = Id::VersionTooLow;
        self.operation = None;
        self.add(&location, id, id.impact(), "/info/version", what);
    }
}

/// A semantic version, without what follows the numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let numbers = text.split(['-', '+']).next()?;
        let mut parts = numbers.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = parts.next().unwrap_or("0").parse().ok()?;
        let version = Version {
            major,
            minor,
            patch,
        };
        parts.next().is_none().then_some(version)
    }

    /// Returns the least version that changes require. Before 1.0.0, a minor version may break callers.
    fn raised(self, bump: Bump) -> Version {
        let Version {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match bump {
            Bump::Major if major > 0 => (major + 1, 0, 0),
            Bump::Major | Bump::Minor => (major, minor + 1, 0),
            Bump::Patch => (major, minor, patch),
        };
        Version {
            major,
            minor,
            patch,
        }
    }
}
