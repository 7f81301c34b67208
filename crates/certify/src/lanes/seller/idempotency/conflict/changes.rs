//! Ways to make another body of one.

use serde_json::{Value, json};

use super::super::super::Seller;
use crate::Outcome;

pub(super) fn other_item(seller: &Seller, mut body: Value) -> Outcome<Value> {
    let lines = seller.dialect().lines(&[(seller.item_at(1)?, 1)]);
    set(&mut body, seller.dialect().lines_member(), lines);
    Ok(body)
}

pub(super) fn repeated_line(seller: &Seller, mut body: Value) -> Outcome<Value> {
    let item = seller.item()?;
    let lines = seller.dialect().lines(&[(item, 1), (item, 1)]);
    set(&mut body, seller.dialect().lines_member(), lines);
    Ok(body)
}

pub(super) fn other_name(seller: &Seller, body: Value) -> Value {
    renamed(seller, body, "Another Buyer")
}

pub(super) fn other_case(seller: &Seller, body: Value) -> Value {
    let name = seller.target().address.name.to_uppercase();
    renamed(seller, body, &name)
}

fn renamed(seller: &Seller, mut body: Value, name: &str) -> Value {
    let mut target = seller.target().clone();
    name.clone_into(&mut target.address.name);
    let address = seller.dialect().address(&target.address, &target.buyer);
    set(&mut body, seller.dialect().address_member(), address);
    body
}

pub(super) fn added_buyer(seller: &Seller, mut body: Value) -> Value {
    set(&mut body, "buyer", json!(seller.target().buyer));
    body
}

pub(super) fn removed_address(seller: &Seller, mut body: Value) -> Value {
    remove(&mut body, seller.dialect().address_member());
    body
}

pub(super) fn removed_buyer(_: &Seller, mut body: Value) -> Value {
    remove(&mut body, "buyer");
    body
}

pub(super) fn other_buyer(seller: &Seller, mut body: Value) -> Value {
    let mut buyer = seller.target().buyer.clone();
    "Other".clone_into(&mut buyer.first_name);
    set(&mut body, "buyer", json!(buyer));
    body
}

pub(super) fn other_token(_: &Seller, mut body: Value) -> Value {
    for pointer in [
        "/payment_data/token",
        "/payment_data/instrument/credential/token",
    ] {
        if let Some(token) = body.pointer_mut(pointer) {
            *token = json!("certify_other_token");
        }
    }
    body
}

pub(super) fn other_billing(_: &Seller, mut body: Value) -> Value {
    if let Some(city) = body.pointer_mut("/payment_data/billing_address/city") {
        *city = json!("Another City");
    }
    body
}

fn set(body: &mut Value, member: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
}

fn remove(body: &mut Value, member: &str) {
    if let Some(members) = body.as_object_mut() {
        members.remove(member);
    }
}
