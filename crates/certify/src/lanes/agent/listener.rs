//! A listener that can close connections without an answer, and reads the greeting of TLS clients.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};

use super::tls;

/// First byte of a TLS handshake record.
const TLS_HANDSHAKE: u8 = 0x16;
/// Longest wait for the first byte, and for what a TLS client says to a server of old.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a TLS client said.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that was heard"
)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Greeting {
    /// Offers TLS 1.3.
    pub(super) offers_13: bool,
    /// Offers TLS 1.2 or newer.
    pub(super) offers_12: bool,
    /// Offers TLS 1.1 or older.
    pub(super) offers_old: bool,
    /// Broke off when the server chose TLS 1.2.
    pub(super) refuses_12: bool,
}

/// Where greetings of TLS clients go.
pub(super) type Greetings = mpsc::UnboundedSender<Greeting>;

/// Accepts connections of plain HTTP.
pub(super) struct Door {
    plain: mpsc::UnboundedReceiver<(Wire, SocketAddr)>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Door {
    /// Takes connections from `listener`; TLS clients are greeted and told of in `greetings`.
    pub(super) fn open(listener: TcpListener, greetings: Greetings) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, plain) = mpsc::unbounded_channel();
        let accepting = tokio::spawn(async move {
            while !sender.is_closed() {
                let Ok((stream, from)) = listener.accept().await else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                tokio::spawn(sort(stream, from, sender.clone(), greetings.clone()));
            }
        });
        Ok(Self {
            plain,
            address,
            accepting,
        })
    }
}

async fn sort(
    mut stream: TcpStream,
    from: SocketAddr,
    plain: mpsc::UnboundedSender<(Wire, SocketAddr)>,
    greetings: Greetings,
) {
    let mut first = [0_u8];
    // A client that says nothing is the server's business.
    let peeked = timeout(PATIENCE, stream.peek(&mut first)).await;
    if matches!(peeked, Ok(Ok(1))) && first == [TLS_HANDSHAKE] {
        if let Ok(Ok(greeting)) = timeout(PATIENCE, greet(&mut stream)).await {
            let _ = greetings.send(greeting);
        }
        return;
    }
    let wire = Wire {
        stream,
        cut: Cut::default(),
    };
    let _ = plain.send((wire, from));
}

/// Reads the client's greeting and answers as a server that knows TLS 1.2 alone.
async fn greet(stream: &mut TcpStream) -> io::Result<Greeting> {
    let mut head = [0_u8; 5];
    stream.read_exact(&mut head).await?;
    let [_, _, _, high, low] = head;
    let mut record = vec![0_u8; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut record).await?;
    let mut greeting = tls::greeting(&record);
    stream.write_all(&tls::server_hello_12(&record)).await?;
    let mut answer = [0_u8; 7];
    // An alert is 21, version, length 2, level, description.
    let read = timeout(Duration::from_millis(700), stream.read_exact(&mut answer)).await;
    greeting.refuses_12 = match read {
        Ok(Ok(_)) => answer.first() == Some(&21),
        Ok(Err(_)) => true,
        Err(_) => false,
    };
    Ok(greeting)
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        match self.plain.recv().await {
            Some(taken) => taken,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// Closes the connection that it belongs to, at the next write.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(Arc<AtomicBool>);

impl Cut {
    pub(super) fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().cut.clone()
    }
}

/// A connection.
pub(super) struct Wire {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.cut.is_set() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
