/** One question over UDP: a socket for as long as it takes, what is sent when, and the first answer that can be read. */

import type { RemoteInfo, Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'

export interface Question<T> {
  /** When it is sent, and when it is given up, milliseconds. */
  readonly sendAtMs: readonly number[]
  readonly giveUpMs: number
  /** Makes the socket ready (connected, or bound) and gives what sends the question. */
  begin(socket: Socket): Promise<() => void>
  /** Undefined for what is no answer. */
  read(message: Buffer, from: RemoteInfo): T | undefined
}

/** Datagrams that are looked at for one question. */
const LOOKED_MAX = 32

/** The answer; undefined where none comes, nobody listens or there is no way. Throws the signal's reason. */
export async function answerTo<T>(question: Question<T>, signal: AbortSignal): Promise<T | undefined> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
  const giveUp = (): void => resolve(undefined)
  const onAbort = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  const socket = createSocket('udp4')
  socket.on('error', giveUp)
  let looked = 0
  socket.on('message', (message, from) => {
    if (looked++ >= LOOKED_MAX) giveUp()
    const answer = question.read(message, from)
    if (answer != null) resolve(answer)
  })
  const timers = [setTimeout(giveUp, question.giveUpMs)]
  let isOver = false
  question.begin(socket).then((send) => {
    if (!isOver) timers.push(...question.sendAtMs.map((ms) => setTimeout(send, ms)))
  }, giveUp)
  try {
    return await promise
  } finally {
    isOver = true
    for (const timer of timers) clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    socket.removeAllListeners()
    // What the kernel still has to say of this socket is of no use.
    socket.on('error', () => undefined)
    socket.close()
  }
}
