// The service of the demo's system: answers every connection to a Unix socket with the text of a file.
// Arguments: directory of the socket and the pid file, file with the answer.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const [directory, answerFile] = process.argv.slice(2)
const answer = readFileSync(answerFile)

rmSync(`${directory}/socket`, { force: true })
createServer((connection) => {
  connection.on('error', () => undefined)
  connection.end(answer)
}).listen(`${directory}/socket`, () => {
  // Written when it answers: who started it waits for this file.
  writeFileSync(`${directory}/pid.new`, `${process.pid} ${answerFile}\n`)
  renameSync(`${directory}/pid.new`, `${directory}/pid`)
})
