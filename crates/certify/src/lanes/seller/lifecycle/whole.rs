//! Every answer carries the whole session, sound in itself.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage, codes, paths,
        rule::{Rule, ask},
    },
};

const SINCE_LINES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(WHOLE.at(Topic::Lifecycle, &Stage::OPERATIONS));
    checks.extend(STATUS.at(Topic::Lifecycle, &Stage::OPERATIONS));
    checks.extend(LINE_IDS.at(
        Topic::Lifecycle,
        &[Stage::Several, Stage::Requantified, Stage::Completed],
    ));
    checks.extend(PARENTS.at(Topic::Lifecycle, &[Stage::Several]));
    checks.extend(TIMES.at(Topic::Lifecycle, &Stage::OPERATIONS));
    checks.extend(PROTOCOL.at(Topic::Lifecycle, &Stage::OPERATIONS));
    checks.extend(COUNTRIES.at(
        Topic::Lifecycle,
        &[Stage::Addressed, Stage::Moved, Stage::Completed],
    ));
    checks.push(
        ask(
            Topic::Lifecycle,
            "times-go-forward",
            "created_at stays, and updated_at does not go back",
            times_go_forward,
        )
        .versions(SINCE_LINES)
        .proves(&["checkout.session.times-rfc3339"])
        .advice("set created_at once, and updated_at at each change"),
    );
    checks
}

const WHOLE: Rule = Rule {
    name: "whole-session",
    title: "the answer carries the whole session, not only what changed",
    proves: &["checkout.state.authoritative-every-response"],
    advice: "answer with every required member of the session, each time",
    versions: VersionRange::ALL,
    judge: whole,
};

const STATUS: Rule = Rule {
    name: "status-is-known",
    title: "the status is one of the version's",
    proves: &["checkout.state.authoritative-every-response"],
    advice: "use the statuses of the version's schema; newer ones are unknown to older agents",
    versions: VersionRange::ALL,
    judge: status_known,
};

const LINE_IDS: Rule = Rule {
    name: "line-ids-are-unique",
    title: "line ids are unique in the session",
    proves: &["checkout.lines.ids-unique"],
    advice: "give each line an id of its own",
    versions: VersionRange::ALL,
    judge: line_ids_unique,
};

const PARENTS: Rule = Rule {
    name: "parent-lines-exist",
    title: "parent_id names another line of the same session",
    proves: &["checkout.lines.parent-exists"],
    advice: "name the id of the line to which this one belongs",
    versions: SINCE_LINES,
    judge: parents_exist,
};

const TIMES: Rule = Rule {
    name: "times-are-rfc-3339",
    title: "times of a session are RFC 3339",
    proves: &["checkout.session.times-rfc3339"],
    advice: "write 2026-01-30T12:00:00Z",
    versions: SINCE_LINES,
    judge: times_parse,
};

const PROTOCOL: Rule = Rule {
    name: "protocol-version-is-asked-for",
    title: "protocol.version is the version that the call named",
    proves: &["checkout.session.protocol-version"],
    advice: "answer with the version of the API-Version header",
    versions: SINCE_LINES,
    judge: protocol_version,
};

const COUNTRIES: Rule = Rule {
    name: "countries-are-iso-3166",
    title: "countries are ISO 3166-1 alpha-2 codes in capitals",
    proves: &["checkout.address.country-code"],
    advice: "write US, not usa",
    versions: VersionRange::from(SpecVersion::V2026_04_17),
    judge: countries,
};

fn whole(seller: &Seller, session: &Session) -> Outcome {
    let mut members = vec![
        "id",
        "status",
        "currency",
        "line_items",
        "totals",
        "fulfillment_options",
        "messages",
        "links",
    ];
    if seller.dialect().negotiates() {
        members.push("capabilities");
    }
    for member in members {
        seller.case().must(
            session.json.get(member).is_some(),
            &session.answer,
            WHOLE.title,
            || format!("{member} is missing"),
        )?;
    }
    seller.case().must(
        !session.lines().is_empty(),
        &session.answer,
        "the answer carries the lines of the session",
        || "line_items is empty".to_owned(),
    )
}

/// Statuses with the version that brought them.
const STATUSES: [(&str, SpecVersion); 11] = [
    ("not_ready_for_payment", SpecVersion::V2025_09_29),
    ("ready_for_payment", SpecVersion::V2025_09_29),
    ("completed", SpecVersion::V2025_09_29),
    ("canceled", SpecVersion::V2025_09_29),
    ("in_progress", SpecVersion::V2025_09_29),
    ("authentication_required", SpecVersion::V2025_12_12),
    ("incomplete", SpecVersion::V2026_01_30),
    ("requires_escalation", SpecVersion::V2026_01_30),
    ("pending_approval", SpecVersion::V2026_01_30),
    ("complete_in_progress", SpecVersion::V2026_01_30),
    ("expired", SpecVersion::V2026_01_30),
];

fn status_known(seller: &Seller, session: &Session) -> Outcome {
    let version = seller.case().version();
    let known = STATUSES
        .iter()
        .any(|&(status, since)| status == session.status() && since <= version);
    seller
        .case()
        .must(known, &session.answer, STATUS.title, || {
            format!("`{}` in {version}", session.status())
        })
}

fn line_ids_unique(seller: &Seller, session: &Session) -> Outcome {
    let mut ids = session.line_ids();
    ids.sort_unstable();
    ids.dedup();
    seller.case().must(
        ids.len() == session.lines().len(),
        &session.answer,
        LINE_IDS.title,
        || format!("{:?}", session.line_ids()),
    )
}

fn parents_exist(seller: &Seller, session: &Session) -> Outcome {
    let ids = session.line_ids();
    let mut any = false;
    for line in session.lines() {
        let Some(parent) = Session::text(line, "parent_id") else {
            continue;
        };
        any = true;
        let own = Session::text(line, "id") == Some(parent);
        seller.case().must(
            !own && ids.iter().any(|id| id == parent),
            &session.answer,
            PARENTS.title,
            || line.to_string(),
        )?;
    }
    if any {
        return Ok(());
    }
    Err(Stop::NotApplicable(
        "not offered: lines that belong to other lines".to_owned(),
    ))
}

const TIME_MEMBERS: [&str; 4] = ["created_at", "updated_at", "expires_at", "quote_expires_at"];

fn times_parse(seller: &Seller, session: &Session) -> Outcome {
    for member in TIME_MEMBERS {
        let Some(time) = session.json.get(member) else {
            continue;
        };
        let parsed = time
            .as_str()
            .and_then(|text| text.parse::<Timestamp>().ok());
        seller
            .case()
            .must(parsed.is_some(), &session.answer, TIMES.title, || {
                format!("{member} is {time}")
            })?;
    }
    Ok(())
}

fn protocol_version(seller: &Seller, session: &Session) -> Outcome {
    let version = session.json.pointer("/protocol/version");
    let Some(version) = version.and_then(Value::as_str) else {
        return Err(Stop::NotApplicable(
            "not offered: protocol.version in sessions".to_owned(),
        ));
    };
    let asked = seller.case().version().as_str();
    seller
        .case()
        .must(version == asked, &session.answer, PROTOCOL.title, || {
            format!("asked for {asked}, got {version}")
        })
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn countries(seller: &Seller, session: &Session) -> Outcome {
    let mut wrong = Vec::new();
    paths::members(&session.json, &mut |path, name, value| {
        if name == "country" && !value.as_str().is_some_and(codes::is_country) {
            wrong.push(format!("{path} is {value}"));
        }
    });
    seller
        .case()
        .should(wrong.is_empty(), &session.answer, COUNTRIES.title, || {
            wrong.join(", ")
        });
    Ok(())
}

async fn times_go_forward(seller: Seller) -> Outcome {
    let created = seller.new_session().await?;
    let body = seller.address_body(&seller.target().address);
    let updated = seller.updated(&created, &body).await?;
    let read = seller.read(&created.id).await?;
    let time = |session: &Session, member: &str| {
        Session::text(&session.json, member)?
            .parse::<Timestamp>()
            .ok()
    };
    if time(&created, "created_at").is_none() && time(&created, "updated_at").is_none() {
        return Err(Stop::NotApplicable(
            "not offered: times in sessions".to_owned(),
        ));
    }
    for later in [&updated, &read] {
        seller.case().must(
            time(later, "created_at") == time(&created, "created_at"),
            &later.answer,
            "created_at stays",
            || format!("{:?}", later.json.get("created_at")),
        )?;
        seller.case().must(
            time(later, "updated_at") >= time(&created, "updated_at"),
            &later.answer,
            "updated_at does not go back",
            || format!("{:?}", later.json.get("updated_at")),
        )?;
    }
    Ok(())
}
