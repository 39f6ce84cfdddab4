//! Help, keys, invalid options, completions, closed pipes.

use std::fs;
use std::process::Stdio;

use crate::assert_shown;
use crate::command::{end, run, sandbox, watsi, with};
use crate::fixtures::BOT;
use crate::written::{Directory, Written};

#[test]
fn help_lists_commands_and_examples() {
    assert_shown!("help", watsi(&["--help"]));
    assert_shown!("help_conform", watsi(&["conform", "--help"]));
    assert_shown!("help_record", watsi(&["record", "--help"]));
}

#[test]
fn missing_command_prints_the_help_and_fails() {
    run(&[]).fails("Usage: watsi <COMMAND>");
}

/// The command lines, each with a part of the error.
const INVALID: &str = include_str!("invalid.txt");

#[test]
fn invalid_option_is_an_error_with_its_reason() {
    for line in INVALID.lines() {
        let (arguments, reason) = line.split_once(" -> ").unwrap();
        let arguments: Vec<_> = arguments.split(' ').collect();
        let mut command = watsi(&arguments);
        command.env("WATSI_WEBHOOK_SECRET", "whsec");
        end(&mut command).fails(reason);
    }
}

const API: [&[&str]; 4] = [
    &["conversations"],
    &["conform"],
    &["send", "chat_123", "Hello!"],
    &["subscribe", "https://bot.example.com", "message.received"],
];

#[test]
fn missing_api_key_or_webhook_secret_is_an_error_with_advice() {
    for command in API {
        run(command).fails("error: WATSI_API_KEY is not set; set it or use --api-key-file FILE\n");
    }
    let secret = "error: WATSI_WEBHOOK_SECRET is not set; set it or use --secret-file FILE\n";
    run(&["listen", "--port", "0"]).fails(secret);
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
    commands.push(vec!["conform", "--har", BOT, "--spec", contract]);
    let har = "no/such/file";
    commands.push(vec!["record", "--target", url, "--har", har, "--", "true"]);
    let advice = "--allow-insecure-http";
    for command in commands {
        let run = |more: &[&str]| {
            let (name, arguments) = command.split_first().unwrap();
            let mut command = watsi(&[&[*name], more, arguments].concat());
            end(command.env("WATSI_API_KEY", "sk-test-key"))
        };
        run(&[]).fails(advice);
        run(&[advice]).exits(2).hides(advice);
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
    end(&mut command).fails("install the system's CA certificates");
}

#[tokio::test]
async fn api_key_is_read_from_a_file() {
    let sandbox = sandbox().await;
    let file = Written::new("key", "\u{feff}sandbox-key\r\n");
    let server = ["--base-url", &sandbox.uri(), "--api-key-file", file.path()];
    let ended = run(&[&["conversations"], &server[..]].concat());
    assert_eq!(ended.shown, "0 conversations\n");
}

#[tokio::test]
async fn closed_pipe_is_not_an_error_and_keeps_the_exit_code() {
    let sandbox = sandbox().await;
    sandbox.seed(2_000);
    let list = ["conversations", "--all", "--format"];
    for (arguments, code) in [
        ([&list[..], &["human"]].concat(), 0),
        ([&list[..], &["json"]].concat(), 0),
        (vec!["conform", "--har", BOT], 1),
    ] {
        let mut command = with(&sandbox, &arguments);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error, "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn colours_need_a_terminal_or_clicolor_force() {
    let shown = |variables: &[(&str, &str)]| {
        let mut command = watsi(&["conform", "--har", BOT]);
        end(command.envs(variables.iter().copied())).shown
    };
    assert!(!shown(&[]).contains('\x1b'));
    assert!(shown(&[("CLICOLOR_FORCE", "1")]).contains("\x1b[31mFAIL"));
    assert!(!shown(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]).contains('\x1b'));
}

#[test]
fn completions_of_each_shell_have_commands_event_types_and_statuses() {
    for (shell, values) in [
        ("bash", ["conversations", "message.received", "active"]),
        ("zsh", ["conversations", "message.received", "active"]),
        // It completes no values of arguments without a name.
        ("fish", ["conversations", "subscribe", "active"]),
        // They complete no values.
        ("powershell", ["conversations", "subscribe", "--status"]),
        ("elvish", ["conversations", "subscribe", "--status"]),
    ] {
        let ended = run(&["completions", shell]);
        ended.exits(0);
        for value in values {
            ended.shows(value);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_an_error_without_a_panic() {
    let full = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).open("/dev/full").unwrap()
    };
    let mut command = watsi(&["conform", "--har", "nothing.har"]);
    assert_eq!(command.stderr(full()).status().unwrap().code(), Some(2));
    for arguments in [
        ["completions", "bash"].as_slice(),
        &["conform", "--har", BOT],
    ] {
        end(watsi(arguments).stdout(full())).exits(2);
    }
}

#[test]
fn manual_page_is_written_for_each_command() {
    let directory = Directory::new("man");
    run(&["man", directory.path().to_str().unwrap()]).exits(0);
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
