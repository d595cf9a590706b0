//! What comes in without a connection: raw datagrams, and handshakes before memory is spent on them.

use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use bytes::{Bytes, BytesMut};
use quinn_proto::{DatagramEvent, Incoming};
use quinn_udp::RecvMeta;

use crate::{
    connection::Conn,
    core::{Core, Reply},
    event::{EndpointId, Event},
};

/// Raw datagrams waiting for JavaScript; more are dropped and counted.
const RAW_MAX: usize = 512;
/// QUIC's fixed bit: packets without it are raw datagrams.
const FIXED_BIT: u8 = 0x40;
/// Handshakes at once from one address that is not validated; above, a Retry is demanded.
const HANDSHAKES_PER_IP_MAX: usize = 16;

impl Core {
    /// One read from a socket: one or more datagrams from one address.
    pub fn receive(
        &mut self,
        endpoint: EndpointId,
        meta: &RecvMeta,
        data: &[u8],
        now: Instant,
        replies: &mut Vec<Reply>,
    ) {
        for datagram in data[..meta.len].chunks(meta.stride.max(1)) {
            if datagram[0] & FIXED_BIT == 0 {
                self.receive_raw(endpoint, meta.addr, datagram);
                continue;
            }
            // Memory of its own for each: one byte that waits for the bytes before it keeps its datagram, and
            // would keep the whole batch, of which quinn-proto's accounting knows nothing.
            let size = datagram.len();
            let datagram = BytesMut::from(datagram);
            let Some(state) = self.endpoints.get_mut(&endpoint) else { return };
            let mut reply = Vec::new();
            let ecn = meta.ecn.and_then(|ecn| quinn_proto::EcnCodepoint::from_bits(ecn as u8));
            match state.proto.handle(now, meta.addr, meta.dst_ip, ecn, datagram, &mut reply) {
                Some(DatagramEvent::ConnectionEvent(handle, event)) => {
                    if let Some(id) = state.handles.get(&handle).copied()
                        && let Some(conn) = self.conns.get_mut(&id)
                    {
                        self.moved += size;
                        self.active = true;
                        conn.last_received = now;
                        conn.proto.handle_event(event);
                        self.mark_dirty(id);
                    }
                }
                Some(DatagramEvent::NewConnection(incoming)) => {
                    self.on_incoming(endpoint, incoming, now, replies);
                }
                Some(DatagramEvent::Response(transmit)) => replies.push((transmit, reply)),
                None => {}
            }
        }
    }

    fn receive_raw(&mut self, endpoint: EndpointId, from: SocketAddr, bytes: &[u8]) {
        if self.raw_queued >= RAW_MAX {
            self.counters.raw_dropped += 1;
            return;
        }
        self.raw_queued += 1;
        let bytes = Bytes::copy_from_slice(bytes);
        self.events.push_back(Event::Raw { endpoint, from, bytes });
    }

    pub fn raw_taken(&mut self) {
        self.raw_queued = self.raw_queued.saturating_sub(1);
    }

    /// Refuses, demands a Retry, asks JavaScript or accepts, before memory is spent on a handshake.
    fn on_incoming(
        &mut self,
        endpoint: EndpointId,
        incoming: Incoming,
        now: Instant,
        replies: &mut Vec<Reply>,
    ) {
        let validated = incoming.remote_address_validated();
        let ip = incoming.remote_address().ip();
        let from_ip = self.handshakes.get(&ip).copied().unwrap_or(0);
        let total = self.handshakes_total + self.incoming.len();
        // Who has proved its address gets as much room again.
        let factor = if validated { 2 } else { 1 };
        let crowded = total >= factor * self.config.handshakes_max
            || from_ip >= factor * HANDSHAKES_PER_IP_MAX;
        let full = self.conns.len() >= self.config.connections_max;
        let Some(state) = self.endpoints.get_mut(&endpoint) else { return };
        let mut reply = Vec::new();
        if full || state.closing || (crowded && !incoming.may_retry()) {
            self.counters.refused += 1;
            let transmit = state.proto.refuse(incoming, &mut reply);
            replies.push((transmit, reply));
        } else if crowded {
            self.counters.retried += 1;
            match state.proto.retry(incoming, &mut reply) {
                Ok(transmit) => replies.push((transmit, reply)),
                Err(error) => state.proto.ignore(error.into_incoming()),
            }
        } else if self.config.gate {
            let from = incoming.remote_address();
            let token = self.new_id();
            self.incoming.insert(token, (endpoint, incoming));
            self.events.push_back(Event::Incoming { token, endpoint, from });
        } else {
            self.accept(endpoint, incoming, now, replies);
        }
    }

    pub fn accept(
        &mut self,
        endpoint: EndpointId,
        incoming: Incoming,
        now: Instant,
        replies: &mut Vec<Reply>,
    ) {
        let id = self.new_id();
        let Some(state) = self.endpoints.get_mut(&endpoint) else { return };
        let mut reply = Vec::new();
        match state.proto.accept(incoming, now, &mut reply, None) {
            Ok(pair) => {
                state.handles.insert(pair.0, id);
                let conn = Conn::new(id, endpoint, pair, &self.config, now);
                *self.handshakes.entry(conn.remote.ip()).or_default() += 1;
                self.handshakes_total += 1;
                self.counters.accepted += 1;
                self.conns.insert(id, conn);
                self.mark_dirty(id);
            }
            Err(error) => {
                if let Some(transmit) = error.response {
                    replies.push((transmit, reply));
                }
            }
        }
    }

    pub fn handshake_over(&mut self, ip: IpAddr) {
        self.handshakes_total = self.handshakes_total.saturating_sub(1);
        if let Some(count) = self.handshakes.get_mut(&ip) {
            *count -= 1;
            if *count == 0 {
                self.handshakes.remove(&ip);
            }
        }
    }
}
