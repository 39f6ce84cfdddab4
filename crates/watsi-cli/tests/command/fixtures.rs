//! Contracts, and the directory in which the command runs: it contains `openapi.yaml`, `old.yaml` and two recordings.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, process};

use serde_json::{Value, json};

/// Four exchanges of a bot with the API. One finding: `/response/body/chats/*/unread` is not documented.
pub const BOT: &str = "bot.har";
pub const BOT_TEXT: &str = include_str!("recordings/bot.har");

/// The same exchanges of a page in a browser, after the one that loads the page.
pub const PAGE: &str = "page.har";

/// The contract that the command is given. That of the client may grow.
pub const CONTRACT: &str = include_str!("contract.yaml");

/// The contract before its list had to say whether there is more. The change is additive.
pub const OLD: &str = "old.yaml";

static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command");
    fs::create_dir_all(&directory).unwrap();
    let old = CONTRACT.replace("required: [chats, hasMore]", "required: [chats]");
    for (name, text) in [
        ("openapi.yaml", CONTRACT),
        (OLD, &old),
        (BOT, BOT_TEXT),
        (PAGE, include_str!("recordings/page.har")),
    ] {
        // Another process with tests can read the file meanwhile.
        let own = directory.join(format!("{name}.{}", process::id()));
        fs::write(&own, text).unwrap();
        fs::rename(own, directory.join(name)).unwrap();
    }
    directory
});

pub fn directory() -> &'static Path {
    &DIRECTORY
}

/// A contract with these paths.
pub fn contract(paths: Value) -> String {
    let info = json!({"title": "", "version": "1"});
    json!({"openapi": "3.1.0", "info": info, "paths": paths}).to_string()
}

/// An operation whose response has a body with this schema.
pub fn operation(id: &str, schema: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({"operationId": id, "responses": {"200": {"description": "", "content": content}}})
}
