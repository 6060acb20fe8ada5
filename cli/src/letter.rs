//! A mail for a person to read: its headers and its text, out of the bytes that went out.

use mail_parser::MessageParser;

/// The text part of a message, its line ends made plain; none when there is none to find.
pub(crate) fn text(message: &str) -> Option<String> {
    let parsed = MessageParser::new().parse(message.as_bytes())?;
    let body = parsed.body_text(0)?;
    Some(body.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_text_is_read_and_noise_is_not() {
        let message = "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\
                       Content-Transfer-Encoding: quoted-printable\r\n\r\ncall =E2=80=A6=\r\n now\r\n";
        assert_eq!(text(message).as_deref(), Some("call … now\n"));
        assert_eq!(text(""), None);
    }
}
