//! The key and the server, from where the command was told to take them.

use std::env::{self, VarError};
use std::fs;
use std::path::Path;

use watsi::Client;
use watsi::conformance::Contract;

use crate::args::Api;
use crate::failure::Failure;

impl Api {
    pub fn client(&self) -> Result<Client, Failure> {
        let builder = Client::builder();
        let builder = builder.user_agent_suffix("cli").api_key(self.key()?);
        Ok(builder.base_url(self.url()?).build()?)
    }

    pub fn key(&self) -> Result<String, Failure> {
        secret(
            "WATSI_API_KEY",
            self.api_key_file.as_deref(),
            "--api-key-file",
        )
    }

    pub fn url(&self) -> Result<String, Failure> {
        if let Some(url) = &self.base_url {
            return Ok(url.clone());
        }
        match env::var("WATSI_BASE_URL") {
            Ok(url) => Ok(url),
            Err(VarError::NotPresent) => Ok(watsi::BASE_URL.to_owned()),
            Err(VarError::NotUnicode(_)) => Err(Failure::Said(
                "WATSI_BASE_URL is not valid Unicode".to_owned(),
            )),
        }
    }
}

/// A secret from a file, or else from the environment; never from an argument, which other users of the
/// machine can see.
pub fn secret(variable: &str, file: Option<&Path>, option: &str) -> Result<String, Failure> {
    if let Some(file) = file {
        let text = fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
        // Editors of some systems begin a file with a mark.
        return Ok(text.trim_start_matches('\u{feff}').trim().to_owned());
    }
    env::var(variable).map_err(|error| {
        let why = match error {
            VarError::NotPresent => "is not set",
            VarError::NotUnicode(_) => "is not valid Unicode",
        };
        Failure::Said(format!("{variable} {why}: set it, or give {option} FILE"))
    })
}

/// A contract from a file.
pub fn contract(file: &Path) -> Result<Contract, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
    Contract::parse(&text).map_err(|error| {
        let reasons = error.reasons().join("\n  ");
        Failure::file(file, &format!("no client can be made of this\n  {reasons}"))
    })
}
