//! From settings to a connection that may carry mail: TCP, TLS, EHLO, AUTH (O6, O7, O8).
//!
//! Every failure here is the relay's, never a message's (O2). Refuses to go on in clear when TLS
//! was asked for, to leave the machine without TLS, and to log in in clear.

use std::fmt::Display;
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lead_shared::clock::Clock;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::lines::{Lines, Link};
use super::{RelayFault, Stage};
use crate::mailer::{Secret, SmtpSettings, Tls};
use crate::patience;

/// Bytes of `ca_file` that are read.
const CA_LIMIT: u64 = 1024 * 1024;

/// Connects, secures, greets and logs in.
pub(super) async fn connect(relay: &SmtpSettings, clock: &Clock) -> Result<AsyncSmtpConnection, RelayFault> {
    let password = password(relay).await?;
    let config = if relay.tls == Tls::None { None } else { Some(trust(relay)?) };
    let limit = relay.limits.hello;
    let hello = ClientId::default();

    let tcp = within(clock, relay.limits.connect, Stage::Connect, reach(relay)).await?;
    let link = match (&config, relay.tls) {
        (Some(config), Tls::Implicit) => {
            within(clock, limit, Stage::Tls, handshake(relay, config.clone(), tcp)).await?
        }
        _ => Link::Plain(tcp),
    };
    let mut lines = Lines::new(link);
    within(clock, limit, Stage::Greeting, async { expect(&mut lines, "220").await }).await?;
    if let (Some(config), Tls::StartTls) = (config, relay.tls) {
        within(clock, limit, Stage::Ehlo, async { ask(&mut lines, &format!("EHLO {hello}"), "250").await })
            .await
            .and_then(|said| {
                let offered = said.iter().any(|line| {
                    line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))
                });
                if offered {
                    Ok(())
                } else {
                    Err(RelayFault::new(Stage::Tls, "the server offers no STARTTLS"))
                }
            })?;
        let link = within(clock, limit, Stage::Tls, async {
            ask(&mut lines, "STARTTLS", "220").await?;
            match lines.into_link().map_err(|e| e.to_string())? {
                Link::Plain(tcp) => handshake(relay, config, tcp).await,
                link @ Link::Tls(_) => Ok(link),
            }
        })
        .await?;
        lines = Lines::new(link);
    }
    // The greeting was read above; lettre wants to read one itself.
    lines.announce("220 ready\r\n");
    let mut connection = within(clock, limit, Stage::Ehlo, async {
        AsyncSmtpConnection::connect_with_transport(Box::new(lines), &hello).await.map_err(|e| words(&e))
    })
    .await?;
    if let (Some(user), Some(password)) = (&relay.user, password) {
        within(clock, limit, Stage::Auth, log_in(&mut connection, user, &password)).await?;
    }
    Ok(connection)
}

/// The password, if there is to be a log-in; never asked for when it could not be used.
async fn password(relay: &SmtpSettings) -> Result<Option<Secret>, RelayFault> {
    let fault = |text: &dyn Display| RelayFault::new(Stage::Settings, text);
    if relay.user.is_none() {
        return Ok(None);
    }
    if relay.tls == Tls::None {
        return Err(fault(&"no log-in without TLS: a password is not sent in clear"));
    }
    let source = relay.password.as_ref().ok_or_else(|| fault(&"a user but no password"))?;
    source.fetch().await.map(Some).map_err(|e| fault(&e))
}

/// Whom to believe: the firm's own certificates if it named any, else the system's.
fn trust(relay: &SmtpSettings) -> Result<Arc<ClientConfig>, RelayFault> {
    let fault = |text: &dyn Display| RelayFault::new(Stage::Settings, text);
    let mut roots = RootCertStore::empty();
    if let Some(path) = &relay.ca_file {
        let shown = path.display();
        let mut pem = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(CA_LIMIT).read_to_end(&mut pem))
            .map_err(|e| fault(&format_args!("ca_file {shown}: {e}")))?;
        for found in CertificateDer::pem_slice_iter(&pem) {
            let certificate = found.map_err(|e| fault(&format_args!("ca_file {shown}: {e}")))?;
            roots.add(certificate).map_err(|e| fault(&format_args!("ca_file {shown}: {e}")))?;
        }
        if roots.is_empty() {
            return Err(fault(&format_args!("ca_file {shown} holds no certificate")));
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(fault(&"this system has no trusted certificates; name one in ca_file"));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| fault(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// A TCP connection to the first address that answers.
async fn reach(relay: &SmtpSettings) -> Result<TcpStream, String> {
    let shown = format!("{}:{}", relay.host, relay.port);
    let found = tokio::net::lookup_host((relay.host.as_str(), relay.port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|e| format!("{shown}: {e}"))?.collect();
    if relay.tls == Tls::None && !addresses.iter().all(|a| a.ip().to_canonical().is_loopback()) {
        return Err(format!("{shown}: no mail without TLS to another machine"));
    }
    let mut last = format!("{shown}: the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(tcp) => {
                tcp.set_nodelay(true).map_err(|e| format!("{shown}: {e}"))?;
                return Ok(tcp);
            }
            Err(e) => last = format!("{shown} ({}): {e}", address.ip()),
        }
    }
    Err(last)
}

async fn handshake(relay: &SmtpSettings, config: Arc<ClientConfig>, tcp: TcpStream) -> Result<Link, String> {
    let host = relay.host.trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|e| format!("{}: {e}", relay.host))?;
    match TlsConnector::from(config).connect(name, tcp).await {
        Ok(tls) => Ok(Link::Tls(Box::new(tls))),
        Err(e) => Err(e.to_string()),
    }
}

/// Says `command` and wants `code`.
async fn ask(lines: &mut Lines, command: &str, code: &str) -> Result<Vec<String>, String> {
    lines.write_all(format!("{command}\r\n").as_bytes()).await.map_err(|e| e.to_string())?;
    lines.flush().await.map_err(|e| e.to_string())?;
    expect(lines, code).await
}

async fn expect(lines: &mut Lines, code: &str) -> Result<Vec<String>, String> {
    let said = lines.reply().await.map_err(|e| e.to_string())?;
    if said.iter().all(|line| line.starts_with(code)) { Ok(said) } else { Err(said.join(" ")) }
}

/// Bounds one step; what goes wrong in it is `stage`'s.
async fn within<T>(
    clock: &Clock,
    limit: Duration,
    stage: Stage,
    step: impl Future<Output = Result<T, String>>,
) -> Result<T, RelayFault> {
    match patience::within(clock, limit, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(text)) | Err(text) => Err(RelayFault::new(stage, text)),
    }
}

/// lettre's error in the server's words.
pub(super) fn words(error: &lettre::transport::smtp::Error) -> String {
    let said = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), said) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        (Some(code), None) => code.to_string(),
        (None, Some(said)) => said,
        (None, None) => error.to_string(),
    }
}

async fn log_in(connection: &mut AsyncSmtpConnection, user: &str, password: &Secret) -> Result<(), String> {
    let ways = [Mechanism::Plain, Mechanism::Login];
    if connection.server_info().get_auth_mechanism(&ways).is_none() {
        return Err("the server offers neither AUTH PLAIN nor AUTH LOGIN".to_owned());
    }
    let login = Credentials::new(user.to_owned(), password.expose().to_owned());
    match connection.auth(&ways, &login).await {
        Ok(_) => Ok(()),
        Err(e) => Err(discreet(words(&e), user, password)),
    }
}

/// A server's words without what it may have echoed: the password, or it as AUTH sends it.
fn discreet(mut said: String, user: &str, password: &Secret) -> String {
    let password = password.expose();
    for secret in [base64(&format!("\0{user}\0{password}")), base64(password), password.to_owned()] {
        said = said.replace(&secret, "…");
    }
    said
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0usize, |bits, &byte| bits << 8 | usize::from(byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[bits >> (18 - 6 * place) & 63]);
            out.push(if place > three.len() { '=' } else { digit });
        }
    }
    out
}
