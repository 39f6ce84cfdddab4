use std::io::Write;
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use support_bot::database::{DatabaseError, Transaction};
use support_bot::{Database, Error, Location};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::task::block_in_place;
use tokio_postgres::NoTls;
use watsi::reqwest::Url;

use crate::process::DEADLINE;

/// The URL of a PostgreSQL database whose user may create schemas.
const SERVER: &str = "SUPPORT_BOT_TEST_POSTGRES";

/// A command that restarts this server.
const RESTART: &str = "SUPPORT_BOT_TEST_POSTGRES_RESTART";

/// Runs each of these tests on SQLite, and on PostgreSQL if the tests have a server.
macro_rules! on_each_engine {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::engine::Engine::sqlite()).await;
            })+
        }
        crate::engine::on_postgres!($($test),+);
    };
}

/// Runs each of these tests on PostgreSQL if the tests have a server.
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => {
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let name = concat!(module_path!(), "::", stringify!($test));
                if let Some(engine) = crate::engine::Engine::postgres(name).await {
                    super::$test(engine).await;
                }
            })+
        }
    };
}

/// As `on_postgres`, for tests that no other test may run at the same time as, e.g. since they restart the server.
macro_rules! on_postgres_alone {
    ($($(#[$attribute:meta])* $test:ident),+ $(,)?) => {
        mod postgres_alone {
            $($(#[$attribute])*
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let name = concat!(module_path!(), "::", stringify!($test));
                if let Some(engine) = crate::engine::Engine::postgres_alone(name).await {
                    super::$test(engine).await;
                }
            })+
        }
    };
}

pub(crate) use {on_each_engine, on_postgres, on_postgres_alone};

/// An engine, with one empty database. It is removed when this is dropped.
pub struct Engine {
    /// The value of `SUPPORT_BOT_DATABASE`.
    pub location: String,
    kind: Kind,
}

enum Kind {
    Sqlite(#[expect(dead_code, reason = "removes the directory when it is dropped")] TempDir),
    Postgres(PostgresServer),
}

struct PostgresServer {
    url: Url,
    schema: String,
    #[expect(dead_code, reason = "held until the test ends")]
    usage: Usage,
}

#[expect(dead_code, reason = "held until the test ends")]
enum Usage {
    Shared(OwnedRwLockReadGuard<()>),
    Alone(OwnedRwLockWriteGuard<()>),
}

impl Engine {
    pub fn sqlite() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("bot.db");
        Engine {
            location: path.to_str().unwrap().to_owned(),
            kind: Kind::Sqlite(directory),
        }
    }

    /// Returns `None`, and prints which test does not run, if the tests have no server.
    pub async fn postgres(test: &str) -> Option<Self> {
        let url = server(test)?;
        Some(Engine::on_server(url, Usage::Shared(lock().read_owned().await)).await)
    }

    /// As [`postgres`](Self::postgres), but waits for all other tests that use the server, and they for this one.
    pub async fn postgres_alone(test: &str) -> Option<Self> {
        let url = server(test)?;
        Some(Engine::on_server(url, Usage::Alone(lock().write_owned().await)).await)
    }

    async fn on_server(url: Url, usage: Usage) -> Self {
        let schema = format!("bot_{:016x}", fastrand::u64(..));
        execute(&url, &format!("CREATE SCHEMA {schema}")).await;
        // Much faster than a database of its own.
        let mut location = url.clone();
        let path = format!("-csearch_path={schema}");
        location.query_pairs_mut().append_pair("options", &path);
        Engine {
            location: location.into(),
            kind: Kind::Postgres(PostgresServer { url, schema, usage }),
        }
    }

    pub async fn open(&self) -> Result<Database, Error> {
        let location: Location = self.location.parse().unwrap();
        Database::open(&location).await
    }

    /// Restarts the server, if the tests have a command for this. All connections are lost.
    pub fn restart(&self) {
        match std::env::var(RESTART) {
            Ok(command) => {
                let status = Command::new("sh").args(["-c", &command]).status();
                assert!(status.unwrap().success(), "{command}");
            }
            Err(_) => say(&format!(
                "the server is not restarted, as {RESTART} is not set"
            )),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Kind::Postgres(server) = &self.kind {
            let drop = format!("DROP SCHEMA {} CASCADE", server.schema);
            block_in_place(|| Handle::current().block_on(execute(&server.url, &drop)));
        }
    }
}

/// Runs a transaction, and blocks until it ends. Tries again while the server restarts.
pub fn transaction<T: Send + 'static>(
    database: &Database,
    work: impl Fn(&Transaction<'_>) -> Result<T, DatabaseError> + Clone + Send + 'static,
) -> T {
    let end = Instant::now() + DEADLINE;
    block_in_place(|| {
        Handle::current().block_on(async {
            loop {
                match database.transaction(work.clone()).await {
                    Err(Error::Database(error)) if error.is_temporary() && Instant::now() < end => {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    ended => return ended.unwrap(),
                }
            }
        })
    })
}

fn lock() -> Arc<RwLock<()>> {
    static LOCK: LazyLock<Arc<RwLock<()>>> = LazyLock::new(Arc::default);
    Arc::clone(&LOCK)
}

fn server(test: &str) -> Option<Url> {
    match std::env::var(SERVER) {
        Ok(url) => Some(url.parse().unwrap()),
        Err(_) => {
            say(&format!("not run, as {SERVER} is not set: {test}"));
            None
        }
    }
}

/// Prints a line, also if the test passes.
fn say(line: &str) {
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

async fn execute(url: &Url, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}
