use std::collections::BTreeSet;
use std::sync::Arc;

use comptoir_signing::environment::{
    Clock, Entropy, Environment, ManualClock, SeededEntropy, SystemEntropy,
};
use jiff::{SignedDuration, Timestamp};

use crate::present;

#[test]
fn identifiers_have_the_prefix_and_sort_by_time() {
    let clock = Arc::new(ManualClock::new(present()));
    let environment = Environment::simulated(clock.clone(), 1);
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(environment.new_id("cs"));
        clock.advance(SignedDuration::from_millis(1));
    }
    assert!(ids.is_sorted());
    for id in &ids {
        let rest = id.strip_prefix("cs_").unwrap();
        assert_eq!(rest.len(), 32);
        assert!(
            rest.bytes()
                .all(|byte| b"0123456789abcdefghjkmnpqrstvwxyz".contains(&byte))
        );
    }
}

#[test]
fn an_identifier_is_the_time_and_then_the_entropy_in_base_32() {
    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xff);
        }
    }
    // 48 bits of time are nine characters and three bits; all further bits are ones.
    let clock = Arc::new(ManualClock::new(Timestamp::from_millisecond(1).unwrap()));
    let environment = Environment {
        clock,
        entropy: Arc::new(Ones),
    };
    assert_eq!(
        environment.new_id("x"),
        "x_000000000".to_owned() + "7" + &"z".repeat(22)
    );
}

#[test]
fn identifiers_of_one_millisecond_differ() {
    let environment = Environment::simulated(Arc::new(ManualClock::new(present())), 7);
    let ids: BTreeSet<_> = (0..10_000).map(|_| environment.new_id("ord")).collect();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn a_simulated_environment_repeats_itself() {
    let ids = |seed| {
        let environment = Environment::simulated(Arc::new(ManualClock::new(present())), seed);
        (environment.new_id("a"), environment.random::<16>())
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
}

#[test]
fn the_manual_clock_moves_only_when_told_and_stops_at_the_end_of_time() {
    let clock = ManualClock::new(present());
    assert_eq!(clock.now(), present());
    clock.advance(SignedDuration::from_hours(72));
    assert_eq!(
        clock.now().duration_since(present()),
        SignedDuration::from_hours(72)
    );
    clock.set(present());
    assert_eq!(clock.now(), present());
    clock.advance(SignedDuration::MAX);
    assert_eq!(clock.now(), Timestamp::MAX);
    clock.advance(SignedDuration::MIN);
    assert_eq!(clock.now(), Timestamp::MIN);
}

#[test]
fn the_store_unit_is_microseconds() {
    let environment = Environment::simulated(Arc::new(ManualClock::new(present())), 1);
    assert_eq!(environment.now_micros(), 1_767_323_045_000_000);
}

#[test]
fn entropy_fills_every_byte_of_any_length() {
    let sources: [&dyn Entropy; 2] = [&SystemEntropy, &SeededEntropy::new(3)];
    for source in sources {
        for length in [0, 1, 7, 8, 9, 33] {
            let mut seen = vec![0_u8; length];
            for _ in 0..50 {
                let mut bytes = vec![0; length];
                source.fill(&mut bytes);
                seen.iter_mut()
                    .zip(bytes)
                    .for_each(|(seen, byte)| *seen |= byte);
            }
            assert!(seen.iter().all(|byte| *byte != 0));
        }
    }
}
