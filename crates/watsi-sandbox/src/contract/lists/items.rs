//! The items of a list, made from the examples of the contract.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::{Names, Next};

/// The number of items in a list.
pub const ITEMS: usize = 40;

/// The seconds between the timestamps of two items.
const INTERVAL: i64 = 60;

/// A point in time, as the lists of the API express it.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Timestamp {
    DateTime(DateTime<Utc>),
    Seconds(i64),
}

impl Timestamp {
    pub fn of(value: &Value) -> Option<Timestamp> {
        if let Some(seconds) = value.as_i64() {
            return Some(Timestamp::Seconds(seconds));
        }
        let text = value.as_str()?;
        if let Ok(seconds) = text.parse() {
            return Some(Timestamp::Seconds(seconds));
        }
        text.parse().ok().map(Timestamp::DateTime)
    }

    /// Returns the timestamp of the item at this position, counted back from this one.
    fn at(self, position: usize) -> Option<Value> {
        let back = i64::try_from(position).ok()?.checked_mul(INTERVAL)?;
        Some(match self {
            Timestamp::DateTime(time) => time
                .checked_sub_signed(TimeDelta::try_seconds(back)?)?
                .to_rfc3339_opts(SecondsFormat::Millis, true)
                .into(),
            Timestamp::Seconds(seconds) => seconds.checked_sub(back)?.into(),
        })
    }
}

/// Makes items with different ids, and in the order of the list, from examples.
pub fn items(examples: &[Value], names: &Names) -> Vec<Value> {
    let timestamps = names.next.timestamp();
    let latest = timestamps.and_then(|name| {
        let mut timestamps = examples.iter();
        timestamps.find_map(|example| Timestamp::of(&example[name]))
    });
    let mut items: Vec<Value> = Vec::new();
    let mut ids = HashSet::new();
    let objects = examples.iter().filter_map(Value::as_object);
    for (position, example) in objects.cycle().take(ITEMS).enumerate() {
        let Some(id) = example.get(&names.id).and_then(|id| unused(id, &ids)) else {
            break;
        };
        let mut item = example.clone();
        item.insert(names.id.clone(), id.clone());
        if let Some(name) = timestamps {
            let Some(timestamp) = latest.and_then(|latest| latest.at(position)) else {
                break;
            };
            item.insert(name.to_owned(), timestamp);
        }
        items.push(item.into());
        ids.insert(id);
    }
    if let Next::Timestamp {
        ascending: true, ..
    } = names.next
    {
        items.reverse();
    }
    items
}

/// Returns the id, or one like it, that is not used yet.
fn unused(id: &Value, used: &HashSet<Value>) -> Option<Value> {
    if !used.contains(id) {
        return Some(id.clone());
    }
    (1..=2 * ITEMS)
        .map(|number| numbered(id, number))
        .find(|id| !used.contains(id))
}

/// Returns an id like this one with another number: its last digits are replaced, or digits are appended.
fn numbered(id: &Value, number: usize) -> Value {
    let Some(text) = id.as_str() else {
        let id = id.as_u64().unwrap_or_default();
        return id.saturating_add(number as u64).into();
    };
    let digits = number.to_string();
    // The last group of a UUID and long hexadecimal ids have room for a number.
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit();
    let room = text.bytes().rev().take_while(is_hex).count();
    if room < digits.len() {
        return format!("{text}{digits}").into();
    }
    format!("{}{digits}", &text[..text.len() - digits.len()]).into()
}
