//! Where the buyer is while being authenticated.

use serde::{Deserialize, Serialize};

use crate::text::BoundedText;

/// The buyer's browser. With JavaScript, the optional fields are required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct BrowserInfo {
    /// The `Accept` header.
    pub accept_header: String,
    /// Internet address.
    pub ip_address: BoundedText<45>,
    /// Whether JavaScript runs.
    pub javascript_enabled: bool,
    /// Language tag.
    pub language: BoundedText<35>,
    /// User agent.
    pub user_agent: String,
    /// Bits per pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_depth: Option<i64>,
    /// Whether Java runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub java_enabled: Option<bool>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen_height: Option<i64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen_width: Option<i64>,
    /// Minutes behind UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone_offset: Option<i64>,
}

impl BrowserInfo {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(
        accept_header: String,
        ip_address: BoundedText<45>,
        javascript_enabled: bool,
        language: BoundedText<35>,
        user_agent: String,
    ) -> Self {
        Self {
            accept_header,
            ip_address,
            javascript_enabled,
            language,
            user_agent,
            color_depth: None,
            java_enabled: None,
            screen_height: None,
            screen_width: None,
            timezone_offset: None,
        }
    }
}

checked_serde!(BrowserInfo);

impl BrowserInfo {
    fn check(&self) -> Result<(), &'static str> {
        if !self.javascript_enabled {
            return Ok(());
        }
        let fields = [
            (self.color_depth.is_some(), "missing field `color_depth`"),
            (self.java_enabled.is_some(), "missing field `java_enabled`"),
            (
                self.screen_height.is_some(),
                "missing field `screen_height`",
            ),
            (self.screen_width.is_some(), "missing field `screen_width`"),
            (
                self.timezone_offset.is_some(),
                "missing field `timezone_offset`",
            ),
        ];
        fields
            .into_iter()
            .find(|(present, _)| !present)
            .map_or(Ok(()), |(_, missing)| Err(missing))
    }
}

closed_enum! {
    /// Where the buyer is.
    pub enum ChannelType {
        Browser = "browser",
    }
}

/// Where the buyer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Always `browser`.
    pub r#type: ChannelType,
    /// The browser.
    pub browser: BrowserInfo,
}
