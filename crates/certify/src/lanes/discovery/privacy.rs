//! What a document for everybody must not tell.

use std::{fs, sync::Arc};

use serde_json::Value;

use super::{Discovery, check, client::WELL_KNOWN};
use crate::{
    Answer, Case, Check, Key, Outcome, Payment, SpecVersion, Topic, lanes::seller::Seller,
};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = merchants();
    checks.extend(others());
    checks
}

fn merchants() -> Vec<Check> {
    vec![
        check(
            Topic::Leaks,
            "merchant-query",
            "a merchant id in the query changes nothing, or is refused",
            merchant_query,
        )
        .proves(&["discovery.privacy.no-merchant-input"]),
        check(
            Topic::Leaks,
            "merchant-path",
            "a merchant id in the path finds nothing",
            merchant_path,
        )
        .proves(&["discovery.privacy.no-merchant-input"]),
        check(
            Topic::Leaks,
            "merchant-header",
            "a merchant id in a header changes nothing",
            merchant_header,
        )
        .proves(&["discovery.privacy.no-merchant-input"]),
        check(
            Topic::Leaks,
            "no-merchant-members",
            "no member of the document names merchants or their configuration",
            no_merchant_members,
        )
        .proves(&["discovery.privacy.no-merchant-ids"]),
        check(
            Topic::Leaks,
            "no-merchant-id",
            "the merchant id of the seller's sessions is not in the document",
            no_merchant_id,
        )
        .proves(&["discovery.privacy.no-merchant-ids"]),
        check(
            Topic::Leaks,
            "no-feed-ids",
            "the document holds no ids of feeds and no list of merchants",
            no_feed_ids,
        )
        .proves(&["feeds.discovery.no-feed-ids"]),
    ]
}

fn others() -> Vec<Check> {
    vec![
        check(
            Topic::Leaks,
            "no-psp",
            "no member of the document names payment handlers or providers",
            no_psp,
        )
        .proves(&["discovery.privacy.no-psp"]),
        check(
            Topic::Leaks,
            "no-payment-methods",
            "payment methods and brands are not in the document",
            no_payment_methods,
        )
        .proves(&["discovery.capabilities.no-payment-methods"])
        .advice("name payment handlers in sessions alone"),
        check(
            Topic::Leaks,
            "no-buyer",
            "the document holds no data of buyers",
            no_buyer,
        )
        .proves(&["discovery.privacy.no-buyer"]),
        check(
            Topic::Leaks,
            "no-secrets",
            "the document holds no keys and no tokens",
            no_secrets,
        )
        .proves(&["discovery.privacy.no-secrets"]),
    ]
}

/// Another fetch gives the same document, or a refusal.
async fn changes_nothing(case: &Arc<Case>, path: &str, header: Option<&str>) -> Outcome {
    let discovery = Discovery::of(case)?;
    let (_, document) = discovery.document().await?;
    let mut request = discovery.request();
    path.clone_into(&mut request.path);
    if let Some(name) = header {
        request = request.header(name, "merchant_certification");
    }
    let answer = discovery.send(request).await?;
    case.must(
        answer.is_refusal() || answer.json.as_ref() == Some(&document),
        &answer,
        "with a merchant id the document is the same, or refused",
        || format!("{path}: {} {}", answer.status, case.excerpt(&answer)),
    )
}

async fn merchant_query(case: Arc<Case>) -> Outcome {
    for query in [
        "merchant_id=merchant_certification",
        "merchant=1",
        "seller_id=1",
        "account=acct_1",
    ] {
        changes_nothing(&case, &format!("{WELL_KNOWN}?{query}"), None).await?;
    }
    Ok(())
}

async fn merchant_path(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    for path in [
        "/.well-known/acp.json/merchant_certification",
        "/merchant_certification/.well-known/acp.json",
    ] {
        let mut request = discovery.request();
        path.clone_into(&mut request.path);
        let answer = discovery.send(request).await?;
        case.must(
            answer.pointer("/protocol").is_none() || answer.json.as_ref() == Some(&document),
            &answer,
            "a merchant id in the path finds no other document",
            || format!("{path}: {} {}", answer.status, case.excerpt(&answer)),
        )?;
    }
    Ok(())
}

async fn merchant_header(case: Arc<Case>) -> Outcome {
    for name in ["Merchant-Id", "X-Merchant-Id", "Stripe-Account"] {
        changes_nothing(&case, WELL_KNOWN, Some(name)).await?;
    }
    Ok(())
}

/// Every member name of a document, in lower case.
fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                found.push(name.to_ascii_lowercase());
                names(member, found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                names(element, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// No member name holds one of these words.
async fn no_member(case: &Arc<Case>, words: &[&str], rule: &str) -> Outcome {
    let (answer, telling) = telling(case, words).await?;
    case.must(telling.is_empty(), &answer, rule, || format!("{telling:?}"))
}

/// The document, and its members whose name holds one of these words.
async fn telling(case: &Arc<Case>, words: &[&str]) -> Outcome<(Answer, Vec<String>)> {
    let (answer, document) = Discovery::of(case)?.document().await?;
    let mut all = Vec::new();
    names(&document, &mut all);
    all.retain(|name| words.iter().any(|word| name.contains(word)));
    Ok((answer, all))
}

async fn no_merchant_members(case: Arc<Case>) -> Outcome {
    let words = ["merchant", "seller_id", "seller_name", "account", "tenant"];
    let words = [words.as_slice(), &["store_id"]].concat();
    no_member(&case, &words, "no member of the document names merchants").await
}

async fn no_feed_ids(case: Arc<Case>) -> Outcome {
    let words = ["feed", "merchants", "sellers", "tenants", "accounts"];
    let (answer, telling) = telling(&case, &words).await?;
    case.should(
        telling.is_empty(),
        &answer,
        "no member of the document names feeds or lists merchants",
        || format!("{telling:?}"),
    );
    // An id may stand anywhere: that of the feed under test is looked for.
    let feed = case.target().feed_file.as_ref();
    let metadata = feed.and_then(|feed| fs::read(feed.path.join("metadata.json")).ok());
    let metadata: Option<Value> = metadata.and_then(|text| serde_json::from_slice(&text).ok());
    let id = metadata.and_then(|json| json.get("id")?.as_str().map(str::to_owned));
    let text = String::from_utf8_lossy(&answer.body);
    case.should(
        id.is_none_or(|id| id.len() < 6 || !text.contains(&id)),
        &answer,
        "the id of the seller's feed is not in the document",
        || "it holds the id of the configured feed".to_owned(),
    );
    Ok(())
}

async fn no_merchant_id(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (answer, _) = discovery.document().await?;
    let session = Seller::of(&case)?.new_session().await?;
    let configured = match &discovery.target().payment {
        Some(Payment::Delegate { merchant_id, .. }) => merchant_id.as_deref(),
        Some(Payment::Token { .. } | Payment::Command { .. }) | None => None,
    };
    let text = String::from_utf8_lossy(&answer.body);
    for id in [session.merchant_id(), configured]
        .into_iter()
        .flatten()
        .filter(|id| id.len() > 3)
    {
        case.must(
            !text.contains(&format!("\"{id}\"")),
            &answer,
            "the merchant id of the seller is not in the document",
            || format!("the document holds {id}"),
        )?;
    }
    Ok(())
}

async fn no_psp(case: Arc<Case>) -> Outcome {
    no_member(
        &case,
        &[
            "handler",
            "psp",
            "payment_provider",
            "processor",
            "acquirer",
            "gateway",
            "routing",
        ],
        "no member of the document names payment handlers or providers",
    )
    .await?;
    let discovery = Discovery::of(&case)?;
    let Some(Payment::Delegate { url, .. }) = &discovery.target().payment else {
        return Ok(());
    };
    let (answer, _) = discovery.document().await?;
    let text = String::from_utf8_lossy(&answer.body);
    let provider = url.as_str().trim_end_matches('/');
    case.must(
        provider == discovery.target().url.as_str().trim_end_matches('/')
            || !text.contains(provider),
        &answer,
        "the address of the payment provider is not in the document",
        || format!("the document holds {provider}"),
    )
}

async fn no_payment_methods(case: Arc<Case>) -> Outcome {
    no_member(
        &case,
        &[
            "payment_method",
            "accepted_brands",
            "card_brands",
            "wallet",
            "funding",
        ],
        "no member of the document names payment methods",
    )
    .await?;
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let text = document
        .get("capabilities")
        .map(ToString::to_string)
        .unwrap_or_default();
    for brand in [
        "\"visa\"",
        "\"mastercard\"",
        "\"amex\"",
        "\"apple_pay\"",
        "\"google_pay\"",
        "\"card\"",
        "tokenized.card",
    ] {
        case.must(
            !text.contains(brand),
            &answer,
            "payment methods stand in sessions, never in the document",
            || format!("capabilities holds {brand}"),
        )?;
    }
    Ok(())
}

async fn no_buyer(case: Arc<Case>) -> Outcome {
    no_member(
        &case,
        &[
            "buyer",
            "customer",
            "shopper",
            "email",
            "phone",
            "address_line",
            "cart_id",
            "session_id",
        ],
        "no member of the document is about buyers",
    )
    .await?;
    let discovery = Discovery::of(&case)?;
    // A session with a buyer must leave no trace in the document.
    let seller = Seller::of(&case)?;
    let body = Value::Object(seller.create_body_with_address()?);
    seller.create(&body).await?;
    let (answer, _) = discovery.document().await?;
    let text = String::from_utf8_lossy(&answer.body);
    let address = &discovery.target().address;
    for secret in [
        &address.line_one,
        &address.name,
        &discovery.target().buyer.email,
    ] {
        case.must(
            secret.len() < 6 || !text.contains(secret.as_str()),
            &answer,
            "the document holds no data of buyers",
            || "the document holds the address of the latest session".to_owned(),
        )?;
    }
    Ok(())
}

async fn no_secrets(case: Arc<Case>) -> Outcome {
    no_member(
        &case,
        &[
            "secret",
            "api_key",
            "access_token",
            "password",
            "private",
            "signing_key",
            "webhook_key",
        ],
        "no member of the document is a secret",
    )
    .await?;
    let discovery = Discovery::of(&case)?;
    let (answer, _) = discovery.document().await?;
    let text = String::from_utf8_lossy(&answer.body);
    let target = discovery.target();
    let keys = [
        Some(&target.key),
        target.other_key.as_ref(),
        target.signing_secret.as_ref(),
    ];
    for key in keys.into_iter().flatten().filter_map(Key::expose) {
        case.must(
            !text.contains(key),
            &answer,
            "the document holds no key of the configuration",
            || "a configured key stands in the document".to_owned(),
        )?;
    }
    let spelled = ["sk_live_", "sk_test_", "-----BEGIN", "Bearer ", "whsec_"];
    let seen: Vec<_> = spelled
        .into_iter()
        .filter(|word| text.contains(word))
        .collect();
    case.must(
        seen.is_empty(),
        &answer,
        "the document holds no keys",
        || format!("{seen:?}"),
    )
}
