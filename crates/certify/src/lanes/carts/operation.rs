//! The four operations as tables of checks go through them: each as a call that would succeed.

use serde_json::Value;

use super::client::{Cart, Carts, cart_path};
use crate::{Outcome, Request};

/// An operation on carts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// `POST /carts`.
    Create,
    /// `GET /carts/{id}`.
    Get,
    /// `PUT /carts/{id}`.
    Update,
    /// `POST /carts/{id}/cancel`.
    Cancel,
}

impl Operation {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Create, Self::Get, Self::Update, Self::Cancel];

    /// Those with a body that must be there.
    pub(super) const WITH_BODY: [Self; 2] = [Self::Create, Self::Update];

    /// Those on a cart that exists.
    pub(super) const ON_CART: [Self; 3] = [Self::Get, Self::Update, Self::Cancel];

    /// The word in ids and texts.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::Update => "update",
            Self::Cancel => "cancel",
        }
    }

    /// The status of success.
    pub(super) const fn status(self) -> u16 {
        match self {
            Self::Create => 201,
            Self::Get | Self::Update | Self::Cancel => 200,
        }
    }
}

/// A call that was prepared and not sent, with the cart that it is about.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) cart: Option<Cart>,
    pub(super) request: Request,
}

impl Carts {
    /// A call that succeeds when it is sent; an update brings another item.
    pub(super) async fn call(&self, operation: Operation) -> Outcome<Call> {
        if operation == Operation::Create {
            return Ok(Call {
                cart: None,
                request: self.create_request(&self.body()?)?,
            });
        }
        let cart = self.new_cart().await?;
        Ok(Call {
            request: self.request_on(operation, &cart.id)?,
            cart: Some(cart),
        })
    }

    /// The request of an operation on this id.
    pub(super) fn request_on(&self, operation: Operation, id: &str) -> Outcome<Request> {
        match operation {
            Operation::Create => self.create_request(&self.body()?),
            Operation::Get => self.seller.get_request(cart_path(id, "")),
            Operation::Update => {
                let other = self.seller.item_at(1).or_else(|_| self.seller.item())?;
                self.replace_request(id, &self.body_of(&[(other, 1)]))
            }
            Operation::Cancel => self.cancel_request(id),
        }
    }

    /// A refused call left its cart as it was; a create has none to look at.
    pub(super) async fn left_alone(&self, call: &Call) -> Outcome {
        match &call.cart {
            Some(cart) => self.unchanged(cart, "a refused call").await,
            None => Ok(()),
        }
    }
}

/// The JSON body of a request.
pub(super) fn body_of(request: &Request) -> Value {
    let bytes = request.body.as_deref().unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or_default()
}
