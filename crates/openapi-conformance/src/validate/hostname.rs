//! Host names of RFC 1123, with labels of internationalized names (RFC 5890).

pub(super) fn is_hostname(value: &str) -> bool {
    value.len() <= 253 && value.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}
