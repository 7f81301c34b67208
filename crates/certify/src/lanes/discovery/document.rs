//! What the document is made of.

use std::sync::Arc;

use serde_json::Value;

use super::{Discovery, check, client::texts};
use crate::{Case, Check, Outcome, SpecVersion, Topic};

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "shape",
            "the document is a valid DiscoveryResponse",
            shape,
        )
        .proves(&["discovery.document.status-200"])
        .proves_shapes(&["DiscoveryResponse"])
        .advice("send protocol, api_base_url, transports and capabilities, and nothing else"),
        check(
            Topic::Lifecycle,
            "required-members",
            "the document has protocol, api_base_url, transports and capabilities with services",
            required,
        )
        .proves(&["discovery.document.status-200"]),
        check(
            Topic::Lifecycle,
            "no-duplicate-members",
            "no member stands twice in the document",
            no_duplicates,
        ),
        check(
            Topic::Lifecycle,
            "base-url",
            "api_base_url is an absolute address over HTTPS without query or fragment",
            base_url,
        )
        .proves(&["discovery.base-url.usable"]),
        check(
            Topic::Lifecycle,
            "base-url-works",
            "{api_base_url}/checkout_sessions is the checkout endpoint",
            move |case| async move { base_url_works(case, version).await },
        )
        .proves(&["discovery.base-url.usable"])
        .advice("name the address below which /checkout_sessions is"),
        check(
            Topic::Lifecycle,
            "base-url-configured",
            "api_base_url is the address under which the seller is judged",
            base_url_configured,
        ),
        check(
            Topic::Lifecycle,
            "links",
            "links of the document are absolute addresses",
            links,
        ),
        check(
            Topic::Lifecycle,
            "transports-rest",
            "transports contains rest",
            rest,
        )
        .proves(&["discovery.transports.rest"]),
        check(
            Topic::Lifecycle,
            "transports-mcp",
            "mcp is listed only with a running MCP server",
            mcp,
        )
        .proves(&["discovery.transports.true"])
        .advice("list mcp when the MCP server runs, and only then"),
    ]
}

async fn shape(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    case.shape(&answer, "DiscoveryResponse")
}

async fn required(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    for pointer in [
        "/protocol",
        "/api_base_url",
        "/transports",
        "/capabilities",
        "/capabilities/services",
    ] {
        case.must_also(
            document
                .pointer(pointer)
                .is_some_and(|value| !value.is_null()),
            &answer,
            "the document has every required member",
            || format!("{pointer} is missing"),
        );
    }
    Ok(())
}

/// Repeated names are lost when the text becomes a tree, so the text is counted.
async fn no_duplicates(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let text = String::from_utf8_lossy(&answer.body);
    for name in [
        "protocol",
        "api_base_url",
        "transports",
        "capabilities",
        "services",
        "supported_versions",
    ] {
        let times = text.matches(&format!("\"{name}\"")).count();
        let values = document.to_string().matches(&format!("\"{name}\"")).count();
        case.must(
            times <= values.max(1),
            &answer,
            "no member stands twice",
            || format!("{name} stands {times} times"),
        )?;
    }
    Ok(())
}

async fn base_url(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (answer, _) = discovery.document().await?;
    let url = discovery.base_url(&answer)?;
    let local = discovery.origin().scheme() == "http";
    case.must(
        url.scheme() == "https" || local,
        &answer,
        "api_base_url is reached over HTTPS",
        || url.to_string(),
    )?;
    case.must(
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty(),
        &answer,
        "paths can be appended to api_base_url: it has no query, no fragment and no user",
        || url.to_string(),
    )
}

async fn base_url_works(case: Arc<Case>, version: SpecVersion) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (answer, _) = discovery.document().await?;
    let base = discovery.base_url(&answer)?;
    let body = discovery.create_body(version)?;
    let answer = discovery
        .post(&base, "/checkout_sessions", version.as_str(), &body)
        .await?;
    case.must(
        answer.is_success() && answer.text("/id").is_some(),
        &answer,
        "POST {api_base_url}/checkout_sessions creates a session",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn base_url_configured(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (answer, _) = discovery.document().await?;
    let url = discovery.base_url(&answer)?;
    let plain = |text: &str| text.trim_end_matches('/').to_owned();
    let judged = plain(discovery.target().url.as_str());
    case.should(
        plain(url.as_str()) == judged,
        &answer,
        "api_base_url is the address that is judged",
        || format!("the document says {url}, seller.url is {judged}"),
    );
    Ok(())
}

async fn links(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let extensions = document
        .pointer("/capabilities/extensions")
        .and_then(Value::as_array);
    let of_extensions = extensions
        .into_iter()
        .flatten()
        .flat_map(|one| ["spec", "schema"].map(|name| one.get(name)));
    let all = of_extensions.chain([document.pointer("/protocol/documentation_url")]);
    for link in all.flatten() {
        let url = link.as_str().and_then(|text| url::Url::parse(text).ok());
        case.must(
            url.is_some_and(|url| matches!(url.scheme(), "http" | "https")),
            &answer,
            "a link is an absolute address",
            || link.to_string(),
        )?;
    }
    Ok(())
}

async fn rest(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let transports = texts(&document, "/transports");
    case.must(
        transports.contains(&"rest"),
        &answer,
        "transports contains rest",
        || format!("{transports:?}"),
    )
}

async fn mcp(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let listed = texts(&document, "/transports").contains(&"mcp");
    let Some(mcp) = &case.target().mcp else {
        if listed {
            return Err(crate::Stop::NotTested(
                "the document lists mcp: set [mcp] in certify.toml to the address of its server"
                    .to_owned(),
            ));
        }
        return Ok(());
    };
    let key = mcp.key.expose().unwrap_or_default();
    let hello = serde_json::json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": { "name": "certification", "version": "1" },
        },
    });
    let request = crate::Request::new(http::Method::POST, "")
        .header("Authorization", format!("Bearer {key}"))
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .body(hello.to_string());
    let served = case.send(&mcp.url, request).await?;
    let works = served.is_success();
    case.must(
        works || !listed,
        &served,
        "mcp is listed only with a running MCP server",
        || {
            format!(
                "initialize answers {}: {}",
                served.status,
                case.excerpt(&served)
            )
        },
    )?;
    case.should(
        listed || !works,
        &answer,
        "a seller with an MCP server lists mcp",
        || "the MCP server answers, but transports does not list it".to_owned(),
    );
    Ok(())
}
