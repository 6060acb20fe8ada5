//! See the body of this name.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lead_fuzz::watched("request", bytes));
