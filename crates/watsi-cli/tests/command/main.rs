//! The `watsi` command: its output and exit codes.

// Helpers.
mod command; // runs the command in a clean environment
mod fixtures; // the contract and recordings
mod running; // commands that run until they are interrupted
mod servers; // servers that respond as a test says
mod written; // temporary files

// Tests.
#[cfg(unix)]
mod action; // scripts of the action and of workflows
mod api; // conversations, send
mod ci; // thresholds, positions, revisions, annotations
mod conform; // servers and recordings are validated
mod diff; // changelogs, impacts, notes
mod forward; // deliveries are passed on
mod hidden; // secrets and personal data in what is printed
mod hostile; // names in contracts and recordings are untrusted
mod ignore; // accepted findings
mod input; // pipes, devices, unreadable files
mod listen; // events are printed
mod log; // a line for each request, delivery and rejection
mod options; // options of `conform`
mod record; // traffic is recorded through a proxy
mod sandbox; // the sandbox as a process
mod sarif; // reports for code scanning
mod source; // contracts from URLs and in several documents
mod usage; // help, keys, invalid options, completions, closed pipes
