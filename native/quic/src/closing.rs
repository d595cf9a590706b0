//! How connections and endpoints end: at once, or when the last bytes have arrived.

use std::time::{Duration, Instant};

use quinn_proto::VarInt;

use crate::{
    connection::Phase,
    core::{Core, EndpointState},
    event::{ConnId, EndpointId, Event, Reason},
};

/// A graceful close that runs when its socket closes gets so much longer.
const LINGER_MAX: Duration = Duration::from_secs(1);

impl Core {
    /// Closes once every finished stream has been acknowledged, or after `patience`.
    pub fn close(&mut self, id: ConnId, code: VarInt, patience: Duration, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        conn.closing = Some((code, now + patience));
        self.close_when_flushed(id, now);
        self.mark_dirty(id);
    }

    /// Closes now, or shortens the patience of a graceful close that runs.
    pub fn close_with_endpoint(&mut self, id: ConnId, now: Instant) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        match &mut conn.closing {
            Some((_, until)) if conn.phase == Phase::Open => {
                *until = (*until).min(now + LINGER_MAX);
                self.mark_dirty(id);
            }
            _ => self.end(id, Reason::new("closed"), VarInt::from_u32(0), now),
        }
    }

    pub fn close_when_flushed(&mut self, id: ConnId, now: Instant) {
        if let Some(conn) = self.conns.get(&id)
            && let Some((code, until)) = conn.closing
            && (conn.unfinished == 0 || now >= until || conn.phase == Phase::Handshake)
        {
            self.end(id, Reason::new("closed"), code, now);
        }
    }

    /// Removes the closing endpoints whose last packets are out; Unbound is told.
    pub fn drop_closed(&mut self) -> Vec<(EndpointId, EndpointState)> {
        let over: Vec<EndpointId> =
            self.closing.iter().copied().filter(|id| !self.lingers(*id)).collect();
        let mut dropped = Vec::with_capacity(over.len());
        for id in over {
            self.closing.remove(&id);
            let Some(state) = self.endpoints.remove(&id) else { continue };
            for conn in state.handles.values() {
                self.forget(*conn);
            }
            self.events.push_back(Event::Unbound { endpoint: id });
            dropped.push((id, state));
        }
        dropped
    }

    /// Whether an endpoint still has something to send, or a connection that delivers its last bytes.
    fn lingers(&self, endpoint: EndpointId) -> bool {
        let Some(state) = self.endpoints.get(&endpoint) else { return false };
        let mut conns = state.handles.values().filter_map(|id| self.conns.get(id));
        state.blocked || conns.any(|conn| conn.dirty || conn.phase == Phase::Open)
    }

    /// Drops a connection that is drained and of whose end JavaScript knows.
    pub fn forget_if_over(&mut self, id: ConnId) {
        if self.conns.get(&id).is_some_and(|conn| conn.drained && conn.told) {
            self.forget(id);
        }
    }

    pub fn forget(&mut self, id: ConnId) {
        let Some(conn) = self.conns.remove(&id) else { return };
        if let Some(at) = conn.scheduled {
            self.timers.remove(&(at, id));
        }
        // A drained connection has given its handle back, and another may have it by now.
        if let Some(state) = self.endpoints.get_mut(&conn.endpoint)
            && state.handles.get(&conn.handle) == Some(&id)
        {
            state.handles.remove(&conn.handle);
        }
    }
}
