//! The bodies, as the fuzz targets call them: with an eye on how much memory each takes.

pub mod bodies;
mod memory;

pub use memory::watched;
