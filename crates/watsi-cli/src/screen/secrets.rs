//! The secrets that are looked for in all other values.

use std::collections::VecDeque;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Secrets that are shorter are not looked for in other values, because they would be found by chance.
const SHORTEST_SECRET: usize = 8;

/// The maximum number of credentials to look for, and of tokens.
const MOST_SECRETS: usize = 256;

/// The secrets of this process and of the traffic that it has seen.
static SECRETS: RwLock<Secrets> = RwLock::new(Secrets {
    credentials: VecDeque::new(),
    tokens: VecDeque::new(),
});

/// Secrets that are looked for, the one that was used last at the end.
pub struct Secrets {
    /// What this process or a request authenticates with.
    credentials: VecDeque<String>,
    /// What bodies contain. They are kept apart, so that a body with many tokens does not displace an API key.
    tokens: VecDeque<String>,
}

impl Secrets {
    pub fn are_in(&self, text: &str) -> bool {
        let mut all = self.credentials.iter().chain(&self.tokens);
        all.any(|secret| text.contains(secret.as_str()))
    }
}

/// Returns the secrets that are known now.
pub fn known() -> RwLockReadGuard<'static, Secrets> {
    SECRETS.read().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a credential that is never shown, in no encoding.
pub fn learn(credential: &str) {
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    add(credential, &mut secrets.credentials);
}

/// Adds a token that is never shown, in no encoding.
pub fn learn_token(token: &str) {
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    add(token, &mut secrets.tokens);
}

/// Adds a secret, or moves it to the end. The one that was used the longest time ago makes room for it.
fn add(secret: &str, secrets: &mut VecDeque<String>) {
    if secret.len() < SHORTEST_SECRET {
        return;
    }
    if let Some(index) = secrets.iter().position(|known| known == secret) {
        secrets.remove(index);
    } else if secrets.len() == MOST_SECRETS {
        secrets.pop_front();
    }
    secrets.push_back(secret.to_owned());
}

/// Adds the words of a message, so that two of them that follow each other are not shown.
pub fn learn_text(text: &str) {
    learn_token(text);
    let words: Vec<_> = text.split_whitespace().take(MOST_SECRETS).collect();
    for pair in words.windows(2) {
        learn_token(&pair.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_that_were_used_last_are_looked_for() {
        let mut secrets = VecDeque::new();
        for number in 0..=MOST_SECRETS {
            add(&format!("secret {number}"), &mut secrets);
            add("an API key", &mut secrets);
        }
        assert_eq!(secrets.len(), MOST_SECRETS);
        assert!(!secrets.contains(&"secret 0".to_owned()));
        assert!(!secrets.contains(&"secret 1".to_owned()));
        assert_eq!(secrets[MOST_SECRETS - 1], "an API key");
    }
}
