/** A UDP socket between a dialer and a listener that does to packets what a hostile network does. */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** What becomes of one packet: how many copies go on, after how many milliseconds. */
export type Fate = (packet: Buffer, toListener: boolean) => { copies: number; delayMs: number }

export class UdpRelay {
  readonly #front: Socket
  readonly #backs = new Map<string, Socket>()
  readonly #target: number
  readonly #fate: Fate

  private constructor(front: Socket, target: number, fate: Fate) {
    this.#front = front
    this.#target = target
    this.#fate = fate
    front.on('message', (packet, from) => {
      this.#forward(packet, true, (copy) => this.#back(from).send(copy, this.#target, '127.0.0.1'))
    })
  }

  /** Relays to a port of loopback; each dialer's socket gets a socket of its own towards it. */
  static async open(target: number, fate: Fate): Promise<UdpRelay> {
    const front = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 })
    front.bind(0, '127.0.0.1')
    await once(front, 'listening')
    return new UdpRelay(front, target, fate)
  }

  get port(): number {
    return this.#front.address().port
  }

  /** From now on packets leave by other ports, as behind a NAT that has forgotten its mappings. */
  rebind(): void {
    for (const back of this.#backs.values()) back.close()
    this.#backs.clear()
  }

  close(): void {
    this.rebind()
    this.#front.close()
  }

  #back(from: RemoteInfo): Socket {
    const key = `${from.address}:${from.port}`
    let back = this.#backs.get(key)
    if (back == null) {
      back = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 })
      back.on('message', (packet) => {
        this.#forward(packet, false, (copy) => this.#front.send(copy, from.port, from.address))
      })
      this.#backs.set(key, back)
    }
    return back
  }

  #forward(packet: Buffer, toListener: boolean, send: (copy: Buffer) => void): void {
    const { copies, delayMs } = this.#fate(packet, toListener)
    for (let i = 0; i < copies; i++) {
      if (delayMs > 0) setTimeout(() => this.#try(send, packet), delayMs)
      else this.#try(send, packet)
    }
  }

  // A socket may have been closed while its packet waited.
  #try(send: (copy: Buffer) => void, packet: Buffer): void {
    try {
      send(packet)
    } catch {
      // A lost packet, like others here.
    }
  }
}
