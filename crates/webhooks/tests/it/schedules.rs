use std::time::Duration;

use comptoir_signing::environment::{Entropy, SeededEntropy};
use comptoir_webhooks::schedule::Schedule;

struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0);
    }
}

fn pause(attempt: i64, age_s: u64, asked: Option<u64>) -> Option<u64> {
    let age = Duration::from_secs(age_s);
    Schedule::default()
        .pause(attempt, age, asked.map(Duration::from_secs), &Fixed(0))
        .map(|pause| pause.as_secs())
}

const WEEK_S: u64 = 7 * 86_400;

#[test]
fn pauses_grow_from_seconds_to_six_hours() {
    let pauses: Vec<_> = (1..=10)
        .map(|attempt| pause(attempt, 0, None).unwrap())
        .collect();
    assert_eq!(
        pauses,
        [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600]
    );
    assert_eq!(pause(0, 0, None), Some(5));
    assert_eq!(pause(i64::MIN, 0, None), Some(5));
    assert_eq!(pause(i64::MAX, 0, None), Some(21_600));
}

#[test]
fn the_whole_schedule_lasts_more_than_72_hours() {
    let mut age = 0;
    for attempt in 1.. {
        match pause(attempt, age, None) {
            Some(pause) => age += pause,
            None => break,
        }
    }
    assert!((WEEK_S..WEEK_S + 21_600).contains(&age), "{age} s");
}

#[test]
fn a_delivery_is_given_up_by_age_but_never_before_every_pause_was_used() {
    assert_eq!(pause(9, WEEK_S - 1, None), Some(21_600));
    assert_eq!(pause(9, WEEK_S, None), None);
    assert_eq!(pause(8, 10 * WEEK_S, None), Some(14_400));
    assert_eq!(pause(1, 10 * WEEK_S, None), Some(5));
    assert_eq!(pause(9, WEEK_S, Some(60)), None);
}

#[test]
fn what_the_receiver_asks_for_is_honoured_within_bounds() {
    assert_eq!(pause(1, 0, Some(0)), Some(5));
    assert_eq!(pause(1, 0, Some(7)), Some(7));
    assert_eq!(pause(9, 0, Some(1)), Some(60));
    assert_eq!(pause(9, 0, Some(90)), Some(90));
    assert_eq!(pause(1, 0, Some(u64::MAX)), Some(21_600));
}

#[test]
fn jitter_adds_at_most_a_tenth_and_spreads() {
    let entropy = SeededEntropy::new(1);
    let schedule = Schedule::default();
    let pauses: Vec<_> = (0..200)
        .map(|_| {
            schedule
                .pause(9, Duration::ZERO, None, &entropy)
                .unwrap()
                .as_secs()
        })
        .collect();
    assert!(pauses.iter().all(|pause| (21_600..=23_760).contains(pause)));
    assert!(pauses.iter().max().unwrap() - pauses.iter().min().unwrap() > 1_500);
}
