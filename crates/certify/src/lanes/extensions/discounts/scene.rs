//! The sessions on which rules about discounts are judged.

use super::reading::applied_by;
use crate::{
    Outcome, Stop,
    lanes::{
        extensions::shop::{code, discounted, offers_discounts, plain, recoded, unknown_code},
        seller::{Seller, Session},
    },
};

/// One path to a session, or to several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// No code was sent.
    Plain,
    /// A code was sent on create.
    Created,
    /// A code was sent on update.
    Updated,
    /// Retrieved after create with a code.
    Retrieved,
    /// Two codes that go together.
    Stacked,
    /// A code and one that nobody knows.
    Mixed,
    /// Each further valid code, alone.
    Further,
    /// As many units as get a discount without a code.
    Automatic,
    /// Every way to a discount that is configured, one after the other.
    Any,
    /// Completed with a code.
    Completed,
}

impl Scene {
    /// Every scene with discounts in force.
    pub(super) const DISCOUNTED: &[Self] = &[
        Self::Created,
        Self::Updated,
        Self::Retrieved,
        Self::Stacked,
        Self::Mixed,
        Self::Further,
        Self::Automatic,
        Self::Completed,
    ];

    /// Those in which a code was sent.
    pub(super) const CODED: &[Self] = &[
        Self::Created,
        Self::Updated,
        Self::Retrieved,
        Self::Stacked,
        Self::Mixed,
        Self::Any,
        Self::Completed,
    ];

    /// Its part of a check's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "without-code",
            Self::Created => "on-create",
            Self::Updated => "on-update",
            Self::Retrieved => "on-retrieve",
            Self::Stacked => "with-two-codes",
            Self::Mixed => "with-an-unknown-code",
            Self::Further => "with-further-codes",
            Self::Automatic => "without-need-of-a-code",
            Self::Any => "with-any-discount",
            Self::Completed => "on-complete",
        }
    }

    /// Its part of a check's title.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Plain => "no code sent",
            Self::Created => "code sent on create",
            Self::Updated => "code sent on update",
            Self::Retrieved => "retrieved after create with a code",
            Self::Stacked => "two codes that go together",
            Self::Mixed => "one good code and an unknown one",
            Self::Further => "each further valid code",
            Self::Automatic => "automatic discount",
            Self::Any => "every configured way to a discount",
            Self::Completed => "completed with a code",
        }
    }

    /// Fresh sessions that were led to this scene.
    pub(super) async fn sessions(self, seller: &Seller) -> Outcome<Vec<Session>> {
        if self != Self::Any {
            return self.led(seller).await;
        }
        let mut sessions = Vec::new();
        let mut untested = None;
        for scene in [Self::Created, Self::Stacked, Self::Further, Self::Automatic] {
            match scene.led(seller).await {
                Ok(led) => sessions.extend(led),
                Err(Stop::NotTested(reason)) => untested = Some(Stop::NotTested(reason)),
                Err(other) => return Err(other),
            }
        }
        match untested {
            Some(untested) if sessions.is_empty() => Err(untested),
            _ => Ok(sessions),
        }
    }

    async fn led(self, seller: &Seller) -> Outcome<Vec<Session>> {
        let session = match self {
            Self::Plain => {
                let session = plain(seller).await?;
                offers_discounts(&session)?;
                session
            }
            Self::Created => valid(seller).await?.0,
            Self::Updated => {
                let code = code(seller, "valid").await?;
                let session = plain(seller).await?;
                offers_discounts(&session)?;
                let session = recoded(seller, &session, &[&code]).await?;
                in_force(seller, &session, &code)?;
                session
            }
            Self::Retrieved => {
                let (session, code) = valid(seller).await?;
                let session = seller.read(&session.id).await?;
                in_force(seller, &session, &code)?;
                session
            }
            Self::Stacked => {
                let codes = [
                    code(seller, "valid").await?,
                    code(seller, "stackable").await?,
                ];
                let codes = codes.each_ref().map(String::as_str);
                let session = discounted(seller, &codes).await?;
                for code in codes {
                    in_force(seller, &session, code)?;
                }
                session
            }
            Self::Mixed => {
                let code = code(seller, "valid").await?;
                let session = discounted(seller, &[&code, &unknown_code(seller)?]).await?;
                in_force(seller, &session, &code)?;
                session
            }
            // It is made of the others.
            Self::Any => return Ok(Vec::new()),
            Self::Further => return further(seller).await,
            Self::Automatic => automatic(seller).await?,
            Self::Completed => completed(seller).await?,
        };
        Ok(vec![session])
    }
}

/// A new session in which the valid code is in force, and that code.
pub(super) async fn valid(seller: &Seller) -> Outcome<(Session, String)> {
    let code = code(seller, "valid").await?;
    let session = discounted(seller, &[&code]).await?;
    in_force(seller, &session, &code)?;
    Ok((session, code))
}

/// The code is applied, otherwise the check ends.
pub(super) fn in_force(seller: &Seller, session: &Session, code: &str) -> Outcome {
    seller.case().must(
        applied_by(session, code).is_some(),
        &session.answer,
        "a valid code is in discounts.applied",
        || format!("{code}: {}", super::reading::shown(session)),
    )
}

/// The code is not applied, otherwise the check ends; `why` says why it must not.
pub(super) fn out_of_force(seller: &Seller, session: &Session, code: &str, why: &str) -> Outcome {
    seller.case().must(
        applied_by(session, code).is_none(),
        &session.answer,
        &format!("{why} is not in discounts.applied"),
        || format!("{code}: {}", super::reading::shown(session)),
    )
}

async fn further(seller: &Seller) -> Outcome<Vec<Session>> {
    let codes = seller.target().discount_codes.iter();
    let further: Vec<_> = codes
        .filter(|(name, _)| name.starts_with("valid-"))
        .map(|(_, code)| code.clone())
        .collect();
    if further.is_empty() {
        code(seller, "valid-further").await?;
    }
    let mut sessions = Vec::new();
    for code in &further {
        let session = discounted(seller, &[code]).await?;
        in_force(seller, &session, code)?;
        sessions.push(session);
    }
    Ok(sessions)
}

async fn automatic(seller: &Seller) -> Outcome<Session> {
    let Some(units) = seller.target().automatic_discount_units else {
        offers_discounts(&plain(seller).await?)?;
        return Err(Stop::NotTested(
            "no automatic discount is known: set seller.automatic_discount_units in certify.toml"
                .to_owned(),
        ));
    };
    let session = seller
        .create_units(&[(seller.item()?, units)], true)
        .await?;
    offers_discounts(&session)?;
    Ok(session)
}

async fn completed(seller: &Seller) -> Outcome<Session> {
    let (session, _) = valid(seller).await?;
    let session = seller.made_ready(session).await?;
    let token = seller.token(&session).await?;
    let answer = seller.pay(&session, &token).await?;
    let completed = seller.session(&answer)?;
    if completed.status() == "completed" {
        return Ok(completed);
    }
    Err(Stop::NotTested(format!(
        "the purchase with a code was not completed: status {}",
        completed.status()
    )))
}
