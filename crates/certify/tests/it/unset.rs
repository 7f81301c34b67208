//! A lane whose section is missing says so, and nothing of it is green.

use std::sync::Arc;

use comptoir_certify::{
    Lane, RunOptions, Runner, SchemaJudge, SpecVersion, Target, Verdict, lanes,
};

/// Without a section nothing is judged, and nothing is green.
#[tokio::test]
async fn nothing_is_green_without_a_section() {
    let judge = Arc::new(SchemaJudge::bundled().unwrap());
    for (lane, section) in [
        (Lane::WebhookReceiver, "[receiver]"),
        (Lane::WebhookSender, "[webhooks]"),
        (Lane::FeedReceiver, "[feed]"),
        (Lane::FeedFile, "[feed_file]"),
    ] {
        let checks = lanes::checks(lane, SpecVersion::LATEST);
        let target = Target::default();
        let runner = Runner::new(SpecVersion::LATEST, target, Arc::clone(&judge)).unwrap();
        for result in runner.run(&checks, &RunOptions::default()).await {
            assert_eq!(result.verdict, Verdict::NotTested, "{}", result.id);
            let reason = result.reason.unwrap_or_default();
            assert!(reason.contains(section), "{}: {reason}", result.id);
        }
    }
}
