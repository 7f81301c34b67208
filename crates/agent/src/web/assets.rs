//! `GET /static/{file}`: the page's style, script and icon, from inside the binary.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use comptoir_signing::fingerprint::Fingerprint;
use http::{StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Changes whenever a file changes; part of every address, so that files are cached for a year.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = Vec::new();
    for name in Files::iter() {
        if let Some(file) = Files::get(&name) {
            all.extend_from_slice(&file.data);
        }
    }
    Fingerprint::of_bytes(&all)
        .to_hex()
        .chars()
        .take(12)
        .collect()
});

/// Version of all files together.
pub(crate) fn version() -> &'static str {
    &VERSION
}

/// Serves one file.
pub(crate) async fn get_static(Path(name): Path<String>) -> Response {
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match Files::get(&name) {
        Some(file) => (
            [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            file.data.into_owned(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
