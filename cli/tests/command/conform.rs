//! Servers, recordings and contracts are validated.

mod contract; // other contracts, and their differences
mod recording; // recordings are validated
mod report; // what reports contain, in every format
mod server; // running servers are validated

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
const MITMPROXY: &str = "tests/contract/har/mitmproxy.har";
const PLAYWRIGHT: &str = "tests/contract/har/playwright.har";

/// A temporary file.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, content: &str) -> Self {
        let file = std::env::temp_dir().join(format!("watsi-{}-{name}", std::process::id()));
        fs::write(&file, content).unwrap();
        Written(file)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A recording of one exchange with this response.
fn recording(name: &str, status: u16, body: &Value) -> Written {
    let headers = json!([{"name": "Authorization", "value": "Bearer sk-very-secret-key"}]);
    let request = json!({"method": "GET", "url": "https://api.watsi.ai/api/v1/conversations", "headers": headers});
    let content = json!({"mimeType": "application/json", "text": body.to_string()});
    let response = json!({"status": status, "headers": [], "content": content});
    let entries = json!([{"request": request, "response": response}]);
    Written::new(name, &json!({"log": {"entries": entries}}).to_string())
}
