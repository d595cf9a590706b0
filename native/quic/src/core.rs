//! All state of an engine, under one lock: endpoints, connections, timers and the queue of events.
//! Nothing in here blocks or makes a system call; `io.rs` moves the packets.

use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
    sync::Arc,
    time::Instant,
};

use bytes::Bytes;
use libp2p_identity::PeerId;
use quinn_proto::{
    ConnectionHandle, Dir, Endpoint, Event as ProtoEvent, Incoming, StreamEvent, Transmit, VarInt,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    config::Config,
    connection::{Conn, Phase},
    event::{ConnId, EndpointId, Event, Reason},
    socket::Socket,
};

pub struct EndpointState {
    pub proto: Endpoint,
    pub socket: Arc<Socket>,
    pub handles: FxHashMap<ConnectionHandle, ConnId>,
    /// Connections that wait for room in the kernel's send buffer.
    pub waiting: Vec<ConnId>,
    pub blocked: bool,
    pub closing: bool,
}

/// A packet that answers a datagram without a connection.
pub type Reply = (Transmit, Vec<u8>);

#[derive(Default, Clone, Copy)]
pub struct Counters {
    pub accepted: u64,
    pub refused: u64,
    pub retried: u64,
    pub raw_dropped: u64,
    pub send_errors: u64,
}

pub struct Core {
    pub config: Config,
    pub endpoints: FxHashMap<EndpointId, EndpointState>,
    /// Endpoints that close, so that nobody looks through all the others for them.
    pub closing: FxHashSet<EndpointId>,
    pub conns: FxHashMap<ConnId, Conn>,
    pub events: VecDeque<Event>,
    pub dirty: VecDeque<ConnId>,
    pub timers: BTreeSet<(Instant, ConnId)>,
    pub counters: Counters,
    /// Inbound connections before JavaScript's verdict, by token.
    pub incoming: FxHashMap<u32, (EndpointId, Incoming)>,
    /// Inbound handshakes that run, by address.
    pub handshakes: FxHashMap<std::net::IpAddr, usize>,
    pub handshakes_total: usize,
    pub raw_queued: usize,
    next_id: u32,
    /// The doorbell has rung and JavaScript has not emptied the queue since.
    pub rung: bool,
    /// Bytes of QUIC packets received and sent since it rang.
    pub moved: usize,
    /// The I/O thread waits in `poll`, at the longest until `wakes_at`.
    pub asleep: bool,
    pub wakes_at: Option<Instant>,
    /// Packets came or went since it went to sleep last.
    pub active: bool,
    pub stop: bool,
}

impl Core {
    pub fn new(config: Config) -> Self {
        Self {
            config,
            endpoints: FxHashMap::default(),
            closing: FxHashSet::default(),
            conns: FxHashMap::default(),
            events: VecDeque::new(),
            dirty: VecDeque::new(),
            timers: BTreeSet::new(),
            counters: Counters::default(),
            incoming: FxHashMap::default(),
            handshakes: FxHashMap::default(),
            handshakes_total: 0,
            raw_queued: 0,
            next_id: 1,
            rung: false,
            moved: 0,
            asleep: false,
            wakes_at: None,
            active: false,
            stop: false,
        }
    }

    pub fn new_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1).max(1);
        id
    }

    pub fn add_endpoint(&mut self, socket: Arc<Socket>, accept: bool) -> EndpointId {
        let server = accept.then(|| self.config.server.clone());
        let may_fragment = socket.state.may_fragment();
        let proto = Endpoint::new(self.config.endpoint(socket.local), server, !may_fragment, None);
        let id = self.new_id();
        self.endpoints.insert(
            id,
            EndpointState {
                proto,
                socket,
                handles: FxHashMap::default(),
                waiting: Vec::new(),
                blocked: false,
                closing: false,
            },
        );
        id
    }

    pub fn mark_dirty(&mut self, conn: ConnId) {
        if let Some(conn) = self.conns.get_mut(&conn)
            && !conn.dirty
        {
            conn.dirty = true;
            self.dirty.push_back(conn.id);
        }
    }

    pub fn dial(
        &mut self,
        endpoint: EndpointId,
        to: SocketAddr,
        expected: Option<PeerId>,
    ) -> Result<ConnId, String> {
        let now = Instant::now();
        if self.conns.len() >= self.config.connections_max {
            return Err("too many connections".into());
        }
        let id = self.new_id();
        let state = self.endpoints.get_mut(&endpoint).ok_or("no such endpoint")?;
        // The name is not used: the peer is known by its key.
        let pair = state
            .proto
            .connect(now, self.config.client.clone(), to, "l")
            .map_err(|error| error.to_string())?;
        state.handles.insert(pair.0, id);
        let mut conn = Conn::new(id, endpoint, pair, &self.config, now);
        conn.expected = expected;
        self.conns.insert(id, conn);
        self.mark_dirty(id);
        Ok(id)
    }

    /// Ends a connection now and tells JavaScript why.
    pub fn end(&mut self, id: ConnId, reason: Reason, code: VarInt, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.phase != Phase::Lost {
            conn.proto.close(now, code, Bytes::new());
            self.lost(id, reason);
            self.mark_dirty(id);
        }
    }

    fn lost(&mut self, id: ConnId, reason: Reason) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let handshake = conn.phase == Phase::Handshake && conn.inbound();
        let (ip, known) = (conn.remote.ip(), conn.phase == Phase::Open || !conn.inbound());
        conn.phase = Phase::Lost;
        conn.told = !known;
        if handshake {
            self.handshake_over(ip);
        }
        if known {
            self.events.push_back(Event::Closed { conn: id, reason });
        }
    }

    /// Takes what the state machine of a connection has to say.
    pub fn process(&mut self, id: ConnId, now: Instant) {
        loop {
            let Some(conn) = self.conns.get_mut(&id) else { return };
            let mut busy = false;
            while let Some(event) = conn.proto.poll_endpoint_events() {
                busy = true;
                conn.drained |= event.is_drained();
                if let Some(state) = self.endpoints.get_mut(&conn.endpoint)
                    && let Some(event) = state.proto.handle_event(conn.handle, event)
                {
                    conn.proto.handle_event(event);
                }
            }
            while let Some(event) = self.conns.get_mut(&id).and_then(|conn| conn.proto.poll()) {
                busy = true;
                self.on_proto_event(id, event, now);
            }
            if !busy {
                break;
            }
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let remote = conn.proto.remote_address();
        if remote != conn.remote {
            if conn.phase == Phase::Handshake && conn.inbound() {
                let old = conn.remote.ip();
                self.handshake_over(old);
                self.handshakes_total += 1;
                *self.handshakes.entry(remote.ip()).or_default() += 1;
            } else if conn.phase == Phase::Open && !conn.path_queued {
                conn.path_queued = true;
                self.events.push_back(Event::Path { conn: id });
            }
            if let Some(conn) = self.conns.get_mut(&id) {
                conn.remote = remote;
            }
        }
        self.forget_if_over(id);
    }

    fn on_proto_event(&mut self, id: ConnId, event: ProtoEvent, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        match event {
            ProtoEvent::Connected => self.connected(id, now),
            ProtoEvent::ConnectionLost { reason } if conn.phase != Phase::Lost => {
                self.lost(id, Reason::from(&reason));
            }
            ProtoEvent::Stream(StreamEvent::Opened { dir: Dir::Bi }) => {
                while let Some(stream) = conn.proto.streams().accept(Dir::Bi) {
                    let stream: u64 = stream.into();
                    conn.streams.entry(stream).or_default().queued = true;
                    self.events.push_back(Event::Stream { conn: id, stream });
                    self.events.push_back(Event::Readable { conn: id, stream });
                }
            }
            ProtoEvent::Stream(StreamEvent::Readable { id: stream }) => {
                self.queue_read(id, stream.into());
            }
            ProtoEvent::Stream(StreamEvent::Writable { id: stream }) => {
                conn.widen();
                self.events.push_back(Event::Writable { conn: id, stream: stream.into() });
            }
            ProtoEvent::Stream(StreamEvent::Finished { .. }) => {
                conn.unfinished = conn.unfinished.saturating_sub(1);
                self.close_when_flushed(id, now);
            }
            ProtoEvent::Stream(StreamEvent::Stopped { id: stream, error_code }) => {
                let (stream, code) = (stream.into(), error_code.into_inner());
                conn.reset(stream, error_code);
                self.events.push_back(Event::Stopped { conn: id, stream, code });
                self.close_when_flushed(id, now);
            }
            ProtoEvent::Stream(StreamEvent::Available { dir: Dir::Bi }) => {
                self.events.push_back(Event::Available { conn: id });
            }
            _ => {}
        }
    }

    fn connected(&mut self, id: ConnId, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.phase != Phase::Handshake {
            return;
        }
        let peer = conn.peer();
        let wanted = conn.expected.is_none() || conn.expected == peer;
        let Some(peer) = peer.filter(|_| wanted) else {
            self.end(id, Reason::new("wrong_peer"), VarInt::from_u32(1), now);
            return;
        };
        conn.phase = Phase::Open;
        let (inbound, remote, endpoint) = (conn.inbound(), conn.remote, conn.endpoint);
        if inbound {
            self.handshake_over(remote.ip());
        }
        let accepted_by = inbound.then_some(endpoint);
        self.events.push_back(Event::Connected {
            conn: id,
            peer: peer.to_string(),
            remote,
            accepted_by,
        });
    }

    /// Queues one Readable event, unless one is queued or the reader has paused.
    pub fn queue_read(&mut self, id: ConnId, stream: u64) {
        if let Some(flags) = self.conns.get_mut(&id).and_then(|conn| conn.streams.get_mut(&stream))
            && !flags.queued
            && !flags.paused
            && !flags.read_done
        {
            flags.queued = true;
            self.events.push_back(Event::Readable { conn: id, stream });
        }
    }

    /// Fires the timers that are due.
    pub fn on_timers(&mut self, now: Instant) {
        while let Some((at, id)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, id));
            let Some(conn) = self.conns.get_mut(&id) else { continue };
            conn.scheduled = None;
            let code = conn.closing.map_or(VarInt::from_u32(0), |(code, _)| code);
            if let Some(reason) = conn.on_timer(&self.config, now) {
                self.end(id, reason, code, now);
            }
            self.mark_dirty(id);
        }
    }

    pub fn schedule(&mut self, id: ConnId, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let at = conn.deadline(&self.config, now);
        if at != conn.scheduled {
            if let Some(old) = conn.scheduled {
                self.timers.remove(&(old, id));
            }
            if let Some(at) = at {
                self.timers.insert((at, id));
            }
            conn.scheduled = at;
        }
    }
}
