//! `leadd`, which is installed beside `lead`.

use std::path::PathBuf;

use crate::halt::{Halt, failed};

/// The program `leadd` in the folder of this one.
///
/// # Errors
/// It is not there.
pub(crate) fn leadd() -> Result<PathBuf, Halt> {
    let lead = std::env::current_exe().map_err(|fault| failed(format!("finding `lead` itself: {fault}")))?;
    let leadd = lead.with_file_name("leadd");
    if leadd.is_file() {
        return Ok(leadd);
    }
    Err(failed(format!("`leadd` is not beside `lead` in {}", leadd.display())))
}
