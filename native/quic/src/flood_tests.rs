//! Peers that mean harm, against the real state machine in memory: what they make us keep is counted.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use libp2p_identity::Keypair;
use quinn_proto::{
    ClientConfig, Connection, ConnectionHandle, DatagramEvent, Dir, Endpoint, StreamId,
    TransportConfig, VarInt, congestion::NewRenoConfig, crypto::rustls::QuicClientConfig,
};
use quinn_udp::RecvMeta;

use super::{GSO_SEGMENTS_MAX, next_packet};
use crate::{
    config::{Config, STRANGER_STREAMS, STRANGER_WINDOW, Settings},
    connection::{Phase, id as id_of},
    core::Core,
    event::Event,
    socket::Socket,
    values,
};

const MIB: usize = 1 << 20;
const WINDOW: usize = STRANGER_WINDOW as usize;
const STREAMS: usize = STRANGER_STREAMS as usize;
/// On each stream, fewer than end the connection.
const GAPS: usize = 200;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Counts the live bytes of each thread.
struct Counting;

fn count(bytes: isize) {
    let live = LIVE.get() + bytes;
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many bytes more than before were live at once during `work`.
fn grown(work: impl FnOnce()) -> usize {
    let before = LIVE.get();
    PEAK.set(before);
    work();
    (PEAK.get() - before) as usize
}

struct Client {
    endpoint: Endpoint,
    handle: ConnectionHandle,
    conn: Connection,
    from: SocketAddr,
}

/// Our engine without its thread and its socket, and a clock that stands still until told.
struct World {
    core: Core,
    endpoint: u32,
    server: SocketAddr,
    now: Instant,
}

impl World {
    fn new() -> Self {
        let mut core = Core::new(Config::new(&Settings::for_tests()).expect("a configuration"));
        let server = "127.0.0.1:0".parse().expect("an address");
        let socket = Arc::new(Socket::bind(server, 65_536).expect("a socket"));
        let endpoint = core.add_endpoint(socket, true);
        Self { core, endpoint, server: ([127, 0, 0, 1], 4001).into(), now: Instant::now() }
    }

    /// A peer that may send what it likes: no congestion window holds it back.
    fn client(&mut self, port: u16) -> Client {
        let (tls, _) = crate::tls::configs(&Keypair::generate_ed25519()).expect("certificates");
        let mut config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).expect("TLS")));
        let mut congestion = NewRenoConfig::default();
        congestion.initial_window(1 << 40);
        let mut transport = TransportConfig::default();
        transport.congestion_controller_factory(Arc::new(congestion)).mtu_discovery_config(None);
        transport.stream_receive_window(VarInt::from_u32(64 * MIB as u32));
        config.transport_config(Arc::new(transport));
        let mut endpoint = Endpoint::new(self.core.config.endpoint(self.server), None, true, None);
        let (handle, conn) =
            endpoint.connect(self.now, config, self.server, "l").expect("a connection");
        let from = ([127, 0, 0, 1], port).into();
        let mut client = Client { endpoint, handle, conn, from };
        for _ in 0..8 {
            self.exchange(&mut client);
        }
        client
    }

    /// The client's next packet, whenever its pacer lets it go.
    fn packet(&mut self, client: &mut Client) -> Option<Vec<u8>> {
        let mut packet = Vec::new();
        for _ in 0..100 {
            while let Some(event) = client.conn.poll_endpoint_events() {
                if let Some(event) = client.endpoint.handle_event(client.handle, event) {
                    client.conn.handle_event(event);
                }
            }
            if client.conn.poll_transmit(self.now, 1, &mut packet).is_some() {
                return Some(packet);
            }
            self.now += Duration::from_micros(10);
        }
        None
    }

    /// Gives one read of the socket to the engine.
    fn deliver(&mut self, from: SocketAddr, bytes: &[u8], stride: usize) {
        let mut meta = RecvMeta::default();
        (meta.addr, meta.len, meta.stride) = (from, bytes.len(), stride);
        let mut replies = Vec::new();
        self.core.receive(self.endpoint, &meta, bytes, self.now, &mut replies);
    }

    /// Lets the engine send; to nobody, unless a client is given.
    fn send(&mut self, mut client: Option<&mut Client>) {
        while self.send_batch(client.as_deref_mut(), GSO_SEGMENTS_MAX) {}
    }

    /// At most so many packets; false when there was none.
    fn send_batch(&mut self, client: Option<&mut Client>, segments: usize) -> bool {
        let mut packet = Vec::new();
        let next = next_packet(&mut self.core, &mut packet, segments, self.now);
        let Some((_, _, transmit)) = next else { return false };
        if let Some(client) = client {
            for part in packet.chunks(transmit.segment_size.unwrap_or(packet.len()).max(1)) {
                let data = BytesMut::from(part);
                let mut reply = Vec::new();
                let event =
                    client.endpoint.handle(self.now, self.server, None, None, data, &mut reply);
                if let Some(DatagramEvent::ConnectionEvent(_, event)) = event {
                    client.conn.handle_event(event);
                }
            }
        }
        true
    }

    fn exchange(&mut self, client: &mut Client) {
        while let Some(packet) = self.packet(client) {
            self.deliver(client.from, &packet, packet.len());
        }
        self.send(Some(client));
    }

    fn ends(&self) -> Vec<&'static str> {
        let ended = |event: &Event| match event {
            Event::Closed { reason, .. } => Some(reason.name),
            _ => None,
        };
        self.core.events.iter().filter_map(ended).collect()
    }
}

/// `gaps` bytes that come, each after one that does not; each at the end of the largest batch that one read gives.
fn flood(world: &mut World, client: &mut Client, stream: StreamId, gaps: usize) {
    let mut batch = vec![0xff; 43 * 1_450];
    let junk = batch.len();
    for _ in 0..gaps {
        if !world.ends().is_empty() {
            return;
        }
        for comes in [false, true] {
            if client.conn.send_stream(stream).write(b"x").is_err() {
                return;
            }
            let Some(packet) = world.packet(client) else { return };
            if comes {
                batch.truncate(junk);
                batch.extend_from_slice(&packet);
                world.deliver(client.from, &batch, 1_450);
                world.send(None);
            }
        }
    }
}

#[test]
fn gaps_on_one_stream_end_the_connection() {
    let mut world = World::new();
    let mut client = world.client(5_001);
    let stream = client.conn.streams().open(Dir::Bi).expect("a stream");
    let bytes = grown(|| flood(&mut world, &mut client, stream, 100_000));
    assert_eq!(world.ends(), ["protocol"]);
    assert!(bytes < 2 * MIB, "{bytes} bytes");
}

#[test]
fn gaps_on_every_stream_are_bounded() {
    let mut world = World::new();
    let mut client = world.client(5_002);
    let bytes = grown(|| {
        for _ in 0..STREAMS {
            let stream = client.conn.streams().open(Dir::Bi).expect("a stream");
            flood(&mut world, &mut client, stream, GAPS);
        }
    });
    // They stay below what ends a connection, so it lives and keeps them all.
    assert!(world.ends().is_empty());
    assert!(bytes > STREAMS * GAPS);
    // Sent packets that wait for their acknowledgement are the client's and are counted, too.
    assert!(bytes < 24 * MIB, "{bytes} bytes");
}

#[test]
fn a_stranger_fills_its_window_and_no_more() {
    let mut world = World::new();
    let mut client = world.client(5_003);
    let block = vec![7; 65_536];
    let mut written = 0;
    let streams: Vec<StreamId> =
        (0..STREAMS).map(|_| client.conn.streams().open(Dir::Bi).expect("a stream")).collect();
    let bytes = grown(|| {
        for stream in streams {
            while let Ok(more) = client.conn.send_stream(stream).write(&block) {
                written += more;
                world.exchange(&mut client);
            }
        }
    });
    // Nothing has been read, so nothing is given back; what is acknowledged the client has dropped.
    assert_eq!(written, WINDOW);
    assert!(bytes < 4 * MIB, "{bytes} bytes");
}

#[test]
fn a_connection_told_late_takes_nothing_from_the_next() {
    let mut world = World::new();
    let mut first = world.client(5_004);
    first.conn.close(world.now, VarInt::from_u32(0), Bytes::new());
    world.exchange(&mut first);
    world.now += Duration::from_secs(60);
    world.core.on_timers(world.now);
    world.send(None);
    assert_eq!(world.ends(), ["remote_closed"]);
    // JavaScript has been told of nothing yet, and the handle is free.
    let mut second = world.client(5_005);
    drop(values::take(&mut world.core, MIB));
    assert_eq!(world.core.conns.len(), 1);
    let stream = second.conn.streams().open(Dir::Bi).expect("a stream");
    second.conn.send_stream(stream).write(b"x").expect("room");
    world.exchange(&mut second);
    assert!(world.core.conns.values().all(|conn| conn.phase == Phase::Open));
    let stream = u64::from(stream);
    let came = |event: &Event| matches!(event, Event::Stream { stream: id, .. } if *id == stream);
    assert!(world.core.events.iter().any(came));
}

/// Writes what is taken; the rest.
fn write(world: &mut World, id: u32, stream: u64, mut left: usize) -> usize {
    let block = vec![7; 65_536];
    let Some(conn) = world.core.conns.get_mut(&id) else { return left };
    while left > 0 {
        let size = left.min(block.len());
        let taken = conn.write(stream, &block[..size]).expect("an open stream");
        left -= taken;
        if taken < size {
            break;
        }
    }
    world.core.mark_dirty(id);
    left
}

fn read_all(client: &mut Client, stream: StreamId) {
    let mut recv = client.conn.recv_stream(stream);
    let Ok(mut chunks) = recv.read(true) else { return };
    while let Ok(Some(_)) = chunks.next(MIB) {}
    let _ = chunks.finalize();
}

#[test]
fn a_writer_is_told_of_room_in_large_steps() {
    let mut world = World::new();
    let mut client = world.client(5_006);
    let id = *world.core.conns.keys().next().expect("a connection");
    let stream = world.core.conns.get_mut(&id).and_then(|conn| conn.open()).expect("a stream");
    let mut left = write(&mut world, id, stream, 32 * MIB);
    let mut told = 0;
    for _ in 0..100_000 {
        if left == 0 {
            break;
        }
        // Two packets make the client acknowledge.
        world.send_batch(Some(&mut client), 2);
        read_all(&mut client, id_of(stream).expect("a stream"));
        // JavaScript looks after each acknowledgement, as a fast one would.
        while let Some(packet) = world.packet(&mut client) {
            world.deliver(client.from, &packet, packet.len());
            world.core.process(id, world.now);
            let room = |event: &Event| matches!(event, Event::Writable { .. });
            if world.core.events.iter().any(room) {
                world.core.events.clear();
                told += 1;
                left = write(&mut world, id, stream, left);
            }
        }
    }
    assert_eq!(left, 0);
    // 65 times; of each acknowledged packet it would be told 448 times.
    assert!(told > 0 && told < 128, "told {told} times");
}
