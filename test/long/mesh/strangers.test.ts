import { test } from 'vitest'
import { strangersGetNothing } from '../../support/strangers.ts'

test('ten thousand strangers get nothing, and cost nothing that stays', async () => {
  await strangersGetNothing(10_000)
})
