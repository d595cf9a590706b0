import { keepCompiled } from './cli/compile-cache.ts'

// Before the first module of size is loaded.
keepCompiled(process.env)

// A reader that has seen enough (`| head`) closes the pipe: that is its right, and no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

const { main } = await import('./cli/program.ts')
await main(process.argv.slice(2))
