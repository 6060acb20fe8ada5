//! `lead init` on a terminal: it asks, and nothing is made before the last answer.

use std::fs;

use nix::sys::signal::Signal;

use crate::harness::postbox::{Postbox, Script, Tls};
use crate::harness::words::assert_same;
use crate::harness::{Console, Run, account, direct};
use crate::terminal::typed;

/// What it said on the terminal, what was typed left out: whether that is echoed depends on how soon it is read.
fn said(run: &Run) -> &str {
    run.stdout.find("A few questions").map_or("", |at| &run.stdout[at..])
}

direct!(init_asks_makes_the_store_and_tries_its_mail, "U1", |office| {
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns: Vec::new() });
    let port = postbox.port().to_string();
    let answers = [
        "agnecy",
        "2",
        "Alex Roe",
        "alex",
        "alex@acme.example",
        "Europe/Berln",
        "Europe/Berlin",
        "DE",
        "CHF",
        // Two people, the second by a login that is taken at first, then by one that nobody may have, then by
        // one that is taken off the list.
        "kim",
        "kim@acme.example",
        "sels",
        "",
        "KIM",
        "system",
        "sma",
        "",
        "",
        "-SMA",
        "-sma",
        "sam",
        "",
        "manager",
        "",
        // A server where nobody listens, the store, a trial; then one that takes it.
        "smtp",
        "localhost",
        "",
        "1",
        "leads",
        "open sesame",
        "leads@acme.example",
        "y",
        "y",
        "y",
        "smtp",
        "localhost",
        "none",
        &port,
        "",
        "leads@acme.example",
        "y",
        "",
    ];
    let run = typed(office, "--color never init", &answers.join("\n"));
    let folder = office.store().display().to_string();
    let told = said(run.ok()).replace(&folder, "STORE").replace(&port, "PORT");
    assert_same(
        "what it said",
        &TOLD.replace("LOGIN", &account()),
        &told.replace(
            &format!("{}@{}]", account(), nix::unistd::gethostname().unwrap().to_string_lossy()),
            "ADDRESS]",
        ),
    );
    let parcels = postbox.taken();
    assert_eq!(
        parcels.iter().map(|one| (one.from.as_str(), one.to.as_slice())).collect::<Vec<_>>(),
        [("leads@acme.example", &["alex@acme.example".to_owned()][..])]
    );
    office.lead("config list").ok();
    for (key, value) in [
        ("team.zone", "Europe/Berlin"),
        ("team.country", "DE"),
        ("team.currency", "CHF"),
        ("mail.smtp.tls", "none"),
        ("mail.smtp.user", ""),
        ("mail.smtp.password_file", ""),
    ] {
        office.lead(format!("config get {key}")).ok().stdout(&format!("{value}\n"));
    }
    assert!(!office.store().join("smtp-password").exists(), "a password that is of no use any more");
    let users = office.lead("user list").ok().stdout.replace(&account(), "LOGIN");
    assert_same(
        "the users",
        "kim\tkim\tsales\tkim@acme.example\t\tkim\tcreate,work,convert\t\t\n\
         LOGIN\tAlex Roe\towner\talex@acme.example\t\tLOGIN\tcreate,work,convert,claim,assign,reassign,view-all,admin\t\t\n\
         sam\tsam\tmanager\t\t\tsam\tcreate,work,convert,claim,assign,reassign,view-all\t\t\n",
        &users,
    );
});

direct!(a_guide_left_at_the_password_gives_the_terminal_back, "U1", |office| {
    let answers = ["2", "Alex", "alex@acme.example", "", "", "", "", "smtp", "localhost", "", "", "leads"];
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let mut console = Console::open(&office.lead_command("init"), (100, 60));
        for answer in answers {
            console.shows("]:");
            console.keys(&format!("{answer}\n"));
        }
        console.shows("Password (not shown):");
        // The first as a key, which is what a terminal makes of it.
        match signal {
            Signal::SIGINT => console.keys("\x03"),
            signal => console.signal(signal),
        }
        assert_eq!(console.is_killed(), signal);
        assert!(!office.store().exists());
    }
});

direct!(a_guide_that_is_left_makes_nothing, "U1", |office| {
    for answers in ["", "1\nAlex\n", "\n\n\n\n\n\n\nfile\nn\n"] {
        let run = typed(office, "--color never init", answers);
        run.code(1).shows("error: declined: nothing was changed");
        assert!(!office.store().exists(), "{run}");
    }
});

direct!(who_wants_no_questions_is_not_asked, "U1", |office| {
    for line in ["init --no-input", "-y init", "init --zone Europe/Berlin", "-n init"] {
        let run = typed(office, line, "");
        run.ok();
        assert!(!run.stdout.contains("questions"), "{run}");
        let _ = fs::remove_dir_all(office.store());
    }
});

direct!(init_sets_any_key, "U1", |office| {
    office.lead("init --set team.name='Acme Ltd' --set mail.smtp.port=2525 --set overdue.days=1,5").ok();
    for (key, value) in [("team.name", "Acme Ltd"), ("mail.smtp.port", "2525"), ("overdue.days", "[1,5]")] {
        office.lead(format!("config get {key}")).ok().stdout(&format!("{value}\n"));
    }
    fs::remove_dir_all(office.store()).unwrap();
    for (line, told) in [
        ("team.zoen=UTC", "key `team.zoen` is not a key of lead.toml\nhint: did you mean `team.zone`?\n"),
        (
            "team.zone",
            "`--set` `team.zone` is no KEY=VALUE\nhint: `--set mail.via=smtp`; the keys: lead.toml(5)\n",
        ),
        ("team.zone=UTC --zone UTC", "key `team.zone` is told twice\nhint: keep one of the two\n"),
        (
            "mail.smtp.password=hunter2",
            "key `mail.smtp.password` is a secret in clear, which lead.toml never holds\n\
             hint: password_file = \"/etc/lead/smtp-password\", a file only its owner can read\n\
             hint: password_command = \"pass show lead/smtp\"\n",
        ),
        (
            "mail.smtp.tls=none --set mail.smtp.host=mail.acme.example",
            "mail.smtp.tls `none` sends mail to `mail.acme.example` in clear\n\
             hint: tls = \"starttls\", or tls = \"implicit\"\n",
        ),
        ("mail.smtp.port=0", "mail.smtp.port `0` is not from 1 to 65535\n"),
    ] {
        office.lead(format!("init --set {line}")).code(2).stdout("").stderr(&format!("error: {told}"));
        assert!(!office.store().exists(), "`{line}` made a store");
    }
});

const TOLD: &str = include_str!("guide/told.txt");
