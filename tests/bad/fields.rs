//! Addresses, numbers of telephones and money that are none.

use super::{stock, told};
use crate::harness::both;

both!(an_email_without_an_at, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --email ada → 2
error: email `ada` has no `@`
hint: write one address as `name@domain`
$ lead add Ada --email @acme.example → 2
error: email `@acme.example` has nothing before the `@`
$ lead add Ada --email ada@ → 2
error: email `ada@` has nothing after the `@`
$ lead edit 1 --email ada → 2
error: email `ada` has no `@`
hint: write one address as `name@domain`
$ lead customer add Zoe --email zoe → 2
error: email `zoe` has no `@`
hint: write one address as `name@domain`
$ lead user add zoe --role sales --email zoe → 2
error: email `zoe` has no `@`
hint: write one address as `name@domain`
",
    );
});

both!(an_email_with_two_ats, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --email ada@@acme.example → 2
error: email `ada@@acme.example` has more than one `@`
hint: write one address as `name@domain`
$ lead add Ada --email ada@acme@example → 2
error: email `ada@acme@example` has more than one `@`
hint: write one address as `name@domain`
$ lead edit 1 --email ada@acme@example → 2
error: email `ada@acme@example` has more than one `@`
hint: write one address as `name@domain`
$ lead user edit sam --email ada@acme@example → 2
error: email `ada@acme@example` has more than one `@`
hint: write one address as `name@domain`
",
    );
});

both!(an_email_with_a_space, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --email 'ada lee@acme.example' → 2
error: email `ada lee@acme.example` contains a space
$ lead add Ada --email 'ada@acme .example' → 2
error: email `ada@acme .example` contains a space
$ lead add Ada --email 'ada\u{a0}lee@acme.example' → 2
error: email `ada\u{a0}lee@acme.example` contains a space
",
    );
});

both!(an_email_with_a_dot_at_its_end, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --email ada@acme.example. → 2
error: email `ada@acme.example.` has a dot too many in its domain
$ lead add Ada --email ada.@acme.example → 2
error: email `ada.@acme.example` is not an email address
$ lead add Ada --email ada@acme..example → 2
error: email `ada@acme..example` has a dot too many in its domain
$ lead add Ada --email ada@.acme.example → 2
error: email `ada@.acme.example` has a dot too many in its domain
",
    );
});

both!(an_email_with_a_header_behind, "L6 O4", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --email 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: email `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` contains a control character (\\u{d})
$ lead add Ada --email 'ada@acme.example\nBcc: all@acme.example' → 2
error: email `ada@acme.example\\u{a}Bcc: all@acme.example` contains a control character (\\u{a})
$ lead edit 1 --email 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: email `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` contains a control character (\\u{d})
$ lead user add zoe --role sales --email 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: email `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` contains a control character (\\u{d})
$ lead user edit sam --email 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: email `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` contains a control character (\\u{d})
$ lead config set mail.from 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: mail.from `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` holds a control character
$ lead config set mail.reply_to 'ada@acme.example\u{d}\nBcc: all@acme.example' → 2
error: mail.reply_to `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` holds a control character
$ lead list 'ada@acme.example\u{d}\nBcc: all@acme.example' --sort 'a\u{d}\nb' → 2
error: filter `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` has the unknown key `ada@acme`
hint: `text:ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example` looks for the words
$ lead show 'ada@acme.example\u{d}\nBcc: all@acme.example' → 3
error: no lead `ada@acme.example\\u{d}\\u{a}Bcc: all@acme.example`
hint: `lead list`
",
    );
});

both!(a_phone_of_letters, "L6", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --phone 'call me' → 2
error: phone `call me` contains letters
hint: write it as `+49 30 1234567`, an extension as `ext 12`
$ lead add Ada --phone '030 CALL ME' → 2
error: phone `030 CALL ME` contains letters
hint: write it as `+49 30 1234567`, an extension as `ext 12`
$ lead add Ada --phone '' → 2
error: phone `` is blank
$ lead add Ada --phone + → 2
error: phone `+` has fewer than 3 digits
$ lead add Ada --phone '1\u{1b}[2J' → 2
error: phone `1\\u{1b}[2J` contains a control character (\\u{1b})
$ lead add Ada --phone '٠٣٠١٢٣' → 2
error: phone `٠٣٠١٢٣` contains `٠`
$ lead edit 1 --phone 'call me' → 2
error: phone `call me` contains letters
hint: write it as `+49 30 1234567`, an extension as `ext 12`
",
    );
});

both!(money_that_is_not_a_number, "L1 F9", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --value NaN → 2
error: value `NaN` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value nan → 2
error: value `nan` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value inf → 2
error: value `inf` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value 0x10 → 2
error: value `0x10` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value '' → 2
error: value `` is blank
$ lead add Ada --value '5 GOLD' → 2
error: value `5 GOLD` has no currency code of three letters
hint: write it as `4500EUR`
$ lead add Ada --value '5 XXX' → 2
error: value `5 XXX` has the unknown currency `XXX`
$ lead edit 1 --value NaN → 2
error: value `NaN` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead list value.over:NaN → 2
error: filter `value.over:NaN` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
",
    );
});

both!(money_of_308_digits, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --value 1e308 → 2
error: value `1e308` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value 99999999999999999999999999 → 2
error: value `99999999999999999999999999` is too large, the most is 9999999999
$ lead edit 1 --value 1e308 → 2
error: value `1e308` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead list value.over:1e308 → 2
error: filter `value.over:1e308` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
",
    );
});

both!(money_that_is_negative, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --value=-5 → 2
error: value `-5` is negative
$ lead add Ada --value -5 → 2
error: value `-5` is negative
$ lead add Ada --value=-5EUR → 2
error: value `-5EUR` is negative
$ lead edit 1 --value -5 → 2
error: value `-5` is negative
$ lead list value.over:-5 → 2
error: filter `value.over:-5` is negative
",
    );
});

both!(money_with_a_mark_at_its_thousands, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --value 1,000 → 2
error: value `1,000` may be thousands or decimals
hint: 1000
hint: 1.00
$ lead add Ada --value 1.000,00 → 2
error: value `1.000,00` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
hint: 1000.00
$ lead add Ada --value '1 000' → 2
error: value `1 000` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead add Ada --value \"1'000\" → 2
error: value `1'000` is not an amount of money
hint: write it as `4500`, `4500.50` or `4500EUR`
$ lead edit 1 --value 1,000 → 2
error: value `1,000` may be thousands or decimals
hint: 1000
hint: 1.00
$ lead list value.over:1,000 → 2
error: filter `value.over:1,000` has two amounts in one currency
hint: did you mean `value.over:1000`?
",
    );
});

both!(an_email_over_254_bytes, "L6", |office| {
    stock(office);
    let long = format!("{}@acme.example", "a".repeat(242));
    // Of what is long the beginning is told.
    let shown = "a".repeat(79);
    let wide = format!("ada@{}.example", "ä".repeat(124));
    let transcript = ["add Ada --email", "edit 1 --email", "user edit sam --email"].map(|line| {
        format!("$ lead {line} {long} → 2\nerror: email `{shown}…` is 255 bytes long, more than 254\n")
    });
    told(office, &transcript.concat());
    office.refused(2, format!("add Ada --email {wide}")).says("bytes long, more than 254");
});

// A domain of any script is one; what cannot be a name of the net is none.
both!(an_email_in_another_script, "L6 L1", |office| {
    stock(office);
    let lead = office.add("Ada --email info@bücher.example");
    assert_eq!(office.field(lead, "email"), "info@bücher.example");
    assert_eq!(office.found("email:bücher"), [lead]);
    told(
        office,
        "\
$ lead add Zoe --email info@bü\u{202e}cher.example → 2
error: email `info@bü\\u{202e}cher.example` contains a mark that turns the direction of writing (\\u{202e})
$ lead add Zoe --email info@-acme.example → 2
error: email `info@-acme.example` is not an email address
$ lead add Zoe --email info@bücher..example → 2
error: email `info@bücher..example` has a dot too many in its domain
",
    );
});
