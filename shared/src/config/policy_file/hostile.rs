use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::tests::first;
use super::*;

#[test]
fn what_is_no_small_text_file_is_refused() {
    let store = tempfile::tempdir().unwrap();
    let path = store.path().join(NAME);
    let fault = || read(store.path()).unwrap_err();

    fs::File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    assert!(matches!(fault(), ConfigFault::TooLarge { size: 104_857_600, .. }));
    fs::write(&path, b"[team]\nname = \"\xe4\"\n").unwrap();
    assert_eq!(fault().to_string(), format!("{}:2:9: is not UTF-8 from here on", path.display()));
    fs::write(&path, "[team]\nzoen = 'UTC'\n").unwrap();
    assert_eq!(fault().to_string(), format!("{}:2:1: team.zoen is not a key of this file", path.display()));
    assert_eq!(fault().hints(), ["did you mean `team.zone`?"]);
    fs::remove_file(&path).unwrap();
    symlink("nowhere", &path).unwrap();
    assert!(matches!(fault(), ConfigFault::Io { doing: "reading", .. }));
    fs::remove_file(&path).unwrap();
    symlink("/dev/zero", &path).unwrap();
    assert!(matches!(fault(), ConfigFault::NotAFile(_)));
    fs::remove_file(&path).unwrap();
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(matches!(fault(), ConfigFault::NotAFile(_)));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(fault(), ConfigFault::NotAFile(_)));
}

#[test]
fn depth_and_length_do_no_harm() {
    for piece in ["[", "{a=", "a.", "[a.", "\"", "'''", "[a]\n[a]\n", "a=[\n", "a={a=[", "\u{202e}"] {
        assert!(parse(&piece.repeat(200_000 / piece.len())).is_err(), "{piece}");
    }
    let long = format!("[team]\nname = \"{}\"", "x".repeat(500_000));
    assert_eq!(first(&long).0.chars().count(), "2:8: team.name `` has over 1000 characters".len() + 61);
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_value_of_any_key_is_answered(
        key in 0..KEYS.len(),
        value in prop_oneof![
            "[-+]?[0-9_]{1,30}", "\"[^\"\\\\]{0,20}\"", "'[^']{0,20}'", "\"[0-9]{1,22}[mhdwsü]?\"", "\"[0-9]{0,3}:[0-9]{0,3}\"",
            "[0-9]{1,5}\\.[0-9]{1,5}", "\\[[-0-9,\" a-z]{0,20}\\]", "\\{[a-z= 0-9,.]{0,20}\\}", "true|false|nan|-inf",
        ],
    ) {
        let text = format!("{} = {value}", KEYS[key].path);
        if let Err(findings) = parse(&text) {
            prop_assert!(!findings.is_empty());
            for one in findings {
                prop_assert!(one.line >= 1 && one.column >= 1 && !one.message.is_empty());
            }
        }
    }

    #[test]
    fn any_shape_is_answered(text in "([a-z.]{1,9}|[\\[\\]{}=\"'#,\n ]|[0-9]{1,3}){0,40}") {
        let _ = parse(&text);
    }
}
