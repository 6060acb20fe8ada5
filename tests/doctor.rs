//! The doctor: what it looks at, what it says, and the command that mends it.

use std::fs;

use crate::harness::{both, direct};

both!(a_store_in_order_is_said_to_be, "N7 R5", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --note hello");
    let swept = if office.is_served() {
        let is_told = || !office.lead("status --json").json()["swept_at"].is_null();
        office.swept("the first sweep", is_told);
        "last swept 2026-11-22 09:00"
    } else {
        "no sweep yet; `leadd` does them"
    };
    let well = format!(
        "store\tyes\t16 records, all of them readable\t\n\
                history\tyes\t3 activities, chained and whole\t\n\
                indexes\tyes\tagree with the records\t\n\
                lead.toml\tyes\tcan be read\t\n\
                templates\tyes\tbuilt in\t\n\
                people\tyes\t1 user with a mail address\t\n\
                daemon\tyes\t{swept}\t\n\
                mail\tyes\t0 waiting, none failed\t\n\
                outbox\tyes\tfixed texts: 0, none of them changed\t\n\
                backups\tyes\tnone yet; leadd makes one a day\t\n"
    );
    office.lead("doctor").ok().stdout(&well).stderr("");
    office.lead("doctor --reindex").ok().stdout(&well).stderr("");
    office.user("sam", "sales");
    let own = format!(
        "you\tyes\tsam, sales: you see every lead\t\n\
         daemon\tyes\t{swept}\t\n\
         mail\tyes\t0 waiting, none failed\t\n"
    );
    office.lead("--as sam doctor").ok().stdout(&own);
    office.lead("--as sam doctor --reindex").refused(4).says("`admin`");
    office.lead("--as sam doctor --compact").refused(4).says("`admin`");
    office.lead("user add ida --role sales --account x").ok();
    office.lead("doctor").code(10).shows("people\tno\twithout a mail address: ida\tlead user edit");
});

direct!(a_database_is_written_anew, "N7", |office| {
    office.init("field-service");
    for n in 0..30 {
        office.add(&format!("'Lead {n}' --note '{}'", "talk ".repeat(800)));
    }
    office.lead("backup create before.jsonl").ok();
    let run = office.lead("doctor --compact");
    run.ok().says("the database had ").says("until the next daily backup");
    let old = || {
        let names = fs::read_dir(office.store()).unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with("compact.")).count()
    };
    assert_eq!(old(), 1);
    office.lead("backup create after.jsonl").ok();
    assert_eq!(fs::read(office.path("before.jsonl")).unwrap(), fs::read(office.path("after.jsonl")).unwrap());
    office.lead("doctor --compact -n").ok().says("dry run: ");
    office.lead("doctor").ok();
    assert_eq!(office.add("'Next One'"), 31);
    let daemon = office.daemon();
    office.lead("doctor --compact").code(6).says("error: `leadd` has the store open");
    daemon.stop();
    office.at("2026-11-23T03:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(old(), 0);
});

direct!(a_text_of_no_mail_is_found_and_tidied_away, "O1", |office| {
    office.init("field-service");
    let folder = office.store().join("outbox");
    fs::create_dir_all(&folder).unwrap();
    for name in ["77.eml", "x.eml", "12.part"] {
        fs::write(folder.join(name), "nobody's").unwrap();
    }
    let run = office.lead("doctor");
    run.code(10).shows("outbox\tno\t3 files of no mail in outbox/, the first `12.part`\tleadd --once");
    office.leadd_once().ok();
    office.lead("doctor").ok();
});

direct!(a_fixed_text_that_is_gone_or_changed_is_found, "O1", |office| {
    use crate::harness::postbox::{Postbox, Script, Stage, Tls, Turn};
    let turns = vec![(Stage::Dot, Turn::Cut)];
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns });
    office.init("field-service");
    office.policy(&postbox.policy(office.home()));
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once();
    let path = office.store().join("outbox/1.eml");
    let text = fs::read(&path).unwrap();
    office.lead("doctor").code(10).shows("outbox\tyes\tfixed texts: 1,");
    fs::write(&path, "something else").unwrap();
    office
        .lead("doctor")
        .code(10)
        .shows("outbox\tno\toutbox/1.eml is not as it was fixed\tlead outbox show 1");
    office.lead("backup create without.jsonl").ok();
    fs::remove_file(&path).unwrap();
    office.lead("doctor").code(10).shows("outbox\tno\toutbox/1.eml cannot be read");
    fs::write(&path, text).unwrap();
    office.at("2026-11-24T09:00:00+01:00");
    office.leadd_once().ok();
    office.lead("doctor").ok();
});
