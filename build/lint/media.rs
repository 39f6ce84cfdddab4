//! Media types, by how their bodies are written and read.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    Multipart,
    Text,
    Bytes,
    Unsupported,
}

/// Returns how bodies of a media type, which may have parameters, are written and read.
pub fn of(media_type: &str) -> Media {
    let (essence, _) = media_type.split_once(';').unwrap_or((media_type, ""));
    let essence = essence.trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Media::Json,
        "application/x-www-form-urlencoded" => Media::Form,
        "multipart/form-data" => Media::Multipart,
        "text/event-stream" | "application/x-ndjson" | "application/jsonl" | "*/*" => {
            Media::Unsupported
        }
        other if other.ends_with("+json") => Media::Json,
        other if other.starts_with("text/") => Media::Text,
        other if other.starts_with("multipart/") => Media::Unsupported,
        other if other.contains('/') => Media::Bytes,
        _ => Media::Unsupported,
    }
}
