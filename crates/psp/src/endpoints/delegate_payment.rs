//! `POST /agentic_commerce/delegate_payment`: seals a card and issues a token for one payment.
//!
//! Delegate payment RFC (`rfcs/rfc.delegate_payment.md`) §3 to §7, schema
//! `2026-04-17/json-schema/schema.delegate_payment.json`.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use comptoir_acp::{id::PaymentTokenId, latest::delegate_payment::DelegatePaymentRequest};
use comptoir_commerce::token::Token;
use comptoir_http::{ApiError, Call, Reply};
use comptoir_store::Tx;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    blinded::{self, Prints},
    card,
    delegation::{self, Delegation, Rules},
    psp::Face,
    row,
    shared::Shared,
    token::TokenDocument,
    vault::{self, Place, PlainToken, VaultError},
};

#[derive(Serialize)]
struct Response<'a> {
    id: &'a str,
    created: Timestamp,
    metadata: &'a BTreeMap<String, String>,
}

/// 201 with the token; the same again for a repetition.
pub(crate) async fn handle(State(face): State<Face>, call: Call) -> Result<Reply, ApiError> {
    let dialect = call.dialect();
    answer(&face.shared, &call)
        .await
        .map_err(|error| without_card_numbers(error).under(dialect))
}

async fn answer(shared: &Arc<Shared>, call: &Call) -> Result<Reply, ApiError> {
    let request = delegation::read(call)?;
    let (key, prints) = (call.key()?, Prints::of(call)?);
    let caller = Caller {
        agent: call.caller.as_str().to_owned(),
        place: call
            .scope()
            .map_or_else(|| "no key".to_owned(), hex::encode),
        idempotency_key: call
            .idempotency_key
            .as_ref()
            .map(|key| key.as_str().to_owned()),
    };
    let (shared_in, place) = (Arc::clone(shared), caller.place.clone());
    let reply = shared
        .store
        .write("psp_delegate_payment", move |tx| {
            let (shared, now) = (&shared_in, shared_in.environment.now());
            blinded::once(
                tx,
                &shared.vault,
                &key,
                &prints,
                now.as_microsecond(),
                &mut |tx| {
                    delegate(tx, shared, &caller, &request, now).map_err(without_card_numbers)
                },
            )
        })
        .await?;
    open(shared, &place, reply)
}

/// Who asks, and where the answer to them is sealed.
struct Caller {
    agent: String,
    place: String,
    idempotency_key: Option<String>,
}

fn delegate(
    tx: &mut dyn Tx,
    shared: &Arc<Shared>,
    caller: &Caller,
    request: &DelegatePaymentRequest,
    now: Timestamp,
) -> Result<Reply, ApiError> {
    shared
        .delegations_per_agent
        .count(caller.agent.clone(), now)
        .map_err(ApiError::rate_limited)?;
    let rules = Rules {
        now,
        mode: shared.mode,
        is_merchant: &|id| shared.merchants.contains_key(id),
    };
    let delegation = delegation::check(request, &rules)?;
    let fingerprint = shared.vault.fingerprint(&delegation.card.number);
    shared
        .delegations_per_card
        .count(fingerprint, now)
        .map_err(ApiError::rate_limited)?;
    let plain = PlainToken::generate(&shared.environment);
    keep(tx, shared, caller, &delegation, &plain, now)?;
    let metadata = echo(&delegation, caller, shared.issuer.is_simulated());
    let response = Response {
        id: plain.expose(),
        created: now,
        metadata: &metadata,
    };
    let reply = Reply::json(StatusCode::CREATED, &response)?;
    seal(shared, &caller.place, reply)
}

/// Writes token and card; holds the verification code in memory.
fn keep(
    tx: &mut dyn Tx,
    shared: &Arc<Shared>,
    caller: &Caller,
    delegation: &Delegation,
    plain: &PlainToken,
    now: Timestamp,
) -> Result<(), ApiError> {
    let id = plain.record_id();
    let sealed = shared
        .vault
        .seal_card(&shared.environment, shared.tenant, &id, &delegation.card)
        .map_err(internal)?;
    let token_id = PaymentTokenId::parse(id.clone()).map_err(ApiError::internal)?;
    let token = Token::issue(
        token_id,
        caller.agent.clone(),
        delegation.allowance.clone(),
        now,
    );
    row::insert(
        tx,
        shared.tenant,
        &TokenDocument {
            token,
            display: delegation.display.clone(),
        },
        now.as_microsecond(),
    )?;
    vault::insert_card(
        tx,
        shared.tenant,
        &id,
        &caller.agent,
        &sealed,
        now.as_microsecond(),
    )?;
    if let Some(cvc) = &delegation.cvc {
        shared.vault.codes.hold(&id, cvc.clone(), now);
    }
    Ok(())
}

/// The request's metadata with what the PSP adds for correlation (RFC §2.4). What the caller sent
/// stays as it is.
fn echo(delegation: &Delegation, caller: &Caller, simulated: bool) -> BTreeMap<String, String> {
    let mut metadata = delegation.metadata.clone();
    let mut add = |name: &str, value: &str| {
        metadata
            .entry(name.to_owned())
            .or_insert_with(|| value.to_owned());
    };
    add("merchant_id", delegation.allowance.merchant_id.as_str());
    if let Some(key) = &caller.idempotency_key {
        add("idempotency_key", key);
    }
    if simulated {
        add("comptoir.simulated", "true");
    }
    metadata
}

/// The answer is stored for repetitions, and it holds the token: it is stored sealed.
fn seal(shared: &Shared, place: &str, reply: Reply) -> Result<Reply, ApiError> {
    let place = Place {
        tenant: shared.tenant,
        token: place,
        field: "answer",
    };
    let body = shared
        .vault
        .seal(&shared.environment, &place, &reply.body)
        .map_err(internal)?;
    Ok(Reply {
        body: body.into(),
        ..reply
    })
}

/// Opens an answer on its way out. Refusals were never sealed.
fn open(shared: &Shared, place: &str, reply: Reply) -> Result<Reply, ApiError> {
    if reply.status != StatusCode::CREATED {
        return Ok(reply);
    }
    let place = Place {
        tenant: shared.tenant,
        token: place,
        field: "answer",
    };
    let body = shared.vault.open(&place, &reply.body).map_err(internal)?;
    Ok(Reply {
        body: body.to_vec().into(),
        ..reply
    })
}

/// Second line of defence: a `param` that holds a card number, as the name of an unknown field can,
/// is not sent back.
fn without_card_numbers(error: ApiError) -> ApiError {
    if error.param().is_some_and(card::contains_card_number) {
        error.with_param("$")
    } else {
        error
    }
}

fn internal(error: VaultError) -> ApiError {
    ApiError::internal(error)
}
