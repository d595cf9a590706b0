/** PCP and NAT-PMP: one question to the router's UDP port 5351, and its answer. */

import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Mapping, MappingClient, Wanted } from './mapping.ts'
import { checkMapping, refused, silent } from './mapping.ts'
import type { MapAnswer, MapRequest } from './messages.ts'
import {
  decodePcpMap,
  decodePmpAddress,
  decodePmpMap,
  encodePcpMap,
  encodePmpAddress,
  encodePmpMap,
  GATEWAY_PORT,
  NONCE_BYTES
} from './messages.ts'
import { answerTo } from './question.ts'

/** When a question is sent, milliseconds (RFC 6886 doubles from 250 ms too, but up to a minute), and when it is given up. */
const SEND_AT_MS = [0, 250, 750, 1_750]
const GIVE_UP_MS = 3_000

type Ask = (gateway: string, request: MapRequest, signal: AbortSignal) => Promise<MapAnswer | undefined>

/** PCP. The nonce is this object's: what it made, it alone renews and takes away. */
export function pcpClient(): MappingClient {
  const nonce = randomBytes(NONCE_BYTES)
  return clientOf(
    'pcp',
    async (gateway, request, signal) =>
      await exchange(
        gateway,
        (localIp) => encodePcpMap(request, localIp, nonce),
        (bytes) => decodePcpMap(bytes, request, nonce),
        signal
      )
  )
}

/** NAT-PMP: the outside address is a question of its own. */
export function natPmpClient(): MappingClient {
  return clientOf('nat-pmp', async (gateway, request, signal) => {
    const address = await exchange(gateway, encodePmpAddress, decodePmpAddress, signal)
    if (address?.kind !== 'address') return address
    return await exchange(
      gateway,
      () => encodePmpMap(request),
      (bytes) => decodePmpMap(bytes, request, address.ip),
      signal
    )
  })
}

function clientOf(protocol: 'pcp' | 'nat-pmp', ask: Ask): MappingClient {
  return {
    protocol,
    map: async (wanted, signal) =>
      checkMapping({ protocol, ...mapped(protocol, await ask(wanted.gateway, requestOf(wanted), signal)) }),
    unmap: async (wanted, _mapping, signal) => {
      mapped(protocol, await ask(wanted.gateway, ending(wanted), signal))
    }
  }
}

type Mapped = Pick<Mapping, 'externalIp' | 'externalPort'> & { readonly lifetimeSeconds: number }

const requestOf = ({ internalPort, externalPort, lifetimeSeconds }: Wanted): MapRequest => ({
  internalPort,
  externalPort,
  lifetimeSeconds
})
const ending = ({ internalPort }: Wanted): MapRequest => ({
  internalPort,
  externalPort: 0,
  lifetimeSeconds: 0
})

function mapped(protocol: 'pcp' | 'nat-pmp', answer: MapAnswer | undefined): Mapped {
  if (answer == null) throw silent(protocol)
  if (answer.kind !== 'mapped') throw refused(protocol, resultOf(answer))
  const { externalIp, externalPort, lifetimeSeconds } = answer
  return { externalIp, externalPort, lifetimeSeconds }
}

const resultOf = (answer: Exclude<MapAnswer, { kind: 'mapped' }>): string =>
  answer.kind === 'refused' ? `result ${answer.result}` : 'another version'

/** The kernel lets in what comes from the router's port alone. Undefined where no answer comes. Throws the signal's reason. */
async function exchange<T>(
  gateway: string,
  ask: (localIp: string) => Uint8Array,
  read: (bytes: Uint8Array) => T | undefined,
  signal: AbortSignal
): Promise<T | undefined> {
  const begin = async (socket: Socket): Promise<() => void> => {
    socket.connect(GATEWAY_PORT, gateway)
    await once(socket, 'connect')
    const bytes = ask(socket.address().address)
    return () => socket.send(bytes)
  }
  return await answerTo({ sendAtMs: SEND_AT_MS, giveUpMs: GIVE_UP_MS, begin, read }, signal)
}
