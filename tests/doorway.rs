//! Where the socket stands: `leadd` puts it nowhere, and `lead` asks none, that others could have put
//! there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::unistd::{Uid, chown};

use crate::harness::{Office, account, direct, skip};

/// Sets a file's or a folder's permissions.
pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// This stands where the socket is to be: whoever looks is told, and nothing is asked or taken away.
fn in_its_place(office: &Office, what: &str, put: impl Fn(&Path)) {
    office.init("mini");
    office.add("'Kim Lee'");
    let before = office.snapshot();
    let socket = office.store().join("leadd.sock");
    put(&socket);
    let real = fs::canonicalize(office.store()).unwrap().join("leadd.sock");
    let told = format!(
        "error: {real} is {what}, where a socket is to be\nhint: see what put it there, remove {real}, and \
         start `leadd` again\n",
        real = real.display()
    );
    for line in ["", "--once"] {
        office.leadd(line).code(1).stderr(&told);
    }
    for line in ["list", "add 'Sam Poe'"] {
        office.lead(line).code(6).stderr(&told).stdout("");
    }
    assert!(fs::symlink_metadata(&socket).is_ok(), "it is left as it is");
    let taken = if what == "a folder" { fs::remove_dir(&socket) } else { fs::remove_file(&socket) };
    taken.unwrap();
    assert_eq!(before, office.snapshot());
}

direct!(a_link_in_its_place, "S4", |office| {
    let other = office.path("other");
    let _listener = UnixListener::bind(&other).unwrap();
    in_its_place(office, "a link", |socket| symlink(&other, socket).unwrap());
});

direct!(a_file_in_its_place, "S4", |office| {
    in_its_place(office, "a file", |socket| fs::write(socket, "precious").unwrap());
});

direct!(a_folder_in_its_place, "S4", |office| {
    in_its_place(office, "a folder", |socket| fs::create_dir(socket).unwrap());
});

direct!(a_folder_others_may_write_in_has_no_socket, "S4", |office| {
    office.init("mini");
    let store = office.store();
    let real = fs::canonicalize(&store).unwrap();
    let told = |mode: u32| {
        format!(
            "error: the folder {real} of the socket is open to others (mode {mode:04o})\nhint: `chmod g-w,o= {real}`, \
             and see what is in it\n",
            real = real.display()
        )
    };
    for mode in [0o777, 0o1777, 0o770, 0o720, 0o705, 0o701] {
        set_mode(&store, mode);
        office.leadd("").code(1).stderr(&told(mode));
        assert!(!store.join("leadd.sock").exists());
    }
    set_mode(&store, 0o700);
    let leadd = office.daemon();
    set_mode(&store, 0o777);
    office.lead("list").code(6).stderr(&told(0o777)).stdout("");
    set_mode(&store, 0o700);
    office.lead("list").ok();
    leadd.stop();
});

direct!(a_socket_of_another_is_not_asked, "S4", |office| {
    if account() != "root" {
        skip("only root can give a file away");
    }
    office.init("mini");
    let leadd = office.daemon();
    let socket = office.store().join("leadd.sock");
    chown(&socket, Some(Uid::from_raw(65534)), None).unwrap();
    let run = office.lead("list");
    run.code(6).stdout("").says("belongs to").says("hint: ");
    chown(&socket, Some(Uid::from_raw(0)), None).unwrap();
    office.lead("list").ok();
    // Nor is a folder of another's entered, however open it is.
    chown(&office.store(), Some(Uid::from_raw(65534)), None).unwrap();
    office.lead("list").code(6).stdout("").says("belongs to");
    chown(&office.store(), Some(Uid::from_raw(0)), None).unwrap();
    leadd.stop();
    chown(&office.store(), Some(Uid::from_raw(65534)), None).unwrap();
    office.leadd("").code(6).says("error: ");
});

direct!(a_path_too_long_for_a_socket_is_said, "S4", |office| {
    office.init("mini");
    let long = office.path(&"x".repeat(100));
    fs::rename(office.store(), &long).unwrap();
    let run = office.leadd(format!("--store {}", long.display()));
    run.code(1).says("bytes, and a socket's may have 107").says("hint: move the store");
    // Without a daemon it is as good as any.
    office.lead(format!("--store {} list", long.display())).ok();
});
