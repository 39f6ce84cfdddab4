//! A command that runs until it is interrupted.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running command, which ends with the test.
pub struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Running {
            child,
            input,
            output,
        }
    }

    pub fn input(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).unwrap();
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub fn error_line(&mut self) -> String {
        let mut line = String::new();
        let mut errors = BufReader::with_capacity(1, self.child.stderr.as_mut().unwrap());
        errors.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Returns the next line on standard error that begins with this text.
    pub fn error_line_with(&mut self, start: &str) -> String {
        loop {
            let line = self.error_line();
            assert!(!line.is_empty(), "no line begins with {start}");
            if line.starts_with(start) {
                return line;
            }
        }
    }

    #[cfg(unix)]
    pub fn interrupted(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}
