//! The postbox: a mail server on a port of this machine, with what it answers written down before.
//!
//! It speaks SMTP over a real socket, with TLS from the first byte or by STARTTLS and with AUTH, and
//! keeps each message's bytes. Whatever stage a test names answers as the test says, once for
//! each answer given; after that it answers as a good server does.

use std::collections::VecDeque;
use std::fs;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

mod session;

/// Where in the conversation an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before anything is said.
    Banner,
    /// After EHLO.
    Ehlo,
    /// After STARTTLS.
    Starttls,
    /// After the credentials.
    Auth,
    /// After MAIL FROM.
    Mail,
    /// After RCPT TO.
    Rcpt,
    /// After DATA.
    Data,
    /// After the final dot.
    Dot,
}

/// What is answered at a stage, once.
#[derive(Clone, Debug)]
pub enum Turn {
    /// This line.
    Say(&'static str),
    /// Nothing: the connection is cut.
    Cut,
    /// Nothing: the connection is reset.
    Reset,
    /// Nothing, and the connection stays.
    Hang,
    /// This, without an end.
    Endless(&'static str),
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// By STARTTLS, and required before MAIL and AUTH.
    Starttls,
    /// From the first byte.
    Implicit,
}

/// What it asks for and how it answers.
#[derive(Clone)]
pub struct Script {
    /// How the connection is protected.
    pub tls: Tls,
    /// User and password, where it asks for them.
    pub auth: Option<(&'static str, &'static str)>,
    /// What is answered otherwise than well, in this order.
    pub turns: Vec<(Stage, Turn)>,
}

/// One message that it took, or was given before the connection was cut.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The sender, as MAIL FROM had it.
    pub from: String,
    /// The recipients, as RCPT TO had them.
    pub to: Vec<String>,
    /// The message's bytes, dots unstuffed.
    pub bytes: Vec<u8>,
    /// True when the connection was protected.
    pub tls: bool,
    /// Who had proved to be who.
    pub user: Option<String>,
    /// True when it was answered with a 250.
    pub taken: bool,
    /// True when it was answered with a refusal: the server has not got it.
    pub refused: bool,
}

struct Shared {
    script: Script,
    turns: Mutex<VecDeque<(Stage, Turn)>>,
    parcels: Mutex<Vec<Parcel>>,
    talk: Mutex<String>,
    peers: Mutex<Vec<TcpStream>>,
    tls: Option<Arc<ServerConfig>>,
    closing: AtomicBool,
    hung: AtomicBool,
    visits: AtomicUsize,
}

/// A running mail server; it ends when dropped.
pub struct Postbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
    authority: String,
}

impl Postbox {
    /// Opens it on a free port.
    pub fn open(script: Script) -> Self {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        let signed = signed.expect("a certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
        let tls = (script.tls != Tls::None).then(|| {
            let ring = Arc::new(rustls::crypto::ring::default_provider());
            let config = ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
            let config = config.expect("ring knows the default versions").with_no_client_auth();
            Arc::new(config.with_single_cert(vec![signed.cert.der().clone()], key).expect("a good key"))
        });
        let shared = Arc::new(Shared {
            turns: Mutex::new(script.turns.iter().cloned().collect()),
            script,
            parcels: Mutex::default(),
            talk: Mutex::default(),
            peers: Mutex::default(),
            tls,
            closing: AtomicBool::new(false),
            hung: AtomicBool::new(false),
            visits: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let served = Arc::clone(&shared);
        let acceptor = thread::spawn(move || {
            let mut sessions = Vec::new();
            for peer in listener.incoming().map_while(Result::ok) {
                if served.closing.load(Ordering::SeqCst) {
                    break;
                }
                served.visits.fetch_add(1, Ordering::SeqCst);
                let kept = peer.try_clone().expect("a socket can be cloned");
                served.peers.lock().expect("nobody panics").push(kept);
                let served = Arc::clone(&served);
                sessions.push(thread::spawn(move || session::serve(peer, &served)));
            }
            for session in sessions {
                let _ = session.join();
            }
        });
        Self { address, shared, acceptor: Some(acceptor), authority: signed.cert.pem() }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The lines of `lead.toml` that send mail here; password and authority are written to files
    /// in this folder.
    pub fn policy(&self, folder: &Path) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let tls = match self.shared.script.tls {
            Tls::None => "none",
            Tls::Starttls => "starttls",
            Tls::Implicit => "implicit",
        };
        let mut lines = format!(
            "[mail]\nvia = \"smtp\"\nfrom = \"lead@acme.example\"\n[mail.smtp]\nhost = \"localhost\"\nport = {}\ntls = \"{tls}\"\n",
            self.port()
        );
        if self.shared.script.tls != Tls::None {
            let path = folder.join("authority.pem");
            fs::write(&path, &self.authority).expect("the folder takes a file");
            lines.push_str(&format!("ca_file = \"{}\"\n", path.display()));
        }
        if let Some((user, password)) = self.shared.script.auth {
            let path = folder.join("password");
            fs::write(&path, format!("{password}\n")).expect("the folder takes a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("the file is ours");
            lines.push_str(&format!("user = \"{user}\"\npassword_file = \"{}\"\n", path.display()));
        }
        lines
    }

    /// All messages so far, taken or not.
    pub fn parcels(&self) -> Vec<Parcel> {
        self.shared.parcels.lock().expect("nobody panics").clone()
    }

    /// Ends it; all messages, taken or not.
    pub fn close(self) -> Vec<Parcel> {
        let shared = Arc::clone(&self.shared);
        drop(self);
        shared.parcels.lock().expect("nobody panics").clone()
    }

    /// The messages that were taken.
    pub fn taken(&self) -> Vec<Parcel> {
        let mut parcels = self.parcels();
        parcels.retain(|parcel| parcel.taken);
        parcels
    }

    /// How many connections there were.
    pub fn visits(&self) -> usize {
        self.shared.visits.load(Ordering::SeqCst)
    }

    /// True once it has fallen silent.
    pub fn is_hung(&self) -> bool {
        self.shared.hung.load(Ordering::SeqCst)
    }

    /// Everything that was said, for messages.
    pub fn talk(&self) -> String {
        self.shared.talk.lock().expect("nobody panics").clone()
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Ok(peers) = self.shared.peers.lock() {
            for peer in peers.iter() {
                let _ = peer.shutdown(Shutdown::Both);
            }
        }
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}
