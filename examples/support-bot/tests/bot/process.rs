use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Params};
use tempfile::TempDir;
use watsi::types::CreateWebhookRequest;
use watsi_sandbox::{Sandbox, SandboxBuilder};

/// How long events may take to arrive, by the sandbox's clock.
pub const EVENT_WAIT: Duration = Duration::from_secs(15 * 60);

/// How long a test waits for a condition.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A sandbox, and a bot that it delivers events to. The bot is killed when it is dropped.
pub struct Bot {
    pub sandbox: Sandbox,
    pub address: SocketAddr,
    directory: TempDir,
    process: Option<Child>,
    sandbox_clock: bool,
}

impl Bot {
    /// Starts a sandbox and a bot.
    pub async fn start() -> Self {
        let mut bot = Bot::stopped(Sandbox::builder()).await;
        bot.run();
        bot
    }

    /// Starts a sandbox, and subscribes a bot that is not running. Events have other message ids than responses.
    pub async fn stopped(builder: SandboxBuilder) -> Self {
        let sandbox = builder.distinct_event_ids(true).start().await.unwrap();
        let address = free_address();
        let events = ["message.received", "message.status"];
        let request = CreateWebhookRequest::new(format!("http://{address}/"), events);
        let client = sandbox.client();
        client.create_webhook().body(request).send().await.unwrap();
        Bot {
            sandbox,
            address,
            directory: TempDir::new().unwrap(),
            process: None,
            sandbox_clock: true,
        }
    }

    /// Lets the bot use the clock of this machine.
    pub fn with_system_clock(mut self) -> Self {
        self.sandbox_clock = false;
        self
    }

    /// Starts the bot, and waits until it accepts connections.
    pub fn run(&mut self) {
        self.process = Some(self.command().spawn().unwrap());
        eventually("the bot listens", || {
            TcpStream::connect(self.address).is_ok()
        });
    }

    /// Returns a command that runs the bot.
    pub fn command(&self) -> Command {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        let log = options.open(self.path("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_support-bot"));
        command
            .env("WATSI_BASE_URL", self.sandbox.uri())
            .env("WATSI_API_KEY", self.sandbox.api_key())
            .env("WATSI_WEBHOOK_SECRET", self.sandbox.webhook_secret())
            .env("SUPPORT_BOT_LISTEN", self.address.to_string())
            .env("SUPPORT_BOT_DATABASE", self.path("bot.db"))
            .env("SUPPORT_BOT_EVENT_WAIT", EVENT_WAIT.as_secs().to_string())
            .env("SUPPORT_BOT_SANDBOX_CLOCK", self.sandbox_clock.to_string())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command
    }

    /// Ends the bot with SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Ends the bot with SIGTERM.
    pub fn terminate(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        let kill = format!("kill -TERM {}", process.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        process.wait().unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }

    /// Returns the number that a query of the bot's database returns.
    pub fn query(&self, sql: &str, parameters: impl Params) -> i64 {
        let database = self.database();
        database
            .query_row(sql, parameters, |row| row.get(0))
            .unwrap()
    }

    /// Opens the bot's database.
    pub fn database(&self) -> Connection {
        let database = Connection::open(self.path("bot.db")).unwrap();
        database.busy_timeout(DEADLINE).unwrap();
        database
    }

    /// Waits until this many replies are in this state.
    pub fn await_state(&self, state: &str, count: i64) {
        let sql = "SELECT count(*) FROM outbox WHERE state = ?";
        eventually(&format!("{count} replies are {state}"), || {
            self.query(sql, [state]) == count
        });
    }

    /// Lets time pass in small steps, and lets all events arrive that are due.
    pub async fn pass(&self, time: Duration) {
        let step = Duration::from_secs(10);
        let end = self.sandbox.now() + time;
        while self.sandbox.now() < end {
            self.sandbox.advance(step);
            self.sandbox.settled().await;
        }
    }

    /// Lets time pass until this many replies are in this state, up to a day. The steps are small, since the bot needs
    /// real time between them.
    pub async fn pass_until_state(&self, state: &str, count: i64) {
        let end = self.sandbox.now() + Duration::from_secs(24 * 60 * 60);
        while self.query("SELECT count(*) FROM outbox WHERE state = ?", [state]) < count {
            assert!(
                self.sandbox.now() < end,
                "{count} replies are not {state} within a day"
            );
            self.sandbox.advance(Duration::from_secs(1));
            self.sandbox.settled().await;
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for a condition that another process fulfills.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < end, "not within {DEADLINE:?}: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Returns an address outside of the range that outgoing connections use, so that it stays free between two runs.
fn free_address() -> SocketAddr {
    let mut addresses =
        std::iter::repeat_with(|| (Ipv4Addr::LOCALHOST, fastrand::u16(10_000..30_000)));
    let free = addresses.find(|address| TcpListener::bind(address).is_ok());
    free.unwrap().into()
}
