//! A slip of each kind of word that is looked up: what is said, whole, names the word that was meant.

use crate::harness::both;

/// What is typed behind `$ lead` and the exit code, then all of standard error.
const SLIPS: &str = "\
$ lead mvoe 1 LOST → 2
error: there is no verb `mvoe`
hint: did you mean `move`?
hint: `lead --help`
$ lead delete 1 → 2
error: there is no verb `delete`
hint: did you mean `lead trash`?
hint: `lead --help`
$ lead customer shwo 3 → 2
error: there is no verb `shwo`
hint: did you mean `show`?
hint: `lead customer --help`
$ lead report sorces → 2
error: there is no verb `sorces`
hint: did you mean `sources`?
hint: `lead report --help`
$ lead list --colums id → 2
error: there is no option `--colums`
hint: did you mean `--columns`?
hint: `lead list --help`
$ lead add X --company -dash → 2
error: there is no option `-dash`
hint: `--company=-dash`
hint: `lead add --help`
$ lead import x.csv --from cvs → 2
error: `--from` `cvs` is not one of `csv`, `ndjson`, `json`, `vcard`
hint: did you mean `csv`?
hint: `lead import --help`
$ lead add X --on-duplicate merg → 2
error: `--on-duplicate` `merg` is not one of `merge`, `keep`, `fail`
hint: did you mean `merge`?
hint: `lead add --help`
$ lead list --color alwys → 2
error: `--color` `alwys` is not one of `auto`, `always`, `never`
hint: did you mean `always`?
hint: `lead list --help`
$ lead completions bsh → 2
error: `SHELL` `bsh` is not one of `bash`, `zsh`, `fish`
hint: did you mean `bash`?
hint: `lead completions --help`
$ lead help filtres → 2
error: there is no verb or topic `filtres`
hint: did you mean `lead help filters`?
hint: topics: filters, ids, when, formats, exit-codes, environment, scripting
hint: `lead --help`
$ lead list stge:LOST → 2
error: filter `stge:LOST` has the unknown key `stge`
hint: did you mean `stage:LOST`?
hint: `text:stge:LOST` looks for the words
$ lead list stage.nto:LOST → 2
error: filter `stage.nto:LOST` has the unknown suffix `.nto`
hint: did you mean `stage.not:LOST`?
$ lead list created.witin:24h → 2
error: filter `created.witin:24h` has the unknown suffix `.witin`
hint: did you mean `created.within:24h`?
$ lead list stage:LSOT → 2
error: filter `stage:LSOT` has the unknown stage `LSOT`
hint: did you mean `stage:LOST`?
$ lead list kind:opne → 2
error: filter `kind:opne` has the unknown kind `opne`
hint: did you mean `kind:open`?
$ lead list pipeline:agncy → 2
error: filter `pipeline:agncy` has the unknown pipeline `agncy`
hint: did you mean `pipeline:agency`?
$ lead list owner:kmi → 2
error: filter `owner:kmi` has the unknown user `kmi`
hint: did you mean `owner:kim`?
$ lead list claim:anny → 2
error: filter `claim:anny` has the unknown user `anny`
hint: did you mean `claim:any`?
$ lead list pool:yse → 2
error: filter `pool:yse` has the unknown value `yse`
hint: did you mean `pool:yes`?
$ lead list due:overdu → 2
error: filter `due:overdu` is not a date
hint: did you mean `due:overdue`?
$ lead list contacted:nevr → 2
error: filter `contacted:nevr` is not a date
hint: did you mean `contacted:never`?
$ lead list --sort nmae → 2
error: sort `nmae` is not a sort key
hint: did you mean `name`?
$ lead list --columns id,nmae → 2
error: --columns `nmae` is not a column
hint: did you mean `name`?
$ lead trash --where 'kind:opne' → 2
error: filter `kind:opne` has the unknown kind `opne`
hint: did you mean `kind:open`?
$ lead move 1 CONTACTD → 3
error: no stage or move `CONTACTD`
hint: did you mean `CONTACTED`?
$ lead move 2 mark-contactd → 3
error: no stage or move `mark-contactd`
hint: did you mean `mark-contacted`?
$ lead edit 1 --stage LSOT → 3
error: no stage or move `LSOT`
hint: did you mean `LOST`?
$ lead log 1 call hello --move LSOT → 3
error: no stage or move `LSOT`
hint: did you mean `LOST`?
$ lead log 1 cal hello → 2
error: kind `cal` is not a kind of activity of this pipeline
hint: did you mean `call`?
$ lead add X --stage CONTACTD → 3
error: no stage `CONTACTD`
hint: did you mean `CONTACTED`?
$ lead add X --source Referal → 2
error: source `Referal` is not a source of this pipeline
hint: did you mean `Referral`?
hint: one of: Website, Referral, LinkedIn, Cold Call, Email, Event, Other
$ lead add X --via web-frm → 2
error: via `web-frm` is not a channel of this pipeline
hint: did you mean `web-form`?
$ lead add X --pipeline agncy → 3
error: no pipeline `agncy`
hint: did you mean `agency`?
$ lead add X --owner kmi → 3
error: no user `kmi`
hint: did you mean `kim`?
$ lead edit 1 --clear emial → 2
error: clear `emial` is no field of 1
hint: did you mean `email`?
$ lead edit 1 --pipeline mini --map CONTACTD=lost → 3
error: no stage `CONTACTD`
hint: did you mean `CONTACTED`?
$ lead edit 1 --pipeline mini --map CONTACTED=lots → 3
error: no stage `lots`
hint: did you mean `lost`?
$ lead customer edit 1 --clear emial → 2
error: clear `emial` cannot be emptied
hint: did you mean `email`?
$ lead appointment edit 1 --clear plce → 2
error: clear `plce` cannot be emptied
hint: did you mean `place`?
$ lead assign 1 kmi → 3
error: no user `kmi`
hint: did you mean `kim`?
$ lead --as kmi list → 3
error: no user `kmi`
hint: did you mean `kim`?
$ lead history --by kmi → 3
error: no user `kmi`
hint: did you mean `kim`?
$ lead history --event creatd → 2
error: event `creatd` is not an event
hint: did you mean `created`?
$ lead schedule 1 tomorow → 2
error: when `tomorow` is not a date
hint: did you mean `tomorrow`?
$ lead user edit kmi --name K → 3
error: no user `kmi`
hint: did you mean `kim`?
$ lead user add x --role managr → 2
error: role `managr` is not a role
hint: did you mean `manager`?
$ lead user edit kim --zone Europe/Berln → 2
error: zone `Europe/Berln` is not a zone
hint: did you mean `Europe/Berlin`?
$ lead user grant kim vew-all → 2
error: capability `vew-all` is none
hint: did you mean `view-all`?
$ lead config get reminder.at → 2
error: key `reminder.at` is not a key of lead.toml
hint: did you mean `reminders.at`?
$ lead config set remindrs.at 07:30 → 2
error: key `remindrs.at` is not a key of lead.toml
hint: did you mean `reminders.at`?
$ lead config set team.zone Berln → 2
error: team.zone `Berln` is not a zone
hint: did you mean `Europe/Berlin`?
$ lead config set mail.via smpt → 2
error: mail.via `smpt` is not one of `file`, `smtp`, `sendmail`
hint: did you mean `smtp`?
$ lead pipeline show agncy → 3
error: no pipeline `agncy`
hint: did you mean `agency`?
$ lead pipeline default agncy → 3
error: no pipeline `agncy`
hint: did you mean `agency`?
$ lead --store other init --pipeline agncy → 3
error: no pipeline `agncy`
hint: did you mean `agency`?
$ lead --store other init --zone Europe/Berln → 2
error: team.zone `Europe/Berln` is not a zone
hint: did you mean `Europe/Berlin`?
$ lead --store other init --country Germany → 2
error: team.country `Germany` is not a country's two letters (ISO 3166)
hint: \"DE\"
$ lead --store other init --currency EURO → 2
error: team.currency `EURO` is not a currency's three letters (ISO 4217)
hint: \"EUR\"
$ lead --store other init --currency EUX → 2
error: team.currency `EUX` is not a currency's three letters (ISO 4217)
hint: did you mean `EUR`?
$ lead remind 1 → 2
error: there is no verb `remind`
hint: did you mean `lead schedule`?
hint: `lead --help`
$ lead export --where kind:open → 2
error: `--where` is for verbs that take several leads
hint: `lead export TERM…`
";

both!(a_slip_is_told_what_was_meant, "P4", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.user("kim", "manager");
    office.add("'Kim Lee' --phone 030123 --source Referral");
    office.add("'Sam Poe' --pipeline dealership");
    office.lead("convert 1").ok();
    office.lead("appointment add 1 fri 15:00").ok();
    let before = office.snapshot();
    let slips: Vec<&str> = SLIPS.split("$ lead ").filter(|slip| !slip.is_empty()).collect();
    assert!(slips.len() > 60, "{}", slips.len());
    for slip in slips {
        let (typed, said) = slip.split_once('\n').expect("a line was typed");
        let (line, code) = typed.split_once(" → ").expect("it has a code");
        office.lead(line).code(code.parse().expect("a code")).stdout("").stderr(said);
    }
    assert_eq!(before, office.snapshot(), "a slip changed the store");
    assert!(!office.path("other").exists(), "a slip made a store");
});
