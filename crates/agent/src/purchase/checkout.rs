//! Everything before the order button: opening the session, address, delivery, review, cancel.

use comptoir_acp::currency::Currency;
use comptoir_store::{Collection, NewRecord, TenantId, Tx};

use super::{
    ITEMS_MAX, Link, OrderCard, PurchaseError, PurchaseState, QUANTITY_MAX,
    inspect::inspect,
    model::{Destination, Purchase, WantedItem},
    order_card::NoCard,
    requests,
};
use crate::{Language, agent::Agent, peer::PreparedCall, text};

/// One item to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChoice {
    /// The product in the seller's feed.
    pub product_id: String,
    /// The variant.
    pub variant_id: String,
    /// Pieces, 1 to 99.
    pub quantity: u32,
}

impl Agent {
    /// Opens a checkout at a seller for these items; the seller learns the items and nothing else.
    ///
    /// Returns the purchase's id. `owner` is the buyer's principal.
    ///
    /// # Errors
    /// [`PurchaseError::Items`], [`PurchaseError::UnknownSeller`], or what the seller did wrong.
    pub async fn start_purchase(
        &self,
        owner: &str,
        language: Language,
        seller_id: &str,
        choices: &[ItemChoice],
    ) -> Result<String, PurchaseError> {
        let (items, currency) = self.wanted(seller_id, choices)?;
        let body = requests::create(&items, currency, language.tag());
        let call = PreparedCall::create(&body, &self.new_key())?;
        let mut purchase = Purchase {
            id: self.parts().environment.new_id("pur"),
            owner: owner.to_owned(),
            seller_id: seller_id.to_owned(),
            language,
            created_at: self.parts().environment.now(),
            state: PurchaseState::Open,
            items,
            currency,
            session: None,
            session_revision: 0,
            destination: None,
            chosen_option: None,
            attempts: 0,
            attempt: None,
            notice: None,
            ordered_at: None,
            order: None,
            order_known: None,
            total_differs: false,
            revision: 0,
        };
        self.insert_purchase(&mut purchase).await?;
        let opened = self.ask(seller_id, &call).await;
        let opened = opened.and_then(|session| {
            inspect(&purchase, &session).map_err(PurchaseError::Seller)?;
            Ok(session)
        });
        match opened {
            Ok(session) => {
                let link = Link::id(seller_id, &session.id);
                purchase.hold(session);
                self.save_linked(&mut purchase, link).await?;
                Ok(purchase.id)
            }
            Err(error) => {
                purchase.state = PurchaseState::Closed;
                self.save_purchase(&mut purchase, None).await?;
                Err(error)
            }
        }
    }

    /// Tells the seller where it goes: name and address. E-mail and phone stay here.
    ///
    /// # Errors
    /// [`PurchaseError`]; the purchase then is as before.
    pub async fn set_address(
        &self,
        owner: &str,
        purchase_id: &str,
        destination: Destination,
    ) -> Result<(), PurchaseError> {
        let mut purchase = self.open_purchase_of(owner, purchase_id).await?;
        let destination = harmless(&destination);
        let body = requests::set_address(&destination);
        purchase.destination = Some(destination);
        purchase.chosen_option = None;
        purchase.notice = None;
        self.update_session(&mut purchase, body).await
    }

    /// Chooses one of the session's delivery options for all lines.
    ///
    /// # Errors
    /// [`PurchaseError::UnknownOption`] when the seller does not offer it, otherwise as
    /// [`Agent::set_address`].
    pub async fn choose_shipping(
        &self,
        owner: &str,
        purchase_id: &str,
        option_id: &str,
    ) -> Result<(), PurchaseError> {
        let mut purchase = self.open_purchase_of(owner, purchase_id).await?;
        let session = purchase.session.as_ref().ok_or(PurchaseError::NotReady)?;
        let option = session
            .options
            .iter()
            .find(|option| option.id == option_id)
            .ok_or(PurchaseError::UnknownOption)?;
        let line_ids: Vec<&str> = session.lines.iter().map(|line| line.id.as_str()).collect();
        let body = requests::choose_option(&option.kind, &option.id, &line_ids);
        purchase.chosen_option = Some(option_id.to_owned());
        purchase.notice = None;
        self.update_session(&mut purchase, body).await?;
        self.introduce_buyer(&mut purchase).await
    }

    /// Delivery options of the session: id, title and total in minor units.
    ///
    /// # Errors
    /// [`PurchaseError::NotFound`].
    pub async fn delivery_options(
        &self,
        owner: &str,
        purchase_id: &str,
    ) -> Result<Vec<(String, String, Option<i64>)>, PurchaseError> {
        let purchase = self.purchase_of(owner, purchase_id).await?;
        let options = purchase
            .session
            .map(|session| session.options)
            .unwrap_or_default();
        Ok(options
            .into_iter()
            .map(|option| (option.id, option.title, option.total))
            .collect())
    }

    /// Asks the seller for the session as it is now and puts it before the buyer.
    ///
    /// # Errors
    /// [`PurchaseError::Seller`] when it must not be ordered, [`PurchaseError::NotReady`] when the
    /// seller does not take it yet.
    pub async fn review(&self, owner: &str, purchase_id: &str) -> Result<OrderCard, PurchaseError> {
        let mut purchase = self.open_purchase_of(owner, purchase_id).await?;
        self.refresh(&mut purchase).await?;
        self.leave_authentication(&mut purchase).await?;
        self.card_of(&purchase)
    }

    /// Gives up a purchase that is not being paid; the seller is told without a reason.
    ///
    /// # Errors
    /// [`PurchaseError::WrongState`] once the order button was pressed.
    pub async fn cancel_purchase(
        &self,
        owner: &str,
        purchase_id: &str,
    ) -> Result<(), PurchaseError> {
        let mut purchase = self.open_purchase_of(owner, purchase_id).await?;
        purchase.state = PurchaseState::Closed;
        self.save_purchase(&mut purchase, None).await?;
        if let Some(session) = &purchase.session {
            let call = PreparedCall::cancel(&session.id, &self.new_key())?;
            // The session expires by itself when the seller does not hear this.
            let _ = self.seller_peer(&purchase.seller_id)?.send(&call).await;
        }
        Ok(())
    }

    /// The order card of the session as it is stored.
    pub(super) fn card_of(&self, purchase: &Purchase) -> Result<OrderCard, PurchaseError> {
        let session = purchase.session.as_ref().ok_or(PurchaseError::NotReady)?;
        let inspected = inspect(purchase, session).map_err(PurchaseError::Seller)?;
        let name = self.seller_name(&purchase.seller_id);
        let salt = self.parts().address_salt(&purchase.id);
        OrderCard::build(
            purchase,
            name,
            session,
            purchase.session_revision,
            inspected,
            &salt,
        )
        .map_err(|reason| match reason {
            NoCard::Fault(fault) => PurchaseError::Seller(fault),
            NoCard::NotReady => PurchaseError::NotReady,
        })
    }

    pub(crate) async fn open_purchase_of(
        &self,
        owner: &str,
        id: &str,
    ) -> Result<Purchase, PurchaseError> {
        let purchase = self.purchase_of(owner, id).await?;
        if purchase.state == PurchaseState::Open {
            Ok(purchase)
        } else {
            Err(PurchaseError::WrongState(purchase.state))
        }
    }

    pub(super) fn new_key(&self) -> String {
        self.parts().environment.new_id("idem")
    }

    async fn save_linked(
        &self,
        purchase: &mut Purchase,
        link: String,
    ) -> Result<(), PurchaseError> {
        let (id, owner) = (purchase.id.clone(), purchase.owner.clone());
        let now = self.parts().environment.now_micros();
        self.save_purchase_with(purchase, None, move |tx: &mut dyn Tx| {
            tx.insert(
                Collection::CheckoutSessions,
                &NewRecord {
                    tenant: TenantId::DEFAULT,
                    id: &link,
                    owner: &owner,
                    state: "held",
                    unique_ref: None,
                    parent: Some(&id),
                    due_at: None,
                    document: b"{}",
                    rendered: None,
                    now,
                },
            )?;
            Ok(())
        })
        .await
    }

    /// Looks the items up in the seller's catalogue: what is bought is what the page shows.
    fn wanted(
        &self,
        seller_id: &str,
        choices: &[ItemChoice],
    ) -> Result<(Vec<WantedItem>, Currency), PurchaseError> {
        if !self.parts().sellers.contains_key(seller_id) {
            return Err(PurchaseError::UnknownSeller);
        }
        let mut items: Vec<WantedItem> = Vec::new();
        let mut currency = None;
        for choice in choices {
            if let Some(known) = items
                .iter_mut()
                .find(|item| item.variant_id == choice.variant_id)
            {
                known.quantity = known.quantity.saturating_add(choice.quantity);
                continue;
            }
            let offer = self
                .offer(seller_id, &choice.product_id, &choice.variant_id)
                .ok_or(PurchaseError::Items("not in the catalogue"))?;
            let price = offer.price.ok_or(PurchaseError::Items("without price"))?;
            if *currency.get_or_insert(price.currency) != price.currency {
                return Err(PurchaseError::Items("in several currencies"));
            }
            items.push(WantedItem {
                product_id: choice.product_id.clone(),
                variant_id: choice.variant_id.clone(),
                quantity: choice.quantity,
                title: offer.title,
                shown_price: Some(price.amount.get()),
            });
        }
        if items.len() > ITEMS_MAX
            || items
                .iter()
                .any(|item| !(1..=QUANTITY_MAX).contains(&item.quantity))
        {
            return Err(PurchaseError::Items("too many"));
        }
        Ok((items, currency.ok_or(PurchaseError::Items("none"))?))
    }
}

/// The buyer's own text: bounded, without control characters, and without card numbers, which
/// people paste into every field there is.
fn harmless(destination: &Destination) -> Destination {
    let clean = |raw: &str, chars_max: usize| text::mask_cards(&text::line(raw, chars_max)).0;
    Destination {
        name: clean(&destination.name, 256),
        line_one: clean(&destination.line_one, 60),
        line_two: clean(&destination.line_two, 60),
        city: clean(&destination.city, 60),
        state: clean(&destination.state, 60),
        country: clean(&destination.country, 2).to_uppercase(),
        postal_code: clean(&destination.postal_code, 20),
        email: clean(&destination.email, 254),
        phone: phone(&destination.phone),
        notes: text::mask_cards(&text::paragraphs(&destination.notes, 500)).0,
    }
}

/// A phone number has at most 15 digits (E.164); only longer ones can be mistaken for one.
fn phone(raw: &str) -> String {
    const PHONE_DIGITS_MAX: usize = 15;
    let clean = text::line(raw, 32);
    if clean.chars().filter(char::is_ascii_digit).count() > PHONE_DIGITS_MAX {
        text::mask_cards(&clean).0
    } else {
        clean
    }
}
