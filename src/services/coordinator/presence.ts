/** Which members are in contact with this coordinator now, and how. Nothing here survives a restart. */

export interface Contact {
  readonly path: 'direct' | 'relay'
  /** False once the connection is gone: the peer may come back within its heartbeat, as it does when it confirms. */
  isConnected: boolean
  readonly transport: string
  /** Milliseconds since the epoch at which anything was last heard. */
  lastHeardMs: number
  /** The peer promised to send something at least this often. */
  heartbeatMs: number
  rttMs: number | null
}

export class Presence {
  readonly #contacts = new Map<string, Contact>()
  readonly #onChange: (peer: string) => void

  constructor(onChange: (peer: string) => void) {
    this.#onChange = onChange
  }

  connected(peer: string, contact: Contact): void {
    this.#contacts.set(peer, contact)
    this.#onChange(peer)
  }

  /** The connection is gone, unless a newer one has taken its place. */
  disconnected(peer: string, contact: Contact): void {
    contact.isConnected = false
    if (this.#contacts.get(peer) === contact) this.#onChange(peer)
  }

  /** A datagram came from it; a lost link is not mended by that. */
  heard(peer: string, nowMs: number): void {
    const contact = this.#contacts.get(peer)
    if (contact != null) contact.lastHeardMs = Math.max(contact.lastHeardMs, nowMs)
  }

  contact(peer: string): Contact | undefined {
    return this.#contacts.get(peer)
  }

  /** Heard within twice its heartbeat (contract.md, `online`). */
  isOnline(peer: string, nowMs: number): boolean {
    const contact = this.#contacts.get(peer)
    return contact != null && nowMs - contact.lastHeardMs <= 2 * contact.heartbeatMs
  }
}
