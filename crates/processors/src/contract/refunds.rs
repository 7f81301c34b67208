//! Cases about refunds.

use comptoir_acp::{id::ChargeId, money::MinorUnits};

use super::{Bench, Case, TOTAL, currency, expect, request, token};
use crate::{ChargeOutcome, RefundLookup, RefundOutcome, RefundRequest, simulated::Behavior};

pub(super) async fn sums(bench: &dyn Bench) -> Case {
    let charge = charged(bench, "kit_refund_sums").await?;
    let processor = bench.processor();
    let first = processor
        .refund(&refund("kit_refund_sums:a", &charge, 12_000)?)
        .await;
    expect(succeeded(&first), &first)?;
    let over = processor
        .refund(&refund("kit_refund_sums:b", &charge, 346)?)
        .await;
    expect(matches!(over, RefundOutcome::Failed { .. }), &over)?;
    let nothing = processor
        .refund(&refund("kit_refund_sums:c", &charge, 0)?)
        .await;
    expect(matches!(nothing, RefundOutcome::Failed { .. }), &nothing)?;
    let mut foreign = refund("kit_refund_sums:d", &charge, 1)?;
    foreign.currency = currency("usd")?;
    let outcome = processor.refund(&foreign).await;
    expect(matches!(outcome, RefundOutcome::Failed { .. }), &outcome)?;
    let rest = processor
        .refund(&refund("kit_refund_sums:e", &charge, 345)?)
        .await;
    expect(succeeded(&rest), &rest)?;
    let more = processor
        .refund(&refund("kit_refund_sums:f", &charge, 1)?)
        .await;
    expect(matches!(more, RefundOutcome::Failed { .. }), &more)
}

pub(super) async fn one_key(bench: &dyn Bench) -> Case {
    let charge = charged(bench, "kit_refund_key").await?;
    let processor = bench.processor();
    let request = refund("kit_refund_key:a", &charge, TOTAL)?;
    let first = processor.refund(&request).await;
    expect(succeeded(&first), &first)?;
    let again = processor.refund(&request).await;
    expect(again == first, &again)?;
    let found = processor.lookup_refund("kit_refund_key:a").await;
    let same = matches!((&found, &first), (RefundLookup::Succeeded { refund_id: a }, RefundOutcome::Succeeded { refund_id: b }) if a == b);
    expect(same, &found)
}

pub(super) async fn unknown_charge(bench: &dyn Bench) -> Case {
    let charge = ChargeId::parse("ch_00000000000000000000000000000000")
        .map_err(|error| error.to_string())?;
    let outcome = bench
        .processor()
        .refund(&refund("kit_refund_unknown:a", &charge, 1)?)
        .await;
    expect(matches!(outcome, RefundOutcome::Failed { .. }), &outcome)
}

async fn charged(bench: &dyn Bench, session: &str) -> Result<ChargeId, String> {
    let token = token(bench, session, Behavior::Approve).await?;
    match bench
        .processor()
        .charge(&request(session, 1, &token)?)
        .await
    {
        ChargeOutcome::Approved { charge_id } => Ok(charge_id),
        other @ (ChargeOutcome::Declined { .. }
        | ChargeOutcome::AuthenticationRequired
        | ChargeOutcome::Unknown { .. }) => Err(format!("{other:?}")),
    }
}

fn refund(refund_key: &str, charge: &ChargeId, amount: i64) -> Result<RefundRequest, String> {
    Ok(RefundRequest {
        refund_key: refund_key.to_owned(),
        charge_id: charge.clone(),
        amount: MinorUnits::new(amount),
        currency: currency("eur")?,
        reason: Some("contract kit".to_owned()),
    })
}

fn succeeded(outcome: &RefundOutcome) -> bool {
    matches!(outcome, RefundOutcome::Succeeded { .. })
}
