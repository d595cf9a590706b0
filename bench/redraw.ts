/**
 * What one change of a large rollout costs until it is on the screen: the coordinator's document (SQLite in memory), its way as JSON,
 * the check against the schema, the rows and their drawing.
 *
 *     node bench/redraw.ts [--devices 200] [--rounds 300] [--json]
 */

import { parseArgs, styleText } from 'node:util'
import { Drawing } from '../src/cli/drawing.ts'
import { rolloutRows } from '../src/cli/rollout-rows.ts'
import { rolloutSchema } from '../src/model/control.ts'
import { rolloutView } from '../src/services/coordinator/view.ts'
import {
  enrolmentOf,
  putRelease,
  putRollout,
  releaseOf,
  ticketOf,
  withState
} from '../test/state/coordinator-fixture.ts'
import { rolloutOf } from '../test/support/views.ts'

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false }
  }
})
const devices = Number(values.devices)
const rounds = Number(values.rounds)
const WARM_UP = 20

/** Milliseconds of one round each: the median, the 99th percentile and the worst. */
async function measured(
  work: (round: number) => unknown
): Promise<{ p50: number; p99: number; max: number }> {
  const times: number[] = []
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const began = performance.now()
    await work(round)
    if (round >= WARM_UP) times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(2))
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

let written = 0
let writes = 0
const drawing = new Drawing({
  isTTY: true,
  columns: 80,
  rows: 40,
  write: (text) => {
    written += text.length
    writes++
  }
})
const documents = Array.from({ length: 50 }, (_, tick) => JSON.stringify(rolloutOf(devices, tick)))
const screen = await measured((round) => {
  const view = rolloutSchema.parse(JSON.parse(documents[round % documents.length] ?? ''))
  const rows = rolloutRows(view, drawing.size, (word, shown = word) =>
    styleText(word === 'committed' ? 'green' : 'cyan', shown, { validateStream: false })
  )
  drawing.draw(rows)
})

const result = {
  devices,
  rounds,
  screenMs: screen,
  charactersAWrite: Math.round(written / writes),
  documentMs: await coordinator()
}
if (values.json) console.log(JSON.stringify(result))
else console.table(result)

/** The document of a rollout with as many devices, made anew as after each change. */
async function coordinator(): Promise<Awaited<ReturnType<typeof measured>>> {
  let times: Awaited<ReturnType<typeof measured>> | undefined
  await withState(async (state) => {
    await putRelease(state, releaseOf('v1', 1))
    const names = Array.from({ length: devices }, (_, at) => `robot-${at}`)
    for (const name of names) await state.enrol(enrolmentOf(name, { ticket: ticketOf('t-1', devices) }))
    await putRollout(
      state,
      1,
      names.map((name) => `peer-${name}`)
    )
    const rollout = await state.rollout('o-1')
    if (rollout == null) throw new Error('no rollout')
    times = await measured(async () => JSON.stringify(await rolloutView(state, rollout)))
  })
  if (times == null) throw new Error('nothing was measured')
  return times
}
