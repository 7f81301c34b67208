//! Conversation, consent, purchase, order tracking, Feed API host and the chat page.
