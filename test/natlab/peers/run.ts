/** Which project `--peer` names, and the pairs that are compared when none are given. */

import { runAnchor } from './anchor.ts'
import { GO_LIBP2P } from './go-libp2p.ts'
import { HYPERDHT } from './hyperdht.ts'

const ANCHORS = [HYPERDHT, GO_LIBP2P]
const PAIRS = 'publicxprc,prcxprc,oixprc,oixoi,prcxsym,prcxblk,prcxseq,blkxblk,cgn-eimxprc,ubxprc'

interface Flags {
  readonly pairs?: string | undefined
  readonly runs: string
  readonly rtt: string
  readonly json: boolean
}

/** Throws on a name that is unknown. */
export async function runPeer(name: string, { pairs = PAIRS, runs, rtt, json }: Flags): Promise<void> {
  const anchor = ANCHORS.find((each) => each.name === name)
  if (anchor == null)
    throw new Error(`no peer ${name}; there are ${ANCHORS.map((each) => each.name).join(' ')}`)
  await runAnchor(anchor, { pairs, runs: Number(runs), rttMs: Number(rtt), json })
}
