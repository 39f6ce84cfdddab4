use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Client, Manager, Pool, Runtime};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::runtime::Handle;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{DatabaseError, Transaction};

/// The maximum number of connections per process.
const CONNECTIONS: usize = 4;

/// How long to wait for a connection, and for the server to acknowledge what was sent.
const TIMEOUT: Duration = Duration::from_secs(10);

/// So that a lost server or process does not keep a transaction open, and its rows locked.
const LIMITS: &str = "SET LOCAL statement_timeout = '10s';
    SET LOCAL idle_in_transaction_session_timeout = '10s'";

/// Returns a pool that connects when a connection is needed. With `sslmode=require`, the server needs a certificate
/// that this machine trusts.
pub fn pool(config: &Config) -> Result<Pool, DatabaseError> {
    let mut config = config.clone();
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(TIMEOUT);
        config.keepalives_idle(TIMEOUT);
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|_| DatabaseError::Connection(None))?
        .with_no_client_auth();
    Pool::builder(Manager::new(config, MakeRustlsConnect::new(tls)))
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(TIMEOUT))
        .create_timeout(Some(TIMEOUT))
        .build()
        .map_err(|_| DatabaseError::Connection(None))
}

pub fn begin<'a>(
    connection: &'a mut Client,
    runtime: &Handle,
) -> Result<Transaction<'a>, DatabaseError> {
    runtime.block_on(async {
        let transaction = connection.transaction().await?;
        transaction.batch_execute(LIMITS).await?;
        Ok(Transaction::Postgres {
            transaction,
            runtime: runtime.clone(),
        })
    })
}
