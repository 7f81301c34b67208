//! Receivers that are away for a long time, on a virtual clock.

use std::collections::BTreeMap;

use comptoir_signing::environment::Clock;
use jiff::SignedDuration;

use crate::world::{World, reply, unreachable_peer};

/// Runs an outage during which events keep coming, and checks what arrives after it.
async fn outage(hours: i64, restart_after_hours: Option<i64>, down: fn() -> World) -> World {
    let mut world = down();
    let start = world.clock.now();
    for hour in 0..hours {
        // Ten orders come in during the first ten hours and each changes once a day.
        if hour < 10 {
            world.enqueue(&format!("ord_{hour}"), 1);
        } else if hour % 24 < 10 {
            world.enqueue(&format!("ord_{}", hour % 24), 1 + hour / 24);
        }
        world
            .run_until(start + SignedDuration::from_hours(hour + 1))
            .await;
        if restart_after_hours == Some(hour) {
            world.restart();
        }
    }
    world
}

async fn everything_arrives_within_five_minutes(world: World) {
    let failed = world.actor.attempts().len();
    let open = world.open();
    assert!(open > 10, "events queue up behind each other: {open}");
    world.actor.behave(|_| reply(200));
    let back = world.clock.now();
    world.run_until(back + SignedDuration::from_mins(5)).await;
    assert_eq!(world.open(), 0);
    assert!(world.parked().is_empty());
    let attempts = world.actor.attempts();
    let mut newest: BTreeMap<String, i64> = BTreeMap::new();
    for attempt in attempts.iter().skip(failed) {
        let revision = attempt.verified("secret").order_revision.unwrap();
        let before = newest.insert(attempt.order(), revision).unwrap_or(0);
        assert!(revision > before, "order kept per order, nothing twice");
    }
    assert_eq!(newest.len(), 10);
    assert_eq!(
        u64::try_from(attempts.len() - failed).unwrap(),
        open,
        "each exactly once"
    );
}

#[tokio::test]
async fn after_72_hours_without_connection_all_events_arrive_in_order_within_five_minutes() {
    let world = outage(72, None, || {
        let world = World::new();
        world.actor.behave(|_| unreachable_peer());
        world
    })
    .await;
    everything_arrives_within_five_minutes(world).await;
}

// Field defect 27: more than a few attempts, and a restart forgets none.
#[tokio::test]
async fn after_72_hours_of_gateway_errors_and_a_restart_all_events_arrive_within_five_minutes() {
    let world = outage(72, Some(50), || {
        let world = World::new();
        world.actor.behave(|_| reply(503));
        world
    })
    .await;
    everything_arrives_within_five_minutes(world).await;
}

#[tokio::test]
async fn after_30_hours_in_which_everything_was_refused_all_events_arrive_within_five_minutes() {
    let world = outage(30, None, || {
        let world = World::new();
        world.actor.behave(|_| reply(500));
        world
    })
    .await;
    everything_arrives_within_five_minutes(world).await;
}

#[tokio::test]
async fn a_receiver_that_refuses_one_order_is_not_called_failing() {
    let world = World::new();
    world.actor.behave(|attempt| {
        if attempt.order() == "ord_bad" {
            reply(422)
        } else {
            reply(200)
        }
    });
    world.enqueue("ord_bad", 1);
    let start = world.clock.now();
    for day in 1..=3 {
        world.enqueue("ord_good", day);
        world
            .run_until(start + SignedDuration::from_hours(24 * day))
            .await;
    }
    let attempts = world.actor.attempts();
    let tries = attempts
        .iter()
        .filter(|attempt| attempt.order() == "ord_bad")
        .count();
    assert!((15..=22).contains(&tries), "its own schedule only: {tries}");
}

#[tokio::test]
async fn a_restart_right_at_the_recovery_delays_nothing() {
    let mut world = outage(30, None, || {
        let world = World::new();
        world.actor.behave(|_| unreachable_peer());
        world
    })
    .await;
    world.restart();
    world.actor.behave(|_| reply(200));
    let back = world.clock.now();
    world.run_until(back + SignedDuration::from_mins(5)).await;
    assert_eq!(world.open(), 0);
}

#[tokio::test]
async fn during_an_outage_attempts_stay_rare() {
    let world = outage(24, None, || {
        let world = World::new();
        world.actor.behave(|_| unreachable_peer());
        world
    })
    .await;
    // About one probe in two minutes for the whole receiver, and each order's own schedule.
    let attempts = world.actor.attempts().len();
    assert!((500..2_000).contains(&attempts), "{attempts}");
}

#[tokio::test]
async fn an_event_that_alone_fails_follows_the_schedule_and_is_given_up_after_seven_days() {
    let world = World::new();
    world.actor.behave(|_| reply(500));
    world.enqueue("ord_1", 1);
    world.enqueue("ord_1", 2);
    let start = world.clock.now();
    let week = start + SignedDuration::from_hours(7 * 24);
    world.run_until(week).await;
    assert_eq!(
        world.open(),
        2,
        "still trying after seven days less a moment"
    );
    // At the next attempt the first is given up, and the second gets its turn.
    world.run_until(week + SignedDuration::from_hours(7)).await;
    assert_eq!(world.parked().len(), 1);
    world.actor.behave(|_| reply(200));
    world.run_until(week + SignedDuration::from_hours(14)).await;
    assert_eq!(world.open(), 0);
    let attempts = world.actor.attempts();
    let offsets: Vec<i64> = attempts
        .iter()
        .map(|attempt| attempt.at.duration_since(start).as_secs())
        .collect();
    let mut expected = 0;
    for (pause, seen) in [
        0, 5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600,
    ]
    .iter()
    .zip(&offsets)
    {
        expected += pause;
        assert!(
            (expected..=expected * 11 / 10 + 1).contains(seen),
            "{offsets:?}"
        );
    }
    let tries = attempts
        .iter()
        .filter(|attempt| attempt.verified("secret").order_revision == Some(1))
        .count();
    assert!((30..=36).contains(&tries), "{tries}");
}

#[tokio::test]
async fn a_receiver_away_for_more_than_seven_days_leaves_its_events_parked_not_lost() {
    let world = World::new();
    world.actor.behave(|_| unreachable_peer());
    for revision in 1..=3 {
        world.enqueue("ord_1", revision);
    }
    let start = world.clock.now();
    world
        .run_until(start + SignedDuration::from_hours(8 * 24))
        .await;
    assert_eq!((world.open(), world.parked().len()), (0, 3));
}
