//! What JavaScript configures, turned into the configuration of quinn-proto.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use libp2p_identity::Keypair;
use napi_derive::napi;
use quinn_proto::{
    ClientConfig, EndpointConfig, IdleTimeout, RandomConnectionIdGenerator, ServerConfig,
    TransportConfig, VarInt,
    congestion::{BbrConfig, ControllerFactory, CubicConfig, NewRenoConfig},
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};
use ring::hmac;

/// What tells the secret of stateless resets from all else that is made of a node's key.
const RESET_DOMAIN: &[u8] = b"shoal quic stateless reset 1";
/// Random, so that none is used twice: its reset token may have been on the wire since.
const CONNECTION_ID_BYTES: usize = 8;
/// Of one socket: hundreds of peers ask at once when a coordinator is back. None is larger than what it answers.
const RESET_INTERVAL: Duration = Duration::from_millis(2);

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Limits of one engine. Every number has its default in `src/node/quic.ts`.
#[napi(object)]
pub struct Settings {
    /// The node's private key, protobuf as in libp2p.
    pub private_key: napi::bindgen_prelude::Buffer,
    /// Connections in all, handshakes included; more are refused.
    pub connections_max: u32,
    /// Inbound handshakes at once from addresses that are not validated; above, a Retry is demanded.
    pub handshakes_max: u32,
    /// A handshake that takes longer is dropped.
    pub handshake_timeout_ms: u32,
    /// What is told to the peer; the idle limit of a connection can be set up to it.
    pub idle_max_ms: u32,
    /// First idle limit of each connection.
    pub idle_ms: u32,
    /// First keep-alive interval of each connection; 0 sends none.
    pub keep_alive_ms: u32,
    /// Streams that a peer may have open, until changed.
    pub streams_max: u32,
    /// Receive window of one stream, bytes.
    pub stream_window: u32,
    /// Receive window of a connection, bytes, until changed.
    pub receive_window: u32,
    /// Unacknowledged bytes that a connection keeps, until changed.
    pub send_window: u32,
    /// `cubic`, `newreno` or `bbr`.
    pub congestion: String,
    /// Asked of the kernel for each socket and direction, bytes.
    pub socket_buffer: u32,
    /// Whether JavaScript decides on each inbound connection before its handshake.
    pub gate: bool,
}

/// What endpoints and connections need of it.
pub struct Config {
    endpoint: EndpointConfig,
    reset_secret: [u8; 32],
    pub server: Arc<ServerConfig>,
    pub client: ClientConfig,
    pub connections_max: usize,
    pub handshakes_max: usize,
    pub handshake_timeout: Duration,
    pub idle_max: Duration,
    pub idle: Duration,
    pub keep_alive: Duration,
    pub socket_buffer: usize,
    pub send_window: u64,
    pub gate: bool,
}

fn congestion(name: &str) -> Result<Arc<dyn ControllerFactory + Send + Sync>, AnyError> {
    Ok(match name {
        "cubic" => Arc::new(CubicConfig::default()),
        "newreno" => Arc::new(NewRenoConfig::default()),
        "bbr" => Arc::new(BbrConfig::default()),
        _ => return Err(format!("unknown congestion control: {name}").into()),
    })
}

fn transport(settings: &Settings) -> Result<TransportConfig, AnyError> {
    let idle_max = Duration::from_millis(settings.idle_max_ms.into());
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_bidi_streams(settings.streams_max.into())
        .max_concurrent_uni_streams(0u32.into())
        .stream_receive_window(settings.stream_window.into())
        .receive_window(settings.receive_window.into())
        .send_window(settings.send_window.into())
        .max_idle_timeout(Some(IdleTimeout::try_from(idle_max)?))
        // Keep-alive and the idle limit change on live connections, so the engine's own timer does both.
        .keep_alive_interval(None)
        .datagram_receive_buffer_size(None)
        .allow_spin(false);
    transport.congestion_controller_factory(congestion(&settings.congestion)?);
    Ok(transport)
}

impl Config {
    pub fn new(settings: &Settings) -> Result<Self, AnyError> {
        let keypair = Keypair::from_protobuf_encoding(&settings.private_key)?;
        let transport = Arc::new(transport(settings)?);

        let (client_tls, server_tls) = crate::tls::configs(&keypair)?;
        let mut server =
            ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(server_tls)?));
        server
            .transport_config(transport.clone())
            .migration(true)
            .max_incoming(settings.handshakes_max as usize)
            .incoming_buffer_size(16 * 1024)
            .incoming_buffer_size_total(u64::from(settings.handshakes_max) * 16 * 1024);
        let mut client = ClientConfig::new(Arc::new(QuicClientConfig::try_from(client_tls)?));
        client.transport_config(transport);

        // Datagrams without QUIC's fixed bit are ours, so peers must not grease it.
        let mut endpoint = EndpointConfig::default();
        endpoint
            .cid_generator(|| Box::new(RandomConnectionIdGenerator::new(CONNECTION_ID_BYTES)))
            .min_reset_interval(RESET_INTERVAL)
            .grease_quic_bit(false)
            .supported_versions(vec![1])
            .max_udp_payload_size(VarInt::from_u32(65_527).into_inner() as u16)?;
        Ok(Self {
            endpoint,
            reset_secret: keypair.derive_secret(RESET_DOMAIN).ok_or("a key without a secret")?,
            server: Arc::new(server),
            client,
            connections_max: settings.connections_max as usize,
            handshakes_max: settings.handshakes_max as usize,
            handshake_timeout: Duration::from_millis(settings.handshake_timeout_ms.into()),
            idle_max: Duration::from_millis(settings.idle_max_ms.into()),
            idle: Duration::from_millis(settings.idle_ms.into()),
            keep_alive: Duration::from_millis(settings.keep_alive_ms.into()),
            socket_buffer: settings.socket_buffer as usize,
            send_window: settings.send_window.into(),
            gate: settings.gate,
        })
    }

    /// Of a socket at this address. A process that is started again there knows no connection of before, and peers believe
    /// it when it says so (RFC 9000, 10.3). Not of another port or address: what one socket of a node does not know,
    /// another may, and would tell whoever asks how to end it (21.11).
    pub fn endpoint(&self, local: SocketAddr) -> Arc<EndpointConfig> {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &self.reset_secret);
        let key = hmac::sign(&secret, local.to_string().as_bytes());
        let mut endpoint = self.endpoint.clone();
        endpoint.reset_key(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())));
        Arc::new(endpoint)
    }
}

/// As `src/node/quic.ts` gives to strangers.
#[cfg(test)]
pub const STRANGER_WINDOW: u32 = 1 << 20;
#[cfg(test)]
pub const STRANGER_STREAMS: u32 = 64;

#[cfg(test)]
impl Settings {
    pub fn for_tests() -> Self {
        let key = libp2p_identity::Keypair::generate_ed25519();
        Self {
            private_key: key.to_protobuf_encoding().expect("a key").into(),
            connections_max: 64,
            handshakes_max: 64,
            handshake_timeout_ms: 5_000,
            idle_max_ms: 600_000,
            idle_ms: 600_000,
            keep_alive_ms: 0,
            streams_max: STRANGER_STREAMS,
            stream_window: 4 << 20,
            receive_window: STRANGER_WINDOW,
            send_window: 4 << 20,
            congestion: "cubic".into(),
            socket_buffer: 65_536,
            gate: false,
        }
    }
}
