/** The control API's `net`, which every role answers alike. */

import { netView } from '../services/net.ts'
import type { Control } from './control.ts'
import type { Ground } from './runtime.ts'

/** A node that runs for the length of a command only has to look first; milliseconds. */
const LOOK_MS = 3_000

/** Answers `net` from the ground, and everything else as before. */
export function withNet(ground: Ground, control: Control): Control {
  return {
    ...control,
    call: (method, body, signal) =>
      method === 'net' ? answerNet(ground, signal) : control.call(method, body, signal)
  }
}

async function* answerNet(ground: Ground, signal: AbortSignal): AsyncGenerator {
  const { node, paths } = ground
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)])
  try {
    if (ground.role === 'admin') await ground.coordinator(limit)
    await node.services.observer.refresh(limit)
  } catch {
    // Who reaches nobody is told what there is: its own addresses.
    signal.throwIfAborted()
  }
  yield netView({
    addresses: () => node.libp2p.getMultiaddrs(),
    observation: () => node.services.observer.view(),
    portMapping: ground.portMapping.state,
    members: () => node.admission.members(),
    paths,
    transport: node.transport,
    nameOf: (peer) => node.admission.member(peer)?.name
  })
}
