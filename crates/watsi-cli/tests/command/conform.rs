//! Servers, recordings and contracts are validated.

mod contract; // other contracts, and their differences
mod message; // one message is sent to a running server
mod recording; // recordings are validated
mod report; // what reports contain, in every format
mod server; // running servers are validated

use serde_json::{Value, json};

use crate::written::Written;

/// A recording of one exchange with this response.
fn recording(name: &str, status: u16, body: &Value) -> Written {
    let headers = json!([{"name": "Authorization", "value": "Bearer sk-very-secret-key"}]);
    let request = json!({"method": "GET", "url": "https://api.watsi.ai/api/v1/conversations", "headers": headers});
    let content = json!({"mimeType": "application/json", "text": body.to_string()});
    let response = json!({"status": status, "headers": [], "content": content});
    let entries = json!([{"request": request, "response": response}]);
    Written::new(name, &json!({"log": {"entries": entries}}).to_string())
}
