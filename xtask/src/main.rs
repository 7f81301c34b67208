//! Project tasks: test, bench, tidy, set-up of tools.

fn main() {}
