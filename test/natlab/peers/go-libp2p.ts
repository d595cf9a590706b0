/** go-libp2p with DCUtR: a relay of its own on the core, and two peers behind it. QUIC alone, but TCP too where UDP is blocked. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import type { LineProcess } from '../../quic/line-process.ts'
import type { Lab } from '../lab.ts'
import { ADMIN, COORDINATOR, DEVICE, PLACES } from '../pairs.ts'
import type { Anchor, AnchorPair, Net, Outcome } from './anchor.ts'
import { milliseconds, startOn } from './anchor.ts'

const root = join(import.meta.dirname, '../../..')
const target = process.env['CARGO_TARGET_DIR'] ?? join(root, 'target')
const relaySchema = z.tuple([z.string(), z.string()])
const timedSchema = z.object({ relayedMs: milliseconds, directMs: milliseconds, address: z.string() })

const blocksUdp = (place: AnchorPair['admin']): boolean => PLACES[place].some((nat) => 'blocks' in nat)

export const GO_LIBP2P: Anchor = {
  name: 'go',
  topology: (base) => base,
  async start(lab, { admin, device }): Promise<Net> {
    const program = join(target, 'interop-holepunch-go')
    const sources = join(root, 'test/natlab/interop/go')
    execFileSync('go', ['build', '-mod=readonly', '-o', program, '.'], { cwd: sources })
    const relay = startOn(lab, COORDINATOR, [program])
    const [quic, tcp] = relaySchema.parse(await relay.ask(`relay ${lab.address(COORDINATOR)}`))
    const command = [program, ...(blocksUdp(admin) || blocksUdp(device) ? ['tcp'] : [])]
    const through = {
      admin: blocksUdp(admin) ? tcp : quic,
      device: blocksUdp(device) ? tcp : quic
    }
    return {
      contact: async () => await contact(lab, command, through),
      [Symbol.asyncDispose]: async () => {
        relay.stop()
        await Promise.resolve()
      }
    }
  }
}

async function contact(
  lab: Lab,
  command: readonly string[],
  through: { readonly admin: string; readonly device: string }
): Promise<Outcome> {
  const device = startOn(lab, DEVICE, command)
  const admin = startOn(lab, ADMIN, command)
  try {
    const peer = z.string().parse(await device.ask(`listen ${through.device}`))
    await admin.ask(`listen ${through.admin}`)
    return await time(admin, `${through.admin} ${peer}`)
  } catch (error) {
    return { directMs: null, firstByteMs: null, how: String(error) }
  } finally {
    admin.stop()
    device.stop()
  }
}

/** From the relayed connection on, as ours are timed. */
async function time(admin: LineProcess, to: string): Promise<Outcome> {
  const { relayedMs, directMs, address } = timedSchema.parse(await admin.ask(`time ${to}`))
  return { directMs, firstByteMs: relayedMs, how: address.includes('/tcp/') ? 'tcp' : 'quic' }
}
