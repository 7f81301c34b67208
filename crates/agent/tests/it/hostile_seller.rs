//! Sellers that change, add, lie or break off: never charged, always said.

use comptoir_agent::{PurchaseError, SellerFault};

use crate::{
    seller::Lies,
    shop::{OWNER, Shop, destination},
};

async fn fault_after(lie: impl FnOnce(&mut Lies)) -> SellerFault {
    let shop = Shop::open().await;
    let (id, card) = shop.reviewed().await;
    shop.seller.lie(lie);
    let reviewed = shop.agent.review(OWNER, &id).await;
    assert!(matches!(
        shop.confirm(&id, &card).await,
        Err(PurchaseError::Seller(_))
    ));
    assert!(shop.provider.calls().is_empty() && shop.seller.completes().is_empty());
    match reviewed {
        Err(PurchaseError::Seller(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

// Proves that totals are re-added (I15).
#[tokio::test]
async fn totals_that_do_not_add_up_are_refused() {
    assert_eq!(
        fault_after(|lies| lies.total_off_by = 1).await,
        SellerFault::Totals
    );
    assert_eq!(
        fault_after(|lies| lies.total_off_by = -1).await,
        SellerFault::Totals
    );
}

// Proves that a line nobody asked for is refused.
#[tokio::test]
async fn an_extra_line_is_refused() {
    assert_eq!(
        fault_after(|lies| lies.extra_line = true).await,
        SellerFault::Lines
    );
}

// Proves that the currency cannot be switched, at the start or later.
#[tokio::test]
async fn another_currency_is_refused() {
    assert_eq!(
        fault_after(|lies| lies.currency = Some("USD".to_owned())).await,
        SellerFault::Currency
    );
    let shop = Shop::open().await;
    shop.seller
        .lie(|lies| lies.currency = Some("usd".to_owned()));
    assert!(matches!(
        shop.buy("vase", 1).await,
        Err(PurchaseError::Seller(SellerFault::Currency))
    ));
}

// Proves that quantity, address and payment account cannot be changed behind the buyer's back.
#[tokio::test]
async fn other_quantities_addresses_and_accounts_are_refused() {
    assert_eq!(
        fault_after(|lies| lies.quantity_add = 1).await,
        SellerFault::Quantity
    );
    assert_eq!(
        fault_after(|lies| lies.city = Some("Elsewhere".to_owned())).await,
        SellerFault::Delivery
    );
    assert_eq!(
        fault_after(|lies| lies.merchant_missing = true).await,
        SellerFault::Payment
    );
}

// Proves that flat and wrapped refusals give the same message, made harmless.
#[tokio::test]
async fn wrapped_errors_are_read() {
    for wrapped in [false, true] {
        let shop = Shop::open().await;
        shop.seller.lie(|lies| lies.wrapped_refusal = wrapped);
        let id = shop.buy("vase", 1).await.unwrap();
        let mut abroad = destination();
        abroad.country = "AU".to_owned();
        match shop.agent.set_address(OWNER, &id, abroad).await {
            Err(PurchaseError::SellerRefused { code, message }) => {
                assert_eq!(code, "out_of_region");
                assert!(message.starts_with("We do not ship there"));
            }
            other => panic!("{other:?}"),
        }
    }
}

// Proves that what cannot be had is not asked for.
#[tokio::test]
async fn items_out_of_stock_or_unknown_are_not_bought() {
    let shop = Shop::open().await;
    assert!(matches!(
        shop.buy("mug-red", 1).await,
        Err(PurchaseError::Items(_))
    ));
    assert!(matches!(
        shop.buy("nothing", 1).await,
        Err(PurchaseError::Items(_))
    ));
    assert!(matches!(
        shop.buy("vase", 0).await,
        Err(PurchaseError::Items(_))
    ));
    assert!(matches!(
        shop.buy("vase", 100).await,
        Err(PurchaseError::Items(_))
    ));
    assert!(shop.seller.requests("").is_empty());
}

// Proves that one buyer cannot see or move another's purchase (I12).
#[tokio::test]
async fn purchases_of_others_do_not_exist() {
    let shop = Shop::open().await;
    let (id, _) = shop.reviewed().await;
    assert!(matches!(
        shop.agent.review("buyer_other", &id).await,
        Err(PurchaseError::NotFound)
    ));
    assert!(matches!(
        shop.agent.cancel_purchase("buyer_other", &id).await,
        Err(PurchaseError::NotFound)
    ));
}
