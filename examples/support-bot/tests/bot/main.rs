//! Tests the bot as a process, against a sandbox.
#![cfg(unix)]

/// A load balancer.
mod balancer;
/// SQLite and PostgreSQL.
mod engine;
/// The bot as a process, with a database of its own.
mod process;
/// The replies that a sandbox received.
mod replies;

/// Several transactions at the same time.
mod concurrency;
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
/// Migrations.
mod migrations;
/// Restarts of the server.
mod outages;
/// What results of requests mean.
mod outcome;
/// Rate limits.
mod rate_limit;
/// Lost responses, and requests that were not processed.
mod reconciliation;
/// Secrets in addresses of databases.
mod secrets;
/// The snippet of `docs/cookbook.md` that remembers events in PostgreSQL.
mod seen;
/// SIGTERM.
mod shutdown;
/// How long one instance and several take.
/// TLS to PostgreSQL.
mod tls;
/// The 24-hour window.
mod window;
