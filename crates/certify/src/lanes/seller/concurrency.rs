//! Several requests at once.

mod completes;
mod creates;
mod races;
mod stock;

use futures_util::future::join_all;

use super::Seller;
use crate::{Answer, Check, Outcome, Request, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = creates::checks();
    checks.extend(completes::checks());
    checks.extend(races::checks());
    checks.push(stock::last_item());
    checks
}

/// Sends all requests at the same time; the answers come in their order.
async fn at_once(seller: &Seller, requests: Vec<Request>) -> Outcome<Vec<Answer>> {
    let sent = requests.into_iter().map(|request| seller.send(request));
    join_all(sent).await.into_iter().collect()
}
