//! `receiver`: an agent's receiver of order events.

use clap::Args;

use super::{
    Exit, Failure,
    judge::{Party, judge},
    options::Flags,
    source::{Source, secret},
};
use crate::{Lane, ReceiverTarget, Target, probe::Face};

/// A receiver of order events and how to judge it.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    source: Source,
    /// Secret of `Merchant-Signature`; --secret-env is better.
    #[arg(long, conflicts_with = "secret_env")]
    secret: Option<String>,
    /// Name of the environment variable that holds the secret.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Checkout session of an order that the agent knows, when it refuses strangers'.
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

/// Judges the receiver.
pub(super) async fn run(options: Options) -> Result<Exit, Failure> {
    let target = options.source.target("receiver", |url| {
        let secret = secret(
            options.secret.as_deref(),
            options.secret_env.as_deref(),
            "--secret",
            "--secret-env",
        )?;
        Ok(Target {
            receiver: Some(ReceiverTarget {
                checkout_session_id: options.session.clone(),
                ..ReceiverTarget::new(url, secret.ok_or_else(no_secret)?)
            }),
            ..Target::default()
        })
    })?;
    let Some(receiver) = target.receiver.clone() else {
        return Err(Failure::Usage(
            "the configuration has no [receiver] section".to_owned(),
        ));
    };
    let party = Party {
        name: receiver.url.to_string(),
        lanes: &[Lane::WebhookReceiver],
        knock: Some((Face::Receiver, receiver.url, None)),
    };
    judge(party, target, &options.flags).await
}

fn no_secret() -> Failure {
    Failure::Usage("no secret: give --secret-env NAME or --secret TEXT".to_owned())
}
