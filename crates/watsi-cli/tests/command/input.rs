//! Files that are not regular, too large or not readable.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::command::watsi;
use crate::fixtures::{BOT, BOT_TEXT, CONTRACT};
use crate::written::Directory;

fn error(output: Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn pipe_or_device_is_an_error() {
    let directory = Directory::new("pipe");
    let pipe = directory.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for file in [pipe.to_str().unwrap(), "/dev/zero", "."] {
        for arguments in [
            ["conform", "--har", BOT, "--spec", file].as_slice(),
            &["conform", "--har", file],
            &["conform", "--har", BOT, "--ignore", file],
            &["diff", file, "openapi.yaml"],
        ] {
            let error = error(watsi(arguments).output().unwrap());
            assert_eq!(
                error,
                format!("error: {file}: not a regular file\n"),
                "{arguments:?}"
            );
        }
    }
}

#[test]
fn contract_is_read_from_standard_input() {
    let mut names = vec!["-"];
    if cfg!(unix) {
        names.extend(["/dev/stdin", "/dev/fd/0"]);
    }
    for name in names {
        let mut command = watsi(&["diff", name, "openapi.yaml"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(CONTRACT.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
    }
    let error = error(watsi(&["diff", "-", "-"]).output().unwrap());
    assert!(
        error.contains("standard input can be read only once"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn endless_contract_is_read_up_to_the_limit() {
    let mut command = watsi(&["conform", "--har", BOT, "--spec", "-"]);
    command.stdin(File::open("/dev/zero").unwrap());
    let error = error(command.output().unwrap());
    assert_eq!(error, "error: -: larger than 64 MiB\n");
}

#[test]
fn next_recording_is_read_after_an_unreadable_one() {
    let directory = Directory::new("next");
    let cut = directory.write("cut.har", &BOT_TEXT[..2000]);
    let missing = directory.path().join("missing.har");
    let missing = missing.to_str().unwrap();
    let arguments = [
        "conform", "--har", missing, "--har", &cut, "--har", BOT, "--format", "json",
    ];
    let output = watsi(&arguments).stdin(Stdio::null()).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        report["checks"][0]["findings"][0]["id"],
        "response-property-unknown"
    );
    assert_eq!(report["complete"], false);
    let notes: Vec<_> = report["notes"].as_array().unwrap().iter().collect();
    let is_noted = |start: String| {
        let mut notes = notes.iter().filter_map(|note| note.as_str());
        notes.any(|note| note.starts_with(&start))
    };
    assert!(
        is_noted(format!("not read completely: {missing}: ")),
        "{report}"
    );
    assert!(
        is_noted(format!(
            "not read completely: {cut}: the recording is truncated"
        )),
        "{report}"
    );
    let error = error(output);
    assert_eq!(error.lines().count(), 2, "{error}");
    assert!(error.contains(missing) && error.contains(&cut), "{error}");
}

#[test]
fn first_unreadable_entry_is_named_with_its_file() {
    let directory = Directory::new("entries");
    let broken = directory.write("broken.har", r#"{"log": {"entries": [{}, 7]}}"#);
    let arguments = ["conform", "--har", "no.har", "--har", BOT, "--har", &broken];
    let output = watsi(&arguments).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("note: entries that cannot be read: 2\n"),
        "{shown}"
    );
    let first =
        format!("note: the first entry that cannot be read: {broken}, entry 0: missing string");
    assert!(shown.contains(&first), "{shown}");
}
