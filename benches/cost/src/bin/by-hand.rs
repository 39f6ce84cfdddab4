#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Page {
    chats: Vec<Chat>,
    #[serde(rename = "hasMore")]
    has_more: bool,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Chat {
    id: String,
    last_message_at: Option<chrono::DateTime<chrono::Utc>>,
    status: String,
}

#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let request = reqwest::Client::new()
        .get("https://api.watsi.ai/api/v1/conversations")
        .query(&[("limit", 20)])
        .bearer_auth(std::env::var("WATSI_API_KEY").expect("a key"));
    let page: Page = request.send().await?.error_for_status()?.json().await?;
    println!("{page:?}");
    Ok(())
}
