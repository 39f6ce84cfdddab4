//! The `watsi` command: conformance checks for CI, and the API from a terminal.
//!
//! This library is only the command, without an interface for other programs.
#![doc(hidden)]

mod args;
mod conform;
mod conversations;
mod coverage;
mod diff;
mod failure;
mod host;
mod ids;
mod ignore;
mod input;
mod listen;
mod log;
mod progress;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod record;
mod report;
mod revision;
mod sandbox;
mod screen;
mod send;
mod serve;
mod settings;
mod source;
mod subscribe;
mod table;
mod terminal;
mod traffic;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::Failure;
use terminal::say;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        // Whoever closed the pipe has seen enough.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            say!("{}: {failure}", failure::label());
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Conform(args) => conform::run(args).await,
            Command::Diff(args) => diff::run(args).await,
            Command::Conversations(args) => conversations::run(args).await,
            Command::Send(args) => send::run(args).await,
            Command::Listen(args) => listen::run(args).await,
            Command::Subscribe(args) => subscribe::run(args).await,
            Command::Record(args) => record::run(args).await,
            Command::Sandbox(args) => sandbox::run(args).await,
            Command::Completions { shell } => args::completions(shell),
            Command::Man { directory } => args::man(&directory),
        }
    })
}
