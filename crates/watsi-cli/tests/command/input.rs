//! Files that are not regular, too large or not readable.

use std::fs::File;
use std::process::Command;

use crate::command::{Ended, end, run, watsi};
use crate::fixtures::{self, BOT, BOT_TEXT};
use crate::written::Directory;

#[cfg(unix)]
#[test]
fn pipe_or_device_is_an_error() {
    let directory = Directory::new("pipe");
    let pipe = directory.file("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for file in [&pipe, "/dev/zero", "."] {
        for arguments in [
            ["conform", "--har", BOT, "--spec", file].as_slice(),
            &["conform", "--har", file],
            &["conform", "--har", BOT, "--ignore", file],
            &["diff", file, "openapi.yaml"],
        ] {
            run(arguments).fails(&format!("error: {file}: not a regular file\n"));
        }
    }
}

/// Runs a command whose standard input is a file.
fn with_input(arguments: &[&str], file: &str) -> Ended {
    let file = File::open(fixtures::directory().join(file)).unwrap();
    end(watsi(arguments).stdin(file))
}

#[test]
fn file_is_read_from_standard_input() {
    let mut names = vec!["-"];
    if cfg!(unix) {
        names.extend(["/dev/stdin", "/dev/fd/0"]);
    }
    for name in names {
        let diff = ["diff", name, "openapi.yaml"];
        with_input(&diff, "openapi.yaml").exits(0);
        let conform = with_input(&["conform", "--har", name], BOT);
        conform.exits(1).shows("validated exchanges: 4");
    }
}

#[cfg(unix)]
#[test]
fn endless_contract_is_read_up_to_the_limit() {
    let ended = with_input(&["conform", "--har", BOT, "--spec", "-"], "/dev/zero");
    ended.fails("error: -: larger than 64 MiB\n");
}

#[test]
fn next_recording_is_read_after_an_unreadable_one() {
    let directory = Directory::new("next");
    let cut = directory.write("cut.har", &BOT_TEXT[..BOT_TEXT.len() - 100]);
    let missing = directory.file("missing.har");
    let arguments = [
        "conform", "--har", &missing, "--har", &cut, "--har", BOT, "--format", "json",
    ];
    let ended = run(&arguments);
    ended.fails(&missing).says(&cut);
    assert_eq!(ended.error.lines().count(), 2, "{}", ended.error);
    let report = ended.json();
    let finding = &report["checks"][0]["findings"][0];
    assert_eq!(finding["id"], "response-property-unknown");
    // Once in the truncated recording, and once in the next one.
    assert_eq!(finding["count"], 2);
    assert_eq!(report["complete"], false);
    let notes = report["notes"].as_array().unwrap().iter();
    let notes: Vec<_> = notes.map(|note| note.as_str().unwrap()).collect();
    for start in [
        format!("not read completely: {missing}: "),
        format!("not read completely: {cut}: the recording is truncated"),
    ] {
        let mut notes = notes.iter();
        assert!(notes.any(|note| note.starts_with(&start)), "{report}");
    }
}

#[test]
fn first_unreadable_entry_is_named_with_its_file() {
    let directory = Directory::new("entries");
    let broken = directory.write("broken.har", r#"{"log": {"entries": [{}, 7]}}"#);
    let ended = run(&["conform", "--har", "no.har", "--har", BOT, "--har", &broken]);
    ended.shows("note: entries that cannot be read: 2\n");
    ended.shows(&format!(
        "note: the first entry that cannot be read: {broken}, entry 0: missing string"
    ));
}
