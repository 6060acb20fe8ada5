//! What the exit codes mean (cli.md §5): the one list, which help is made from.

/// Every code that `lead` or `leadd` ends with, and what it means.
pub const EXITS: [(u8, &str); 12] = [
    (0, "done; also when nothing matched, or it was so already"),
    (1, "failed: the program, the disk or the store; or you said no"),
    (2, "wrong usage: an option, a verb, a filter, a value, a file"),
    (3, "no such lead, customer, user, stage, move or store"),
    (4, "refused by a rule: a move, a claim, a final stage, a capability"),
    (5, "changed by someone else meanwhile"),
    (6, "the store or the daemon is busy or cannot be reached: try again"),
    (7, "a decision is needed, and there is no terminal to ask"),
    (8, "partly done; all refused for one reason: that reason's code"),
    (9, "mail could not be sent; only leadd says so"),
    (10, "a check found something: today --check, doctor, pipeline check"),
    (130, "interrupted"),
];
