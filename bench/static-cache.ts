// Serves the directory that it is given on loopback, as plainly as HTTP allows; prints the port.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'

const dir = process.argv[2] ?? '.'

const server = createServer((request, response) => {
  const path = join(dir, normalize(`/${request.url ?? ''}`))
  stat(path)
    .then(async ({ size }) => {
      response.writeHead(200, { 'Content-Length': size, 'Accept-Ranges': 'bytes' })
      await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), response)
    })
    .catch(() => {
      if (!response.headersSent) response.writeHead(404, { 'Content-Length': 0 })
      response.end()
    })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
