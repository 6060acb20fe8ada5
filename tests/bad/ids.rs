//! Numbers of leads that are none, filters that name nothing, and limits that limit nothing.

use super::{stock, told};
use crate::harness::both;

both!(the_id_0, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead show 0 → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead move 0 contacted → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead note 0 hello → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead claim 0 → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead show 0-3 → 2
error: id `0-3` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead show 1,0 → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead merge 0 1 → 2
error: id `0` is not the number of a lead
hint: leads are counted from 1: `lead list`
$ lead customer show 0 → 2
error: `N` `0` is not a number: they count from 1
hint: `lead customer show --help`
$ lead deal show 0 → 2
error: `N` `0` is not a number: they count from 1
hint: `lead deal show --help`
$ lead outbox show 0 → 2
error: `N` `0` is not a number: they count from 1
hint: `lead outbox show --help`
$ lead undo --change 0 → 2
error: `--change` `0` is not a number: they count from 1
hint: `lead undo --help`
",
    );
});

both!(an_id_below_0, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead show -1 → 2
error: id `-1` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead show -- -1 → 2
error: id `-1` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead tag -1 hot → 2
error: id `-1` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead move -1 contacted → 2
error: id `-1` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead customer show -1 → 2
error: `N` `-1` is not a whole number
hint: `lead customer show --help`
$ lead outbox show -1 → 2
error: `N` `-1` is not a whole number
hint: `lead outbox show --help`
",
    );
});

both!(an_id_beyond_64_bits, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead show 18446744073709551616 → 2
error: id `18446744073709551616` is beyond 18446744073709551615
$ lead show 99999999999999999999999 → 2
error: id `99999999999999999999999` is beyond 18446744073709551615
$ lead move 99999999999999999999999 contacted → 2
error: id `99999999999999999999999` is beyond 18446744073709551615
$ lead show 1-99999999999999999999999 → 2
error: id `1-99999999999999999999999` is beyond 18446744073709551615
$ lead customer show 99999999999999999999999 → 2
error: `N` `99999999999999999999999` is beyond 18446744073709551615
hint: `lead customer show --help`
$ lead undo --change 99999999999999999999999 → 2
error: `--change` `99999999999999999999999` is beyond 18446744073709551615
hint: `lead undo --help`
$ lead list customer:99999999999999999999999 → 2
error: filter `customer:99999999999999999999999` is not the number of any customer
hint: write it as `customer:3` or `customer:none`
$ lead watch --from 99999999999999999999999 → 2
error: `--from` `99999999999999999999999` is beyond 18446744073709551615
hint: `lead watch --help`
",
    );
});

both!(an_id_that_is_a_path, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead show ../../x → 2
error: id `../../x` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead move ../../x contacted → 2
error: id `../../x` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead note ../../x hello → 2
error: id `../../x` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead customer show ../../x → 2
error: `N` `../../x` is not a whole number
hint: `lead customer show --help`
$ lead outbox show ../../x → 2
error: `N` `../../x` is not a whole number
hint: `lead outbox show --help`
$ lead list import:../../x → 2
error: filter `import:../../x` is not the number of any import
hint: write it as `import:3` or `import:none`
$ lead pipeline show ../../x → 3
error: no pipeline `../../x`
hint: one of: field-service, agency, mini, dealership
$ lead config get ../../x → 2
error: key `../../x` is not a key of lead.toml
hint: the keys: `lead config list`
$ lead user edit ../../x --name x → 3
error: no user `../../x`
hint: `lead user list`
",
    );
});

both!(an_id_that_is_not_there, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead show 77 → 3
error: no lead 77
hint: `lead list`
$ lead show 18446744073709551615 → 3
error: no lead 18446744073709551615
hint: `lead list`
$ lead move 77 contacted → 3
error: no lead 77
hint: `lead list`
$ lead note 77 hello → 3
error: no lead 77
hint: `lead list`
$ lead log 77 call hello → 3
error: no lead 77
hint: `lead list`
$ lead claim 77 → 3
error: no lead 77
hint: `lead list`
$ lead edit 77 --name x → 3
error: no lead 77
hint: `lead list`
$ lead trash 77 → 3
error: no lead 77
hint: `lead list`
$ lead restore 77 → 3
error: no lead 77
hint: `lead list`
$ lead history 77 → 3
error: no lead 77
hint: `lead list`
$ lead undo 77 → 3
error: no lead 77
hint: `lead list`
$ lead undo --change 77 → 3
error: no change 77
hint: the changes stand in `lead history --json`
$ lead merge 1 77 → 3
error: no lead 77
hint: `lead list`
$ lead purge 77 --confirm=x → 3
error: no lead 77
hint: `lead list`
$ lead convert 1 --into 77 → 2
error: this pipeline always makes a new contact
hint: `lead convert 1`
$ lead assign 77 sam → 3
error: no lead 77
hint: `lead list`
$ lead customer show 77 → 3
error: no customer 77
hint: where customers are kept apart from leads: `lead customer list`
$ lead deal show 77 → 3
error: no deal 77
hint: `lead deal list`
$ lead appointment cancel 77 → 3
error: no appointment 77
hint: `lead appointment list`
$ lead outbox show 77 → 3
error: no mail 77
hint: `lead outbox list`
$ lead show nobody@acme.example → 3
error: no lead `nobody@acme.example`
hint: `lead list`
",
    );
});

both!(a_filter_with_an_unknown_key, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list stge:new → 2
error: filter `stge:new` has the unknown key `stge`
hint: did you mean `stage:new`?
hint: `text:stge:new` looks for the words
$ lead list nokey:x → 2
error: filter `nokey:x` has the unknown key `nokey`
hint: `text:nokey:x` looks for the words
$ lead list id:1 → 2
error: filter `id:1` has the unknown key `id`
hint: `text:id:1` looks for the words
$ lead list tag.xyz:a → 2
error: filter `tag.xyz:a` has the unknown suffix `.xyz`
hint: write `tag:` or `tag.all:` or `tag.not:`
$ lead board stge:new → 2
error: filter `stge:new` has the unknown key `stge`
hint: did you mean `stage:new`?
hint: `text:stge:new` looks for the words
$ lead export stge:new → 2
error: filter `stge:new` has the unknown key `stge`
hint: did you mean `stage:new`?
hint: `text:stge:new` looks for the words
$ lead watch stge:new → 2
error: filter `stge:new` has the unknown key `stge`
hint: did you mean `stage:new`?
hint: `text:stge:new` looks for the words
$ lead trash --where stge:new --yes → 2
error: filter `stge:new` has the unknown key `stge`
hint: did you mean `stage:new`?
hint: `text:stge:new` looks for the words
",
    );
});

both!(a_filter_with_an_unknown_value, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list stage:nwe → 2
error: filter `stage:nwe` has the unknown stage `nwe`
hint: did you mean `stage:new`?
$ lead list stage: → 2
error: filter `stage:` has no value
$ lead list kind:opne → 2
error: filter `kind:opne` has the unknown kind `opne`
hint: did you mean `kind:open`?
$ lead list pipeline:nimi → 2
error: filter `pipeline:nimi` has the unknown pipeline `nimi`
hint: one of: field-service, agency, mini, dealership
$ lead list owner:sma → 2
error: filter `owner:sma` has the unknown user `sma`
hint: did you mean `owner:sam`?
$ lead list pool:maybe → 2
error: filter `pool:maybe` has the unknown value `maybe`
hint: one of: yes, no
$ lead list customer:abc → 2
error: filter `customer:abc` is not the number of any customer
hint: write it as `customer:3` or `customer:none`
$ lead list value:5 → 2
error: filter `value:5` is neither `none` nor `any`
hint: value.over:5000
",
    );
});

both!(a_filter_with_a_bad_range, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list created:2026-11-30..2026-11-01 → 2
error: filter `created:2026-11-30..2026-11-01` ends before it begins
$ lead list created:2026-13-01..2026-14-01 → 2
error: filter `created:2026-13-01..2026-14-01` has no such day
$ lead list created:.. → 2
error: filter `created:..` is a range without an end
$ lead list created:2026-11-01..2026-11-30..2026-12-01 → 2
error: filter `created:2026-11-01..2026-11-30..2026-12-01` is not a date
hint: write it as `2026-12-01`, `tomorrow`, `fri 15:00`, `in 3 days` or `2w`
$ lead list due.within:-3d → 2
error: filter `due.within:-3d` is not a span of time
hint: write it as `24h`, `7d` or `2w`
$ lead list created.within:forever → 2
error: filter `created.within:forever` is not a span of time
hint: write it as `24h`, `7d` or `2w`
$ lead list value:5..1 → 2
error: filter `value:5..1` is neither `none` nor `any`
hint: value.over:5000
",
    );
});

both!(a_limit_of_0, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list --limit 0 → 2
error: `--limit` `0` is not a number from 1 on
hint: `lead list --help`
$ lead list --limit=0 → 2
error: `--limit` `0` is not a number from 1 on
hint: `lead list --help`
",
    );
});

both!(a_limit_below_0, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list --limit -1 → 2
error: `--limit` `-1` is not a whole number
hint: `lead list --help`
$ lead list --limit=-1 → 2
error: `--limit` `-1` is not a whole number
hint: `lead list --help`
",
    );
});

both!(a_limit_of_10_to_the_20, "F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead list --limit 100000000000000000000 → 2
error: `--limit` `100000000000000000000` is beyond 18446744073709551615
hint: `lead list --help`
$ lead list --limit 1e20 → 2
error: `--limit` `1e20` is not a whole number
hint: `lead list --help`
$ lead list --limit 1.5 → 2
error: `--limit` `1.5` is not a whole number
hint: `lead list --help`
$ lead list --limit '' → 2
error: `--limit` `` is not a whole number
hint: `lead list --help`
",
    );
});
