//! Giving money back: refunds, cancellations, returns, disputes.
//!
//! Whatever is given back, asked for or already done, never exceeds the charge in sum (T-15). What a
//! unit of a line is worth is the line's total, tax and reductions included, split over its units so
//! that all units together are worth the line exactly.

use comptoir_acp::{
    id::{AdjustmentId, RefundId},
    money::{MinorUnits, Money},
};
use jiff::Timestamp;

use super::{
    Adjustment, AdjustmentKind, AdjustmentStatus, FulfillmentStatus, LineQuantity, Order,
    OrderEffect, OrderError, OrderLine, OrderOutcome, RefundReceipt,
};

/// Money to be given back while the goods are kept.
#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// Identifier, made by the caller; also the key under which the processor is asked.
    pub adjustment_id: AdjustmentId,
    /// How much, in minor units; none means everything not yet given back.
    pub amount: Option<MinorUnits>,
    /// The units concerned, for information; may be empty.
    pub lines: Vec<LineQuantity>,
    /// Structured reason.
    pub reason: Option<String>,
    /// Reason for people.
    pub description: Option<String>,
}

/// Units that will not be sent.
#[derive(Clone, Debug)]
pub struct Cancellation {
    /// Identifier, made by the caller; also the key under which the processor is asked.
    pub adjustment_id: AdjustmentId,
    /// The units; empty means everything that is still to be sent.
    pub lines: Vec<LineQuantity>,
    /// Structured reason.
    pub reason: Option<String>,
    /// Reason for people.
    pub description: Option<String>,
}

/// Units that came back.
#[derive(Clone, Debug)]
pub struct Return {
    /// Identifier, made by the caller; also the key under which the processor is asked.
    pub adjustment_id: AdjustmentId,
    /// The units.
    pub lines: Vec<LineQuantity>,
    /// Whether they can be sold again.
    pub restock: bool,
    /// Structured reason.
    pub reason: Option<String>,
    /// Reason for people.
    pub description: Option<String>,
}

/// What the processor says about a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundResult {
    /// The money was given back.
    Succeeded {
        /// The processor's identifier.
        refund_id: RefundId,
    },
    /// It was not, and will not be under this key.
    Failed,
}

impl Order {
    /// Money given back so far, in minor units.
    #[must_use]
    pub fn refunded(&self) -> MinorUnits {
        self.sum_adjustments(|status| status == AdjustmentStatus::Completed)
    }

    /// Money that can still be given back, in minor units: the charge without what was given back
    /// or asked for.
    #[must_use]
    pub fn refundable(&self) -> MinorUnits {
        let spoken_for = self.sum_adjustments(|status| status != AdjustmentStatus::Failed);
        let left = self
            .ledger
            .total()
            .checked_sub(spoken_for)
            .unwrap_or(MinorUnits::ZERO);
        left.max(MinorUnits::ZERO)
    }

    /// Gives money back while the goods are kept.
    ///
    /// # Errors
    /// [`OrderError::RefundExceedsCharge`] above [`Order::refundable`],
    /// [`OrderError::AmountNotPositive`], [`OrderError::NothingLeft`] when everything was given
    /// back, [`OrderError::UnknownLine`], [`OrderError::QuantityTooLarge`], [`OrderError::IdTaken`].
    pub fn refund(&self, refund: RefundOrder, now: Timestamp) -> Result<OrderOutcome, OrderError> {
        self.check_quantities(&refund.lines, |line| line.ordered)?;
        let left = self.refundable();
        let amount = match refund.amount {
            None if left == MinorUnits::ZERO => return Err(OrderError::NothingLeft),
            None => left,
            Some(amount) if amount <= MinorUnits::ZERO => {
                return Err(OrderError::AmountNotPositive);
            }
            Some(amount) if amount > left => return Err(OrderError::RefundExceedsCharge),
            Some(amount) => amount,
        };
        let adjustment = Adjustment {
            id: refund.adjustment_id,
            kind: AdjustmentKind::Refund,
            status: AdjustmentStatus::Pending,
            lines: refund.lines,
            amount,
            reason: refund.reason,
            description: refund.description,
            occurred_at: now,
            receipt: None,
        };
        self.clone().adjust(adjustment, Vec::new(), now)
    }

    /// Cancels units that were not sent, and gives their money back. When nothing of the order
    /// remains and nothing was ever sent, delivery and fees are given back with them.
    ///
    /// # Errors
    /// [`OrderError::NothingLeft`] when everything was sent, [`OrderError::UnknownLine`],
    /// [`OrderError::QuantityTooLarge`], [`OrderError::IdTaken`].
    pub fn cancel(
        &self,
        cancellation: Cancellation,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        let mut lines = cancellation.lines;
        if lines.is_empty() {
            lines = self.units(OrderLine::unfulfilled);
        }
        if lines.is_empty() {
            return Err(OrderError::NothingLeft);
        }
        self.check_quantities(&lines, OrderLine::unfulfilled)?;
        let mut next = self.clone();
        let mut amount = next.remove(&lines, 0)?;
        let nothing_remains = next.lines.iter().all(|line| line.current == 0);
        if nothing_remains && self.fulfillments.is_empty() {
            amount = self.refundable();
        }
        let adjustment = Adjustment {
            id: cancellation.adjustment_id,
            kind: AdjustmentKind::Cancellation,
            status: AdjustmentStatus::Pending,
            lines,
            amount,
            reason: cancellation.reason,
            description: cancellation.description,
            occurred_at: now,
            receipt: None,
        };
        let effects = self.restock(&adjustment.lines);
        next.adjust(adjustment, effects, now)
    }

    /// Takes units back, and gives their money back. Delivery is not given back: refund it apart.
    ///
    /// # Errors
    /// [`OrderError::NothingLeft`] for no units, [`OrderError::UnknownLine`],
    /// [`OrderError::QuantityTooLarge`] for more than arrived, [`OrderError::IdTaken`].
    pub fn take_return(&self, back: Return, now: Timestamp) -> Result<OrderOutcome, OrderError> {
        if back.lines.is_empty() {
            return Err(OrderError::NothingLeft);
        }
        self.check_quantities(&back.lines, |line| self.returnable(line))?;
        let mut next = self.clone();
        let amount = next.remove(&back.lines, 1)?;
        let adjustment = Adjustment {
            id: back.adjustment_id,
            kind: AdjustmentKind::Return,
            status: AdjustmentStatus::Pending,
            lines: back.lines,
            amount,
            reason: back.reason,
            description: back.description,
            occurred_at: now,
            receipt: None,
        };
        let effects = if back.restock {
            self.restock(&adjustment.lines)
        } else {
            Vec::new()
        };
        next.adjust(adjustment, effects, now)
    }

    /// Records that the issuer took money back, and puts the order aside (T-14).
    ///
    /// # Errors
    /// [`OrderError::AmountNotPositive`], [`OrderError::RefundExceedsCharge`],
    /// [`OrderError::IdTaken`].
    pub fn dispute(
        &self,
        adjustment_id: AdjustmentId,
        amount: MinorUnits,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        if amount <= MinorUnits::ZERO {
            return Err(OrderError::AmountNotPositive);
        }
        if amount > self.refundable() {
            return Err(OrderError::RefundExceedsCharge);
        }
        if self.has_adjustment(&adjustment_id) {
            return Err(OrderError::IdTaken);
        }
        let mut next = self.clone();
        next.under_review = true;
        next.adjustments.push(Adjustment {
            id: adjustment_id,
            kind: AdjustmentKind::Dispute,
            status: AdjustmentStatus::Completed,
            lines: Vec::new(),
            amount,
            reason: None,
            description: None,
            occurred_at: now,
            receipt: None,
        });
        Ok(next.changed(Vec::new(), now))
    }

    /// Records what became of a refund. The same news twice changes nothing.
    ///
    /// # Errors
    /// [`OrderError::UnknownAdjustment`], [`OrderError::AlreadySettled`] when it was settled
    /// otherwise.
    pub fn settle_refund(
        &self,
        adjustment_id: &AdjustmentId,
        result: RefundResult,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        let mut next = self.clone();
        let adjustment = next
            .adjustments
            .iter_mut()
            .find(|known| known.id == *adjustment_id)
            .ok_or_else(|| OrderError::UnknownAdjustment {
                adjustment: adjustment_id.clone(),
            })?;
        let (status, receipt) = match result {
            RefundResult::Succeeded { refund_id } => (
                AdjustmentStatus::Completed,
                Some(RefundReceipt { refund_id }),
            ),
            RefundResult::Failed => (AdjustmentStatus::Failed, None),
        };
        if adjustment.status != AdjustmentStatus::Pending {
            let known = adjustment.status == status && adjustment.receipt == receipt;
            return if known {
                Ok(OrderOutcome {
                    order: self.clone(),
                    effects: Vec::new(),
                })
            } else {
                Err(OrderError::AlreadySettled)
            };
        }
        (adjustment.status, adjustment.receipt) = (status, receipt);
        Ok(next.changed(Vec::new(), now))
    }

    /// Adds an adjustment and asks for its money, where there is any.
    fn adjust(
        mut self,
        mut adjustment: Adjustment,
        mut effects: Vec<OrderEffect>,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        if self.has_adjustment(&adjustment.id) {
            return Err(OrderError::IdTaken);
        }
        // What was given back as goodwill before is not given back twice.
        adjustment.amount = adjustment.amount.min(self.refundable());
        if adjustment.amount > MinorUnits::ZERO {
            effects.push(OrderEffect::Refund {
                refund_key: adjustment.id.to_string(),
                charge_id: self.charge_id.clone(),
                amount: Money {
                    amount: adjustment.amount,
                    currency: self.currency,
                },
            });
        } else {
            adjustment.status = AdjustmentStatus::Completed;
        }
        self.adjustments.push(adjustment);
        Ok(self.changed(effects, now))
    }

    /// Takes units off the lines; each was fulfilled `fulfilled_each` times. Returns their worth.
    fn remove(
        &mut self,
        lines: &[LineQuantity],
        fulfilled_each: u32,
    ) -> Result<MinorUnits, OrderError> {
        let mut amount = MinorUnits::ZERO;
        for gone in lines {
            let worth = self.ledger.line(&gone.line).total;
            if let Some(line) = self.lines.iter_mut().find(|line| line.id == gone.line) {
                let before = line.ordered.saturating_sub(line.current);
                let after = before.saturating_add(gone.quantity);
                let share = worth_of(worth, after, line.ordered).checked_sub(worth_of(
                    worth,
                    before,
                    line.ordered,
                ))?;
                amount = amount.checked_add(share)?;
                line.current = line.current.saturating_sub(gone.quantity);
                let fulfilled = gone.quantity.saturating_mul(fulfilled_each);
                line.fulfilled = line.fulfilled.saturating_sub(fulfilled);
            }
        }
        Ok(amount)
    }

    /// Units of a line that arrived and did not come back. Only those can: a parcel that is still
    /// on its way can be lost, and its units must not be gone twice.
    fn returnable(&self, line: &OrderLine) -> u32 {
        let units = |lines: &[LineQuantity]| -> u32 {
            let of_line = lines.iter().filter(|units| units.line == line.id);
            of_line.fold(0, |sum, units| sum.saturating_add(units.quantity))
        };
        let arrived = self
            .fulfillments
            .iter()
            .filter(|fulfillment| fulfillment.status() == FulfillmentStatus::Delivered)
            .fold(0_u32, |sum, fulfillment| {
                sum.saturating_add(units(&fulfillment.lines))
            });
        let returned = self
            .adjustments
            .iter()
            .filter(|adjustment| adjustment.kind == AdjustmentKind::Return)
            .fold(0_u32, |sum, adjustment| {
                sum.saturating_add(units(&adjustment.lines))
            });
        arrived.saturating_sub(returned)
    }

    fn restock(&self, lines: &[LineQuantity]) -> Vec<OrderEffect> {
        lines
            .iter()
            .filter_map(|gone| {
                let line = self.line(&gone.line).filter(|line| line.counted)?;
                Some(OrderEffect::Restock {
                    item_id: line.item_id.clone(),
                    quantity: gone.quantity,
                })
            })
            .collect()
    }

    fn units(&self, of: impl Fn(&OrderLine) -> u32) -> Vec<LineQuantity> {
        self.lines
            .iter()
            .map(|line| LineQuantity {
                line: line.id.clone(),
                quantity: of(line),
            })
            .filter(|units| units.quantity > 0)
            .collect()
    }

    fn has_adjustment(&self, id: &AdjustmentId) -> bool {
        self.adjustments.iter().any(|known| known.id == *id)
    }

    fn sum_adjustments(&self, counts: impl Fn(AdjustmentStatus) -> bool) -> MinorUnits {
        let amounts = self
            .adjustments
            .iter()
            .filter(|adjustment| counts(adjustment.status))
            .map(|adjustment| adjustment.amount);
        // Bounded by the charge, so the sum always fits; if it did not, nothing could be refunded.
        MinorUnits::try_sum(amounts).unwrap_or(MinorUnits::new(i64::MAX))
    }
}

/// What the first `units` of `ordered` are worth when all of them are worth `whole`.
fn worth_of(whole: MinorUnits, units: u32, ordered: u32) -> MinorUnits {
    let product = i128::from(whole.get()) * i128::from(units.min(ordered));
    let share = product.checked_div(i128::from(ordered)).unwrap_or_default();
    i64::try_from(share).map_or(MinorUnits::ZERO, MinorUnits::new)
}
