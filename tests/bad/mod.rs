//! Bad input that is no word on a line: files and streams. What is typed wrong is in `mistakes`.

mod files;
mod imports;
mod streams;
mod text;
