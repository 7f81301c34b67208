//! The real servers, set up as a judge of conformance wants to find them.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::{
    Server,
    files::{
        AGENT_KEY, FEED_KEY, LEDGER_KEY, MERCHANT_ID, MERCHANT_KEY, OPERATOR_KEY, VAULT_KEY,
        WEBHOOK_SECRET,
    },
};

/// Another agent at seller and PSP.
const OTHER_KEY: &str = "street-other-agent-key-gggggggggg";
/// An agent at the PSP whose rate limit is used up.
const LIMITED_KEY: &str = "street-limited-agent-key-hhhhhhhh";
const OTHER_MERCHANT_ID: &str = "merchant_other";
const OTHER_MERCHANT_KEY: &str = "street-other-merchant-key-iiiiii";
/// Another shop of the agent.
const OTHER_FEED_KEY: &str = "street-other-feed-key-jjjjjjjjjj";

/// A shop whose feed counts its stock: a thousand units of what is bought, one of the last lamp.
const CATALOGUE: &str = "\
item_id,title,description,price,currency,availability,inventory_quantity,link,image_link
mug,Mug,Stoneware mug,18.50,USD,in_stock,1000,https://shop.example/mug,https://shop.example/mug.png
bowl,Bowl,Stoneware bowl,24.00,USD,in_stock,1000,https://shop.example/bowl,https://shop.example/bowl.png
plate,Plate,Stoneware plate,31.90,USD,in_stock,1000,https://shop.example/plate,https://shop.example/plate.png
vase,Vase,Sold out,55.00,USD,out_of_stock,0,https://shop.example/vase,https://shop.example/vase.png
lamp,Lamp,The last one,79.00,USD,in_stock,1,https://shop.example/lamp,https://shop.example/lamp.png
";

/// A seller, a PSP and an agent in a folder of their own, and the judge's configuration for them.
pub struct Judged {
    folder: TempDir,
    binary: PathBuf,
    // Dropped, and so killed, with this.
    psp: Server,
    seller: Server,
    _agent: Server,
}

impl Judged {
    /// Starts the three servers of `binary`, and makes the demo's feeds.
    pub fn start(binary: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let events = format!("127.0.0.1:{}", free_port()?);
        fs::write(folder.path().join("catalogue.csv"), CATALOGUE)?;
        let files = Files(folder.path());
        files.psp()?;
        let psp = serve(binary, folder.path(), "psp")?;
        files.seller(&psp.url, &events)?;
        let seller = serve(binary, folder.path(), "seller")?;
        files.agent(&seller.url, &psp.url)?;
        let agent = serve(binary, folder.path(), "agent")?;
        let binary = std::path::absolute(binary)?;
        files.seller_judge(&binary, &seller.url, &psp.url, &events)?;
        files.psp_judge(&psp.url, &seller.url)?;
        files.mcp_judge(&seller.url)?;
        files.receiver_judge(&agent.url)?;
        files.feed_judge(&agent.url)?;
        files.feed_file_judge(&binary)?;
        files.agent_judge(&binary)?;
        // The demo writes its feeds when it starts; its servers are not needed.
        let demo = folder.path().join("demo");
        let demo = demo.to_string_lossy();
        let arguments = ["demo", "--port", "0", "--data", &demo];
        drop(Server::start(&binary, &arguments, None)?);
        Ok(Self {
            folder,
            binary,
            psp,
            seller,
            _agent: agent,
        })
    }

    /// The binary under test.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Address of the seller, which knows the agent by [`AGENT_KEY`].
    #[must_use]
    pub fn seller_url(&self) -> &str {
        &self.seller.url
    }

    /// Address of the PSP, which knows the agent by the same key.
    #[must_use]
    pub fn psp_url(&self) -> &str {
        &self.psp.url
    }

    /// The folder in which the judge works.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The judge's configuration for `seller`, `psp`, `mcp`, `agent`, `receiver`, `feed` or `feed-file`.
    #[must_use]
    pub fn config(&self, party: &str) -> PathBuf {
        self.folder.path().join(format!("certify-{party}.toml"))
    }

    /// Whole log of a party, for a failed test.
    pub fn log(&self, party: &str) -> Result<String> {
        let file = self.folder.path().join(format!("{party}.log"));
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    }
}

fn serve(binary: &Path, folder: &Path, kind: &str) -> Result<Server> {
    let config = folder.join(format!("{kind}.toml"));
    let config = config.to_string_lossy();
    let log = folder.join(format!("{kind}.log"));
    Server::start_logging(binary, &[kind, "serve", "--config", &config], None, &log)
}

/// The judge's section for the seller. A provider limits how often one card is delegated, so there
/// are several.
fn seller_section(url: &str, psp: &str) -> String {
    format!(
        "[seller]\nurl = \"{url}\"\nkey = \"{AGENT_KEY}\"\nother_key = \"{OTHER_KEY}\"\n\
         test_mode = true\nitems = [\"mug\", \"bowl\", \"plate\"]\n\
         out_of_stock_item = \"vase\"\nlast_item = \"lamp\"\noffers = [\"3ds\"]\n\
         [seller.payment]\nhow = \"delegate\"\nurl = \"{psp}\"\nkey = \"{AGENT_KEY}\"\n\
         merchant_id = \"{MERCHANT_ID}\"\n\
         more_cards = [\"4111111111111111\", \"5555555555554444\", \"378282246310005\"]\n\
         authentication_card = \"4000002760003184\"\n"
    )
}

/// A port that nobody has: the judge listens there later. Another process may take it before.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Writes the configuration files of servers and judge into its folder.
struct Files<'a>(&'a Path);

impl Files<'_> {
    fn write(&self, name: &str, text: String) -> Result<()> {
        let file = self.0.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    fn psp(&self) -> Result<()> {
        let agents = [
            ("agent", AGENT_KEY),
            ("other", OTHER_KEY),
            ("limited", LIMITED_KEY),
        ]
        .map(|(id, key)| format!("[[agents]]\nid = \"{id}\"\nkey = \"{key}\"\n"))
        .concat();
        let merchants = [
            (MERCHANT_ID, MERCHANT_KEY),
            (OTHER_MERCHANT_ID, OTHER_MERCHANT_KEY),
        ]
        .map(|(id, key)| {
            format!("[[merchants]]\nmerchant_id = \"{id}\"\nname = \"{id}\"\nkey = \"{key}\"\n")
        })
        .concat();
        self.write(
            "psp.toml",
            format!(
                "listen = \"127.0.0.1:0\"\n\
                 database = \"{folder}/psp.db\"\n\
                 vault_key = \"{VAULT_KEY}\"\n\
                 issuer_ledger_key = \"{LEDGER_KEY}\"\n\
                 {agents}{merchants}",
                folder = self.0.display()
            ),
        )
    }

    fn seller(&self, psp_url: &str, events: &str) -> Result<()> {
        self.write(
            "seller.toml",
            format!(
                "listen = \"127.0.0.1:0\"\n\
                 database = \"{folder}/seller.db\"\n\
                 [merchant]\nname = \"Judged Shop\"\ncurrency = \"USD\"\nregion = \"US-OR\"\nsupport_email = \"help@example.com\"\n\
                 [catalogue]\nfile = \"{folder}/catalogue.csv\"\n\
                 [psp]\nbase_url = \"{psp_url}\"\nmerchant_id = \"{MERCHANT_ID}\"\nkey = \"{MERCHANT_KEY}\"\n\
                 [[agents]]\nid = \"agent\"\nkey = \"{AGENT_KEY}\"\n\
                 [[agents]]\nid = \"other\"\nkey = \"{OTHER_KEY}\"\n\
                 [[operators]]\nid = \"operator\"\nkey = \"{OPERATOR_KEY}\"\n\
                 [[webhooks]]\nid = \"agent\"\nurl = \"http://{events}/agentic_checkout/webhooks/order_events\"\nsecret = \"{WEBHOOK_SECRET}\"\nallow_loopback = true\n",
                folder = self.0.display(),
            ),
        )
    }

    fn agent(&self, seller_url: &str, psp_url: &str) -> Result<()> {
        let sellers = [("street", FEED_KEY, WEBHOOK_SECRET), ("other", OTHER_FEED_KEY, OTHER_KEY)]
            .map(|(id, feed_key, secret)| {
                format!(
                    "[[sellers]]\nid = \"{id}\"\nname = \"{id}\"\nbase_url = \"{seller_url}\"\n\
                     key = \"{AGENT_KEY}\"\nwebhook_secret = \"{secret}\"\nfeed_key = \"{feed_key}\"\n"
                )
            })
            .concat();
        self.write(
            "agent.toml",
            format!(
                "listen = \"127.0.0.1:0\"\n\
                 database = \"{folder}/agent.db\"\n\
                 index = \"{folder}/index\"\n\
                 consent_key = \"{VAULT_KEY}\"\n\
                 [psp]\nbase_url = \"{psp_url}\"\nkey = \"{AGENT_KEY}\"\nsimulated = true\n\
                 {sellers}",
                folder = self.0.display(),
            ),
        )
    }

    fn seller_judge(&self, binary: &Path, url: &str, psp: &str, events: &str) -> Result<()> {
        let operate = |act: &str| {
            format!(
                "[\"sh\", \"-c\", \"'{}' orders --url {url} --key {OPERATOR_KEY} {act}\"]",
                binary.display()
            )
        };
        let ship = operate("ship $ACP_ORDER_ID --carrier Post --tracking-number SIM-1");
        self.write(
            "certify-seller.toml",
            format!(
                "{seller}\
                 [webhooks]\nlisten = \"{events}\"\nsecret = \"{WEBHOOK_SECRET}\"\nquiet_ms = 500\n\
                 ship_command = {ship}\nrefund_command = {refund}\n\
                 [webhooks.actions]\ncancel = {cancel}\n",
                seller = seller_section(url, psp),
                refund = operate("refund $ACP_ORDER_ID"),
                cancel = operate("cancel $ACP_ORDER_ID"),
            ),
        )
    }

    /// What a token may pay shows at a seller only.
    fn psp_judge(&self, url: &str, seller: &str) -> Result<()> {
        self.write(
            "certify-psp.toml",
            format!(
                "[psp]\nurl = \"{url}\"\nkey = \"{AGENT_KEY}\"\nother_key = \"{OTHER_KEY}\"\n\
                 rate_key = \"{LIMITED_KEY}\"\ntest_mode = true\nmerchant_id = \"{MERCHANT_ID}\"\n\
                 other_merchant_id = \"{OTHER_MERCHANT_ID}\"\nmade_up_cards = true\n\
                 {seller}",
                seller = seller_section(seller, url),
            ),
        )
    }

    fn mcp_judge(&self, url: &str) -> Result<()> {
        self.write(
            "certify-mcp.toml",
            format!("[mcp]\nurl = \"{url}/mcp\"\nkey = \"{AGENT_KEY}\"\n"),
        )
    }

    /// The judge's own seller and provider know no keys and choose their ports; a fresh agent for each
    /// purchase is told where they are.
    fn agent_judge(&self, binary: &Path) -> Result<()> {
        self.write(
            "certify-agent.toml",
            format!(
                "[limits]\nrun_timeout_s = 900\n\
                 [agent]\nseller_listen = \"127.0.0.1:0\"\npsp_listen = \"127.0.0.1:0\"\n\
                 buy_command = [\"{}\", \"agent\", \"buy\"]\nwait_s = 60\n",
                binary.display()
            ),
        )
    }

    fn receiver_judge(&self, url: &str) -> Result<()> {
        self.write(
            "certify-receiver.toml",
            format!(
                "[receiver]\nurl = \"{url}/agentic_checkout/webhooks/order_events\"\n\
                 secret = \"{WEBHOOK_SECRET}\"\n",
            ),
        )
    }

    fn feed_judge(&self, url: &str) -> Result<()> {
        self.write(
            "certify-feed.toml",
            format!(
                "[feed]\nurl = \"{url}\"\nkey = \"{FEED_KEY}\"\nother_key = \"{OTHER_FEED_KEY}\"\n"
            ),
        )
    }

    fn feed_file_judge(&self, binary: &Path) -> Result<()> {
        let feed = self.0.join("demo/feeds/kiln");
        self.write(
            "certify-feed-file.toml",
            format!(
                "[feed_file]\npath = \"{feed}\"\n\
                 [feed_file.push]\nlisten = \"127.0.0.1:{port}\"\nkey = \"{FEED_KEY}\"\n\
                 command = [\"sh\", \"-c\", \"'{binary}' feed push '{feed}' --agent $ACP_FEED_URL --key $ACP_FEED_KEY\"]\n",
                feed = feed.display(),
                port = free_port()?,
                binary = binary.display(),
            ),
        )
    }
}
