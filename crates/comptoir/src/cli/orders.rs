//! `comptoir orders list | show | ship | hand-over | deliver | refund | cancel`.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{http_client, say};

/// Which seller, and what to do there.
#[derive(Args)]
pub(super) struct Options {
    /// Address of the seller, such as `http://127.0.0.1:8421`.
    #[arg(long, env = "COMPTOIR_SELLER_URL")]
    url: String,
    /// Operator's key of the seller.
    #[arg(long, env = "COMPTOIR_OPERATOR_KEY", hide_env_values = true)]
    key: SecretString,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List orders, newest first.
    List {
        /// Only of this status: confirmed, processing, shipped, completed, canceled.
        #[arg(long)]
        status: Option<String>,
        /// Orders at most, 1 to 200.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one order as JSON.
    Show { order: String },
    /// Send everything that is left to send.
    Ship {
        order: String,
        #[arg(long)]
        carrier: Option<String>,
        #[arg(long)]
        tracking_number: Option<String>,
        #[arg(long)]
        tracking_url: Option<String>,
    },
    /// Make digital goods available.
    HandOver {
        order: String,
        #[arg(long)]
        access_url: Option<String>,
        #[arg(long)]
        license_key: Option<String>,
    },
    /// Record that a parcel arrived.
    Deliver {
        order: String,
        /// Id of the parcel, as `show` lists it.
        #[arg(long)]
        fulfillment: String,
    },
    /// Give money back; everything that is left when no amount is given.
    Refund {
        order: String,
        /// Minor units: 1250 for 12.50 EUR.
        #[arg(long)]
        amount: Option<i64>,
        #[arg(long)]
        reason: Option<String>,
    },
    /// Cancel everything that was not sent, and give its money back.
    Cancel {
        order: String,
        #[arg(long)]
        reason: Option<String>,
    },
}

pub(super) async fn run(options: Options) -> Result<ExitCode> {
    let operator = OperatorApi::new(&options.url, options.key)?;
    match options.command {
        Command::List { status, limit } => {
            let page = operator.list(status.as_deref(), limit).await?;
            let orders = page
                .get("orders")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if orders.is_empty() {
                say("no orders");
            }
            for order in &orders {
                say(&line(order));
            }
        }
        Command::Show { order } => show(&operator.get(&order).await?)?,
        Command::Ship {
            order,
            carrier,
            tracking_number,
            tracking_url,
        } => {
            let body = body([
                ("carrier", carrier),
                ("tracking_number", tracking_number),
                ("tracking_url", tracking_url),
            ]);
            say(&line(&operator.act(&order, "ship", &body).await?));
        }
        Command::HandOver {
            order,
            access_url,
            license_key,
        } => {
            let body = body([("access_url", access_url), ("license_key", license_key)]);
            say(&line(&operator.act(&order, "hand_over", &body).await?));
        }
        Command::Deliver { order, fulfillment } => {
            let body = body([("fulfillment_id", Some(fulfillment))]);
            say(&line(&operator.act(&order, "deliver", &body).await?));
        }
        Command::Refund {
            order,
            amount,
            reason,
        } => {
            let mut body = body([("reason", reason)]);
            if let (Some(amount), Some(fields)) = (amount, body.as_object_mut()) {
                fields.insert("amount".to_owned(), json!(amount));
            }
            say(&line(&operator.act(&order, "refund", &body).await?));
        }
        Command::Cancel { order, reason } => {
            say(&line(
                &operator
                    .act(&order, "cancel", &body([("reason", reason)]))
                    .await?,
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(order: &Value) -> Result<()> {
    say(&serde_json::to_string_pretty(order)?);
    Ok(())
}

/// Number, status, total and id on one line.
fn line(order: &Value) -> String {
    let text = |name: &str| order.get(name).and_then(Value::as_str).unwrap_or("-");
    let total = order
        .get("totals")
        .and_then(Value::as_array)
        .and_then(|rows| {
            rows.iter()
                .find(|row| row.get("type") == Some(&json!("total")))?
                .get("amount")?
                .as_i64()
        });
    format!(
        "{}  {:<14} total {:>8}  {}",
        text("order_number"),
        text("status"),
        total.unwrap_or_default(),
        text("id")
    )
}

fn body<const N: usize>(fields: [(&str, Option<String>); N]) -> Value {
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
    Value::Object(given.collect::<Map<_, _>>())
}

/// The operator's surface of a seller.
pub(crate) struct OperatorApi {
    url: String,
    key: SecretString,
    client: Client,
}

impl OperatorApi {
    pub(crate) fn new(url: &str, key: SecretString) -> Result<Self> {
        let client = http_client(url, Duration::from_secs(20))?;
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            key,
            client,
        })
    }

    pub(crate) async fn list(&self, status: Option<&str>, limit: u32) -> Result<Value> {
        let status = status
            .map(|status| format!("&status={status}"))
            .unwrap_or_default();
        self.send(
            Method::GET,
            &format!("/operator/orders?limit={limit}{status}"),
            None,
        )
        .await
    }

    pub(crate) async fn get(&self, order: &str) -> Result<Value> {
        self.send(Method::GET, &format!("/operator/orders/{order}"), None)
            .await
    }

    /// Ships, hands over, delivers, refunds or cancels.
    pub(crate) async fn act(&self, order: &str, action: &str, body: &Value) -> Result<Value> {
        self.send(
            Method::POST,
            &format!("/operator/orders/{order}/{action}"),
            Some(body),
        )
        .await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(self.key.expose_secret());
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("cannot reach the seller at {}", self.url))?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        let json: Value = serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "{} is no seller: it answered {status} without JSON",
                self.url
            )
        })?;
        if !status.is_success() {
            let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or("-");
            bail!(
                "the seller refused ({status}, {}): {}",
                text("code"),
                text("message")
            );
        }
        Ok(json)
    }
}
