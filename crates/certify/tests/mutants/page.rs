//! The published list of planted faults.

use std::fmt::Write as _;

use comptoir_certify::{Lane, Verdict};

use super::fault::Fault;

const HEAD: &str = "\
# Planted faults

<!-- Written by `cargo xtask certify mutants --markdown`. -->

The proof that `comptoir-certify` bites. A good party is broken in one way at a time; every check that
a line names must turn red, and must be green on the party before, or not applicable where the fault
brings the feature itself. `cargo xtask certify mutants` plants them all and fails when one is missed.
A check whose rule is a SHOULD warns; a name that ends with `*` stands for all that begin with it.
";

/// The page, as `docs/src/planted-faults.md` holds it.
pub(crate) fn markdown(faults: &[Fault]) -> String {
    let mut page = HEAD.to_owned();
    let _ = writeln!(page, "\n{} faults.", faults.len());
    for lane in Lane::ALL {
        let faults: Vec<_> = faults.iter().filter(|fault| fault.lane == lane).collect();
        if faults.is_empty() {
            continue;
        }
        let _ = write!(
            page,
            "\n## {lane}: {} faults\n\n| Fault | The broken party | Checks that see it |\n|---|---|---|\n",
            faults.len()
        );
        for fault in faults {
            let mut does = fault.does.replace('|', "\\|");
            if fault.version != comptoir_certify::SpecVersion::LATEST {
                let _ = write!(does, " ({})", fault.version);
            }
            let checks: Vec<_> = fault.names().map(shown).collect();
            let _ = writeln!(page, "| `{}` | {does} | {} |", fault.id, checks.join(", "));
        }
    }
    page
}

fn shown((name, verdict): (&str, Verdict)) -> String {
    if verdict == Verdict::Warning {
        format!("`{name}` (warns)")
    } else {
        format!("`{name}`")
    }
}
