//! The `watsi` command: what it prints, and how it ends.

// What the tests stand on.
mod command; // the command, in an environment of its own

// What they prove.
mod api; // conversations, send
mod conform; // servers, recordings and contracts are validated
mod endless; // listen, sandbox: until they are interrupted
mod usage; // help, keys, completions, closed pipes
