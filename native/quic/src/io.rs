//! The one native thread of an engine: reads sockets, fires timers, sends packets, rings the doorbell. What JavaScript
//! says while it sleeps leaves from JavaScript's own thread, if it is little.
//! The lock is held for one receive batch or one packet batch at a time, never over a system call.

use std::{
    cell::RefCell,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Registry, Token, Waker, unix::SourceFd};
use quinn_proto::Transmit;
use quinn_udp::RecvMeta;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    core::{Core, Reply},
    event::{EndpointId, Event},
    socket::Socket,
};

const WAKER: Token = Token(usize::MAX);
/// One GRO batch is at most one maximal UDP payload.
const RECEIVE_BYTES: usize = 65_536;
const RECEIVE_BATCH: usize = 8;
/// Receive calls and packet batches in one turn, so that neither starves the other.
const RECEIVES_PER_TURN: usize = 8;
const SENDS_PER_TURN: usize = 64;
/// The kernel takes at most 64 segments and one maximal UDP payload in one GSO call.
const GSO_SEGMENTS_MAX: usize = 64;
const GSO_BYTES_MAX: usize = 65_000;
/// A connection under a rate limit sends smaller bursts.
const RATED_SEGMENTS_MAX: usize = 4;
/// How often the I/O thread stands back when JavaScript waits for the lock: at first it only lets others run, then it
/// sleeps, because the one that waits may need this very core.
const YIELDS_MAX: usize = 8;
const NAPS_MAX: usize = 40;
const NAP: Duration = Duration::from_micros(50);
/// JavaScript is called at once after few bytes; while more come, at the end of a turn, and within one after so many:
/// many small reads cost more than what they read.
const RING_AT_ONCE_BYTES: usize = 16_384;
const RING_BYTES: usize = 262_144;

/// What JavaScript's thread sends by itself: a short message, or the first step of a handshake.
const HERE_PACKETS_MAX: usize = 4;
const HERE_SEGMENTS_MAX: usize = 4;
/// After traffic the I/O thread looks at its timers so soon, and need not be woken for those of the next packets.
const ATTENTION: Duration = Duration::from_millis(25);

thread_local! {
    static HERE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What both threads hold.
pub struct Shared {
    core: Mutex<Core>,
    waker: Waker,
    registry: Registry,
    wanted: AtomicUsize,
}

impl Shared {
    /// For the JavaScript thread: announces itself, so that the I/O thread lets it in.
    pub fn lock(&self) -> MutexGuard<'_, Core> {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        let guard = self.core.lock().unwrap_or_else(|poison| poison.into_inner());
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    fn lock_io(&self) -> MutexGuard<'_, Core> {
        for turn in 0..YIELDS_MAX + NAPS_MAX {
            if self.wanted.load(Ordering::Relaxed) == 0 {
                break;
            }
            if turn < YIELDS_MAX {
                std::thread::yield_now();
            } else {
                std::thread::sleep(NAP);
            }
        }
        self.core.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    /// Releases the lock after JavaScript has changed something. Few packets leave from here while the I/O thread
    /// sleeps: waking it takes longer than they do. It is woken for all else.
    pub fn wake<'a>(&'a self, mut core: MutexGuard<'a, Core>) {
        if core.asleep && core.dirty.len() == 1 {
            core = self.send_here(core);
        }
        let is_needed = core.asleep
            && (core.stop
                || !core.dirty.is_empty()
                || !core.closing.is_empty()
                || (!core.rung && !core.events.is_empty())
                || core
                    .timers
                    .first()
                    .is_some_and(|(at, _)| core.wakes_at.is_none_or(|until| *at < until)));
        if is_needed {
            core.asleep = false;
        }
        drop(core);
        if is_needed {
            let _ = self.waker.wake();
        }
    }

    fn send_here<'a>(&'a self, mut core: MutexGuard<'a, Core>) -> MutexGuard<'a, Core> {
        HERE.with_borrow_mut(|packet| {
            for _ in 0..HERE_PACKETS_MAX {
                let next = next_packet(&mut core, packet, HERE_SEGMENTS_MAX, Instant::now());
                let Some((_, socket, transmit)) = next else { break };
                core.active = true;
                drop(core);
                // What the kernel does not take now is a lost packet, of which loss detection knows.
                let sent = try_send(&socket, &transmit, &packet[..transmit.size]);
                core = self.lock();
                core.counters.send_errors += u64::from(sent.is_err());
                // A whole batch: the rest is for the thread whose work it is.
                if !core.asleep || transmit.segment_size.is_some() {
                    break;
                }
            }
            core
        })
    }

    pub fn register(&self, id: EndpointId, socket: &Socket) -> io::Result<()> {
        // Not for writing: the kernel would tell of each packet that has left.
        let token = Token(id as usize);
        self.registry.register(&mut SourceFd(&socket.fd()), token, Interest::READABLE)
    }

    /// Whether the kernel shall also tell when there is room to send.
    fn watch_writing(&self, id: EndpointId, socket: &Socket, writing: bool) -> io::Result<()> {
        let interest = Interest::READABLE;
        let interest = if writing { interest | Interest::WRITABLE } else { interest };
        self.registry.reregister(&mut SourceFd(&socket.fd()), Token(id as usize), interest)
    }
}

pub struct Io<F: FnMut()> {
    shared: Arc<Shared>,
    poll: Poll,
    ring: F,
    buffers: Vec<Vec<u8>>,
    packet: Vec<u8>,
    /// Sockets that may hold more to read.
    readable: FxHashSet<EndpointId>,
    /// The batch that the kernel did not take, by socket.
    blocked: FxHashMap<EndpointId, (Arc<Socket>, Transmit, Vec<u8>)>,
    replies: Vec<Reply>,
}

/// Starts the thread. `ring` is called on it when events wait and JavaScript does not know.
pub fn start<F>(core: Core, ring: F) -> io::Result<(Arc<Shared>, std::thread::JoinHandle<()>)>
where
    F: FnMut() + Send + 'static,
{
    let poll = Poll::new()?;
    let shared = Arc::new(Shared {
        core: Mutex::new(core),
        waker: Waker::new(poll.registry(), WAKER)?,
        registry: poll.registry().try_clone()?,
        wanted: AtomicUsize::new(0),
    });
    let mut io = Io {
        shared: shared.clone(),
        poll,
        ring,
        buffers: vec![vec![0; RECEIVE_BYTES]; RECEIVE_BATCH],
        packet: Vec::with_capacity(GSO_BYTES_MAX + 1500),
        readable: FxHashSet::default(),
        blocked: FxHashMap::default(),
        replies: Vec::new(),
    };
    let thread = std::thread::Builder::new().name("shoal-quic".into()).spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| io.run()));
        let message = match result {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "panic in the I/O thread".into(),
        };
        let mut core = io.shared.lock_io();
        core.stop = true;
        core.events.push_back(Event::Failed { message });
        drop(core);
        (io.ring)();
    })?;
    Ok((shared, thread))
}

impl<F: FnMut()> Io<F> {
    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(64);
        loop {
            let Some(timeout) = self.before_sleep() else { return Ok(()) };
            match self.poll.poll(&mut events, timeout) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            self.shared.lock_io().asleep = false;
            for event in &events {
                if event.token() == WAKER {
                    continue;
                }
                let endpoint = event.token().0 as EndpointId;
                if event.is_readable() {
                    self.readable.insert(endpoint);
                }
                if event.is_writable() {
                    self.unblock(endpoint);
                }
            }
            self.receive();
            self.fire_timers();
            self.send();
        }
    }

    /// How long to sleep; None when the engine stops.
    fn before_sleep(&mut self) -> Option<Option<Duration>> {
        let shared = self.shared.clone();
        let mut core = shared.lock_io();
        // Under the lock that lets it sleep: who closes a socket after this finds it asleep and wakes it.
        for (id, state) in core.drop_closed() {
            let _ = shared.registry.deregister(&mut SourceFd(&state.socket.fd()));
            self.readable.remove(&id);
            self.blocked.remove(&id);
        }
        if core.stop && core.dirty.is_empty() {
            return None;
        }
        let timeout = if !core.dirty.is_empty() || !self.readable.is_empty() {
            Some(Duration::ZERO)
        } else {
            let now = Instant::now();
            let timer = core.timers.first().map(|(at, _)| *at);
            let attention = std::mem::take(&mut core.active).then(|| now + ATTENTION);
            core.wakes_at = timer.into_iter().chain(attention).min();
            core.wakes_at.map(|at| at.saturating_duration_since(now))
        };
        core.asleep = timeout != Some(Duration::ZERO);
        self.unlock(core, true);
        Some(timeout)
    }

    /// Releases the lock and rings if JavaScript has something to take, unless more is coming and the turn is not `over`.
    fn unlock(&mut self, mut core: MutexGuard<'_, Core>, over: bool) {
        let wait = !over && (RING_AT_ONCE_BYTES..RING_BYTES).contains(&core.moved);
        let ring = !core.rung && !core.events.is_empty() && !wait;
        if ring {
            core.rung = true;
            core.moved = 0;
        }
        drop(core);
        if ring {
            (self.ring)();
        }
    }

    fn receive(&mut self) {
        let shared = self.shared.clone();
        let endpoints: Vec<EndpointId> = self.readable.iter().copied().collect();
        for id in endpoints {
            let socket = shared.lock_io().endpoints.get(&id).map(|state| state.socket.clone());
            let Some(socket) = socket else {
                self.readable.remove(&id);
                continue;
            };
            for _ in 0..RECEIVES_PER_TURN {
                if !self.receive_batch(id, &socket) {
                    self.readable.remove(&id);
                    break;
                }
                self.send();
            }
        }
    }

    /// False when the socket is empty.
    fn receive_batch(&mut self, id: EndpointId, socket: &Arc<Socket>) -> bool {
        let shared = self.shared.clone();
        let mut metas = [RecvMeta::default(); RECEIVE_BATCH];
        let mut slices = self.buffers.iter_mut().map(|buffer| io::IoSliceMut::new(buffer));
        let mut slices: [io::IoSliceMut<'_>; RECEIVE_BATCH] =
            std::array::from_fn(|_| slices.next().unwrap_or_else(|| io::IoSliceMut::new(&mut [])));
        let count = match socket.state.recv((&socket.io).into(), &mut slices, &mut metas) {
            Ok(count) => count,
            Err(error) => return error.kind() == io::ErrorKind::ConnectionReset,
        };
        let mut replies = std::mem::take(&mut self.replies);
        let now = Instant::now();
        for (meta, buffer) in metas.iter_mut().zip(&self.buffers).take(count) {
            meta.addr = unmapped(meta.addr);
            let mut core = shared.lock_io();
            core.receive(id, meta, buffer, now, &mut replies);
            drop(core);
        }
        for (transmit, bytes) in replies.drain(..) {
            let _ = try_send(socket, &transmit, &bytes);
        }
        self.replies = replies;
        true
    }

    fn fire_timers(&mut self) {
        let shared = self.shared.clone();
        let mut core = shared.lock_io();
        core.on_timers(Instant::now());
        self.unlock(core, false);
    }

    fn send(&mut self) {
        let shared = self.shared.clone();
        for _ in 0..SENDS_PER_TURN {
            let mut core = shared.lock_io();
            let next = next_packet(&mut core, &mut self.packet, GSO_SEGMENTS_MAX, Instant::now());
            core.active |= next.is_some();
            core.moved += next.as_ref().map_or(0, |(_, _, transmit)| transmit.size);
            self.unlock(core, false);
            let Some((id, socket, transmit)) = next else { return };
            match try_send(&socket, &transmit, &self.packet[..transmit.size]) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(state) = shared.lock_io().endpoints.get_mut(&id) {
                        state.blocked = true;
                    }
                    // Tells at once if there is room again by now.
                    let _ = shared.watch_writing(id, &socket, true);
                    let bytes = self.packet[..transmit.size].to_vec();
                    self.blocked.insert(id, (socket, transmit, bytes));
                }
                // A packet that cannot leave is a lost packet; path MTU probes fail this way by design.
                Err(_) => shared.lock_io().counters.send_errors += 1,
            }
        }
    }

    fn unblock(&mut self, id: EndpointId) {
        if let Some((socket, transmit, bytes)) = self.blocked.remove(&id) {
            if let Err(error) = try_send(&socket, &transmit, &bytes)
                && error.kind() == io::ErrorKind::WouldBlock
            {
                self.blocked.insert(id, (socket, transmit, bytes));
                return;
            }
            let shared = self.shared.clone();
            let _ = shared.watch_writing(id, &socket, false);
            let mut core = shared.lock_io();
            if let Some(state) = core.endpoints.get_mut(&id) {
                state.blocked = false;
                let waiting = std::mem::take(&mut state.waiting);
                for conn in waiting {
                    core.mark_dirty(conn);
                }
            }
        }
    }
}

/// The next batch of packets of the connection that has waited longest, in `packet`.
fn next_packet(
    core: &mut Core,
    packet: &mut Vec<u8>,
    segments_max: usize,
    now: Instant,
) -> Option<(EndpointId, Arc<Socket>, Transmit)> {
    while let Some(id) = core.dirty.pop_front() {
        if let Some(conn) = core.conns.get_mut(&id) {
            conn.dirty = false;
        }
        core.process(id, now);
        let Some(conn) = core.conns.get_mut(&id) else { continue };
        let Some(state) = core.endpoints.get_mut(&conn.endpoint) else { continue };
        if state.blocked {
            state.waiting.push(id);
            continue;
        }
        if conn.may_send(now) {
            let mtu = usize::from(conn.proto.current_mtu()).max(1);
            let most = if conn.rate.is_some() { RATED_SEGMENTS_MAX } else { segments_max };
            let segments = socket_segments(&state.socket).min(most).min(GSO_BYTES_MAX / mtu).max(1);
            packet.clear();
            if let Some(transmit) = conn.proto.poll_transmit(now, segments, packet) {
                conn.sent(transmit.size, now);
                let found = (conn.endpoint, state.socket.clone(), transmit);
                core.mark_dirty(id);
                return Some(found);
            }
        }
        core.process(id, now);
        core.schedule(id, now);
    }
    None
}

fn socket_segments(socket: &Socket) -> usize {
    socket.state.max_gso_segments()
}

fn try_send(socket: &Socket, transmit: &Transmit, bytes: &[u8]) -> io::Result<()> {
    let ecn = transmit.ecn.and_then(|ecn| quinn_udp::EcnCodepoint::from_bits(ecn as u8));
    socket.state.try_send(
        (&socket.io).into(),
        &quinn_udp::Transmit {
            destination: transmit.destination,
            ecn,
            contents: &bytes[..transmit.size],
            segment_size: transmit.segment_size,
            src_ip: transmit.src_ip,
        },
    )
}

/// IPv4 addresses in IPv6 clothes, which no socket of ours should give, as IPv4.
fn unmapped(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V6(ip) if Ipv6Addr::to_ipv4_mapped(&ip).is_some() => {
            SocketAddr::new(ip.to_canonical(), address.port())
        }
        _ => address,
    }
}

#[cfg(test)]
#[path = "flood_tests.rs"]
mod tests;
