//! Links to the merchant's policies, where a profile demands them.

use std::sync::Arc;

use http::Method;
use url::Url;

use super::Seller;
use crate::{Answer, Case, Check, Lane, Outcome, Request, SpecVersion, Stop, Topic};

/// Most redirections that are followed for one link.
const REDIRECTIONS_MAX: u8 = 4;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        Check::new(
            Lane::Seller,
            Topic::Lifecycle,
            "policy-links-open",
            "a session links terms of use and privacy policy, and both pages open",
            policy_links_open,
        )
        .proves(&["checkout.create.links-are-policies"])
        .advice("add links of type terms_of_use and privacy_policy whose pages answer 200"),
    ]
}

async fn policy_links_open(case: Arc<Case>) -> Outcome {
    if !case.demands("policy-links") {
        return Err(Stop::NotApplicable(
            "the specification requires no link; the profile openai-certification does".to_owned(),
        ));
    }
    let seller = Seller::of(&case)?;
    let session = seller.new_session().await?;
    let links = session.json.get("links").and_then(|links| links.as_array());
    for kind in ["terms_of_use", "privacy_policy"] {
        let mut all = links.into_iter().flatten();
        let link = all.find(|link| link.get("type").and_then(|kind| kind.as_str()) == Some(kind));
        let url = link.and_then(|link| link.get("url")?.as_str());
        case.must_also(
            url.is_some(),
            &session.answer,
            "links holds terms_of_use and privacy_policy",
            || format!("no link of type {kind}"),
        );
        let Some(url) = url else { continue };
        let parsed = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        case.must_also(
            parsed.is_some(),
            &session.answer,
            "a policy link is an absolute web address",
            || format!("{kind}: {url}"),
        );
        if let Some(url) = parsed {
            let page = open(&case, url.clone()).await?;
            case.must_also(
                page.is_success(),
                &page,
                "the page of a policy opens",
                || format!("{kind}: {url} answers {}", page.status),
            );
        }
    }
    Ok(())
}

/// Opens a page as a browser would, without keys.
pub(in crate::lanes) async fn open(case: &Case, mut url: Url) -> Outcome<Answer> {
    let mut left = REDIRECTIONS_MAX;
    loop {
        let mut origin = url.clone();
        origin.set_path("");
        origin.set_query(None);
        origin.set_fragment(None);
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let request = Request::new(Method::GET, path).header("Accept", "text/html");
        let page = case.send(&origin, request).await?;
        let next = page
            .header("location")
            .and_then(|location| url.join(location).ok())
            .filter(|next| matches!(next.scheme(), "http" | "https"));
        match next {
            Some(next) if (300..400).contains(&page.status) && left > 0 => {
                left = left.saturating_sub(1);
                url = next;
            }
            _ => return Ok(page),
        }
    }
}
