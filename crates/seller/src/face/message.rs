//! What a session has to say, in the wire's words and paths.

use comptoir_acp::latest::checkout::{
    ContentType, Message as WireMessage, MessageError, MessageInfo, MessageResolution,
    MessageWarning,
};
use comptoir_commerce::checkout::{
    Checkout, Level, Message, Resolution as DomainResolution, Subject,
};

pub(super) fn messages(checkout: &Checkout) -> Vec<WireMessage> {
    checkout
        .messages
        .iter()
        .filter_map(|message| wire(checkout, message))
        .collect()
}

/// A code that this version of the wire does not list becomes an information without a code.
fn wire(checkout: &Checkout, message: &Message) -> Option<WireMessage> {
    let param = param(checkout, &message.subject());
    let content = message.to_string();
    let resolution = Some(resolution(message.resolution()));
    let code = message.code();
    match message.level() {
        Level::Error => Some(WireMessage::Error(MessageError {
            code: code.parse().ok()?,
            severity: None,
            resolution,
            param,
            content_type: ContentType::Plain,
            content,
        })),
        Level::Warning => Some(WireMessage::Warning(MessageWarning {
            code: code.parse().ok()?,
            severity: None,
            resolution,
            param,
            content_type: ContentType::Plain,
            content,
        })),
        Level::Info => Some(WireMessage::Info(MessageInfo {
            severity: None,
            resolution,
            param,
            content_type: ContentType::Plain,
            content,
        })),
    }
}

fn resolution(resolution: DomainResolution) -> MessageResolution {
    match resolution {
        DomainResolution::Recoverable => MessageResolution::Recoverable,
        DomainResolution::RequiresBuyerInput => MessageResolution::RequiresBuyerInput,
        DomainResolution::RequiresBuyerReview => MessageResolution::RequiresBuyerReview,
    }
}

/// The place in the session that a message is about.
fn param(checkout: &Checkout, subject: &Subject) -> Option<String> {
    let line = |place: Option<usize>| match place {
        Some(index) => format!("$.line_items[{index}]"),
        None => "$.line_items".to_owned(),
    };
    Some(match subject {
        Subject::Checkout => return None,
        Subject::Lines => line(None),
        Subject::Line(id) => line(checkout.lines.iter().position(|line| line.id == *id)),
        // There is no line to point at: the index in the list that was asked for, unless another
        // item's line stands there in the answer.
        Subject::Item(item) => line(
            checkout
                .desired
                .lines
                .iter()
                .position(|wanted| wanted.item_id == *item)
                .filter(|index| *index >= checkout.lines.len()),
        ),
        Subject::Address => "$.fulfillment_details.address".to_owned(),
        Subject::AddressField(field) => {
            format!("$.fulfillment_details.address.{}", field.as_str())
        }
        Subject::BuyerEmail => "$.buyer.email".to_owned(),
        Subject::SelectedOption => "$.selected_fulfillment_options".to_owned(),
        Subject::Payment => "$.payment_data".to_owned(),
        Subject::Authentication => "$.authentication_result".to_owned(),
    })
}
