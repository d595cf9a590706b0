//! The one native thread of an engine: reads sockets, fires timers, sends packets, rings the doorbell.
//! The lock is held for one receive batch or one packet batch at a time, never over a system call.

use std::{
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, MutexGuard},
    time::{Duration, Instant},
};

use mio::{Events, Poll};
use quinn_proto::Transmit;
use quinn_udp::RecvMeta;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    core::{Core, Reply},
    event::{EndpointId, Event},
    shared::{GSO_BYTES_MAX, GSO_SEGMENTS_MAX, Shared, WAKER, next_packet, try_send},
    socket::Socket,
};

/// One GRO batch is at most one maximal UDP payload.
const RECEIVE_BYTES: usize = 65_536;
const RECEIVE_BATCH: usize = 8;
/// Receive calls and packet batches in one turn, so that neither starves the other.
const RECEIVES_PER_TURN: usize = 8;
const SENDS_PER_TURN: usize = 64;
/// JavaScript is called at once after few bytes; while more come, at the end of a turn, and within one after so many:
/// many small reads cost more than what they read.
const RING_AT_ONCE_BYTES: usize = 16_384;
const RING_BYTES: usize = 262_144;
/// After traffic the I/O thread looks at its timers so soon, and need not be woken for those of the next packets.
const ATTENTION: Duration = Duration::from_millis(25);

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
    let shared = Arc::new(Shared::new(core, poll.registry())?);
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
            shared.unregister(&state.socket);
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
