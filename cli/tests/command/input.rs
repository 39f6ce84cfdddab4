//! Files that are not regular, too large or not readable.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::command::watsi;
use crate::written::Directory;

const HAR: &str = "tests/contract/har/mitmproxy.har";

fn error(output: Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn a_pipe_or_device_is_an_error() {
    let directory = Directory::new("pipe");
    let pipe = directory.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for file in [pipe.to_str().unwrap(), "/dev/zero", "src"] {
        for arguments in [
            ["conform", "--har", HAR, "--spec", file].as_slice(),
            &["conform", "--har", file],
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
fn a_contract_is_read_from_standard_input() {
    let mut names = vec!["-"];
    if cfg!(unix) {
        names.extend(["/dev/stdin", "/dev/fd/0"]);
    }
    let contract = fs::read("../openapi.yaml").unwrap();
    for name in names {
        let mut command = watsi(&["diff", name, "openapi.yaml"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(&contract).unwrap();
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
fn an_endless_contract_is_read_up_to_the_limit() {
    let mut command = watsi(&["conform", "--har", HAR, "--spec", "-"]);
    command.stdin(File::open("/dev/zero").unwrap());
    let error = error(command.output().unwrap());
    assert_eq!(error, "error: -: larger than 64 MiB\n");
}
