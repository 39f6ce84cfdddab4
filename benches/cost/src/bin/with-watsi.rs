#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = watsi::Client::from_env()?;
    let page = client.list_conversations().limit(20).send().await?;
    println!("{page:?}");
    Ok(())
}
