//! Kill and race drivers, adversarial peers and invariant checkers for tests.
