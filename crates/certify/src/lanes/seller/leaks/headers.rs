//! Headers that say more than they should.

use crate::{
    Answer, Check, Outcome, Topic,
    lanes::seller::{Seller, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Leaks,
            "no-shared-caching",
            "no answer with a session invites shared caches to keep it",
            no_shared_caching,
        )
        .advice("send Cache-Control: no-store, or nothing; never public or s-maxage"),
        ask(
            Topic::Leaks,
            "no-server-version",
            "headers do not name versions of the software behind the API",
            no_server_version,
        )
        .advice("drop X-Powered-By, and versions in Server"),
        ask(
            Topic::Leaks,
            "no-cookies",
            "the API sets no cookies",
            no_cookies,
        )
        .advice("agents have keys, not browsers"),
    ]
}

/// Answers to create, retrieve and an unknown id.
async fn answers(seller: &Seller) -> Outcome<[Answer; 3]> {
    let session = seller.new_session_with_address().await?;
    let read = seller.get(&session.id).await?;
    let unknown = seller.get(&seller.unknown_id()?).await?;
    Ok([session.answer, read, unknown])
}

async fn no_shared_caching(seller: Seller) -> Outcome {
    for answer in &answers(&seller).await? {
        let control = answer.header("cache-control").unwrap_or_default();
        let control = control.to_lowercase();
        let shared = control
            .split(',')
            .map(str::trim)
            .any(|word| word == "public" || word.starts_with("s-maxage"));
        seller.case().must(
            !shared,
            answer,
            "answers with buyers' data are not kept by shared caches",
            || format!("Cache-Control: {control}"),
        )?;
    }
    Ok(())
}

async fn no_server_version(seller: Seller) -> Outcome {
    for answer in &answers(&seller).await? {
        for name in ["server", "x-powered-by", "x-aspnet-version"] {
            let value = answer.header(name).unwrap_or_default();
            let versioned = value.chars().any(|letter| letter.is_ascii_digit());
            seller.case().should(
                !versioned,
                answer,
                "headers name no version of the server's software",
                || format!("{name}: {value}"),
            );
        }
    }
    Ok(())
}

async fn no_cookies(seller: Seller) -> Outcome {
    for answer in &answers(&seller).await? {
        seller.case().should(
            answer.header("set-cookie").is_none(),
            answer,
            "the API sets no cookies",
            || "Set-Cookie is there".to_owned(),
        );
    }
    Ok(())
}
