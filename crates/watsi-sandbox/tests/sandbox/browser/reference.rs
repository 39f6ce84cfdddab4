//! The interactive reference.

use serde_json::json;
use watsi_sandbox::Sandbox;

use super::driver::Browser;

/// Opens the operation, executes it, and returns the text of the response. A click before the page is ready has no
/// effect, so each step is repeated until the next one is possible.
const TRY_OPERATION: &str = "(() => {
    const list = document.querySelector('#operations-conversations-list_conversations');
    const response = list?.querySelector('.live-responses-table .response');
    if (response) return response.innerText;
    const execute = list?.querySelector('button.execute');
    if (execute) { execute.click(); return null; }
    if (!list?.classList.contains('is-open')) list?.querySelector('button.opblock-summary-control')?.click();
    return null;
})()";

#[tokio::test]
#[ignore = "needs Chromium and ChromeDriver"]
async fn reference_executes_an_operation_and_shows_the_response() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let browser = Browser::start().await;
    browser
        .command("/url", json!({"url": format!("{}/docs", sandbox.uri())}))
        .await;

    let shown = browser.wait(TRY_OPERATION).await;
    let response = shown.as_str().unwrap();
    assert!(response.starts_with("200"), "{response}");
    assert!(!response.contains("Undocumented"), "{response}");
    assert!(response.contains(id.as_str()), "{response}");

    let requests = sandbox.requests();
    let asked = requests
        .iter()
        .find(|request| request.uri().path() == "/conversations")
        .unwrap();
    assert_eq!(
        asked.headers()["authorization"],
        format!("Bearer {}", sandbox.api_key())
    );
}
