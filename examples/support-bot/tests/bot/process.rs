use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use support_bot::Database;
use tempfile::TempDir;
use watsi::types::CreateWebhookRequest;
use watsi_sandbox::{Sandbox, SandboxBuilder};

use crate::balancer::balance;
use crate::engine::{self, Engine};

/// How long events may take to arrive, by the sandbox's clock.
pub const EVENT_WAIT: Duration = Duration::from_secs(15 * 60);

/// How long a test waits for a condition.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A sandbox, and a bot that it delivers events to. The bot is killed when it is dropped.
pub struct Bot {
    pub sandbox: Sandbox,
    /// Where events are delivered.
    pub address: SocketAddr,
    instances: Vec<Instance>,
    database: Database,
    pub engine: Engine,
    directory: TempDir,
    sandbox_clock: bool,
}

/// A process of the bot.
struct Instance {
    address: SocketAddr,
    process: Option<Child>,
}

impl Instance {
    fn new() -> Self {
        Instance {
            address: free_address(),
            process: None,
        }
    }

    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Bot {
    /// Starts a sandbox and a bot.
    pub async fn start(engine: Engine) -> Self {
        let mut bot = Bot::stopped(engine, Sandbox::builder()).await;
        bot.run();
        bot
    }

    /// Starts a sandbox, and subscribes a bot that is not running. Events have other message ids than responses.
    pub async fn stopped(engine: Engine, builder: SandboxBuilder) -> Self {
        let instance = Instance::new();
        let address = instance.address;
        Bot::with_instances(engine, builder, address, vec![instance]).await
    }

    /// As [`stopped`](Self::stopped), with several processes behind a load balancer.
    pub async fn behind_a_balancer(engine: Engine, instances: usize) -> Self {
        let instances: Vec<_> = std::iter::repeat_with(Instance::new)
            .take(instances)
            .collect();
        let addresses = instances.iter().map(|instance| instance.address).collect();
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(balance(listener, addresses));
        Bot::with_instances(engine, Sandbox::builder(), address, instances).await
    }

    async fn with_instances(
        engine: Engine,
        builder: SandboxBuilder,
        address: SocketAddr,
        instances: Vec<Instance>,
    ) -> Self {
        let sandbox = builder.distinct_event_ids(true).start().await.unwrap();
        let events = ["message.received", "message.status"];
        let request = CreateWebhookRequest::new(format!("http://{address}/"), events);
        let client = sandbox.client();
        client.create_webhook(request).send().await.unwrap();
        Bot {
            sandbox,
            address,
            instances,
            database: engine.open().await.unwrap(),
            engine,
            directory: TempDir::new().unwrap(),
            sandbox_clock: true,
        }
    }

    /// Lets the bot use the clock of this machine.
    pub fn with_system_clock(mut self) -> Self {
        self.sandbox_clock = false;
        self
    }

    /// Starts all instances, and waits until they accept connections.
    pub fn run(&mut self) {
        for index in 0..self.instances.len() {
            self.run_instance(index);
        }
    }

    /// Starts an instance, and waits until it accepts connections.
    pub fn run_instance(&mut self, index: usize) {
        let address = self.instances[index].address;
        let mut command = self.command();
        command.env("SUPPORT_BOT_LISTEN", address.to_string());
        self.instances[index].process = Some(command.spawn().unwrap());
        eventually("the bot listens", || TcpStream::connect(address).is_ok());
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
            .env("SUPPORT_BOT_DATABASE", &self.engine.location)
            .env("SUPPORT_BOT_EVENT_WAIT", EVENT_WAIT.as_secs().to_string())
            .env("SUPPORT_BOT_SANDBOX_CLOCK", self.sandbox_clock.to_string())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command
    }

    /// Ends all instances with SIGKILL.
    pub fn kill(&mut self) {
        self.instances.iter_mut().for_each(Instance::kill);
    }

    /// Ends an instance with SIGKILL.
    pub fn kill_instance(&mut self, index: usize) {
        self.instances[index].kill();
    }

    /// Ends the bot with SIGTERM.
    pub fn terminate(&mut self) -> ExitStatus {
        let mut process = self.instances[0].process.take().unwrap();
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
    pub fn query(&self, sql: impl Into<String>) -> i64 {
        let sql = sql.into();
        engine::transaction(&self.database, move |transaction| {
            let number = transaction.query_row(&sql, &[], |row| row.get(0))?;
            Ok(number.unwrap())
        })
    }

    /// Executes statements in the bot's database.
    pub fn execute(&self, sql: &'static str) {
        engine::transaction(&self.database, move |transaction| {
            transaction.execute_batch(sql)
        });
    }

    /// Returns how many replies are in this state.
    pub fn replies_in_state(&self, state: &str) -> i64 {
        self.query(format!(
            "SELECT count(*) FROM outbox WHERE state = '{state}'"
        ))
    }

    /// Waits until this many replies are in this state.
    pub fn await_state(&self, state: &str, count: i64) {
        eventually(&format!("{count} replies are {state}"), || {
            self.replies_in_state(state) == count
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
        while self.replies_in_state(state) < count {
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
