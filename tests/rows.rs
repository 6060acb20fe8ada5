//! The rows of the contract: each that is finished is proved by a trial that names it.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::{entries, plain};

/// The rows that are claimed as finished, in the order of the contract.
const FINISHED: &str = "
    L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11
    P1 P2 P3 P4 P5
    F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14
    A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13
    M1 M2 M3 M4 M5 M6 M7 M8 M9 M10 M11 M12
    D1 D2 D3 D4 D5 D6 D7 D8 D9 D10
    U1 U2 U3 U4
    N1 N2 N3 N4 N5 N6 N7
    T1 T2 T3 T4 T5 T6 T7
    R1 R2 R3 R4 R5
    O1 O2 O3 O4 O5 O6 O7 O8
    S1 S2 S3 S4 S5 S6 S7
";

plain!(every_finished_row_has_a_trial, "L5", || {
    let named: BTreeSet<_> = entries().flat_map(|entry| entry.rows.split_whitespace()).collect();
    let missing: Vec<_> = FINISHED.split_whitespace().filter(|row| !named.contains(row)).collect();
    assert!(missing.is_empty(), "no trial names {missing:?}");
    let unknown: Vec<_> =
        named.iter().filter(|row| !FINISHED.split_whitespace().any(|id| id == **row)).collect();
    assert!(unknown.is_empty(), "trials name rows that are not finished: {unknown:?}");
});

plain!(every_trial_names_its_rows_and_has_a_name_of_its_own, "L5", || {
    let mut seen = BTreeMap::new();
    for entry in entries() {
        assert!(!entry.rows.trim().is_empty(), "{} names no row", entry.path);
        assert!(seen.insert(entry.path, ()).is_none(), "{} is there twice", entry.path);
    }
});
