/**
 * QUIC by `@chainsafe/libp2p-quic`: what runs where our own addon is absent. It dials from another socket
 * than it listens on, so it has none of the features of the seam.
 */

import type { QuicComponents } from '@chainsafe/libp2p-quic'
import { quic } from '@chainsafe/libp2p-quic'
import type { Connection, DialTransportOptions } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { peerOf, quicAddress, resolve } from './quic-address.ts'
import type { MeshTransport } from './transport.ts'
import { UNSUPPORTED } from './transport.ts'

/**
 * Streams that a peer may have open at once. Our protocols allow 26 a connection; the rest is for circuits:
 * each relayed connection is one stream on the connection to the relay.
 */
const STREAMS_MAX = 64
/**
 * Receive windows, bytes. The default of 256 streams of 10 MB under 15 MB a connection lets a stranger fill some
 * 360 MB with out-of-order frames (RUSTSEC-2026-0341: about 24 times the connection window).
 */
const STREAM_BYTES_MAX = 1_000_000
const CONNECTION_BYTES_MAX = 4_000_000
/** UDP socket buffers, bytes: the default 500 KB loses packets in bursts. The kernel may grant less. */
const SOCKET_BUFFER_BYTES = 4_194_304
/** A handshake is two round trips; 5 s is enough for a link of 2 s and bounds what a half-open one holds. */
const HANDSHAKE_TIMEOUT_MS = 5_000

export interface ChainsafeQuicOptions {
  /** A connection on which nothing came for this long is gone, milliseconds. */
  readonly idleTimeoutMs: number
}

/** The factory that libp2p calls. */
export function quicChainsafe(options: ChainsafeQuicOptions): (components: QuicComponents) => MeshTransport {
  const create = quic({
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxIdleTimeout: options.idleTimeoutMs,
    // The heartbeat of the status protocol keeps the NAT mapping and the connection; packets of the
    // transport beside it would only cost data. An interval at the idle timeout never comes to send one.
    keepAliveInterval: options.idleTimeoutMs,
    maxConcurrentStreamLimit: STREAMS_MAX,
    maxStreamData: STREAM_BYTES_MAX,
    maxConnectionData: CONNECTION_BYTES_MAX,
    receiveBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES
  })
  return (components) => {
    const transport = create(components)
    const dial = transport.dial.bind(transport)
    return Object.assign(transport, {
      dial: (address: Multiaddr, dialOptions: DialTransportOptions) =>
        bounded(
          named(address).then((found) => dial(found, dialOptions)),
          dialOptions.signal
        ),
      sendDatagram: () => UNSUPPORTED,
      onDatagram: () => UNSUPPORTED,
      socketTo: () => UNSUPPORTED,
      openSocket: () => UNSUPPORTED,
      networkChanged: () => UNSUPPORTED,
      observedAddress: () => UNSUPPORTED,
      onPathChange: () => UNSUPPORTED,
      setKeepAlive: () => UNSUPPORTED,
      setWindows: () => UNSUPPORTED,
      figures: () => UNSUPPORTED
    } as const)
  }
}

/** The address with its name looked up: the addon knows numbers only. */
async function named(address: Multiaddr): Promise<Multiaddr> {
  const isName = address.getComponents()[0]?.name.startsWith('dns') === true
  return isName ? quicAddress(await resolve(address), peerOf(address)) : address
}

/**
 * The native dial looks at its signal once and gives up on a silent address only after the idle timeout. Here it ends
 * with the signal or the handshake's time; a connection that comes later is closed.
 */
async function bounded(dialing: Promise<Connection>, signal: AbortSignal | undefined): Promise<Connection> {
  const limit = AbortSignal.any([
    AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS),
    ...(signal == null ? [] : [signal])
  ])
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => {
    reject(limit.reason as Error)
    dialing.then(
      (late) => {
        late.abort(limit.reason as Error)
      },
      () => undefined
    )
  }
  limit.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([dialing, promise])
  } finally {
    limit.removeEventListener('abort', onAbort)
  }
}
