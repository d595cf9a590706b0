import { defineConfig } from 'vitest/config'

// The long suites: minutes each, one file after another.
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/long/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000
  }
})
