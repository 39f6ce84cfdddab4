//! Tests the bot as a process, against a sandbox.
#![cfg(unix)]

/// The bot as a process, with a database of its own.
mod process;
/// The replies that a sandbox received.
mod replies;

/// The snippets of `docs/cookbook.md`.
mod cookbook;
/// Rules of the database that a process cannot be made to show at will.
mod database;
/// Deliveries: duplicates, order, signatures.
mod deliveries;
/// The export.
mod export;
/// SIGKILL at random moments.
mod kills;
/// What the log contains.
mod log;
/// What results of requests mean.
mod outcome;
/// Rate limits.
mod rate_limit;
/// Lost responses, and requests that were not processed.
mod reconciliation;
/// SIGTERM.
mod shutdown;
/// The 24-hour window.
mod window;
