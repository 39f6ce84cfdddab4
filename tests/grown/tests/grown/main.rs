//! Calls every operation of the grown contract. Each construct is tested as it is on the wire: absent, null, set, empty,
//! several, Unicode and reserved characters.

// Helpers.
#[path = "../../../common/mutations.rs"]
mod mutation; // edits of a contract
mod server; // a server that records requests

// Tests.
mod bodies; // forms, uploads, texts and optional bodies
mod deprecation; // what is deprecated still works
mod idempotency; // keys against duplicates
mod lists; // the list has names of its own
mod mutations; // no edit of the additions goes unnoticed
mod null; // absent, null and set values
mod operations; // every operation is called
mod pages; // the ways in which lists continue
mod parameters; // parameters in paths, queries and headers
mod responses; // bodies by status code and media type, and headers
mod types; // names, formats, compositions
mod unions; // variants, known and unknown
