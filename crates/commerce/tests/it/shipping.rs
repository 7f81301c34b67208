//! Delivery options.

use comptoir_acp::id::LineItemId;
use comptoir_commerce::shipping::{FulfillmentOption, Parcel, ShippingTable, ShippingZone};

use crate::fixtures::{country, later, money, now, rate, units};

fn parcel(to: &str, goods: i64, weight_grams: u64) -> Parcel {
    Parcel {
        country: country(to),
        goods: money(goods, "EUR"),
        weight_grams,
        line_ids: vec![LineItemId::parse("li_1").unwrap()],
    }
}

fn table() -> ShippingTable {
    let mut post = rate("post", 490, "EUR");
    post.free_above = Some(units(5_000));
    post.weight_grams_max = Some(2_000);
    let mut parcel_service = rate("parcel", 690, "EUR");
    parcel_service.per_kilogram = units(50);
    let home = ShippingZone {
        countries: Some([country("FR"), country("BE")].into()),
        rates: vec![parcel_service, post, rate("dollars", 1, "USD")],
    };
    let world = ShippingZone {
        countries: None,
        rates: vec![rate("world", 2_500, "EUR")],
    };
    ShippingTable {
        zones: vec![world, home],
    }
}

fn shown(parcel: &Parcel) -> Vec<(String, i64)> {
    let options = table().options(parcel);
    options
        .iter()
        .map(|option| (option.id.to_string(), option.subtotal.get()))
        .collect()
}

// A named zone wins over "everywhere else" wherever it stands; the cheapest comes first; a rate in
// another currency is not offered.
#[test]
fn options_follow_the_zone() {
    let home = [("post".to_owned(), 490), ("parcel".to_owned(), 740)];
    assert_eq!(shown(&parcel("FR", 1_000, 400)), home);
    assert_eq!(
        shown(&parcel("JP", 1_000, 400)),
        [("world".to_owned(), 2_500)]
    );
    let mut nowhere = table();
    nowhere.zones.remove(0);
    assert_eq!(nowhere.options(&parcel("JP", 1_000, 400)), []);
}

// The free threshold and the weight limit count at their value.
#[test]
fn thresholds_are_exact() {
    let post = |goods, weight| {
        shown(&parcel("FR", goods, weight))
            .into_iter()
            .find(|(id, _)| id == "post")
    };
    for (goods, cost) in [(4_999, 490), (5_000, 0), (5_001, 0)] {
        assert_eq!(post(goods, 1), Some(("post".to_owned(), cost)), "{goods}");
    }
    for (weight, offered) in [(1_999, true), (2_000, true), (2_001, false)] {
        assert_eq!(post(1, weight).is_some(), offered, "{weight}");
    }
}

// Each started kilogram is charged; a weight beyond reckoning is not offered rather than wrapped.
#[test]
fn weight_is_charged_by_started_kilogram() {
    let service = |weight| {
        let options = shown(&parcel("BE", 1, weight));
        options
            .into_iter()
            .find(|(id, _)| id == "parcel")
            .map(|(_, cost)| cost)
    };
    assert_eq!(
        [0, 1, 1_000, 1_001].map(service),
        [Some(690), Some(740), Some(740), Some(790)]
    );
    assert_eq!(
        service(u64::MAX),
        Some(690 + 50 * i64::try_from(u64::MAX.div_ceil(1_000)).unwrap())
    );
}

// The window of delivery counts days from the moment given.
#[test]
fn the_window_counts_days() {
    let option = FulfillmentOption {
        days_min: 1,
        days_max: 3,
        ..FulfillmentOption::digital(vec![])
    };
    assert_eq!(option.window(now()), (later(86_400), later(3 * 86_400)));
}
