//! One connection: quinn-proto's state machine, the timers that are ours, and the flags of its streams.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use libp2p_identity::PeerId;
use quinn_proto::{Connection, ConnectionHandle, Dir, Side, StreamId, VarInt, WriteError};
use rustc_hash::FxHashMap;
use rustls::pki_types::CertificateDer;

use crate::{
    config::Config,
    event::{ConnId, EndpointId, Reason},
};

/// A rate limit may be exceeded by what is sent in this time.
const RATE_BURST: Duration = Duration::from_millis(20);
/// No less than one full GSO batch of the smallest packets would be sent under a rate limit.
const RATE_BURST_MIN: f64 = 4.0 * 1452.0;

/// Share of the congestion window, and at most so many bytes, that must be free before a writer that found no room
/// is told of room: told of each packet's worth, many writers would cost more than what they write.
const ROOM_SHARE: u64 = 8;
const ROOM_BYTES_MAX: u64 = 524_288;

/// Bytes dropped for a reader that has closed before its peer is asked to stop.
pub const DISCARD_BYTES_MAX: usize = 65_536;

#[derive(Default)]
pub struct StreamFlags {
    /// A Readable event is queued.
    pub queued: bool,
    pub paused: bool,
    /// Nobody reads: what comes is dropped, and after so many bytes the peer is told to stop.
    pub discard: Option<usize>,
    /// FIN or reset has been read, or we stopped reading.
    pub read_done: bool,
    /// We finished or reset our half.
    pub write_done: bool,
}

#[derive(PartialEq, Eq, Clone, Copy)]
pub enum Phase {
    Handshake,
    Open,
    /// Over; kept until quinn-proto has drained it and JavaScript has been told.
    Lost,
}

/// Bytes that may be sent now, refilled with time.
pub struct Bucket {
    rate: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn capacity(&self) -> f64 {
        (self.rate * RATE_BURST.as_secs_f64()).max(RATE_BURST_MIN)
    }

    fn refill(&mut self, now: Instant) {
        let grown = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + grown).min(self.capacity());
        self.at = now;
    }

    /// When sending may go on; None: now.
    fn wait(&mut self, now: Instant) -> Option<Instant> {
        self.refill(now);
        (self.tokens < 0.0).then(|| now + Duration::from_secs_f64(-self.tokens / self.rate))
    }
}

pub struct Conn {
    pub id: ConnId,
    pub endpoint: EndpointId,
    pub handle: ConnectionHandle,
    pub proto: Connection,
    pub phase: Phase,
    pub remote: SocketAddr,
    /// The peer that the dialer wants; any other is refused.
    pub expected: Option<PeerId>,
    pub streams: FxHashMap<u64, StreamFlags>,
    /// Streams finished by us whose bytes are not all acknowledged.
    pub unfinished: usize,
    /// A graceful close: with this code, at the latest then.
    pub closing: Option<(VarInt, Instant)>,
    pub dirty: bool,
    pub drained: bool,
    /// A Path event is queued.
    pub path_queued: bool,
    /// JavaScript has been told that it is over.
    pub told: bool,
    pub keep_alive: Duration,
    pub idle: Duration,
    pub rate: Option<Bucket>,
    send_window: u64,
    /// A writer found no room: the window is told smaller than it is, until enough is free.
    narrowed: bool,
    /// The entry in the engine's timer table.
    pub scheduled: Option<Instant>,
    born: Instant,
    pub last_received: Instant,
    last_sent: Instant,
}

impl Conn {
    pub fn new(
        id: ConnId,
        endpoint: EndpointId,
        (handle, proto): (ConnectionHandle, Connection),
        config: &Config,
        now: Instant,
    ) -> Self {
        Self {
            id,
            endpoint,
            handle,
            remote: proto.remote_address(),
            proto,
            phase: Phase::Handshake,
            expected: None,
            streams: FxHashMap::default(),
            unfinished: 0,
            closing: None,
            dirty: false,
            drained: false,
            path_queued: false,
            told: false,
            keep_alive: config.keep_alive,
            idle: config.idle,
            rate: None,
            send_window: config.send_window,
            narrowed: false,
            scheduled: None,
            born: now,
            last_received: now,
            last_sent: now,
        }
    }

    pub fn inbound(&self) -> bool {
        self.proto.side() == Side::Server
    }

    /// The earliest time at which `on_timer` has something to do.
    pub fn deadline(&mut self, config: &Config, now: Instant) -> Option<Instant> {
        let mut at = self.proto.poll_timeout();
        let mut earlier = |other: Instant| at = Some(at.map_or(other, |at| at.min(other)));
        match self.phase {
            Phase::Handshake => earlier(self.born + config.handshake_timeout),
            Phase::Open => {
                earlier(self.last_received + self.idle);
                if !self.keep_alive.is_zero() {
                    earlier(self.last_sent + self.keep_alive);
                }
                if let Some((_, until)) = self.closing {
                    earlier(until);
                }
            }
            Phase::Lost => {}
        }
        if let Some(wait) = self.rate.as_mut().and_then(|rate| rate.wait(now)) {
            earlier(wait);
        }
        at
    }

    /// Fires what is due. Returns why the connection must end, if it must.
    pub fn on_timer(&mut self, config: &Config, now: Instant) -> Option<Reason> {
        if self.proto.poll_timeout().is_some_and(|at| at <= now) {
            self.proto.handle_timeout(now);
        }
        match self.phase {
            Phase::Handshake if now >= self.born + config.handshake_timeout => {
                return Some(Reason::new("handshake_timeout"));
            }
            Phase::Open if now >= self.last_received + self.idle => {
                return Some(Reason::new("timed_out"));
            }
            Phase::Open => {
                if self.closing.is_some_and(|(_, until)| now >= until) {
                    return Some(Reason::new("closed"));
                }
                if !self.keep_alive.is_zero() && now >= self.last_sent + self.keep_alive {
                    self.proto.ping();
                    self.last_sent = now;
                }
            }
            _ => {}
        }
        None
    }

    pub fn may_send(&mut self, now: Instant) -> bool {
        self.rate.as_mut().is_none_or(|rate| rate.wait(now).is_none())
    }

    pub fn sent(&mut self, bytes: usize, now: Instant) {
        self.last_sent = now;
        if let Some(rate) = &mut self.rate {
            rate.tokens -= bytes as f64;
        }
    }

    /// Bytes a second; 0 lifts the limit.
    pub fn set_rate(&mut self, rate: f64, now: Instant) {
        self.rate = (rate > 0.0).then_some(Bucket { rate, tokens: 0.0, at: now });
    }

    /// The peer ID in the certificate, which rustls has verified as libp2p-tls demands.
    pub fn peer(&self) -> Option<PeerId> {
        let identity = self.proto.crypto_session().peer_identity()?;
        let certificates = identity.downcast::<Vec<CertificateDer<'static>>>().ok()?;
        crate::tls::peer_of(certificates.first()?)
    }

    pub fn open(&mut self) -> Option<u64> {
        let id: u64 = self.proto.streams().open(Dir::Bi)?.into();
        self.streams.insert(id, StreamFlags::default());
        Some(id)
    }

    /// Bytes taken; fewer than given when full; None when the stream takes no more.
    pub fn write(&mut self, stream: u64, data: &[u8]) -> Option<usize> {
        let mut taken = 0;
        self.widen();
        // Only a write that takes nothing makes quinn-proto tell when there is room again.
        while taken < data.len() {
            match self.proto.send_stream(id(stream)?).write(&data[taken..]) {
                Ok(more) => taken += more,
                Err(WriteError::Blocked) => {
                    self.narrow();
                    break;
                }
                Err(_) => return None,
            }
        }
        Some(taken)
    }

    pub fn set_send_window(&mut self, bytes: u64) {
        self.send_window = bytes;
        self.narrowed = false;
        self.proto.set_send_window(bytes);
    }

    fn narrow(&mut self) {
        let most = ROOM_BYTES_MAX.min(self.send_window / ROOM_SHARE);
        let room = (self.proto.congestion_state().window() / ROOM_SHARE).min(most);
        self.narrowed = true;
        self.proto.set_send_window(self.send_window - room);
    }

    /// The whole window again: there is room, or somebody else asks for the little that there is.
    pub fn widen(&mut self) {
        if std::mem::take(&mut self.narrowed) {
            self.proto.set_send_window(self.send_window);
        }
    }

    pub fn finish(&mut self, stream: u64) -> bool {
        let Some(sid) = id(stream) else { return false };
        let done = self.proto.send_stream(sid).finish().is_ok();
        if done {
            self.unfinished += 1;
        }
        self.write_done(stream);
        done
    }

    pub fn reset(&mut self, stream: u64, code: VarInt) {
        let Some(sid) = id(stream) else { return };
        let finished = self.streams.get(&stream).is_some_and(|flags| flags.write_done);
        if self.proto.send_stream(sid).reset(code).is_ok() && finished {
            self.unfinished = self.unfinished.saturating_sub(1);
        }
        self.write_done(stream);
    }

    pub fn stop(&mut self, stream: u64, code: VarInt) {
        if let Some(sid) = id(stream) {
            let _ = self.proto.recv_stream(sid).stop(code);
        }
        self.read_done(stream);
    }

    pub fn read_done(&mut self, stream: u64) {
        if let Some(flags) = self.streams.get_mut(&stream) {
            flags.read_done = true;
            if flags.write_done {
                self.streams.remove(&stream);
            }
        }
    }

    fn write_done(&mut self, stream: u64) {
        if let Some(flags) = self.streams.get_mut(&stream) {
            flags.write_done = true;
            if flags.read_done {
                self.streams.remove(&stream);
            }
        }
    }

    /// All bytes of a stream that can be read now, up to `max`, appended to `out`.
    pub fn read(&mut self, stream: u64, max: usize, out: &mut Vec<Bytes>) -> Read {
        let Some(sid) = id(stream) else { return Read::default() };
        let mut recv = self.proto.recv_stream(sid);
        let Ok(mut chunks) = recv.read(true) else { return Read::default() };
        let mut read = Read::default();
        while read.bytes < max {
            match chunks.next(max - read.bytes) {
                Ok(Some(chunk)) => {
                    read.bytes += chunk.bytes.len();
                    out.push(chunk.bytes);
                }
                Ok(None) => read.end = Some(End::Fin),
                Err(quinn_proto::ReadError::Reset(code)) => {
                    read.end = Some(End::Reset(code.into_inner()));
                }
                Err(quinn_proto::ReadError::Blocked) => read.blocked = true,
            }
            if read.end.is_some() || read.blocked {
                break;
            }
        }
        read.transmit = chunks.finalize().should_transmit();
        if read.end.is_some() {
            self.read_done(stream);
        }
        read
    }
}

pub enum End {
    Fin,
    Reset(u64),
}

#[derive(Default)]
pub struct Read {
    pub bytes: usize,
    pub end: Option<End>,
    pub blocked: bool,
    /// New credit waits to be told to the peer.
    pub transmit: bool,
}

pub fn id(stream: u64) -> Option<StreamId> {
    VarInt::from_u64(stream).ok().map(StreamId::from)
}
