//! Waits for the end: of the command, or by a signal.

use std::ffi::OsString;
use std::io;
use std::pin::Pin;
use std::process::ExitStatus;

use tokio::process::Command;

use crate::failure::Failure;
use crate::report::Format;
use crate::terminal::{interrupt, terminate};

/// How the recording ended.
pub enum Ended {
    /// The command ended with this exit code.
    Command(u8),
    Interrupted,
}

/// The signals that end the recording, noticed from their creation on.
pub struct Signals {
    interrupt: Pin<Box<dyn Future<Output = ()>>>,
    terminate: Pin<Box<dyn Future<Output = ()>>>,
}

impl Signals {
    pub fn new() -> io::Result<Self> {
        Ok(Signals {
            interrupt: Box::pin(interrupt()?),
            terminate: Box::pin(terminate()?),
        })
    }
}

/// Runs the command to its end, or waits for a signal if there is none.
pub async fn run(
    command: &[OsString],
    base_url: &str,
    format: Format,
    mut signals: Signals,
) -> Result<Ended, Failure> {
    let [program, arguments @ ..] = command else {
        tokio::select! {
            () = &mut signals.interrupt => {}
            () = &mut signals.terminate => {}
        }
        return Ok(Ended::Interrupted);
    };
    let mut command = Command::new(program);
    command.args(arguments).env("WATSI_BASE_URL", base_url);
    command.kill_on_drop(true);
    if format != Format::Human {
        // Standard output is reserved for the report, which a program reads.
        command.stdout(io::stderr());
    }
    let mut child = command
        .spawn()
        .map_err(|error| Failure::file(program.as_ref(), &error))?;
    let (mut interrupted, mut terminated) = (false, false);
    loop {
        tokio::select! {
            status = child.wait() => return Ok(Ended::Command(code(status?))),
            // The terminal interrupts the command, too. It decides when it ends.
            () = &mut signals.interrupt, if !interrupted => interrupted = true,
            () = &mut signals.terminate, if !terminated => {
                terminated = true;
                child.start_kill()?;
            }
        }
    }
}

/// Returns the exit code as a shell does: 128 plus the signal that ended the command.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal);
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
