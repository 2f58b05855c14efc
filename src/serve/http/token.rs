//! The secret that only the pages of one running server know.

use std::hint::black_box;

/// 128 random bits in hexadecimal digits.
#[derive(Debug, Clone)]
pub(super) struct Token(String);

impl Token {
    /// A new one from the system's source of randomness.
    ///
    /// # Errors
    /// When the system has none; in words.
    pub(super) fn random() -> Result<Token, String> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
        Ok(Token(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Its digits.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether a request brought it. Takes as long for a nearly right one as for any other of its length.
    pub(super) fn is(&self, given: &str) -> bool {
        let pairs = self.0.bytes().zip(given.bytes());
        let difference = pairs.fold(0, |difference, (a, b)| difference | black_box(a ^ b));
        self.0.len() == given.len() && black_box(difference) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_is_itself_and_no_other() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.text().len(), 32);
        assert!(one.is(one.text()) && !one.is(other.text()));
        assert!(!one.is("") && !one.is(&one.text()[..31]) && !one.is(&format!("{}0", one.text())));
        assert!(!one.is(&one.text().to_uppercase().replace(|c: char| c.is_ascii_digit(), "x")));
    }
}
