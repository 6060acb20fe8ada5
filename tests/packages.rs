//! What others install: the Debian package and the tarball, made of the programs under trial.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::harness::{Run, plain, skip};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Both files of a version.
struct Packed {
    tarball: PathBuf,
    package: PathBuf,
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Packs the programs under trial as this version, in place of the one they say.
fn pack(version: &str, out: &Path) -> Packed {
    for needed in ["dpkg-deb", "dpkg-shlibdeps", "strip"] {
        if !has(needed) {
            skip(&format!("no {needed} to pack with"));
        }
    }
    let mut command = Command::new("bash");
    command.arg(Path::new(HERE).join(".ci/package")).arg("--quick");
    command.arg("--programs").arg(Path::new(env!("CARGO_BIN_EXE_lead")).parent().unwrap());
    command.args(["--version", version, "--out"]).arg(out);
    let run = Run::of(command, None);
    let mut made = run.ok().stdout.lines().map(PathBuf::from);
    Packed { tarball: made.next().unwrap(), package: made.next().unwrap() }
}

plain!(the_package_is_installed_upgraded_and_removed, "S2", || {
    let folder = TempDir::new().unwrap();
    if !nix::unistd::geteuid().is_root() || !has("unshare") || !has("man") {
        skip("no root, no unshare, or no man to try a package with");
    }
    let (now, next) = (pack(env!("CARGO_PKG_VERSION"), folder.path()), pack("99.0.0", folder.path()));
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh"]).arg(Path::new(HERE).join("tests/packages/install.sh"));
    command.arg(folder.path()).args([&now.package, &next.package]);
    let run = Run::of(command, None);
    if run.stderr.contains("mount: ") {
        skip("no overlay can be mounted here");
    }
    run.ok().stdout(concat!(
        "# installed\n",
        "lead ",
        env!("CARGO_PKG_VERSION"),
        "\nleadd ",
        env!("CARGO_PKG_VERSION"),
        "\n",
        "NAME\n     lead — sales leads in a pipeline, from the command line\n\n",
        "complete -o nosort -F _lead lead\n",
        "lead:Leads of a team:/var/lib/lead:/usr/sbin/nologin\n",
        "lead lead 750 /var/lib/lead\n",
        "1\n",
        "# upgraded\n",
        "99.0.0 ii \n",
        "id,name,email\n1,Kim Lee,kim@acme.example\n",
        "# removed\n",
        "rc \n",
        "nothing of it is left\n",
        "# purged\n",
        "var/lib/lead/FORMAT\n",
    ));
});

plain!(the_tarball_is_unpacked_over_a_home, "S2", || {
    let folder = TempDir::new().unwrap();
    let packed = pack(env!("CARGO_PKG_VERSION"), folder.path());
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let mut command = Command::new("tar");
    command.args(["--strip-components=1", "-C"]).arg(&home).arg("-xf").arg(&packed.tarball);
    Run::of(command, None).ok();
    let mut command = Command::new("find");
    command.current_dir(&home).args([".", "-type", "f", "-not", "-path", "./share/man/*"]);
    let run = Run::of(command, None);
    let mut files: Vec<&str> = run.ok().stdout.lines().collect();
    files.sort_unstable();
    assert_eq!(
        files,
        [
            "./bin/lead",
            "./bin/leadd",
            "./lib/systemd/system/leadd.service",
            "./lib/sysusers.d/lead.conf",
            "./lib/tmpfiles.d/lead.conf",
            "./share/bash-completion/completions/lead",
            "./share/doc/lead/CHANGELOG.md",
            "./share/doc/lead/LICENSE",
            "./share/doc/lead/README.md",
            "./share/fish/vendor_completions.d/lead.fish",
            "./share/systemd/user/leadd.service",
            "./share/zsh/site-functions/_lead",
        ]
    );
    let pages = fs::read_dir(Path::new(HERE).join("man")).unwrap().map(|page| page.unwrap().file_name());
    for page in pages.map(|name| name.to_string_lossy().into_owned()) {
        let section = page.rsplit('.').next().unwrap();
        assert!(home.join(format!("share/man/man{section}/{page}.gz")).is_file(), "{page}");
    }
    let mut command = Command::new(home.join("bin/lead"));
    command.env_clear().env("HOME", &home).args(["add", "Kim Lee"]);
    Run::of(command, None).ok().stdout("1\n");
});
