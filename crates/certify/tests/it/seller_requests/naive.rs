//! Servers on bare sockets: one that frames requests naively, and first words of TLS.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

/// A listener at work; it ends when dropped.
pub(crate) struct Naive {
    pub(crate) url: Url,
    task: JoinHandle<()>,
}

impl Drop for Naive {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Naive {
    /// Answers whatever looks like a head of a request, wherever it stands.
    pub(crate) async fn http() -> Self {
        Self::start("http", |stream| Box::pin(every_head(stream))).await
    }

    /// Says these bytes to whoever connects and speaks.
    pub(crate) async fn tls(says: &'static [u8]) -> Self {
        Self::start("https", move |stream| Box::pin(one_answer(stream, says))).await
    }

    async fn start<F>(scheme: &str, serve: F) -> Self
    where
        F: Fn(TcpStream) -> futures_util::future::BoxFuture<'static, ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{}/", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream));
            }
        });
        Self {
            url: url.parse().unwrap(),
            task,
        }
    }
}

async fn every_head(mut stream: TcpStream) {
    let mut heard = String::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        heard.push_str(&String::from_utf8_lossy(&buffer[..count]));
        // A head begins with its method, whatever stood before it.
        while let Some(end) = heard.find("\r\n\r\n") {
            let request: String = heard.drain(..end + 4).collect();
            let created = request.contains("POST ");
            if !created && !request.contains("GET ") {
                continue;
            }
            let body = r#"{"id":"cs_naive","status":"not_ready_for_payment"}"#;
            let status = if created { "201 Created" } else { "200 OK" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn one_answer(mut stream: TcpStream, says: &'static [u8]) {
    let mut buffer = [0; 4096];
    let _ = stream.read(&mut buffer).await;
    let _ = stream.write_all(says).await;
}
