//! How severe findings and changes are, one by one and together.

use openapi_conformance::{Bump, Impact, Severity};
use serde::Serialize;

use super::Check;

/// The severity of a finding or the impact of a change. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Breaking,
    Additive,
    Request,
    Unaffected,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Breaking => "breaking",
            Level::Additive => "additive",
            Level::Request => "request",
            Level::Unaffected => "unaffected",
        }
    }

    /// Returns the label of a finding or change. A change that does not affect the wire affects only the client.
    pub fn label(self) -> &'static str {
        match self {
            Level::Unaffected => "client",
            level => level.as_str(),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Breaking => Level::Breaking,
            Severity::Additive => Level::Additive,
            _ => Level::Request,
        }
    }
}

impl From<Impact> for Level {
    fn from(impact: Impact) -> Self {
        match impact {
            Impact::Breaking => Level::Breaking,
            Impact::Additive => Level::Additive,
            _ => Level::Unaffected,
        }
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum Effect {
    Finding {
        severity: Level,
    },
    Change {
        impact: Impact,
        client_impact: Impact,
    },
}

impl Effect {
    /// Returns the level that decides whether the report fails. For a change, it is the impact on the wire.
    pub fn level(self) -> Level {
        match self {
            Effect::Finding { severity } => severity,
            Effect::Change { impact, .. } => impact.into(),
        }
    }

    /// Returns the impact on the Rust client, if it is worse than that on the wire.
    pub fn worse_for_client(self) -> Option<&'static str> {
        match self {
            Effect::Change {
                impact,
                client_impact,
            } if client_impact < impact => Some(client_impact.as_str()),
            _ => None,
        }
    }
}

/// The result of a report, without ignored findings.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Verdict {
    /// `conforms` or `findings`.
    Conform {
        verdict: &'static str,
    },
    Diff(Overall),
}

impl Verdict {
    pub fn of(checks: &[Check]) -> Self {
        let mut rows = checks.iter().flat_map(|check| &check.findings);
        let conforms = rows.all(|row| row.ignored.is_some());
        Verdict::Conform {
            verdict: if conforms { "conforms" } else { "findings" },
        }
    }

    /// Returns the summary of a report without findings, apart from ignored ones.
    pub fn as_str(&self) -> &'static str {
        match self {
            Verdict::Conform { verdict } => verdict,
            Verdict::Diff(_) => "no changes",
        }
    }
}

/// The impact of all changes together, and the part of the version that they increase.
#[derive(Serialize)]
pub struct Overall {
    pub impact: Impact,
    pub client_impact: Impact,
    pub version_bump: Bump,
    pub client_version_bump: Bump,
}

impl Overall {
    pub fn of(checks: &[Check]) -> Self {
        let (mut impact, mut client_impact) = (Impact::Unaffected, Impact::Unaffected);
        let rows = checks.iter().flat_map(|check| &check.findings);
        for row in rows.filter(|row| row.ignored.is_none()) {
            if let Effect::Change {
                impact: wire,
                client_impact: client,
            } = row.effect
            {
                impact = impact.min(wire);
                client_impact = client_impact.min(client);
            }
        }
        Overall {
            impact,
            client_impact,
            version_bump: impact.into(),
            client_version_bump: client_impact.into(),
        }
    }

    /// Returns the impact and the version bump. The wire and the client are named if they differ.
    pub fn lines(&self) -> [(&'static str, String); 2] {
        let both = |wire: &str, client: &str| match wire == client {
            true => wire.to_owned(),
            false => format!("{wire} on the wire, {client} for the Rust client"),
        };
        let impact = both(self.impact.as_str(), self.client_impact.as_str());
        let bump = both(
            self.version_bump.as_str(),
            self.client_version_bump.as_str(),
        );
        [("impact", impact), ("version bump", bump)]
    }
}
