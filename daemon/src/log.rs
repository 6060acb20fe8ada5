//! The log: what was decided and why, to stderr, with ids and without bodies or secrets (S6).

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// The variable that says how much is logged: `error`, `warn`, `info` (the default), `debug`.
const VARIABLE: &str = "LEADD_LOG";

/// Starts logging to stderr, once for the process. Under systemd the journal knows the time.
pub(crate) fn start() {
    let wanted = std::env::var(VARIABLE).unwrap_or_else(|_| "info".to_owned());
    let level = if matches!(wanted.as_str(), "error" | "warn" | "info" | "debug") {
        wanted
    } else {
        "info".to_owned()
    };
    let filter = EnvFilter::new(format!("off,lead_daemon={level},lead_shared={level}"));
    let lines =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(false);
    // Only a second start in one process could fail, and the first log is as good.
    let _ = if std::env::var_os("JOURNAL_STREAM").is_some() {
        lines.without_time().try_init()
    } else {
        lines.try_init()
    };
}
