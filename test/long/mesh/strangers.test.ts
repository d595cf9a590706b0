import { test } from 'vitest'
import { strangersGetNothing } from '../../support/strangers.ts'

test('ten thousand strangers get nothing, and cost nothing that stays', async () => {
  const grown = await strangersGetNothing(10_000)
  process.stdout.write(`bytes that stayed: ${grown}\n`)
})
