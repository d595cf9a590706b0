/**
 * A port that leads to one at a device. It is the node that listens, not the command: a byte that crossed another process and
 * its socket on the way would cost as much again as the mesh does.
 */

import type { Socket } from 'node:net'
import { errorCode, errorMessage } from '../base/errors.ts'
import { Doorbell, Tasks } from '../base/tasks.ts'
import { listenTcp } from '../host/tcp.ts'
import type { ForwardNews, LocalRequestOf, PathNews } from '../model/control.ts'
import type { AdminClient } from '../services/admin/client.ts'
import { joinSocket } from '../services/reach/join.ts'
import { openForward } from './reach-admin.ts'
import type { Ground } from './runtime.ts'

/**
 * Connections at a time; those above it are closed at once, and told. Each is a session, of which a device takes 64 of one
 * member (services/reach/acceptor.ts): some are left for a shell or a measurement beside the forward.
 */
const CONNECTIONS_MAX = 60
/** News that wait for a slow reader; the oldest go. */
const NEWS_MAX = 64

/** Listens until the signal aborts; yields that it does, then news. Throws ConflictError (`listen_failed`). */
export async function* listenForward(
  ground: Ground,
  client: AdminClient,
  request: LocalRequestOf<'forward.listen'>,
  signal: AbortSignal
): AsyncGenerator<ForwardNews> {
  const over = new AbortController()
  const scoped = AbortSignal.any([signal, over.signal])
  const bell = new Doorbell()
  const news: ForwardNews[] = []
  const tell = (each: ForwardNews): void => {
    news.push(each)
    if (news.length > NEWS_MAX) news.shift()
    bell.ring()
  }
  const { name, host, remotePort, timeoutMs } = request
  const onPath = ({ state }: PathNews): void => tell({ event: 'path', state })
  // Each tells its own failure.
  const tasks = new Tasks(() => undefined)
  let connections = 0
  // Connections that come together ask once: a coordinator takes few questions at a time, and a browser opens many.
  let asked: Promise<string> | undefined
  const whose = async (): Promise<string> => {
    const ask = async (): Promise<string> => (await client.call('member', { name }, undefined, scoped)).peer
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return await asked
  }
  const take = async (socket: Socket): Promise<void> => {
    connections++
    try {
      const to = { peer: await whose(), host, port: remotePort, timeoutMs }
      const pipe = await openForward(ground, to, scoped, onPath)
      await joinSocket(socket, pipe, scoped)
    } catch (error) {
      socket.destroy()
      if (!scoped.aborted) tell({ event: 'failed', code: errorCode(error), message: errorMessage(error) })
    } finally {
      connections--
    }
  }
  await using listener = await listenTcp(request.bind, request.port, (socket) => {
    if (connections < CONNECTIONS_MAX) tasks.run('forward', async () => await take(socket))
    else {
      socket.destroy()
      const message = `a connection was closed: ${CONNECTIONS_MAX} are open`
      tell({ event: 'failed', code: 'forward_full', message })
    }
  })
  try {
    yield { event: 'listening', port: listener.port }
    while (!signal.aborted) {
      const next = news.shift()
      if (next == null) await bell.wait(signal)
      else yield next
    }
  } finally {
    over.abort()
    await tasks.idle()
  }
}
