//! Connections with an id, where the server keeps some.

use http::Method;

use super::{
    Mcp,
    kit::row,
    transport::{STREAMABLE, listing},
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "connection-id",
            "Mcp-Session-Id is of visible ASCII characters and new for each connection",
            |mcp| async move { fresh_ids(&mcp).await },
        )
        .proves(STREAMABLE)
        .advice("make connection ids of random bytes in hexadecimal"),
        row(
            Topic::Errors,
            "connection-unknown",
            "a request of an unknown connection is answered with 404",
            |mcp| async move {
                connection(&mcp)?;
                let key = mcp.case().fresh_key()?;
                let said = listing(&mcp, |request| request.with("Mcp-Session-Id", key)).await?;
                mcp.case().status(&said.answer, &[404])
            },
        )
        .proves(STREAMABLE)
        .advice("answer 404 for connections that ended or never were: the client begins a new one"),
        row(
            Topic::Errors,
            "connection-missing",
            "a request without the connection id that was given is answered with 400",
            |mcp| async move {
                connection(&mcp)?;
                let said = listing(&mcp, |request| request.without("Mcp-Session-Id")).await?;
                mcp.seller().no_breakdown(&said.answer)?;
                mcp.case().should(
                    said.answer.status == 400,
                    &said.answer,
                    "servers that need the id refuse requests without it by 400",
                    || format!("{}", said.answer.status),
                );
                Ok(())
            },
        )
        .proves(STREAMABLE)
        .advice("answer 400 when Mcp-Session-Id is needed and absent"),
        row(
            Topic::Lifecycle,
            "connection-deleted",
            "DELETE ends a connection, or is answered with 405",
            |mcp| async move { deleted(&mcp).await },
        )
        .proves(STREAMABLE)
        .advice("forget the connection on DELETE and answer 404 afterwards"),
    ]
}

/// The id of this connection; not applicable where the server keeps none.
fn connection(mcp: &Mcp) -> Outcome<String> {
    mcp.connection.clone().ok_or_else(|| {
        Stop::NotApplicable("not offered: the server gives no Mcp-Session-Id".to_owned())
    })
}

async fn deleted(mcp: &Mcp) -> Outcome {
    connection(mcp)?;
    let request = mcp.bare(Method::DELETE)?;
    let answer = mcp.case().send(&mcp.target().url, request).await?;
    mcp.case().must(
        answer.is_success() || answer.status == 405,
        &answer,
        "DELETE of a connection is answered with 2xx or 405",
        || format!("{}", answer.status),
    )?;
    if answer.status == 405 {
        return Err(Stop::NotApplicable(
            "not offered: clients cannot end connections".to_owned(),
        ));
    }
    let said = listing(mcp, |request| request).await?;
    mcp.case().status(&said.answer, &[404])
}

async fn fresh_ids(mcp: &Mcp) -> Outcome {
    let one = connection(mcp)?;
    let mut other = Mcp::unconnected(mcp.shared_case())?;
    let said = other.connect().await?;
    let visible = one.bytes().all(|byte| byte.is_ascii_graphic());
    mcp.case().must(
        visible && !one.is_empty() && other.connection.as_ref() != Some(&one),
        &said.answer,
        "a connection id is visible ASCII, and no two connections share one",
        || format!("{one:?}, then {:?}", other.connection),
    )
}
