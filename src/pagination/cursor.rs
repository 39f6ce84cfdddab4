//! The position in a list, and the checkpoint that stores it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PagedList;
use crate::error::{Call, Error, ErrorKind, Repeat, Report};

/// A position in a list, from which another process can continue.
///
/// [`Items::checkpoint`](crate::Items::checkpoint) and [`Pages::checkpoint`](crate::Pages::checkpoint) return it. The
/// methods `items_from` and `pages_from` of the list's request builder continue after it without losing or repeating an
/// item, even if timestamps are equal. A checkpoint can be serialized with serde. It contains the ids of the items at
/// the position and the API's cursor, but no personal data. It is valid in the workspace in which it was created.
///
/// ```no_run
/// # fn load() -> Option<String> { None }
/// # fn store(_: String) {}
/// # async fn run(client: watsi::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let list = client.list_conversations().status("open");
/// let mut items = match load() {
///     Some(json) => list.items_from(&serde_json::from_str(&json)?),
///     None => list.items(),
/// };
/// while let Some(conversation) = items.next().await {
///     println!("{}", conversation?.id);
///     store(serde_json::to_string(&items.checkpoint())?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    operation: String,
    /// A hash of the path and the filters.
    filters: String,
    pub(super) cursor: Cursor,
}

impl Checkpoint {
    /// The beginning of `list`.
    pub(super) fn beginning<L: PagedList>(list: &L) -> Self {
        Checkpoint {
            operation: list.operation().to_owned(),
            // A list whose request cannot be built returns nothing but that error.
            filters: filters(list).unwrap_or_default(),
            cursor: Cursor::default(),
        }
    }

    /// Returns an error if this is not a checkpoint of `list`.
    pub(super) fn check<L: PagedList>(&self, list: &L) -> Result<(), Error> {
        if self.operation == list.operation() && self.filters == filters(list)? {
            return Ok(());
        }
        let reason = "the checkpoint belongs to another list or to other filters";
        Err(error(list, ErrorKind::InvalidRequest, 0, reason))
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("operation", &self.operation)
            .field("edge", &self.cursor.edge)
            .field("end", &self.cursor.end)
            .finish_non_exhaustive()
    }
}

fn filters<L: PagedList>(list: &L) -> Result<String, Error> {
    let request = list.request()?;
    let base_path = request.client.shared.base_url.path().to_owned();
    let built = request.build()?;
    let url = built.url();
    let mut pairs: Vec<_> = url.query_pairs().collect();
    pairs.retain(|(name, _)| !L::PARAMETERS.contains(&name.as_ref()));
    pairs.sort();
    let base = base_path.trim_end_matches('/');
    let path = url.path().strip_prefix(base).unwrap_or_default();
    let hash = Sha256::digest(format!("{path} {pairs:?}"));
    Ok(hex::encode(&hash[..8]))
}

pub(super) fn error<L: PagedList>(
    list: &L,
    kind: ErrorKind,
    attempts: u32,
    reason: impl Into<String>,
) -> Error {
    let call = Call {
        attempts,
        repeat: Repeat::Always,
        ..Call::unsent(list.operation())
    };
    Error::new(Report::new(kind, call).detail(reason))
}

/// The query parameters of a page.
pub(crate) type Parameters = Vec<(String, String)>;

/// What was returned of a list, as far as it matters for the rest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The timestamp of the last item. The list continues here, since other items may share it.
    // So that a checkpoint without it is invalid, and not the beginning of the list.
    #[serde(deserialize_with = "Option::deserialize")]
    pub edge: Option<DateTime<Utc>>,
    /// The items that may be listed again: those at the edge, those without a timestamp, and those of the last page.
    pub seen: BTreeMap<String, Option<DateTime<Utc>>>,
    /// The list has no more items.
    pub end: bool,
    /// The query parameters of the page at which a list without timestamps continues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Parameters,
}

/// The timestamp of an item, by which the list is sorted, most recent first.
pub(super) fn timestamp<L: PagedList>(item: &L::Item) -> Option<DateTime<Utc>> {
    L::timestamp(item).map(mirrored::<L>)
}

/// Mirrors the timestamps of an ascending list, so that it is sorted like the others.
pub(super) fn mirrored<L: PagedList>(timestamp: DateTime<Utc>) -> DateTime<Utc> {
    if !L::ASCENDING {
        return timestamp;
    }
    let opposite = timestamp.timestamp_micros().checked_neg();
    opposite
        .and_then(DateTime::from_timestamp_micros)
        .unwrap_or(timestamp)
}

impl Cursor {
    /// The first timestamp that `before` must have so that items of the edge are listed again.
    pub fn before(&self) -> Option<DateTime<Utc>> {
        self.edge.map(after)
    }

    /// Removes the items that were already returned, and moves on to the last item.
    ///
    /// # Errors
    ///
    /// The reason why this page cannot be the next one.
    pub fn take<L: PagedList>(&mut self, items: &mut Vec<L::Item>) -> Result<(), &'static str> {
        let before = self.before();
        if before.is_some() && items.iter().any(|item| timestamp::<L>(item) > before) {
            return Err("the server listed items from after the cursor");
        }
        let edge = self.edge;
        let last = items.iter().rev().find_map(timestamp::<L>);
        self.move_to(last);
        // The list is sorted: an item between the two edges was not returned before, unless the page was
        // requested again, and is not listed again.
        let again = self.before();
        let is_between = |timestamp: DateTime<Utc>| {
            edge.is_none_or(|edge| timestamp < edge) && again.is_some_and(|again| timestamp > again)
        };
        let repeated = self.seen.values().flatten().any(|seen| is_between(*seen));
        items.retain(|item| {
            let timestamp = timestamp::<L>(item);
            let between = timestamp.is_some_and(is_between);
            if between && !repeated {
                return true;
            }
            let id = L::id(item);
            let new = !self.seen.contains_key(id.as_ref());
            if new && !between {
                self.seen.insert(id.into_owned(), timestamp);
            }
            new
        });
        self.forget();
        Ok(())
    }

    /// Remembers the first items of a page, which were returned one by one, without moving on: the page is
    /// requested again.
    pub fn remember(&mut self, items: &[(String, Option<DateTime<Utc>>)]) {
        self.seen.extend(items.iter().cloned());
    }

    /// Moves past the first items of a page, which were returned one by one.
    pub fn skip(&mut self, items: &[(String, Option<DateTime<Utc>>)]) {
        self.move_to(items.iter().rev().find_map(|(_, timestamp)| *timestamp));
        self.remember(items);
        self.forget();
    }

    fn move_to(&mut self, last: Option<DateTime<Utc>>) {
        self.edge = match (self.edge, last) {
            (Some(edge), Some(last)) => Some(edge.min(last)),
            (edge, last) => edge.or(last),
        };
    }

    /// Forgets what is not listed again.
    fn forget(&mut self) {
        let again = self.before();
        self.seen.retain(|_, at| at.is_none() || *at <= again);
    }
}

fn after(edge: DateTime<Utc>) -> DateTime<Utc> {
    edge.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(edge)
}
