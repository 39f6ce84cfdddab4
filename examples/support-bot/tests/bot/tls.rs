use crate::engine::{Engine, on_postgres};
use crate::secrets::export;

on_postgres!(
    server_with_a_trusted_certificate_is_used,
    server_with_an_untrusted_certificate_is_not_used,
);

/// The file with the certificate of the server, if it has one.
const CERTIFICATE: &str = "SUPPORT_BOT_TEST_POSTGRES_CERTIFICATE";

/// Returns what an export says that requires TLS and trusts these certificates.
fn output(engine: &Engine, trusted: &str) -> String {
    let location = engine
        .location
        .replace("sslmode=disable", "sslmode=require");
    let mut export = export(&location);
    let output = export.env("SSL_CERT_FILE", trusted).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

async fn server_with_a_trusted_certificate_is_used(engine: Engine) {
    let Ok(certificate) = std::env::var(CERTIFICATE) else {
        return;
    };
    let output = output(&engine, &certificate);
    assert!(output.contains("list_conversations"), "{output}");
}

async fn server_with_an_untrusted_certificate_is_not_used(engine: Engine) {
    let output = output(&engine, "/dev/null");
    assert!(output.contains("sslmode"), "{output}");
}
