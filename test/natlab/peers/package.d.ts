/** What of the package we use; it has no types of its own. */
declare module 'hyperdht' {
  import type { Duplex } from 'node:stream'

  export interface Stream extends Duplex {
    /** The transport below: whom it really talks to. */
    readonly rawStream: { readonly remoteHost: string } | null
  }

  export interface Options {
    readonly bootstrap: readonly string[]
    readonly host?: string
    readonly port?: number
    readonly anyPort?: boolean
    readonly ephemeral?: boolean
    readonly firewalled?: boolean
  }

  export default class DHT {
    constructor(options: Options)
    static keyPair(): { publicKey: Buffer; secretKey: Buffer }
    static bootstrapper(port: number, host: string): DHT
    readonly stats: { readonly punches: Readonly<Record<string, number>> }
    fullyBootstrapped(): Promise<void>
    createServer(onConnection: (stream: Stream) => void): {
      listen(keyPair: { publicKey: Buffer; secretKey: Buffer }): Promise<void>
    }
    connect(publicKey: Buffer): Stream
  }
}
