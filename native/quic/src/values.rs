//! Values for JavaScript: the drained queue and the figures.

use std::net::SocketAddr;

use bytes::Bytes;
use napi::{
    Env, Error, JsValue, Result, Status,
    bindgen_prelude::{BufferSlice, Object, ToNapiValue},
    sys,
};
use napi_derive::napi;
use quinn_proto::VarInt;

use crate::{
    connection::{Conn, End, Phase},
    core::Core,
    event::Event,
};

/// A read is coalesced into one Buffer of at most this size.
const READ_BYTES_MAX: usize = 262_144;
/// Events in one drain, so that the event loop turns.
const EVENTS_MAX: usize = 4096;

/// An open socket.
#[napi(object)]
pub struct Bound {
    pub id: u32,
    pub ip: String,
    pub port: u16,
    /// Packets that one system call sends; 1: no GSO.
    pub gso_segments: u32,
    pub gro_segments: u32,
}

/// The kernel's buffers of one socket, bytes.
#[napi(object)]
pub struct Buffers {
    pub receive: f64,
    pub send: f64,
}

/// Figures of one connection.
#[napi(object)]
pub struct Figures {
    pub remote_ip: String,
    pub remote_port: u16,
    pub rtt_ms: f64,
    pub min_rtt_ms: f64,
    pub cwnd_bytes: f64,
    pub mtu: u32,
    pub sent_bytes: f64,
    pub received_bytes: f64,
    pub sent_packets: f64,
    pub lost_packets: f64,
    pub lost_bytes: f64,
    pub congestion_events: f64,
    pub keep_alive_ms: f64,
    pub idle_ms: f64,
    pub streams: u32,
}

impl From<&Conn> for Figures {
    fn from(conn: &Conn) -> Self {
        let stats = conn.proto.stats();
        Self {
            remote_ip: conn.remote.ip().to_string(),
            remote_port: conn.remote.port(),
            rtt_ms: conn.proto.rtt().as_secs_f64() * 1e3,
            min_rtt_ms: conn.proto.min_rtt().as_secs_f64() * 1e3,
            cwnd_bytes: stats.path.cwnd as f64,
            mtu: u32::from(stats.path.current_mtu),
            sent_bytes: stats.udp_tx.bytes as f64,
            received_bytes: stats.udp_rx.bytes as f64,
            sent_packets: stats.path.sent_packets as f64,
            lost_packets: stats.path.lost_packets as f64,
            lost_bytes: stats.path.lost_bytes as f64,
            congestion_events: stats.path.congestion_events as f64,
            keep_alive_ms: conn.keep_alive.as_secs_f64() * 1e3,
            idle_ms: conn.idle.as_secs_f64() * 1e3,
            streams: conn.streams.len() as u32,
        }
    }
}

/// Figures of an engine.
#[napi(object)]
pub struct Totals {
    pub endpoints: u32,
    pub connections: u32,
    pub handshakes: u32,
    pub queued_events: u32,
    pub timers: u32,
    pub accepted: f64,
    pub refused: f64,
    pub retried: f64,
    pub raw_dropped: f64,
    pub send_errors: f64,
}

impl From<&Core> for Totals {
    fn from(core: &Core) -> Self {
        let handshakes = core.conns.values().filter(|conn| conn.phase == Phase::Handshake).count();
        Self {
            endpoints: core.endpoints.len() as u32,
            connections: core.conns.len() as u32,
            handshakes: handshakes as u32,
            queued_events: core.events.len() as u32,
            timers: core.timers.len() as u32,
            accepted: core.counters.accepted as f64,
            refused: core.counters.refused as f64,
            retried: core.counters.retried as f64,
            raw_dropped: core.counters.raw_dropped as f64,
            send_errors: core.counters.send_errors as f64,
        }
    }
}

/// What `take` found, not yet in JavaScript's hands. The order of kinds is the table in quic-engine.ts.
enum Item {
    Event(Event),
    Data { conn: u32, stream: u64, chunks: Vec<Bytes>, bytes: usize },
    Fin { conn: u32, stream: u64 },
    Reset { conn: u32, stream: u64, code: u64 },
    Path { conn: u32, remote: SocketAddr },
}

pub struct Taken {
    items: Vec<Item>,
    more: bool,
}

/// Empties the queue, reading streams on the way, until `bytes_max` bytes have been read.
pub fn take(core: &mut Core, bytes_max: usize) -> Taken {
    let mut items = Vec::new();
    let mut bytes = 0;
    // Closed goes behind the reads that are queued, so that no data is lost; once, so that this ends.
    let mut seen = 0;
    let limit = EVENTS_MAX.max(core.events.len());
    while bytes < bytes_max && seen < limit {
        let Some(event) = core.events.pop_front() else { break };
        seen += 1;
        match event {
            Event::Readable { conn, stream } => {
                bytes += read(core, conn, stream, bytes_max - bytes, &mut items);
            }
            Event::Raw { .. } => {
                core.raw_taken();
                items.push(Item::Event(event));
            }
            Event::Closed { conn, reason } => {
                let reading = core
                    .conns
                    .get(&conn)
                    .is_some_and(|conn| conn.streams.values().any(|stream| stream.queued));
                if reading {
                    core.events.push_back(Event::Closed { conn, reason });
                    continue;
                }
                if let Some(conn) = core.conns.get_mut(&conn) {
                    conn.told = true;
                    conn.streams.clear();
                }
                core.forget_if_over(conn);
                items.push(Item::Event(event));
            }
            Event::Path { conn } => {
                if let Some(conn) = core.conns.get_mut(&conn) {
                    conn.path_queued = false;
                    items.push(Item::Path { conn: conn.id, remote: conn.remote });
                }
            }
            event => items.push(Item::Event(event)),
        }
    }
    let more = !core.events.is_empty();
    core.rung = more;
    Taken { items, more }
}

fn read(core: &mut Core, id: u32, stream: u64, max: usize, items: &mut Vec<Item>) -> usize {
    let Some(conn) = core.conns.get_mut(&id) else { return 0 };
    let Some(flags) = conn.streams.get_mut(&stream) else { return 0 };
    flags.queued = false;
    if flags.paused || flags.read_done {
        return 0;
    }
    let discard = flags.discard;
    let mut chunks = Vec::new();
    let read = conn.read(stream, max.min(READ_BYTES_MAX), &mut chunks);
    if let Some(left) = discard {
        match left.checked_sub(read.bytes) {
            None if read.end.is_none() => {
                conn.stop(stream, VarInt::from_u32(0));
                items.push(Item::Fin { conn: id, stream });
                core.mark_dirty(id);
                return read.bytes;
            }
            left => {
                if let Some(flags) = conn.streams.get_mut(&stream) {
                    flags.discard = left;
                }
            }
        }
    } else if read.bytes > 0 {
        items.push(Item::Data { conn: id, stream, chunks, bytes: read.bytes });
    }
    match read.end {
        Some(End::Fin) => items.push(Item::Fin { conn: id, stream }),
        Some(End::Reset(code)) => items.push(Item::Reset { conn: id, stream, code }),
        None if !read.blocked && read.bytes > 0 => core.queue_read(id, stream),
        None => {}
    }
    if read.transmit {
        core.mark_dirty(id);
    }
    read.bytes
}

fn check(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(Status::from(status), "cannot make a value"))
}

/// One Buffer of all chunks, copied once.
fn buffer(env: sys::napi_env, chunks: &[Bytes], bytes: usize) -> Result<sys::napi_value> {
    let mut data = std::ptr::null_mut();
    let mut value = std::ptr::null_mut();
    // SAFETY: `data` is the fresh Buffer of `bytes` bytes, and the chunks are `bytes` long together.
    unsafe {
        check(sys::napi_create_buffer(env, bytes, &mut data, &mut value))?;
        let mut at = data.cast::<u8>();
        for chunk in chunks {
            std::ptr::copy_nonoverlapping(chunk.as_ptr(), at, chunk.len());
            at = at.add(chunk.len());
        }
    }
    Ok(value)
}

/// A JavaScript array that is filled from the front.
struct Flat {
    env: sys::napi_env,
    array: sys::napi_value,
    length: u32,
}

impl Flat {
    fn push_value(&mut self, value: sys::napi_value) -> Result<()> {
        // SAFETY: env and array are live for the call of `drain` that made them.
        check(unsafe { sys::napi_set_element(self.env, self.array, self.length, value) })?;
        self.length += 1;
        Ok(())
    }

    fn push<T: ToNapiValue>(&mut self, value: T) -> Result<()> {
        // SAFETY: as above.
        let value = unsafe { T::to_napi_value(self.env, value)? };
        self.push_value(value)
    }

    fn row<A: ToNapiValue, B: ToNapiValue>(
        &mut self,
        kind: u32,
        id: u32,
        a: A,
        b: B,
    ) -> Result<()> {
        self.push(kind)?;
        self.push(id)?;
        self.push(a)?;
        self.push(b)
    }

    fn bytes(&mut self, bytes: Vec<u8>) -> Result<()> {
        let env = Env::from_raw(self.env);
        let slice = BufferSlice::from_data(&env, bytes)?;
        self.push_value(slice.raw())
    }

    fn event(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Connected { conn, peer, remote, accepted_by } => {
                self.row(4, conn, peer, 0)?;
                self.row(0, conn, remote.to_string(), accepted_by.unwrap_or(0))
            }
            Event::Closed { conn, reason } => self.row(1, conn, reason.name, reason.code as f64),
            Event::Stream { conn, stream } => self.row(2, conn, stream as f64, 0),
            // Taken apart by `take`.
            Event::Readable { .. } | Event::Path { .. } => Ok(()),
            Event::Writable { conn, stream } => self.row(5, conn, stream as f64, 0),
            Event::Stopped { conn, stream, code } => self.row(6, conn, stream as f64, code as f64),
            Event::Available { conn } => self.row(7, conn, 0, 0),
            Event::Raw { endpoint, from, bytes } => {
                self.push(9)?;
                self.push(endpoint)?;
                self.push(from.to_string())?;
                self.bytes(bytes.to_vec())
            }
            Event::Incoming { token, endpoint, from } => {
                self.row(10, token, from.to_string(), endpoint)
            }
            Event::Unbound { endpoint } => self.row(11, endpoint, 0, 0),
            Event::Failed { message } => self.row(12, 0, message, 0),
        }
    }
}

impl Taken {
    pub fn into_js<'env>(self, env: &'env Env) -> Result<Object<'env>> {
        let mut array = std::ptr::null_mut();
        // SAFETY: env is live, `array` takes the new value.
        check(unsafe {
            sys::napi_create_array_with_length(env.raw(), self.items.len() * 4 + 1, &mut array)
        })?;
        let mut flat = Flat { env: env.raw(), array, length: 0 };
        for item in self.items {
            match item {
                Item::Event(event) => flat.event(event)?,
                Item::Data { conn, stream, chunks, bytes } => {
                    flat.push(3)?;
                    flat.push(conn)?;
                    flat.push(stream as f64)?;
                    let value = buffer(flat.env, &chunks, bytes)?;
                    flat.push_value(value)?;
                }
                Item::Path { conn, remote } => flat.row(8, conn, remote.to_string(), 0)?,
                Item::Fin { conn, stream } => flat.row(13, conn, stream as f64, 0)?,
                Item::Reset { conn, stream, code } => {
                    flat.row(14, conn, stream as f64, code as f64)?;
                }
            }
        }
        flat.push(self.more)?;
        Ok(Object::from_raw(env.raw(), array))
    }
}
