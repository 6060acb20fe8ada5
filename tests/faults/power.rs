//! The power fails: a file system of its own on a loop device is shut down as if by a power cut, with
//! all that was not synced lost, while scripts add leads.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::oracle::judge_numbers;
use super::tally::{Dice, Found, Tally, rounds};
use crate::crash::{adding, until};
use crate::harness::{Office, direct, skip};

/// `EXT4_IOC_SHUTDOWN` without flushing the log.
const SHUT_DOWN: &str = "import fcntl,os,struct,sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|ran| ran.status.success())
}

/// A disk whose power can be cut; unmounted when dropped.
struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    /// A new disk under the office's data.
    fn new(office: &Office) -> Self {
        let disk = Self { image: office.path("image"), at: office.path("data") };
        if !nix::unistd::geteuid().is_root() {
            skip("only root may mount");
        }
        File::create(&disk.image).and_then(|file| file.set_len(256 << 20)).unwrap();
        fs::create_dir_all(&disk.at).unwrap();
        if !works("mkfs.ext4", &["-q", "-F", disk.image.to_str().unwrap()]) {
            skip("there is no mkfs.ext4");
        }
        if !disk.mount() {
            skip("nothing can be mounted on a loop device");
        }
        if !works("python3", &["-c", "pass"]) {
            skip("there is no python3 to cut the power with");
        }
        disk
    }

    fn mount(&self) -> bool {
        works("mount", &["-o", "loop", self.image.to_str().unwrap(), self.at.to_str().unwrap()])
    }

    fn cut(&self) {
        assert!(works("python3", &["-c", SHUT_DOWN, self.at.to_str().unwrap()]), "the power cannot be cut");
    }

    fn unmount(&self) {
        assert!(unmount(&self.at), "{} cannot be unmounted", self.at.display());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

/// Who was just killed may hold it for a moment.
pub fn unmount(at: &Path) -> bool {
    (0..200).any(|_| {
        let done = works("umount", &[at.to_str().unwrap()]);
        if !done {
            sleep(Duration::from_millis(20));
        }
        done
    })
}

/// Cuts the power in the middle of `add` by these hands, again and again.
fn cuts(office: &Office, operation: &str, with_leadd: bool, seed: u64) {
    let disk = Disk::new(office);
    office.init("mini");
    let mut tally = Tally::new("power cut", operation);
    let mut dice = Dice::new(seed);
    let mut all = Vec::new();
    for round in 0..rounds(3, 60) {
        let (printed, bad) = adding(office, &format!("Round {round}"), |count| {
            let leadd = with_leadd.then(|| office.daemon());
            until(count, 1 + dice.below(12) as usize);
            sleep(Duration::from_micros(dice.below(20_000)));
            disk.cut();
            if let Some(leadd) = leadd {
                leadd.murder();
            }
        });
        all.extend(printed);
        disk.unmount();
        assert!(disk.mount(), "it cannot be mounted again");
        let found = match bad.iter().find(|run| run.stderr.contains("panicked")) {
            Some(run) => Found::Torn(run.to_string()),
            None => judge_numbers(office, &all),
        };
        tally.count(&format!("cut {round}"), found);
    }
    tally.end();
}

direct!(through_leadd, "N1 L5", |office| cuts(office, "add through leadd", true, 3));
direct!(by_hand, "N1 L5", |office| cuts(office, "add, direct", false, 4));

// A store whose making was reported is there after a power cut, with its first lead.
direct!(at_its_making, "U1 L5", |office| {
    let disk = Disk::new(office);
    let mut tally = Tally::new("power cut", "init, then the first add");
    for round in 0..rounds(2, 20) {
        let _ = fs::remove_dir_all(office.store());
        office.init("mini");
        let printed = if round % 2 == 0 { Vec::new() } else { vec![office.add("'Kim Lee'")] };
        disk.cut();
        disk.unmount();
        assert!(disk.mount(), "it cannot be mounted again");
        tally.count(&format!("cut {round}"), judge_numbers(office, &printed));
    }
    tally.end();
});
