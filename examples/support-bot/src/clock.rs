//! The clock of the bot.

use std::time::SystemTime;

use watsi::chrono::{DateTime, Utc};
use watsi::reqwest::Method;
use watsi::serde_json::Value;

use crate::Error;

/// The clock that windows and waits are measured with.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The clock of this machine.
    System,
    /// The clock of the sandbox that this client uses, so that a test can let hours pass.
    Sandbox(watsi::Client),
}

impl Clock {
    /// Returns the current time.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Api`] if the sandbox does not respond.
    pub async fn now(&self) -> Result<DateTime<Utc>, Error> {
        let Clock::Sandbox(client) = self else {
            return Ok(SystemTime::now().into());
        };
        let request = client.request(Method::GET, "/_sandbox/clock");
        let clock = request.send::<Value>().await?;
        let now = clock["now"].as_str().and_then(|now| now.parse().ok());
        now.ok_or_else(|| Error::Setting {
            name: "SUPPORT_BOT_SANDBOX_CLOCK",
            problem: "the server at WATSI_BASE_URL has no clock; unset the variable".to_owned(),
        })
    }
}
