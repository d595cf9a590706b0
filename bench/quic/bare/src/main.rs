//! Bare quinn to bare quinn, driven by lines on standard input like the other peers of the bench:
//! `listen`, `bulk ADDR STREAMS BYTES`, `rtt ADDR N`, `streams ADDR N`, `conns ADDR N`, `idle ADDR N`, `usage`, `stall`.
//! The argument is the IP address of its socket.

#[allow(dead_code)]
#[path = "../../../../native/quic/src/socket.rs"]
mod socket;
#[allow(dead_code)]
#[path = "../../../../native/quic/src/tls.rs"]
mod tls;

use std::{
    io::BufRead,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use libp2p_identity::Keypair;
use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, RecvStream, SendStream, ServerConfig,
    TokioRuntime, TransportConfig,
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const BLOCK: usize = 65_536;
const SINK: u8 = b's';
const ECHO: u8 = b'e';
/// Longest time in which a stream to SINK brought nothing.
static STALL_MICROS: AtomicU64 = AtomicU64::new(0);

fn transport() -> Result<Arc<TransportConfig>> {
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_bidi_streams(256u32.into())
        .stream_receive_window((4u32 << 20).into())
        .receive_window((16u32 << 20).into())
        .send_window(16 << 20)
        .max_idle_timeout(Some(Duration::from_secs(600).try_into()?));
    Ok(Arc::new(transport))
}

fn endpoint() -> Result<Endpoint> {
    let keypair = Keypair::generate_ed25519();
    let transport = transport()?;
    let (client, server) = tls::configs(&keypair)?;
    let mut server = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(server)?));
    server.transport_config(transport.clone());
    let mut client = ClientConfig::new(Arc::new(QuicClientConfig::try_from(client)?));
    client.transport_config(transport);
    let ip = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1".into());
    let socket = socket::Socket::bind(SocketAddr::new(ip.parse()?, 0), 4 << 20)?.io;
    let runtime = Arc::new(TokioRuntime);
    let mut endpoint = Endpoint::new(EndpointConfig::default(), Some(server), socket, runtime)?;
    endpoint.set_default_client_config(client);
    Ok(endpoint)
}

async fn answer(mut send: SendStream, mut recv: RecvStream) -> Result<()> {
    let mut kind = [0];
    recv.read_exact(&mut kind).await?;
    if kind[0] == SINK {
        let mut count = 0;
        let mut last = Instant::now();
        while let Some(chunk) = recv.read_chunk(BLOCK, true).await? {
            STALL_MICROS.fetch_max(last.elapsed().as_micros() as u64, Ordering::Relaxed);
            last = Instant::now();
            count += chunk.bytes.len();
        }
        send.write_all(count.to_string().as_bytes()).await?;
    } else {
        while let Some(chunk) = recv.read_chunk(BLOCK, true).await? {
            send.write_chunk(chunk.bytes).await?;
        }
    }
    send.finish()?;
    Ok(())
}

async fn serve(endpoint: Endpoint) {
    while let Some(incoming) = endpoint.accept().await {
        tokio::spawn(async move {
            let Ok(connection) = incoming.await else { return };
            while let Ok((send, recv)) = connection.accept_bi().await {
                tokio::spawn(answer(send, recv));
            }
        });
    }
}

async fn send_bulk(connection: Connection, size: usize) -> Result<()> {
    let (mut send, mut recv) = connection.open_bi().await?;
    send.write_all(&[SINK]).await?;
    let block = vec![7; BLOCK];
    let mut left = size;
    while left > 0 {
        let part = left.min(BLOCK);
        send.write_all(&block[..part]).await?;
        left -= part;
    }
    send.finish()?;
    recv.read_to_end(32).await?;
    Ok(())
}

async fn rtt(connection: &Connection, count: usize, fresh: bool) -> Result<()> {
    let mut block = [1; 100];
    let mut streams = None;
    for _ in 0..count {
        if fresh || streams.is_none() {
            let (mut send, recv) = connection.open_bi().await?;
            send.write_all(&[ECHO]).await?;
            streams = Some((send, recv));
        }
        if let Some((send, recv)) = &mut streams {
            send.write_all(&block).await?;
            recv.read_exact(&mut block).await?;
        }
    }
    Ok(())
}

/// User and system CPU seconds, and resident KiB.
fn usage() -> Result<String> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let ticks = |i: usize| fields.get(i).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    let cpu = (ticks(11) + ticks(12)) / 100.0;
    Ok(format!("{{\"cpu\":{cpu},\"rss\":{}}}", ticks(21) * 4.0))
}

struct Bare {
    endpoint: Endpoint,
    held: Vec<Connection>,
    connection: Option<Connection>,
}

impl Bare {
    async fn run(&mut self, words: &[&str]) -> Result<String> {
        let number = |i: usize| words.get(i).and_then(|word| word.parse().ok()).unwrap_or(0usize);
        match words[0] {
            "listen" => return Ok(format!("\"{}\"", self.endpoint.local_addr()?)),
            "usage" => return usage(),
            "stall" => {
                return Ok((STALL_MICROS.load(Ordering::Relaxed) as f64 / 1e3).to_string());
            }
            _ => {}
        }
        let to: SocketAddr = words[1].parse()?;
        if self.connection.is_none() {
            self.connection = Some(self.endpoint.connect(to, "l")?.await?);
        }
        let Some(connection) = self.connection.clone() else { return Err("no connection".into()) };
        let start = Instant::now();
        match words[0] {
            "bulk" => {
                let streams = number(2);
                let tasks: Vec<_> = (0..streams)
                    .map(|_| tokio::spawn(send_bulk(connection.clone(), number(3) / streams)))
                    .collect();
                for task in tasks {
                    task.await??;
                }
            }
            "rtt" => rtt(&connection, number(2), false).await?,
            "streams" => rtt(&connection, number(2), true).await?,
            "conns" => {
                for _ in 0..number(2) {
                    self.endpoint.connect(to, "l")?.await?.close(0u32.into(), b"");
                }
            }
            "idle" => {
                for _ in 0..number(2) {
                    self.held.push(self.endpoint.connect(to, "l")?.await?);
                }
            }
            word => return Err(format!("unknown: {word}").into()),
        }
        Ok(start.elapsed().as_secs_f64().to_string())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let endpoint = endpoint()?;
    tokio::spawn(serve(endpoint.clone()));
    let (lines, mut next) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(|line| line.ok()) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    let mut bare = Bare { endpoint, held: Vec::new(), connection: None };
    while let Some(line) = next.recv().await {
        let words: Vec<&str> = line.split_whitespace().collect();
        match bare.run(&words).await {
            Ok(answer) => println!("{{\"ok\":{answer}}}"),
            Err(error) => println!("{{\"error\":\"{error}\"}}"),
        }
    }
    Ok(())
}
