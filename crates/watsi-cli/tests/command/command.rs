//! The command, in an environment of its own.

use std::process::Command;

use serde_json::Value;
use watsi_sandbox::Sandbox;

use crate::fixtures;

/// `watsi` without variables of this environment.
pub fn watsi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watsi"));
    command.args(arguments).current_dir(fixtures::directory());
    for name in [
        "CI",
        "CLICOLOR",
        "NO_COLOR",
        "TERM",
        "WATSI_API_KEY",
        "WATSI_BASE_URL",
        "WATSI_WEBHOOK_SECRET",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(name);
    }
    command
}

/// `watsi` with a sandbox as its server.
pub fn with(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = watsi(arguments);
    command.env("WATSI_API_KEY", sandbox.api_key());
    command.env("WATSI_BASE_URL", sandbox.uri());
    command
}

/// A command that has ended.
pub struct Ended {
    /// The command, and its exit code. Names the case of a test that fails.
    name: String,
    pub code: Option<i32>,
    pub shown: String,
    pub error: String,
}

/// Runs `watsi` until it ends.
pub fn run(arguments: &[&str]) -> Ended {
    end(&mut watsi(arguments))
}

/// Runs a command until it ends.
pub fn end(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let code = output.status.code();
    Ended {
        name: format!("{command:?} ended with {code:?}"),
        code,
        shown: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ended {
    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        let Ended { shown, error, .. } = self;
        assert_eq!(self.code, Some(code), "{}: {shown}{error}", self.name);
        self
    }

    /// Asserts that standard output contains a text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        let shown = &self.shown;
        assert!(shown.contains(text), "{text:?}, {}: {shown}", self.name);
        self
    }

    /// Asserts that neither standard output nor standard error contains a text.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        for shown in [&self.shown, &self.error] {
            assert!(!shown.contains(text), "{text:?}, {}: {shown}", self.name);
        }
        self
    }

    /// Asserts that standard error contains a text.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        let error = &self.error;
        assert!(error.contains(text), "{text:?}, {}: {error}", self.name);
        self
    }

    /// Asserts that the command failed with an error that contains a text.
    #[track_caller]
    pub fn fails(&self, reason: &str) -> &Self {
        self.exits(2).says(reason)
    }

    /// Returns standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let json = serde_json::from_str(&self.shown);
        json.unwrap_or_else(|error| panic!("{error}, {}: {}", self.name, self.error))
    }
}

/// A sandbox whose clock stands at the time of the quickstart.
pub async fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().clock("2025-03-15T10:30:00Z".parse().unwrap());
    builder.start().await.unwrap()
}

/// What differs from run to run is not in the snapshots.
#[macro_export]
macro_rules! assert_shown {
    ($name:literal, $command:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
        // How much the contract has is the contract suite's to review.
        settings.add_filter(
            r"(operations|status codes|properties)  +\d+ of \d+.*",
            "$1 N of M",
        );
        settings.add_filter(r#"(?s)"coverage": \[.*?\n  \]"#, r#""coverage": []"#);
        settings.add_filter(r" and \d+ more", " and N more");
        // Edits of the contract move its lines.
        settings.add_filter(r"\.yaml:\d+:\d+#", ".yaml:LINE:COLUMN#");
        settings.add_filter(r"line=\d+,col=\d+", "line=LINE,col=COLUMN");
        settings.add_filter(r#""(line|column)": \d+"#, r#""$1": 1"#);
        settings.set_omit_expression(true);
        settings.bind(|| insta_cmd::assert_cmd_snapshot!($name, $command));
    }};
}
