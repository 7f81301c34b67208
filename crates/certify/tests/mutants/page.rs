//! The published list of planted faults.

use comptoir_certify::{Lane, Verdict};

use super::fault::Fault;

const HEAD: &str = "\
# Planted faults

<!-- Written by `cargo xtask certify mutants --markdown`. -->

The proof that `comptoir-certify` bites. A good party is broken in one way at a time; every check that
a line names must see it, and must be green on the party before. `cargo xtask certify mutants` plants
them all and fails when one is missed. Where the column says *warns*, the rule is a SHOULD.
";

/// The page, as `docs/src/planted-faults.md` holds it.
pub(crate) fn markdown(faults: &[Fault]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&format!("\n{} faults.\n", faults.len()));
    for lane in Lane::ALL {
        let faults: Vec<_> = faults.iter().filter(|fault| fault.lane == lane).collect();
        if faults.is_empty() {
            continue;
        }
        page.push_str(&format!(
            "\n## {lane}: {} faults\n\n| Fault | The broken party | Checks that see it |\n|---|---|---|\n",
            faults.len()
        ));
        for fault in faults {
            let mut does = fault.does.replace('|', "\\|");
            if fault.version != comptoir_certify::SpecVersion::LATEST {
                does.push_str(&format!(" ({})", fault.version));
            }
            let mut checks: Vec<_> = fault.red.iter().map(|red| format!("`{red}`")).collect();
            if fault.verdict == Verdict::Warning {
                checks.push("*warns*".to_owned());
            }
            page.push_str(&format!(
                "| `{}` | {does} | {} |\n",
                fault.id,
                checks.join(", ")
            ));
        }
    }
    page
}
