//! How much of a contract was covered, and how much has to be: `--min-coverage`.

use std::str::FromStr;

use openapi_conformance::{Coverage, Share};
use serde::Serialize;

use crate::terminal::Plain;

/// What is counted, as it is named in reports and in `--min-coverage`.
const KINDS: [Kind; 3] = [
    Kind {
        name: "operations",
        option: "operations",
        share: |coverage| coverage.operations(),
    },
    Kind {
        name: "status codes",
        option: "statuses",
        share: |coverage| coverage.statuses(),
    },
    Kind {
        name: "properties",
        option: "properties",
        share: |coverage| coverage.properties(),
    },
];

struct Kind {
    name: &'static str,
    option: &'static str,
    share: fn(&Coverage<'_>) -> Share,
}

/// The least percentage of one kind, or of all.
#[derive(Clone)]
pub struct Minimum {
    kind: Option<&'static str>,
    percentage: usize,
}

impl FromStr for Minimum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (option, number) = match text.split_once('=') {
            Some((option, number)) => (Some(option), number),
            None => (None, text),
        };
        let kind = option.map(|option| {
            let known = KINDS.iter().find(|kind| kind.option == option);
            known
                .map(|kind| kind.name)
                .ok_or("not operations, statuses or properties")
        });
        let percentage = number.parse().ok().filter(|percentage| *percentage <= 100);
        Ok(Minimum {
            kind: kind.transpose()?,
            percentage: percentage.ok_or("not a percentage from 0 to 100")?,
        })
    }
}

/// The coverage of one kind.
#[derive(Serialize)]
pub struct Covered {
    pub of: &'static str,
    pub covered: usize,
    pub total: usize,
    pub missing: Vec<Plain>,
    /// The percentage that has to be covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<usize>,
}

impl Covered {
    /// Returns the sentence about a coverage that is too low.
    pub fn shortfall(&self) -> Option<String> {
        let Covered {
            of, covered, total, ..
        } = self;
        let minimum = self.minimum?;
        let is_low = covered * 100 < minimum * total;
        is_low.then(|| {
            let percentage = covered * 100 / total;
            format!("{covered} of {total} {of} are covered ({percentage} %), less than {minimum} %")
        })
    }
}

pub fn covered(coverage: &Coverage<'_>, minimums: &[Minimum]) -> Vec<Covered> {
    let mut all = Vec::new();
    for Kind { name, share, .. } in KINDS {
        let share = share(coverage);
        let concerns = |minimum: &&Minimum| minimum.kind.is_none_or(|kind| kind == name);
        // What is said about a kind takes precedence over what is said about all.
        let minimum = minimums
            .iter()
            .filter(concerns)
            .max_by_key(|minimum| minimum.kind.is_some());
        all.push(Covered {
            of: name,
            covered: share.covered,
            total: share.total(),
            missing: share.missing.iter().map(Plain::new).collect(),
            minimum: minimum.map(|minimum| minimum.percentage),
        });
    }
    all
}
