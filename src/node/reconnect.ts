/**
 * libp2p redials a peer that some part of it wants kept (the DHT its closest peers, the relay transport its relay) as soon as
 * it is lost, and at each start. `reconnectRetries` bounds failed dials only: a peer that takes the connection and
 * then refuses us in hello would be dialed a hundred times a second. Here the supervisor of a role dials, nobody else.
 */

/** Takes the queue out of the connection manager (libp2p 3.3.11, pinned), which must not be started yet. */
export function stopReconnecting(connectionManager: object): void {
  if (!('reconnectQueue' in connectionManager)) {
    throw new TypeError('the connection manager has another form than 3.3.11')
  }
  // The queue that libp2p made stays where it listens; it does nothing as long as nobody starts it.
  connectionManager.reconnectQueue = {}
}
