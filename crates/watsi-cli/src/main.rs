//! The `watsi` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    watsi_cli::main()
}
