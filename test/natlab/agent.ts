/** Plain sockets on a host of the laboratory, held by its own process; started and told what to do by agents.ts. */

import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'

export interface Endpoint {
  readonly address: string
  readonly port: number
}

export interface Heard extends Endpoint {
  readonly text: string
}

/** One instruction; the answer's type depends on `do`. */
export type Task =
  | { readonly do: 'open'; readonly socket: string; readonly address: string; readonly port: number }
  | {
      readonly do: 'send'
      readonly socket: string
      readonly to: Endpoint
      readonly text: string
      /** Hop limit. */
      readonly hops: number
    }
  | { readonly do: 'ask'; readonly socket: string; readonly to: Endpoint; readonly timeoutMs: number }
  | { readonly do: 'heard'; readonly socket: string; readonly until: string | null }
  | { readonly do: 'listen'; readonly at: Endpoint }
  | { readonly do: 'connect'; readonly to: Endpoint; readonly timeoutMs: number }

interface Open {
  readonly socket: Socket
  heard: Heard[]
  /** Called with each text that is heard. */
  listener: ((text: string) => void) | null
}

/** Of what one socket has heard; tests send a few hundred. */
const HEARD_MAX = 4096

/** What Linux gives packets. */
const HOPS = 64

const sockets = new Map<string, Open>()
const waiting = new Map<string, (told: Endpoint) => void>()
let asked = 0

async function perform(task: Task): Promise<unknown> {
  switch (task.do) {
    case 'open':
      return await open(task.socket, task.address, task.port)
    case 'send':
      await send(socketOf(task.socket).socket, task)
      return null
    case 'ask':
      return await ask(task.socket, task.to, task.timeoutMs)
    case 'heard':
      return await hear(socketOf(task.socket), task.until)
    case 'listen':
      await new Promise<void>((resolve) =>
        createServer((c) => c.end()).listen(task.at.port, task.at.address, resolve)
      )
      return null
    case 'connect':
      return await connects(task.to, task.timeoutMs)
  }
}

async function open(key: string, address: string, port: number): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const opened: Open = { socket, heard: [], listener: null }
  sockets.set(key, opened)
  socket.on('message', (bytes, from) => {
    const text = bytes.toString()
    const [word, id = '', ...told] = text.split(' ')
    if (word === 'ask') {
      socket.send(`told ${id} ${from.address} ${from.port}`, from.port, from.address)
      return
    }
    if (word === 'told') {
      waiting.get(id)?.({ address: told[0] ?? '', port: Number(told[1]) })
      return
    }
    if (opened.heard.length < HEARD_MAX) opened.heard.push({ text, address: from.address, port: from.port })
    opened.listener?.(text)
  })
  // Unreachable is what some NATs answer with; silence tells the same.
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => socket.bind(port, address, resolve))
  return socket.address().port
}

async function send(
  socket: Socket,
  { to, text, hops }: { to: Endpoint; text: string; hops: number }
): Promise<void> {
  socket.setTTL(hops)
  await new Promise((resolve) => socket.send(text, to.port, to.address, resolve))
  socket.setTTL(HOPS)
}

/** Everything heard so far; not before a certain text was, where one is given. */
async function hear(opened: Open, until: string | null): Promise<Heard[]> {
  if (until != null && !opened.heard.some(({ text }) => text === until)) {
    await new Promise<void>((resolve) => {
      opened.listener = (text) => {
        if (text === until) resolve()
      }
    })
    opened.listener = null
  }
  const { heard } = opened
  opened.heard = []
  return heard
}

/** What address the other side sees, or null. */
async function ask(key: string, to: Endpoint, timeoutMs: number): Promise<Endpoint | null> {
  const id = `${key}-${++asked}`
  return await new Promise((resolve) => {
    const timer = setTimeout(() => {
      waiting.delete(id)
      resolve(null)
    }, timeoutMs)
    waiting.set(id, (told) => {
      clearTimeout(timer)
      waiting.delete(id)
      resolve(told)
    })
    socketOf(key).socket.send(`ask ${id}`, to.port, to.address)
  })
}

async function connects(to: Endpoint, timeoutMs: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(to.port, to.address)
    const end = (connected: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(connected)
    }
    const timer = setTimeout(() => end(false), timeoutMs)
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function socketOf(key: string): Open {
  const found = sockets.get(key)
  if (found == null) throw new Error(`no socket ${key}`)
  return found
}

process.on('message', ({ id, task }: { id: number; task: Task }) => {
  perform(task).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) })
  )
})
process.once('disconnect', () => process.exit(0))
process.send?.({ id: 0, result: null })
