//! Help, keys, completions, closed pipes.

use std::fs;
use std::process::Stdio;

use crate::assert_shown;
use crate::command::{sandbox, watsi, with};
use crate::fixtures::BOT;
use crate::written::Directory;

#[test]
fn help_lists_commands_and_examples() {
    assert_shown!("help", watsi(&["--help"]));
    assert_shown!("help_conform", watsi(&["conform", "--help"]));
    assert_shown!("help_record", watsi(&["record", "--help"]));
}

#[test]
fn missing_command_prints_the_help_and_fails() {
    let output = watsi(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("Usage: watsi <COMMAND>")
    );
}

#[test]
fn missing_api_key_is_an_error_with_advice() {
    for command in [
        ["conversations"].as_slice(),
        &["conform"],
        &["send", "chat_123", "Hello!"],
    ] {
        let output = watsi(command).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let expected = "error: WATSI_API_KEY is not set; set it or use --api-key-file FILE\n";
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            expected,
            "{command:?}"
        );
    }
}

const API: [&[&str]; 4] = [
    &["conversations"],
    &["conform"],
    &["send", "chat_123", "Hello!"],
    &["subscribe", "https://bot.example.com", "message.received"],
];

#[test]
fn missing_key_file_is_an_error_of_each_command() {
    let key_file = ["--api-key-file", "no/such/file"];
    let mut commands = API.map(|command| [command, &key_file].concat()).to_vec();
    commands.push(vec![
        "listen",
        "--port",
        "0",
        "--secret-file",
        "no/such/file",
    ]);
    for command in commands {
        let output = watsi(&command).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("no/such/file"), "{command:?} {error}");
    }
}

#[test]
fn each_command_asks_for_https() {
    // No address of this machine is a loopback address here, and nothing listens.
    let url = "http://0.0.0.0:1";
    let contract = "http://0.0.0.0:1/openapi.yaml";
    let mut commands = API
        .map(|command| [command, &["--base-url", url]].concat())
        .to_vec();
    commands.push(vec!["diff", contract, contract]);
    commands.push(vec![
        "record",
        "--target",
        url,
        "--har",
        "no/such/file",
        "--",
        "true",
    ]);
    for command in commands {
        let run = |more: &[&str]| {
            let (name, arguments) = command.split_first().unwrap();
            let mut command = watsi(&[&[*name], more, arguments].concat());
            let output = command
                .env("WATSI_API_KEY", "sk-test-key")
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            String::from_utf8(output.stderr).unwrap()
        };
        let advice = "--allow-insecure-http";
        assert!(run(&[]).contains(advice), "{command:?}");
        assert!(!run(&[advice]).contains(advice), "{command:?}");
    }
}

#[test]
fn invalid_options_are_errors_of_each_command() {
    for command in [
        ["conversations", "--format", "xml"].as_slice(),
        &["send", "chat_123", "Hello!", "--format", "xml"],
        &["listen", "--port", "70000"],
        &["listen", "--port", "0", "--format", "xml"],
        &["listen", "--port", "0", "--log", "xml"],
        &["listen", "--port", "0", "--quiet", "--log", "json"],
        &["listen", "--port", "0", "--allow-insecure-http"],
        &["sandbox", "--format", "xml"],
        &["sandbox", "--log", "xml"],
        &["sandbox", "--quiet", "--log", "json"],
        &["sandbox", "--seed", "many"],
        &["diff", "openapi.yaml", "openapi.yaml", "--day", "today"],
        &[
            "diff",
            "openapi.yaml",
            "openapi.yaml",
            "--fail-on",
            "request",
        ],
        &["conform", "--fail-on", "nothing"],
        &["conform", "--verbose", "--har", BOT],
    ] {
        let mut command_line = watsi(command);
        let output = command_line
            .env("WATSI_WEBHOOK_SECRET", "whsec")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?} {output:?}");
    }
}

// Other platforms do not read certificates from files.
#[cfg(target_os = "linux")]
#[test]
fn missing_certificates_are_an_error_with_advice() {
    let mut command = watsi(&["conversations", "--base-url", "http://127.0.0.1:1"]);
    command.env("WATSI_API_KEY", "sk-test-key");
    command.env("SSL_CERT_FILE", "/dev/null");
    command.env("SSL_CERT_DIR", "/dev/null");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("install the system's CA certificates"),
        "{error}"
    );
}

#[test]
fn api_key_is_not_accepted_as_an_argument() {
    let output = watsi(&["conversations", "--api-key", "sk-secret"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("unexpected argument '--api-key'"), "{error}");
}

#[tokio::test]
async fn api_key_is_read_from_a_file() {
    let sandbox = sandbox().await;
    let file = std::env::temp_dir().join(format!("watsi-key-{}", std::process::id()));
    fs::write(&file, "\u{feff}sandbox-key\r\n").unwrap();
    let url = sandbox.uri();
    let file_argument = file.to_str().unwrap();
    let arguments = [
        "conversations",
        "--base-url",
        &url,
        "--api-key-file",
        file_argument,
    ];
    let output = watsi(&arguments).output().unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "0 conversations\n"
    );
    let gone = watsi(&arguments).output().unwrap();
    assert_eq!(gone.status.code(), Some(2));
    let error = String::from_utf8(gone.stderr).unwrap();
    assert!(
        error.contains(file_argument) && error.contains("No such file"),
        "{error}"
    );
}

#[tokio::test]
async fn closed_pipe_is_not_an_error() {
    let sandbox = sandbox().await;
    sandbox.seed(2_000);
    for format in ["human", "json"] {
        let mut command = with(&sandbox, &["conversations", "--all", "--format", format]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

#[test]
fn exit_code_reports_findings_despite_a_closed_pipe() {
    let mut command = watsi(&["conform", "--har", BOT]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn colours_need_a_terminal_or_clicolor_force() {
    let shown = |variable: Option<(&str, &str)>| {
        let mut command = watsi(&["conform", "--har", BOT]);
        command.envs(variable);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(!shown(None).contains('\x1b'));
    assert!(shown(Some(("CLICOLOR_FORCE", "1"))).contains("\x1b[31mFAIL"));
    let mut command = watsi(&["conform", "--har", BOT]);
    command.env("CLICOLOR_FORCE", "0").env("NO_COLOR", "1");
    assert!(!command.output().unwrap().stdout.contains(&b'\x1b'));
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = watsi(&["completions", shell]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("conversations"),
            "{shell}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_an_error_without_a_panic() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut command = watsi(&["conform", "--har", "nothing.har"]);
    assert_eq!(command.stderr(full()).status().unwrap().code(), Some(2));
    for arguments in [
        ["completions", "bash"].as_slice(),
        &["conform", "--har", BOT],
    ] {
        let output = watsi(arguments).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn manual_page_is_written_for_each_command() {
    let directory = Directory::new("man");
    let output = watsi(&["man", directory.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    for name in [
        "watsi.1",
        "watsi-listen.1",
        "watsi-record.1",
        "watsi-sandbox.1",
    ] {
        let page = fs::read_to_string(directory.file(name)).unwrap();
        assert!(page.contains(".SH NAME"), "{name}");
    }
}

#[test]
fn event_types_and_statuses_are_completed() {
    // fish completes no values of arguments without a name.
    for (shell, values) in [
        ("bash", ["message.received", "active"].as_slice()),
        ("zsh", &["message.received", "active"]),
        ("fish", &["active"]),
    ] {
        let output = watsi(&["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        for value in values {
            assert!(script.contains(value), "{shell} {value}");
        }
    }
}
