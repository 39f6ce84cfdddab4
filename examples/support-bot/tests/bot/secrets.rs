use std::process::Command;

use support_bot::{Database, Location};
use watsi::reqwest::Url;

use crate::engine::{Engine, on_postgres};

const PASSWORD: &str = "correct-horse";

on_postgres!(wrong_password_is_reported_without_the_password);

/// An export, which opens the database first, and then fails.
pub fn export(location: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-bot"));
    command
        .arg("export")
        .env("WATSI_API_KEY", "key")
        .env("WATSI_BASE_URL", "http://127.0.0.1:1")
        .env("SUPPORT_BOT_DATABASE", location);
    command
}

/// Runs an export, and returns its output.
fn output(location: &str) -> String {
    let output = export(location).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn database_that_cannot_be_reached_or_parsed_is_reported_without_the_password() {
    for location in [
        "postgres://bot:PASSWORD@127.0.0.1:1/bot",
        "postgresql://bot:PASSWORD@127.0.0.1:1/bot?sslmode=require",
        "postgres://127.0.0.1:1/bot?user=bot&password=PASSWORD",
        "postgres://bot:PASSWORD@127.0.0.1:port/bot",
        "postgres://bot:a@PASSWORD@127.0.0.1:1/bot",
        "postgres://bot:a?PASSWORD@127.0.0.1:1/bot",
        "postgres://bot:a/PASSWORD@127.0.0.1:1/bot",
        "postgres://bot:a#PASSWORD@127.0.0.1:1/bot",
        "postgres://bot@127.0.0.1:1/bot?pasword=PASSWORD",
        "postgres://bot@127.0.0.1:1/bot?sslmode=PASSWORD",
        "postgres://bot:%ffPASSWORD@127.0.0.1:1/bot",
    ] {
        let output = output(&location.replace("PASSWORD", PASSWORD));
        assert!(!output.contains(PASSWORD), "{location}: {output}");
        assert!(!output.is_empty(), "{location}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn debug_output_does_not_contain_the_password() {
    let location = format!("postgres://bot:{PASSWORD}@127.0.0.1:1/bot");
    let location: Location = location.parse().unwrap();
    let error = Database::open(&location).await.unwrap_err();
    let debug = format!("{location:?} {error:?}");
    assert!(debug.contains("127.0.0.1"));
    assert!(!debug.contains(PASSWORD), "{debug}");
}

async fn wrong_password_is_reported_without_the_password(engine: Engine) {
    let database = engine.open().await.unwrap();
    let secret = Url::parse(&engine.location).unwrap();
    let secret = secret.password().expect("the server needs a password");
    assert!(!format!("{database:?}").contains(secret));

    let mut location = Url::parse(&engine.location).unwrap();
    location.set_password(Some(PASSWORD)).unwrap();
    let output = output(location.as_str());
    assert!(output.contains("28P01"), "{output}");
    assert!(!output.contains(PASSWORD), "{output}");
}
