//! What both threads hold, and the sending of packets, which both do: the I/O thread all of them, JavaScript's thread what
//! it has just said, if that is little and the other sleeps.

use std::{
    cell::RefCell,
    io,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use mio::{Interest, Registry, Token, Waker, unix::SourceFd};
use quinn_proto::Transmit;

use crate::{core::Core, event::EndpointId, socket::Socket};

pub const WAKER: Token = Token(usize::MAX);
/// The kernel takes at most 64 segments and one maximal UDP payload in one GSO call.
pub const GSO_SEGMENTS_MAX: usize = 64;
pub const GSO_BYTES_MAX: usize = 65_000;
/// A connection under a rate limit sends smaller bursts.
const RATED_SEGMENTS_MAX: usize = 4;
/// How often the I/O thread stands back when JavaScript waits for the lock: at first it only lets others run, then it
/// sleeps, because the one that waits may need this very core.
const YIELDS_MAX: usize = 8;
const NAPS_MAX: usize = 40;
const NAP: Duration = Duration::from_micros(50);
/// What JavaScript's thread sends by itself: a short message, or the first step of a handshake.
const HERE_PACKETS_MAX: usize = 4;
const HERE_SEGMENTS_MAX: usize = 4;

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
    pub fn new(core: Core, registry: &Registry) -> io::Result<Self> {
        Ok(Self {
            core: Mutex::new(core),
            waker: Waker::new(registry, WAKER)?,
            registry: registry.try_clone()?,
            wanted: AtomicUsize::new(0),
        })
    }

    /// For the JavaScript thread: announces itself, so that the I/O thread lets it in.
    pub fn lock(&self) -> MutexGuard<'_, Core> {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        let guard = self.core.lock().unwrap_or_else(|poison| poison.into_inner());
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// For the I/O thread: stands back while JavaScript waits.
    pub fn lock_io(&self) -> MutexGuard<'_, Core> {
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

    pub fn unregister(&self, socket: &Socket) {
        let _ = self.registry.deregister(&mut SourceFd(&socket.fd()));
    }

    /// Whether the kernel shall also tell when there is room to send.
    pub fn watch_writing(&self, id: EndpointId, socket: &Socket, writing: bool) -> io::Result<()> {
        let interest = Interest::READABLE;
        let interest = if writing { interest | Interest::WRITABLE } else { interest };
        self.registry.reregister(&mut SourceFd(&socket.fd()), Token(id as usize), interest)
    }
}

/// The next batch of packets of the connection that has waited longest, in `packet`.
pub fn next_packet(
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
            let segments =
                state.socket.state.max_gso_segments().min(most).min(GSO_BYTES_MAX / mtu).max(1);
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

pub fn try_send(socket: &Socket, transmit: &Transmit, bytes: &[u8]) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, UdpSocket};

    use mio::Poll;

    use super::*;
    use crate::config::{Config, Settings};

    /// Dials a socket that answers nothing while the I/O thread would sleep until `wakes_at`; whether a packet came, and
    /// whether the thread was left asleep.
    fn dial(wakes_at: Option<Instant>, dials: usize) -> (bool, bool) {
        let poll = Poll::new().expect("a poll");
        let peer = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        peer.set_nonblocking(true).expect("a socket that does not wait");
        let mut core = Core::new(Config::new(&Settings::for_tests()).expect("a configuration"));
        let own: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        let endpoint =
            core.add_endpoint(Arc::new(Socket::bind(own, 65_536).expect("a socket")), false);
        let shared = Shared::new(core, poll.registry()).expect("a waker");
        let mut core = shared.lock();
        (core.asleep, core.wakes_at) = (true, wakes_at);
        for _ in 0..dials {
            core.dial(endpoint, peer.local_addr().expect("an address"), None)
                .expect("a connection");
        }
        shared.wake(core);
        let came = peer.recv_from(&mut [0; 1_500]).is_ok();
        (came, shared.lock().asleep)
    }

    #[test]
    fn little_leaves_from_the_thread_that_said_it() {
        // Asleep for less than any timer of the connection: nobody need be woken.
        assert_eq!(dial(Some(Instant::now()), 1), (true, true));
    }

    #[test]
    fn the_io_thread_is_woken_for_a_timer_and_for_all_that_is_more() {
        assert_eq!(dial(None, 1), (true, false));
        assert_eq!(dial(Some(Instant::now()), 2), (false, false));
    }
}
