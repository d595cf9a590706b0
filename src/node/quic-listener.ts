/** A libp2p listener: one socket, from `listen` to `close`. */

import type { CreateListenerOptions, Listener, ListenerEvents } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { ConflictError } from '../base/errors.ts'
import { resolve, type SocketAddress } from './quic-address.ts'
import type { QuicSocket } from './quic-socket.ts'

export type OpenListening = (address: SocketAddress, options: CreateListenerOptions) => QuicSocket

export class QuicListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #options: CreateListenerOptions
  readonly #open: OpenListening
  #socket: QuicSocket | undefined

  constructor(options: CreateListenerOptions, open: OpenListening) {
    super()
    this.#options = options
    this.#open = open
  }

  /** Throws ConflictError (`quic_listening`) when it listens already, and what the kernel says. */
  async listen(address: Multiaddr): Promise<void> {
    if (this.#socket != null) throw new ConflictError('quic_listening', 'this listener has its socket')
    this.#socket = this.#open(await resolve(address), this.#options)
    this.safeDispatchEvent('listening')
  }

  getAddrs(): Multiaddr[] {
    return this.#socket?.addresses() ?? []
  }

  // QUIC addresses carry nothing that is known only at run time.
  updateAnnounceAddrs(): void {}

  async close(): Promise<void> {
    const socket = this.#socket
    if (socket == null) return
    this.#socket = undefined
    await socket.close()
    this.safeDispatchEvent('close')
  }
}
