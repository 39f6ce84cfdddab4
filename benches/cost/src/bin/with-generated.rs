use generated::apis::{configuration::Configuration, conversations_api::list_conversations};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bearer_access_token = Some(std::env::var("WATSI_API_KEY")?);
    let configuration = Configuration {
        bearer_access_token,
        ..Configuration::default()
    };
    let page = list_conversations(&configuration, Some(20), None, None, None).await?;
    println!("{page:?}");
    Ok(())
}
