//! How severe findings and changes are, one by one and together.

use openapi_conformance::{Bump, Impact, Severity};
use serde::Serialize;

use super::{Check, Report};

/// The severity of a finding or the impact of a change. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Breaking,
    Additive,
    Request,
    /// A change that affects only generated clients.
    Client,
    /// A version that rises too little.
    Version,
}

impl Level {
    /// All levels, the worst first.
    pub const ALL: [Level; 5] = [
        Level::Breaking,
        Level::Additive,
        Level::Request,
        Level::Client,
        Level::Version,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Breaking => "breaking",
            Level::Additive => "additive",
            Level::Request => "request",
            Level::Client => "client",
            Level::Version => "version",
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

#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum Effect {
    Finding {
        severity: Level,
    },
    Change {
        impact: Impact,
        /// The impact on generated clients, if it was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        generated_client_impact: Option<Impact>,
    },
}

impl Effect {
    /// Returns the level that decides whether the report fails. For a change, it is the impact on the wire.
    pub fn level(self) -> Level {
        match self {
            Effect::Finding { severity } => severity,
            Effect::Change {
                impact,
                generated_client_impact,
            } => match impact {
                Impact::Breaking => Level::Breaking,
                Impact::Additive => Level::Additive,
                _ if generated_client_impact.is_some_and(|impact| impact != Impact::Unaffected) => {
                    Level::Client
                }
                _ => Level::Version,
            },
        }
    }

    /// Returns the impact on generated clients, if it is worse than that on the wire.
    pub fn worse_for_clients(self) -> Option<&'static str> {
        match self {
            Effect::Change {
                impact,
                generated_client_impact: Some(for_clients),
            } if for_clients < impact => Some(for_clients.as_str()),
            _ => None,
        }
    }
}

/// The result of a report, without ignored findings.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Verdict {
    /// `conforms`, `findings`, `incomplete`, or that too little was covered.
    Conform {
        verdict: &'static str,
    },
    Diff(Overall),
}

impl Default for Verdict {
    fn default() -> Self {
        Verdict::Conform {
            verdict: "incomplete",
        }
    }
}

impl Verdict {
    pub const COVERAGE: &'static str = "coverage too low";

    /// Returns the verdict on what was validated. Only what is complete can conform.
    pub fn of(report: &Report) -> Self {
        let conforms = report.rows().all(|(_, row)| row.ignored.is_some());
        Verdict::Conform {
            verdict: if !report.complete {
                "incomplete"
            } else if !conforms {
                "findings"
            } else if report.shortfalls().next().is_some() {
                Verdict::COVERAGE
            } else {
                "conforms"
            },
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
    pub version_bump: Bump,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_client_impact: Option<Impact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_client_version_bump: Option<Bump>,
}

impl Overall {
    /// Returns the worst impact on the wire, and on generated clients if it was asked for.
    pub fn of(checks: &[Check], for_clients: bool) -> Self {
        let mut worst = Impact::Unaffected;
        let mut worst_for_clients = Impact::Unaffected;
        let rows = checks.iter().flat_map(|check| &check.findings);
        for row in rows.filter(|row| row.ignored.is_none()) {
            if let Effect::Change {
                impact,
                generated_client_impact,
            } = row.effect
            {
                worst = worst.min(impact);
                worst_for_clients =
                    worst_for_clients.min(generated_client_impact.unwrap_or(Impact::Unaffected));
            }
        }
        let worst_for_clients = for_clients.then_some(worst_for_clients);
        Overall {
            impact: worst,
            version_bump: worst.into(),
            generated_client_impact: worst_for_clients,
            generated_client_version_bump: worst_for_clients.map(Bump::from),
        }
    }

    /// Returns the impact and the version bump. The wire and generated clients are named if they differ.
    pub fn lines(&self) -> [(&'static str, String); 2] {
        let both = |wire: &str, for_clients: Option<&str>| match for_clients {
            Some(other) if other != wire => {
                format!("{wire} on the wire, {other} for generated clients")
            }
            _ => wire.to_owned(),
        };
        let impact = both(
            self.impact.as_str(),
            self.generated_client_impact.map(Impact::as_str),
        );
        let bump = both(
            self.version_bump.as_str(),
            self.generated_client_version_bump.map(Bump::as_str),
        );
        [("impact", impact), ("version bump", bump)]
    }
}
