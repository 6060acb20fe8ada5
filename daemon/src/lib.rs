//! The daemon of `lead`: mail, sweeps and the socket.

pub mod mailer;
