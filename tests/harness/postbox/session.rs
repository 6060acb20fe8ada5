//! One conversation of the postbox.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mail_parser::decoders::base64::base64_decode;
use rustls::{ServerConnection, StreamOwned};
use socket2::SockRef;

use super::{Parcel, Shared, Stage, Tls, Turn};

enum Wire {
    Plain(TcpStream),
    Safe(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    fn protected(self, shared: &Shared) -> io::Result<Self> {
        let (Self::Plain(stream), Some(config)) = (self, &shared.tls) else {
            return Err(io::Error::other("no TLS here"));
        };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok(Self::Safe(Box::new(StreamOwned::new(connection, stream))))
    }

    fn is_safe(&self) -> bool {
        matches!(self, Self::Safe(_))
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut byte = [0];
        loop {
            match self {
                Self::Plain(stream) => stream.read_exact(&mut byte)?,
                Self::Safe(stream) => stream.read_exact(&mut byte)?,
            }
            line.push(byte[0]);
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                return Ok(line);
            }
        }
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let bytes = text.as_bytes();
        match self {
            Self::Plain(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Self::Safe(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// Talks until the other side has had enough.
pub fn serve(peer: TcpStream, shared: &Shared) {
    let cut = peer.try_clone().expect("a socket can be cloned");
    // A connection that ends is nothing to report: what was taken is in the parcels.
    let ended = Session { wire: Wire::Plain(peer), shared, user: None }.talk();
    if ended.is_err_and(|why| why.kind() == io::ErrorKind::ConnectionAborted) {
        // It is reset when the last of its sockets is closed, this one, without a good-bye.
        let _ = SockRef::from(&cut).set_linger(Some(Duration::ZERO));
        let from = cut.peer_addr().ok();
        shared.peers.lock().expect("nobody panics").retain(|peer| peer.peer_addr().ok() != from);
    } else {
        let _ = cut.shutdown(Shutdown::Both);
    }
}

struct Session<'a> {
    wire: Wire,
    shared: &'a Shared,
    user: Option<String>,
}

impl Session<'_> {
    fn note(&self, line: &str) {
        let mut talk = self.shared.talk.lock().expect("nobody panics");
        talk.push_str(line);
        talk.push('\n');
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        self.note(&format!("S: {text}"));
        self.wire.say(&format!("{text}\r\n"))
    }

    /// Answers as the script says at this stage, else with this line; yields the code's first digit.
    fn answer(&mut self, stage: Stage, good: &str) -> io::Result<char> {
        let scripted = {
            let mut turns = self.shared.turns.lock().expect("nobody panics");
            let place = turns.iter().position(|(when, _)| *when == stage);
            place.and_then(|place| turns.remove(place))
        };
        let digit = |line: &str| line.chars().next().unwrap_or_default();
        match scripted {
            None => self.say(good).map(|()| digit(good)),
            Some((_, Turn::Say(line))) => self.say(line).map(|()| digit(line)),
            Some((_, Turn::Cut)) => Err(io::Error::other("cut as the script says")),
            Some((_, Turn::Reset)) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some((_, Turn::Endless(text))) => loop {
                self.wire.say(text)?;
            },
            Some((_, Turn::Hang)) => {
                self.note("S says nothing");
                self.shared.hung.store(true, Ordering::SeqCst);
                loop {
                    self.wire.line()?;
                }
            }
        }
    }

    fn read(&mut self) -> io::Result<String> {
        let line = String::from_utf8_lossy(&self.wire.line()?).into_owned();
        self.note(&format!("C: {line}"));
        Ok(line)
    }

    fn talk(mut self) -> io::Result<()> {
        if self.shared.script.tls == Tls::Implicit {
            self.wire = self.wire.protected(self.shared)?;
        }
        self.answer(Stage::Banner, "220 postbox ESMTP")?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = self.read()?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let starts = self.shared.script.tls == Tls::Starttls && !self.wire.is_safe();
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => self.greet(starts)?,
                "STARTTLS" if starts => {
                    if self.answer(Stage::Starttls, "220 go ahead")? == '2' {
                        self.wire = self.wire.protected(self.shared)?;
                    }
                }
                "AUTH" if !starts => self.prove(rest)?,
                "MAIL" if starts => self.say("530 5.7.0 must issue STARTTLS first")?,
                "MAIL" if self.shared.script.auth.is_some() && self.user.is_none() => {
                    self.say("530 5.7.0 authentication required")?;
                }
                "MAIL" => {
                    to.clear();
                    from = address(rest);
                    self.answer(Stage::Mail, "250 2.1.0 ok")?;
                }
                "RCPT" => {
                    if self.answer(Stage::Rcpt, "250 2.1.5 ok")? == '2' {
                        to.push(address(rest));
                    }
                }
                "DATA" if to.is_empty() => self.say("503 5.5.1 nobody to send it to")?,
                "DATA" => {
                    if self.answer(Stage::Data, "354 go ahead")? == '3' {
                        self.take(&from, &to)?;
                    }
                }
                "RSET" | "NOOP" => self.say("250 2.0.0 ok")?,
                "QUIT" => return self.say("221 2.0.0 bye"),
                _ => self.say("502 5.5.2 not here")?,
            }
        }
    }

    fn greet(&mut self, starts: bool) -> io::Result<()> {
        let mut lines = vec!["250-postbox", "250-8BITMIME"];
        if starts {
            lines.push("250-STARTTLS");
        } else if self.shared.script.auth.is_some() {
            lines.push("250-AUTH PLAIN LOGIN");
        }
        for line in lines {
            // A refusal stands alone.
            if !self.shared.turns.lock().expect("nobody panics").iter().any(|(when, _)| *when == Stage::Ehlo)
            {
                self.say(line)?;
            }
        }
        self.answer(Stage::Ehlo, "250 SIZE 1000000").map(drop)
    }

    fn prove(&mut self, rest: &str) -> io::Result<()> {
        let (way, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = match way.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = if first.is_empty() { self.ask("334 ")? } else { decoded(first) };
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                let user = if first.is_empty() { self.ask("334 VXNlcm5hbWU6")? } else { decoded(first) };
                Some((user, self.ask("334 UGFzc3dvcmQ6")?))
            }
            _ => None,
        };
        let known = self.shared.script.auth.map(|(user, word)| (user.to_owned(), word.to_owned()));
        if given.is_none() || given != known {
            return self.say("535 5.7.8 authentication failed");
        }
        if self.answer(Stage::Auth, "235 2.7.0 welcome")? == '2' {
            self.user = given.map(|(user, _)| user);
        }
        Ok(())
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.say(prompt)?;
        Ok(decoded(&String::from_utf8_lossy(&self.wire.line()?)))
    }

    fn take(&mut self, from: &str, to: &[String]) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            let line = self.wire.line()?;
            if line == b"." {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            bytes.extend_from_slice(b"\r\n");
        }
        let mut parcel = Parcel {
            from: from.to_owned(),
            to: to.to_vec(),
            bytes,
            tls: self.wire.is_safe(),
            user: self.user.clone(),
            taken: false,
            refused: false,
        };
        let place = {
            let mut parcels = self.shared.parcels.lock().expect("nobody panics");
            parcels.push(parcel.clone());
            parcels.len() - 1
        };
        let digit = self.answer(Stage::Dot, "250 2.0.0 taken")?;
        (parcel.taken, parcel.refused) = (digit == '2', matches!(digit, '4' | '5'));
        self.shared.parcels.lock().expect("nobody panics")[place] = parcel;
        Ok(())
    }
}

fn address(rest: &str) -> String {
    rest.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&base64_decode(text.as_bytes()).unwrap_or_default()).into_owned()
}
