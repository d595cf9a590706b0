//! QUIC endpoints for JavaScript. `docs/quic.md` tells how the parts work together.
//!
//! JavaScript calls are synchronous and short; what happens on the network waits in one queue, which
//! `drain` takes in order. The doorbell rings once when the queue stops being empty.

mod closing;
mod config;
mod connection;
mod core;
mod event;
mod intake;
mod io;
mod shared;
mod socket;
mod tls;
mod values;

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use config::{Config, Settings};
use napi::{
    Env, Error, Result, Status,
    bindgen_prelude::{Function, Object},
    threadsafe_function::ThreadsafeFunctionCallMode,
};
use napi_derive::napi;
use quinn_proto::{Dir, VarInt};
use socket::Socket;
use values::{Bound, Buffers, Figures, Totals};

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(Status::GenericFailure, error.to_string())
}

fn address(ip: &str, port: u16) -> Result<SocketAddr> {
    let ip: IpAddr = ip.parse().map_err(failed)?;
    Ok(SocketAddr::new(ip, port))
}

fn varint(value: f64) -> VarInt {
    VarInt::from_u64(value as u64).unwrap_or(VarInt::MAX)
}

struct Thread {
    shared: Arc<shared::Shared>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Thread {
    fn stop(&self) {
        let mut core = self.shared.lock();
        core.stop = true;
        core.dirty.clear();
        core.asleep = true;
        self.shared.wake(core);
        let handle = self.handle.lock().unwrap_or_else(|poison| poison.into_inner()).take();
        if let Some(handle) = handle {
            let _ = handle.join();
        }
    }
}

/// All endpoints of one node, with one native thread.
#[napi]
pub struct Engine {
    thread: Arc<Thread>,
}

#[napi]
impl Engine {
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, settings: Settings, doorbell: Function<'_, (), ()>) -> Result<Self> {
        let config = Config::new(&settings).map_err(failed)?;
        let bell = doorbell
            .build_threadsafe_function()
            .callee_handled::<false>()
            .weak::<true>()
            .build()?;
        let ring = move || {
            bell.call((), ThreadsafeFunctionCallMode::NonBlocking);
        };
        let (shared, handle) = io::start(core::Core::new(config), ring).map_err(failed)?;
        let thread = Arc::new(Thread { shared, handle: Mutex::new(Some(handle)) });
        // A worker thread may end with the engine running.
        let at_exit = Arc::downgrade(&thread);
        env.add_env_cleanup_hook(at_exit, |thread| {
            if let Some(thread) = thread.upgrade() {
                thread.stop();
            }
        })?;
        Ok(Self { thread })
    }

    /// Opens a socket. With `accept` it takes connections; without, it dials and carries raw datagrams.
    /// `buffer` bytes each way are asked of the kernel at first, and `socketBuffer` as soon as it dials or accepts.
    #[napi(catch_unwind)]
    pub fn bind(&self, ip: String, port: u16, accept: bool, buffer: Option<u32>) -> Result<Bound> {
        let shared = &self.thread.shared;
        let most = shared.lock().config.socket_buffer;
        let buffer = buffer.map_or(most, |bytes| bytes as usize);
        let socket = Arc::new(Socket::bind(address(&ip, port)?, buffer).map_err(failed)?);
        let local = socket.local;
        let id = shared.lock().add_endpoint(socket.clone(), accept);
        shared.register(id, &socket).map_err(failed)?;
        Ok(Bound {
            id,
            ip: local.ip().to_string(),
            port: local.port(),
            gso_segments: socket.state.max_gso_segments() as u32,
            gro_segments: socket.state.gro_segments() as u32,
        })
    }

    /// What the kernel has granted a socket, bytes.
    #[napi(catch_unwind)]
    pub fn buffers(&self, endpoint: u32) -> Result<Option<Buffers>> {
        let socket = self.socket(endpoint);
        let granted = socket.map(|socket| socket.buffers()).transpose().map_err(failed)?;
        Ok(granted.map(|(receive, send)| Buffers { receive: receive as f64, send: send as f64 }))
    }

    /// Whether an open endpoint takes connections from now on: how a probing socket is adopted.
    #[napi(catch_unwind)]
    pub fn set_accept(&self, endpoint: u32, accept: bool) {
        if accept {
            self.widen(endpoint);
        }
        let mut core = self.thread.shared.lock();
        let server = accept.then(|| core.config.server.clone());
        if let Some(state) = core.endpoints.get_mut(&endpoint) {
            state.proto.set_server_config(server);
        }
    }

    /// Closes an endpoint with its connections; the event Unbound follows.
    #[napi(catch_unwind)]
    pub fn unbind(&self, endpoint: u32) {
        let mut core = self.thread.shared.lock();
        let now = Instant::now();
        let Some(state) = core.endpoints.get_mut(&endpoint) else { return };
        state.closing = true;
        let conns: Vec<u32> = state.handles.values().copied().collect();
        core.closing.insert(endpoint);
        let gone: Vec<u32> = core
            .incoming
            .iter()
            .filter(|(_, (id, _))| *id == endpoint)
            .map(|(token, _)| *token)
            .collect();
        for token in gone {
            if let Some((_, incoming)) = core.incoming.remove(&token)
                && let Some(state) = core.endpoints.get_mut(&endpoint)
            {
                state.proto.ignore(incoming);
            }
        }
        for conn in conns {
            core.close_with_endpoint(conn, now);
        }
        self.thread.shared.wake(core);
    }

    /// Starts a handshake; Connected or Closed follows. `peer` is the wanted peer ID.
    #[napi(catch_unwind)]
    pub fn dial(&self, endpoint: u32, ip: String, port: u16, peer: Option<String>) -> Result<u32> {
        let to = address(&ip, port)?;
        self.widen(endpoint);
        let peer = peer.map(|peer| peer.parse()).transpose().map_err(failed)?;
        let mut core = self.thread.shared.lock();
        let id = core.dial(endpoint, to, peer).map_err(failed)?;
        self.thread.shared.wake(core);
        Ok(id)
    }

    /// The verdict on an Incoming event.
    #[napi(catch_unwind)]
    pub fn answer(&self, token: u32, accept: bool) {
        let mut core = self.thread.shared.lock();
        let Some((endpoint, incoming)) = core.incoming.remove(&token) else { return };
        let Some(state) = core.endpoints.get_mut(&endpoint) else { return };
        if !accept {
            state.proto.ignore(incoming);
            core.counters.refused += 1;
            return;
        }
        let mut replies = Vec::new();
        core.accept(endpoint, incoming, Instant::now(), &mut replies);
        self.thread.shared.wake(core);
    }

    /// Everything that has happened, as a flat array: kind, then three values (see `src/node/quic-engine.ts`).
    /// Stops after `bytes_max` bytes of stream data; then `true` stands last and the caller comes again.
    #[napi(catch_unwind)]
    pub fn drain<'env>(&self, env: &'env Env, bytes_max: u32) -> Result<Object<'env>> {
        let mut core = self.thread.shared.lock();
        let taken = values::take(&mut core, bytes_max as usize);
        self.thread.shared.wake(core);
        taken.into_js(env)
    }

    /// A new stream, or -1: no credit; Available follows.
    #[napi(catch_unwind)]
    pub fn open(&self, conn: u32) -> f64 {
        let mut core = self.thread.shared.lock();
        core.conns.get_mut(&conn).and_then(|conn| conn.open()).map_or(-1.0, |id| id as f64)
    }

    /// Bytes taken; fewer than given: Writable follows; -1: the stream takes no more.
    #[napi(catch_unwind)]
    pub fn write(&self, conn: u32, stream: f64, data: &[u8]) -> i32 {
        let mut core = self.thread.shared.lock();
        let written = core.conns.get_mut(&conn).and_then(|conn| conn.write(stream as u64, data));
        if written.is_some_and(|bytes| bytes > 0) {
            core.mark_dirty(conn);
            self.thread.shared.wake(core);
        }
        written.map_or(-1, |bytes| bytes as i32)
    }

    /// Ends our half of a stream: every byte written before arrives.
    #[napi(catch_unwind)]
    pub fn finish(&self, conn: u32, stream: f64) {
        self.with(conn, |conn| {
            conn.finish(stream as u64);
        });
    }

    /// Ends our half of a stream at once.
    #[napi(catch_unwind)]
    pub fn reset(&self, conn: u32, stream: f64, code: f64) {
        self.with(conn, |conn| conn.reset(stream as u64, varint(code)));
    }

    /// Asks the peer to end its half; what it still sends is dropped.
    #[napi(catch_unwind)]
    pub fn stop_reading(&self, conn: u32, stream: f64, code: f64) {
        self.with(conn, |conn| conn.stop(stream as u64, varint(code)));
    }

    /// Drops what comes from now on, up to the peer's FIN. A peer that does not end is asked to stop.
    #[napi(catch_unwind)]
    pub fn discard(&self, conn: u32, stream: f64) {
        let mut core = self.thread.shared.lock();
        if let Some(flags) =
            core.conns.get_mut(&conn).and_then(|conn| conn.streams.get_mut(&(stream as u64)))
        {
            flags.paused = false;
            flags.discard = Some(connection::DISCARD_BYTES_MAX);
        }
        core.queue_read(conn, stream as u64);
        self.thread.shared.wake(core);
    }

    /// A paused stream gives no data and no credit, so that the peer stops.
    #[napi(catch_unwind)]
    pub fn pause(&self, conn: u32, stream: f64, paused: bool) {
        let mut core = self.thread.shared.lock();
        if let Some(flags) =
            core.conns.get_mut(&conn).and_then(|conn| conn.streams.get_mut(&(stream as u64)))
        {
            flags.paused = paused;
        }
        if !paused {
            core.queue_read(conn, stream as u64);
            self.thread.shared.wake(core);
        }
    }

    /// Closes once finished streams are acknowledged, at the latest after `patience_ms`; Closed follows.
    #[napi(catch_unwind)]
    pub fn close(&self, conn: u32, code: f64, patience_ms: u32) {
        let mut core = self.thread.shared.lock();
        let patience = Duration::from_millis(patience_ms.into());
        core.close(conn, varint(code), patience, Instant::now());
        self.thread.shared.wake(core);
    }

    #[napi(catch_unwind)]
    pub fn set_windows(&self, conn: u32, receive: u32, send: u32, streams: u32) {
        self.with(conn, |conn| {
            conn.proto.set_receive_window(receive.into());
            conn.set_send_window(send.into());
            conn.proto.set_max_concurrent_streams(Dir::Bi, streams.into());
        });
    }

    /// Milliseconds; 0 sends no keep-alive.
    #[napi(catch_unwind)]
    pub fn set_keep_alive(&self, conn: u32, interval_ms: u32) {
        self.with(conn, |conn| conn.keep_alive = Duration::from_millis(interval_ms.into()));
    }

    /// Milliseconds without a packet from the peer after which the connection ends.
    #[napi(catch_unwind)]
    pub fn set_idle(&self, conn: u32, idle_ms: u32) {
        let most = self.thread.shared.lock().config.idle_max;
        let idle = Duration::from_millis(idle_ms.into()).min(most);
        self.with(conn, |conn| conn.idle = idle);
    }

    /// Bytes a second that a connection sends at most, all packets counted; 0 lifts the limit.
    #[napi(catch_unwind)]
    pub fn set_rate(&self, conn: u32, bytes_per_second: f64) {
        self.with(conn, |conn| conn.set_rate(bytes_per_second, Instant::now()));
    }

    #[napi(catch_unwind)]
    pub fn figures(&self, conn: u32) -> Option<Figures> {
        self.thread.shared.lock().conns.get(&conn).map(Figures::from)
    }

    #[napi(catch_unwind)]
    pub fn totals(&self) -> Totals {
        Totals::from(&*self.thread.shared.lock())
    }

    /// One raw datagram with its own hop limit. False: the kernel's buffer is full, it was dropped.
    #[napi(catch_unwind)]
    pub fn send_raw(
        &self,
        endpoint: u32,
        ip: String,
        port: u16,
        data: &[u8],
        ttl: u8,
    ) -> Result<bool> {
        let to = address(&ip, port)?;
        let socket = self.socket(endpoint).ok_or_else(|| failed("no such endpoint"))?;
        socket.send_raw(to, data, ttl).map_err(failed)
    }

    /// The machine has changed its addresses: every connection that we dialed probes its path at once.
    #[napi(catch_unwind)]
    pub fn network_changed(&self) {
        let mut core = self.thread.shared.lock();
        let dialed: Vec<u32> =
            core.conns.values().filter(|conn| !conn.inbound()).map(|conn| conn.id).collect();
        for id in dialed {
            if let Some(conn) = core.conns.get_mut(&id) {
                conn.proto.local_address_changed();
            }
            core.mark_dirty(id);
        }
        self.thread.shared.wake(core);
    }

    /// Ends the native thread. Endpoints should be unbound before, so that peers are told.
    #[napi(catch_unwind)]
    pub fn stop(&self) {
        self.thread.stop();
    }

    fn socket(&self, endpoint: u32) -> Option<Arc<Socket>> {
        let core = self.thread.shared.lock();
        core.endpoints.get(&endpoint).map(|state| state.socket.clone())
    }

    /// A socket that carries connections gets the buffers for it.
    fn widen(&self, endpoint: u32) {
        let core = self.thread.shared.lock();
        let Some(state) = core.endpoints.get(&endpoint) else { return };
        let (socket, buffer) = (state.socket.clone(), core.config.socket_buffer);
        drop(core);
        socket.widen(buffer);
    }

    fn with(&self, id: u32, change: impl FnOnce(&mut connection::Conn)) {
        let mut core = self.thread.shared.lock();
        if let Some(conn) = core.conns.get_mut(&id) {
            change(conn);
            core.mark_dirty(id);
            self.thread.shared.wake(core);
        }
    }
}

/// The peer ID of a certificate in DER; throws when it is not a valid libp2p certificate.
#[napi(catch_unwind)]
pub fn certificate_peer(der: &[u8]) -> Result<String> {
    let der = rustls::pki_types::CertificateDer::from(der.to_vec());
    let certificate = libp2p_tls::certificate::parse(&der).map_err(failed)?;
    Ok(certificate.peer_id().to_string())
}
