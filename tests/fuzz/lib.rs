//! The bodies, as the fuzz targets call them: with an eye on how much memory and time each takes.

pub mod bodies;
mod watch;

pub use watch::watched;
