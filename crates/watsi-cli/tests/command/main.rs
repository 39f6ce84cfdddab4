//! The `watsi` command: its output and exit codes.

// Helpers.
mod command; // runs the command in a clean environment
mod fixtures; // the contract and recordings
mod overlay; // a server whose mocks take precedence over a sandbox
mod running; // a command that runs until it is interrupted
mod written; // temporary files

// Tests.
#[cfg(unix)]
mod action; // scripts of the action and of workflows
mod api; // conversations, send
mod ci; // thresholds, positions, revisions, servers in the network of a job
mod conform; // servers, recordings and contracts are validated
mod diff; // changelogs, impacts, notes
mod endless; // listen, sandbox
mod forward; // deliveries are passed on
mod hidden; // secrets and personal data in what is printed
mod hostile; // names in contracts and recordings are untrusted
mod ignore; // accepted findings
mod input; // pipes, devices, unreadable files
mod log; // a line for each request, delivery and rejection
mod options; // each option and its exit code
mod record; // traffic is recorded through a proxy
mod sandbox; // the sandbox as a process
mod sarif; // reports for code scanning
mod source; // contracts from URLs and in several documents
mod usage; // help, API keys, completions, closed pipes
