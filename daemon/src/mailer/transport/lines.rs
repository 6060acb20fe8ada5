//! The stream under lettre: what a server says is bounded and made well-formed before it is parsed.
//!
//! Ends an endless reply, passes on one line at a time, repairs what RFC 5321 asks clients to bear
//! (a bare LF, a code without text, bytes that are no UTF-8), and refuses what is no reply, and a
//! server that answers before it was asked. Lies above TLS, so that both kinds of connection are treated alike.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Bytes of one line, its end included; RFC 5321 has 512.
const LINE: usize = 4096;
/// Bytes of a line that are passed on.
const PASSED: usize = 900;
/// Lines of one reply.
const LINES: usize = 100;

/// A connection, in clear or not.
#[derive(Debug)]
pub(super) enum Link {
    /// In clear.
    Plain(TcpStream),
    /// Encrypted.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Link {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
        }
    }
}

/// A connection read by clean lines.
#[derive(Debug)]
pub(super) struct Lines {
    link: Link,
    /// Read from the link, not yet a line.
    raw: Vec<u8>,
    /// The line being passed on, from `at`.
    line: Vec<u8>,
    at: usize,
    /// Lines since something was last written.
    count: usize,
}

impl Lines {
    pub(super) fn new(link: Link) -> Self {
        Self { link, raw: Vec::new(), line: Vec::new(), at: 0, count: 0 }
    }

    /// Makes `line` the next one read: a greeting that was read already.
    pub(super) fn announce(&mut self, line: &str) {
        self.line = line.as_bytes().to_vec();
        self.at = 0;
    }

    /// The link, unless the server said something that nobody asked for: text smuggled in before
    /// TLS must not be taken for text inside it.
    pub(super) fn into_link(self) -> io::Result<Link> {
        if self.is_quiet() { Ok(self.link) } else { Err(out_of_turn()) }
    }

    /// The next reply, unparsed lines without their ends.
    pub(super) async fn reply(&mut self) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            let Some(line) = poll_fn(|cx| self.poll_line(cx)).await? else {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "connection closed"));
            };
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let more = line.as_bytes().get(3) == Some(&b'-');
            lines.push(line);
            if !more {
                return Ok(lines);
            }
        }
    }

    fn is_quiet(&self) -> bool {
        self.raw.is_empty() && self.at == self.line.len()
    }

    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Vec<u8>>>> {
        loop {
            if let Some(end) = self.raw.iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = self.raw.drain(..=end).collect();
                self.count += 1;
                if self.count > LINES {
                    return Poll::Ready(Err(bad("a reply of too many lines")));
                }
                let line = clean(&line);
                return Poll::Ready(if is_reply(&line) { Ok(Some(line)) } else { Err(no_reply(&line)) });
            }
            if self.raw.len() >= LINE {
                return Poll::Ready(Err(bad("a reply line without an end")));
            }
            let mut space = [0; 2048];
            let mut buf = ReadBuf::new(&mut space);
            ready!(pin(&mut self.link).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(None));
            }
            self.raw.extend_from_slice(buf.filled());
        }
    }
}

fn bad(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.into())
}

/// Three digits of which the first is 2 to 5, then a blank or, where more follows, a hyphen.
fn is_reply(line: &[u8]) -> bool {
    matches!(line, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..])
}

fn no_reply(line: &[u8]) -> io::Error {
    bad(format!("no reply of a mail server: `{}`", String::from_utf8_lossy(line).trim_end()))
}

fn out_of_turn() -> io::Error {
    bad("the server answered before it was asked")
}

/// A line as RFC 5321 would have it: UTF-8, not long, with a blank after a lone code, CR LF.
fn clean(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let mut out = String::with_capacity(text.len() + 3);
    for c in text.chars() {
        if out.len() >= PASSED {
            break;
        }
        out.push(if c == '\r' { ' ' } else { c });
    }
    if out.len() == 3 {
        out.push(' ');
    }
    out.push_str("\r\n");
    out.into_bytes()
}

fn pin(link: &mut Link) -> Pin<&mut (dyn Both + '_)> {
    match link {
        Link::Plain(tcp) => Pin::new(tcp),
        Link::Tls(tls) => Pin::new(tls.as_mut()),
    }
}

trait Both: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Both for T {}

impl AsyncRead for Lines {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.at == self.line.len() {
            let Some(line) = ready!(self.poll_line(cx))? else { return Poll::Ready(Ok(())) };
            self.line = line;
            self.at = 0;
        }
        let rest = &self.line[self.at..];
        let passed = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..passed]);
        self.at += passed;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.is_quiet() {
            return Poll::Ready(Err(out_of_turn()));
        }
        self.count = 0;
        pin(&mut self.link).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin(&mut self.link).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin(&mut self.link).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Lines {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.link.tcp().peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_made_well_formed() {
        for (said, passed) in [
            (&b"250 ok\r\n"[..], "250 ok\r\n"),
            (b"250 ok\n", "250 ok\r\n"),
            (b"250\r\n", "250 \r\n"),
            (b"250 caf\xe9\r\n", "250 caf\u{fffd}\r\n"),
            (b"250 a\rb\r\n", "250 a b\r\n"),
            (b"\r\n", "\r\n"),
        ] {
            assert_eq!(clean(said), passed.as_bytes());
        }
        assert!(clean(&[b'x'; 5000]).len() < 950);
    }

    #[test]
    fn a_reply_begins_with_a_code() {
        for (line, expected) in [
            ("250 ok\r\n", true),
            ("599-\r\n", true),
            ("999 what\r\n", false),
            ("199 go on\r\n", false),
            ("250ok\r\n", false),
            ("25\r\n", false),
            ("\r\n", false),
            ("\u{1b}[2J250 ok\r\n", false),
        ] {
            assert_eq!(is_reply(line.as_bytes()), expected, "{line:?}");
        }
    }
}
