//! Is it an MCP server, does it take the key, does it sell?

use std::sync::Arc;

use url::Url;

use super::{Trouble, Unreachable};
use crate::{Case, Stop, lanes::mcp};

/// Greets the MCP server of this case. The text says why there is nothing to judge, where it is an
/// MCP server without checkout.
pub(crate) async fn greet(case: &Arc<Case>, url: &Url) -> Result<Option<String>, Trouble> {
    let stop = match mcp::greet(case).await {
        Ok(()) => return Ok(None),
        Err(stop) => stop,
    };
    match stop {
        Stop::NotApplicable(reason) | Stop::NotTested(reason) => Ok(Some(reason)),
        Stop::Found(finding) => {
            let refused = ["401: ", "403: "];
            if refused
                .iter()
                .any(|status| finding.found.starts_with(status))
            {
                return Err(Trouble::Refused(format!(
                    "{url} refuses the key: {}; give the bearer key of an agent by --key-env NAME",
                    finding.found
                )));
            }
            Err(Trouble::Unreachable(Unreachable {
                address: format!("POST {url}"),
                seen: format!("no answer of an MCP server to initialize: {}", finding.found),
                next: "give the whole address of the endpoint that speaks MCP over Streamable HTTP, such as https://shop.example/mcp".to_owned(),
            }))
        }
    }
}
